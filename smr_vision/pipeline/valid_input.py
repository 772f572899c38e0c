"""What a program hands over, looked at before it is used: a `UsageError` says what to give instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from math import isfinite, isinf
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Body
from smr_vision.errors import UsageError, did_you_mean, shown
from smr_vision.moves import STRICTNESS, Move
from smr_vision.pose import LANDMARKS, Pose
from smr_vision.tool import DetectorResult
from smr_vision.tool.axis import SegmentAxis
from smr_vision.video import Frame

SIDES: Final = ("auto", "left", "right")
_JOINTS: Final = len(LANDMARKS)
_CHANNELS: Final = 3
_APART_S: Final = 0.002  # between a frame and its pose: files keep times to the microsecond or the millisecond
_LANDMARKS_IN: Final = (".trc", ".csv")

P = ParamSpec("P")
R = TypeVar("R")


def called_rightly(function: Callable[P, R]) -> Callable[P, R]:
    """The function; called with what it does not take, it raises a UsageError that says what it does."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except TypeError as e:
            wrong = _wrong_call(function, args, kwargs)
            if wrong is None:
                raise
            raise wrong from e

    return call


def built_rightly(kind: type[R]) -> type[R]:
    """The class; built with what it does not take, it raises a UsageError that says what it does."""
    kind.__init__ = called_rightly(kind.__init__)  # type: ignore[method-assign]
    return kind


def _wrong_call(function: Callable[..., object], args: tuple[object, ...], given: dict[str, Any]) -> UsageError | None:
    """What is wrong with the call itself; None: nothing."""
    takes = signature(function)
    try:
        takes.bind(*args, **given)
    except TypeError as e:
        names = {n: f"{n}=..." if p.kind is Parameter.KEYWORD_ONLY else n for n, p in takes.parameters.items()}
        names.pop("self", None)
        unknown = next((name for name in given if name not in names), "")
        hint = did_you_mean(unknown, names)
        name = function.__qualname__.removesuffix(".__init__")
        return UsageError(f"{name}(): {e}.{hint} It takes {', '.join(names.values())} (docs/api.md).")
    return None


def demand_clip(value: object) -> Path:
    """`value` as the path of a clip."""
    path = demand_path(value, "A clip")
    if path.suffix.lower() in _LANDMARKS_IN:
        raise UsageError(f"{shown(path)} holds landmarks, no clip. Give smr.read_landmarks(path), and name the move.")
    return path


def demand_path(value: object, what: str) -> Path:
    """`value` as a path; `what` names it in the error."""
    if not isinstance(value, str | os.PathLike) or isinstance(value, bytes):
        raise UsageError(f"{what} has to be a path, as text or pathlib.Path, not {_kind(value)}.")
    text = os.fspath(value)
    if isinstance(text, bytes):
        raise UsageError(f"{what} has to be a path, as text or pathlib.Path, not one of bytes.")
    if "://" in text:
        raise UsageError(f"{shown(text)} is an address. {what} has to be on this computer: load it down first.")
    return Path(text)


def demand_film(value: object, takes: str) -> None:
    """A path, or something to go through; `takes` says in the error what is taken."""
    if isinstance(value, bytes) or not (isinstance(value, str | Path) or hasattr(value, "__iter__")):
        raise UsageError(f"{takes}, or landmarks from smr.read_landmarks(path), not {_kind(value)}.")


def demand_callable(value: object, name: str) -> None:
    """Nothing, or something that can be called."""
    if value is not None and not callable(value):
        raise UsageError(f"{name}={value!r}: give a function, without calling it, or leave it away.")


def demand_choices(*, side: object, strictness: object, start_at: object, workers: object) -> None:
    """The choices of a `Pipeline` that stand for themselves."""
    if side not in SIDES:
        raise UsageError(f"side={side!r}: there is no such side. Choose one of: {', '.join(SIDES)}.")
    if strictness not in [*STRICTNESS]:
        raise UsageError(f"strictness={strictness!r}: choose one of: {', '.join(STRICTNESS)}.")
    number = isinstance(start_at, int | float | np.number) and not isinstance(start_at, bool)
    if start_at is not None and not (number and isfinite(start_at)):  # type: ignore[arg-type]
        raise UsageError(f"start_at={start_at!r}: give a number, in lengths of the segment.")
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise UsageError(f"workers={workers!r}: give a whole number, 1 or more.")


def demand_seer(value: object, name: str, *more: str) -> None:
    """Nothing, or an object with a method `detect` and what else it has to have."""
    lacking = [method for method in ("detect", *more) if not callable(getattr(value, method, None))]
    if value is None or not (lacking or isinstance(value, type)):
        return
    if isinstance(value, type):
        raise UsageError(f"{name}: {value.__name__} is a class. Give an object of it: {value.__name__}().")
    raise UsageError(f"{name}: {_kind(value)} has no method {', '.join(lacking)}. See docs/api.md for what it needs.")


