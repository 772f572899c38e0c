"""Where the joints of the person are, by MediaPipe; nothing else imports it.

It is imported when the first landmarker is made, so that commands which need no pose start fast.
"""

import logging
import os
import platform
import sys
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from smr_vision.errors import DeviceError, ModelError, shown
from smr_vision.runtime.machine import bundled_model, trim_heap
from smr_vision.runtime.shielded import run_shielded

if TYPE_CHECKING:
    from smr_vision.video import Frame

_log = logging.getLogger(__name__)

ModelName = Literal["lite", "full", "heavy"]

LANDMARKS: Final[dict[str, int]] = {
    "nose": 0, "left_eye_inner": 1, "left_eye": 2, "left_eye_outer": 3, "right_eye_inner": 4, "right_eye": 5,
    "right_eye_outer": 6, "left_ear": 7, "right_ear": 8, "mouth_left": 9, "mouth_right": 10, "left_shoulder": 11,
    "right_shoulder": 12, "left_elbow": 13, "right_elbow": 14, "left_wrist": 15, "right_wrist": 16, "left_pinky": 17,
    "right_pinky": 18, "left_index": 19, "right_index": 20, "left_thumb": 21, "right_thumb": 22, "left_hip": 23,
    "right_hip": 24, "left_knee": 25, "right_knee": 26, "left_ankle": 27, "right_ankle": 28, "left_heel": 29,
    "right_heel": 30, "left_foot_index": 31, "right_foot_index": 32,
}  # fmt: skip
"""Index of each joint in the arrays of a `Pose`; left and right are the person's own."""

_MIRRORED: Final = [LANDMARKS[n.replace("left", "-").replace("right", "left").replace("-", "right")] for n in LANDMARKS]
_NETWORKS: Final = {"pose_detector.tflite", "pose_landmarks_detector.tflite"}


_OUTSIDE: Final = 0.03  # of the picture's size: a joint this far beyond its edge is not in it


@dataclass(frozen=True, eq=False)
class Pose:
    """One person at one moment; the order of landmarks is that of `LANDMARKS`.

    Attributes
    ----------
    t : float
        Seconds from the first picture.
    xy : ndarray (33, 2)
        Pixels of the upright picture, x right, y down; NaN when nobody was found.
    world : ndarray (33, 3)
        Metres, origin between the hips, x right, y down, z away from the camera; NaN when nobody was found.
    visibility : ndarray (33,)
        0 to 1; 0 when nobody was found, and for a landmark beyond the picture's edge.
    """

    t: float
    xy: NDArray[np.float64]
    world: NDArray[np.float64]
    visibility: NDArray[np.float64]

    @cached_property
    def found(self) -> bool:
        """Whether there is a person."""
        return bool(np.isfinite(self.xy).any())

    @staticmethod
    def nobody(t: float) -> "Pose":
        """The pose of an empty room."""
        count = len(LANDMARKS)
        return Pose(t, np.full((count, 2), np.nan), np.full((count, 3), np.nan), np.zeros(count))


def exchanged(pose: Pose) -> Pose:
    """The pose with left called right and right called left."""
    return Pose(pose.t, pose.xy[_MIRRORED], pose.world[_MIRRORED], pose.visibility[_MIRRORED])


def mirrored(pose: Pose, width: int) -> Pose:
    """The pose of a picture `width` pixels wide from that of the picture in a mirror: left is right."""
    turned = pose.xy * (-1.0, 1.0) + (width - 1.0, 0.0)
    return exchanged(Pose(pose.t, turned, pose.world * (-1.0, 1.0, 1.0), pose.visibility))


