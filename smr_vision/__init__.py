"""smr-vision watches people foam-rolling and says how it went.

>>> import smr_vision as smr
>>> session = smr.analyse("roll.mp4", move="thoracic")
>>> [set_.pass_count for set_ in session.sets]
[5]
>>> for result in smr.Pipeline(move="thoracic").run(smr.open_video("roll.mp4")):
...     if result.feedback is not None and result.feedback.new_faults:
...         print(f"{result.t:.0f} s: {result.feedback.new_faults[0].check.cue}")
2 s: Lift your hips
22 s: Lift your hips
22 s: Hands behind your head
>>> smr.analyse("nothing.mp4")
Traceback (most recent call last):
...
smr_vision.errors.InputError: nothing.mp4 does not exist. Check the name.

Nothing is written unless `out` is given, nothing leaves the machine, and nothing exits: what goes wrong in a known way
is an `SmrError`. There is no state between calls: several threads may analyse at once, each its own clip.

Times are seconds from the first picture. Places in a picture are pixels of the upright one, x right, y down. World
landmarks are metres with the origin between the hips, x right, y down, z away from the camera.
"""

from __future__ import annotations

__version__ = "0.1.0"

# As in `typing`, which takes longer to load than all of this: a command that is stopped meanwhile has not yet begun.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, Final

    from smr_vision.analysis.public import analyse
    from smr_vision.body import Body
    from smr_vision.coach.sets import Feedback
    from smr_vision.errors import (
        CancelledError,
        DeviceError,
        InputError,
        ModelError,
        NobodyError,
        OutputError,
        SmrError,
        UsageError,
    )
    from smr_vision.exchange.export import export
    from smr_vision.exchange.read import read_landmarks
    from smr_vision.exchange.recording import LandmarkRecording
    from smr_vision.moves import Move
    from smr_vision.pipeline import FrameResult, Pipeline, load_move, open_video
    from smr_vision.pose import LANDMARKS, Pose, PoseSource
    from smr_vision.session import Session
    from smr_vision.tool import Contact
    from smr_vision.video import ClipReader, Frame

__all__ = [
    "LANDMARKS", "Body", "CancelledError", "ClipReader", "Contact", "DeviceError", "Feedback", "Frame", "FrameResult",
    "InputError", "LandmarkRecording", "ModelError", "Move", "NobodyError", "OutputError", "Pipeline", "Pose",
    "PoseSource", "Session", "SmrError", "UsageError", "analyse", "export", "load_move", "open_video", "read_landmarks",
]  # fmt: skip

_ROOMS: Final = {
    "analysis.public": "analyse",
    "body": "Body",
    "coach.sets": "Feedback",
    "errors": "CancelledError DeviceError InputError ModelError NobodyError OutputError SmrError UsageError",
    "exchange.export": "export",
    "exchange.read": "read_landmarks",
    "exchange.recording": "LandmarkRecording",
    "moves": "Move",
    "pipeline": "FrameResult Pipeline load_move open_video",
    "pose": "LANDMARKS Pose PoseSource",
    "tool": "Contact",
    "session": "Session",
    "video": "ClipReader Frame",
}
_HOMES: Final = {name: room for room, names in _ROOMS.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import what is public when it is first asked for: `import smr_vision` alone takes milliseconds."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - loaded when needed, for the same reason

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