class FrameDemands:
    """Looks at frames and poses as they come: each right by itself, their times growing, their size the same."""

    def __init__(self) -> None:
        self._last_t = -1.0
        self._size: tuple[int, ...] | None = None

    def frame(self, frame: object) -> Frame:
        """The frame, or a UsageError."""
        if not isinstance(frame, Frame):
            raise UsageError(f"A frame has to be a smr.Frame(t, image), not {_kind(frame)}.{_instead_of(frame)}")
        t: Any = frame.t
        if not isinstance(t, int | float | np.number) or not isfinite(t) or t < 0:
            raise UsageError(f"A frame's time has to be a number of seconds from 0 on, not {t!r}.")
        if t <= self._last_t:
            raise UsageError(f"The times of frames have to grow, in seconds: {t} came after {self._last_t}.")
        self._last_t = float(t)
        if type(frame) is Frame:  # else one of ours: decoded when it is looked at
            self._image(frame.image)
        return frame

    def _image(self, image: Any) -> None:
        shape: tuple[int, ...] = image.shape if isinstance(image, np.ndarray) else ()
        if len(shape) != _CHANNELS or shape[2] != _CHANNELS or 0 in shape or image.dtype != np.uint8:
            told = f"{image.dtype} of {shape}" if isinstance(image, np.ndarray) else _kind(image)
            raise UsageError(f"A frame's image has to be uint8 of the shape (height, width, 3), RGB, not {told}.")
        if not image.flags.c_contiguous:
            raise UsageError("A frame's image has to be contiguous in memory. Give numpy.ascontiguousarray(image).")
        self._size = self._size or shape
        if shape != self._size:
            raise UsageError(f"All frames have to be of one size: {shape} came after {self._size}. Scale them to one.")

    def pose(self, pose: object, frame: Frame) -> Pose:
        """The pose of `frame`, or a UsageError."""
        if not isinstance(pose, Pose):
            raise UsageError(f"detect() has to give a smr.Pose, not {_kind(pose)}. Nobody there: smr.Pose.nobody(t).")
        arrays: tuple[Any, ...] = (pose.xy, pose.world, pose.visibility)
        shapes = tuple(np.shape(a) for a in arrays)
        if shapes != ((_JOINTS, 2), (_JOINTS, 3), (_JOINTS,)):
            raise UsageError(f"A pose has to have xy (33, 2), world (33, 3) and visibility (33,), not {shapes}.")
        if not all(isinstance(a, np.ndarray) and a.dtype.kind == "f" for a in arrays):
            raise UsageError("A pose's xy, world and visibility have to be arrays of float.")
        if not abs(pose.t - frame.t) <= _APART_S:
            told = f"The pose of the frame at {frame.t:.3f} s is of {pose.t:.3f} s"
            raise UsageError(f"{told}. Give smr.Pose(frame.t, ...).")
        demand_landmarks(pose.t, pose.xy, pose.world, pose.visibility)
        return pose


def demand_landmarks(t: float | NDArray[Any], xy: NDArray[Any], world: NDArray[Any], visibility: NDArray[Any]) -> None:
    """Of one moment or of many: places that are all there, or none of them; visibility from 0 to 1."""
    if not ((visibility >= 0) & (visibility <= 1)).all():
        raise UsageError("The visibility of landmarks has to be from 0 to 1; 0 for what was not seen.")
    places = np.concatenate([xy, world], axis=-1)
    if isinf(np.abs(places).max(initial=0.0)):
        raise UsageError("Places of landmarks have to be finite. Where nobody was seen all of them are NaN.")
    absent = np.isnan(places).any(axis=-1)
    partly = np.atleast_1d(absent.any(axis=-1) & ~np.isnan(places).all(axis=(-1, -2)))
    if partly.any():
        moment = int(partly.argmax())
        joint = [*LANDMARKS][int(np.atleast_2d(absent)[moment].argmax())]
        raise UsageError(
            f"{joint} has no place (NaN) at {float(np.atleast_1d(t)[moment]):.3f} s, and other landmarks have. Give "
            "each a place, with visibility 0 where it is a guess; where nobody was seen all are NaN, as in "
            "smr.Pose.nobody(t)."
        )


class DemandedLooks:
    """A tool detector of somebody's own, of which each answer is looked at."""

    def __init__(self, detect: Callable[..., object]) -> None:
        self._detect = detect

    def detect(
        self, frame: Frame, body: Body, axis: SegmentAxis, move: Move, side: str | None
    ) -> DetectorResult | None:
        """What it says of one picture."""
        found = self._detect(frame, body, axis, move, side)
        if found is not None and not isinstance(found, DetectorResult):
            raise UsageError(f"finder.detect() has to give a DetectorResult or None, not {_kind(found)}.")
        return found


def _instead_of(value: object) -> str:
    """What to give instead of what is no frame."""
    if isinstance(value, str | Path):
        return " Give one clip at a time, by its path."
    if isinstance(value, np.ndarray) and value.shape[:1] == (_JOINTS,):
        return " Landmarks go into a smr.LandmarkRecording(t, world, xy, visibility)."
    return ""


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__