class PoseSource(Protocol):
    """Anything that finds the pose in the frames of one clip, given in order.

    One that has nothing to open may inherit from it.

    Examples
    --------
    >>> import numpy as np, smr_vision as smr
    >>> class EmptyRoom(smr.PoseSource):
    ...     def detect(self, frame):
    ...         return smr.Pose.nobody(frame.t)
    >>> frames = [smr.Frame(k / 10, np.zeros((90, 160, 3), np.uint8)) for k in range(3)]
    >>> [result.pose.found for result in smr.Pipeline(poses=EmptyRoom()).run(frames)]
    [False, False, False]
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def detect(self, frame: "Frame") -> Pose:
        """The pose in `frame`; `Pose.nobody` when nobody is seen."""
        ...


def model_path(name: ModelName) -> Path:
    """The bundle of a named model: in the installed package, or in `models/` of a checkout."""
    return bundled_model(f"pose_landmarker_{name}.task", "pose model")


class MediaPipePose:
    """MediaPipe's PoseLandmarker as a `PoseSource`: a new one for each clip, and after each seek.

        with MediaPipePose("full") as source:
            pose = source.detect(frame)

    With `single_pictures` each frame is looked at by itself, nothing followed; `most` people are told apart then. It
    uses one core; two in two threads run side by side. Raises ModelError on entering when the
    model is missing or damaged, DeviceError when MediaPipe does not run on this machine.
    """

    def __init__(self, model: ModelName | Path = "full", *, single_pictures: bool = False, most: int = 1) -> None:
        self._model = model
        self._single = single_pictures
        self._most = most
        self._landmarker: Any = None
        self._image_class: Any = None
        self._last_ms = -1

    def __enter__(self) -> Self:
        bundle = self._model if isinstance(self._model, Path) else model_path(self._model)
        data = _whole(bundle)
        with _native_stderr_logged():
            mediapipe = _import_mediapipe()
            vision = mediapipe.tasks.vision
            options = vision.PoseLandmarkerOptions(
                # Read here: MediaPipe can't open every path (non-ASCII ones on Windows).
                base_options=mediapipe.tasks.BaseOptions(model_asset_buffer=data),
                running_mode=vision.RunningMode.IMAGE if self._single else vision.RunningMode.VIDEO,
                num_poses=self._most,
            )
            try:
                self._landmarker = run_shielded(lambda: vision.PoseLandmarker.create_from_options(options))
            except (OSError, RuntimeError, ValueError) as error:
                raise _damaged(bundle) from error
        trim_heap()  # making one takes more than it keeps
        self._image_class = mediapipe.Image
        self._image_format = mediapipe.ImageFormat.SRGB
        self._last_ms = -1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        landmarker, self._landmarker = self._landmarker, None
        if landmarker is not None:
            landmarker.close()

    def detect(self, frame: "Frame") -> Pose:
        """The pose in `frame`, in its pixels; frames come in the order of time."""
        result = self._look(frame)
        if not result.pose_landmarks:
            return Pose.nobody(frame.t)
        width, height = frame.size
        picture = np.array([(p.x, p.y, p.visibility) for p in result.pose_landmarks[0]], np.float64)
        world = np.array([(p.x, p.y, p.z) for p in result.pose_world_landmarks[0]], np.float64)
        # What lies outside of the picture was not seen, whatever the model thinks of it.
        inside = np.all((picture[:, :2] > -_OUTSIDE) & (picture[:, :2] < 1 + _OUTSIDE), axis=1)
        # In the precision in which poses are kept, so that kept ones give the very same results.
        places = (picture[:, :2] * (width, height)).astype(np.float32).astype(np.float64)
        return Pose(frame.t, places, world, np.where(inside, picture[:, 2], 0.0))

    def count(self, frame: "Frame") -> int:
        """How many people are in `frame`, as far as they are told apart."""
        return len(self._look(frame).pose_landmarks)

    def _look(self, frame: "Frame") -> Any:
        if self._landmarker is None:  # a closed landmarker would say "nobody"
            raise RuntimeError("MediaPipePose is used outside its 'with' block")
        image = self._image_class(image_format=self._image_format, data=frame.look)
        first = self._last_ms < 0
        # MediaPipe wants whole milliseconds that always grow.
        self._last_ms = max(self._last_ms + 1, round(1000 * frame.t))
        if first:
            with _native_stderr_logged():
                return self._run(image)
        return self._run(image)

    def _run(self, image: Any) -> Any:
        if self._single:
            return self._landmarker.detect(image)
        return self._landmarker.detect_for_video(image, self._last_ms)


def _import_mediapipe() -> Any:
    try:
        import mediapipe  # noqa: PLC0415 - half a second that other commands need not wait
    except (ImportError, OSError) as error:
        raise DeviceError(
            f"MediaPipe does not run here ({platform.system()} {platform.machine()}, Python "
            f"{sys.version_info.major}.{sys.version_info.minor}: {str(error).splitlines()[0]}). "
            "It needs Linux x86-64, macOS on Apple silicon or Windows x86-64, with Python 3.11 to 3.13."
        ) from error
    return mediapipe


def _whole(bundle: Path) -> bytes:
    """What a model bundle holds, once its checksums have told that it is whole: it is a zip of two networks."""
    try:
        status = bundle.stat()
        _check(bundle, status.st_mtime_ns, status.st_size)
        return bundle.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(
            f"There is no pose model {shown(bundle)}. Check --model: lite, full, heavy or a .task file."
        ) from error
    # All that zipfile raises at a damaged bundle; it is told as one error of ours.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(bundle) from error
    except OSError as error:
        raise ModelError(f"The pose model {shown(bundle)} can't be read ({error.strerror}). Check --model.") from error


@lru_cache(maxsize=4)  # the stretches of a clip each make a landmarker of it
def _check(bundle: Path, changed_ns: int, size: int) -> None:
    del changed_ns, size  # only say that it is still the same file
    with zipfile.ZipFile(bundle) as zipped:
        if zipped.testzip() is not None or not set(zipped.namelist()) >= _NETWORKS:
            raise _damaged(bundle)


def _damaged(bundle: Path) -> ModelError:
    return ModelError(f"{shown(bundle)} is damaged or no pose model. Reinstall smr-vision, or give another .task file.")


_stderr_lock = threading.Lock()


@contextmanager
def _native_stderr_logged() -> Iterator[None]:
    """Send what MediaPipe's C++ writes to stderr to the debug log instead, whatever happens.

    The redirect is of the whole process, hence one at a time.
    """
    if sys.stderr is None:  # started without one
        yield
        return
    with _stderr_lock, tempfile.TemporaryFile() as noise:
        sys.stderr.flush()
        saved = os.dup(2)
        try:
            os.dup2(noise.fileno(), 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            noise.seek(0)
            for line in noise.read().decode("utf-8", "replace").splitlines():
                _log.debug("mediapipe: %s", line)
