"""TRC, the marker file of OpenSim, with the marker names that Sports2D and Pose2Sim write.

Axes as OpenSim has them: X to the right of the picture, Y up, Z towards the camera; metres. World landmarks have their
origin between the hips, which would nail the person down: how the hips move in the picture is added, in metres by the
median size of the person. Format: OpenSim's user guide, "Marker (.trc) Files"; names: Pose2Sim's BLAZEPOSE skeleton.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from smr_vision.exchange.recording import Array, LandmarkRecording
from smr_vision.pose import LANDMARKS

# Marker: our landmarks, of which it is the middle.
_SIDED: Final = {
    "Hip": "hip", "Knee": "knee", "Ankle": "ankle", "BigToe": "foot_index", "Heel": "heel", "Shoulder": "shoulder",
    "Elbow": "elbow", "Wrist": "wrist", "Thumb": "thumb", "Index": "index", "Pinky": "pinky", "Eye": "eye",
    "Ear": "ear", "EyeInner": "eye_inner", "EyeOuter": "eye_outer",
}  # fmt: skip
MARKERS: Final[dict[str, tuple[str, ...]]] = {
    "Hip": ("left_hip", "right_hip"), "Neck": ("left_shoulder", "right_shoulder"), "Nose": ("nose",),
    **{f"R{name}": (f"right_{ours}",) for name, ours in _SIDED.items()},
    **{f"L{name}": (f"left_{ours}",) for name, ours in _SIDED.items()},
    "RMouth": ("mouth_right",), "LMouth": ("mouth_left",),
}  # fmt: skip
_AXES: Final = np.array([1.0, -1.0, -1.0])
_PICTURE: Final = 300.0  # pixels a metre of the picture that is worked out where there is none
_MIDDLE: Final = np.array([640.0, 360.0])
_HEAD: Final = 5  # lines before the first row


def trc_text(recording: LandmarkRecording, name: str) -> str:
    """The recording as the text of a TRC file called `name`; empty cells are `nan`."""
    places = _placed(recording)
    columns = np.stack([places[:, [LANDMARKS[j] for j in joints]].mean(axis=1) for joints in MARKERS.values()], axis=1)
    count = len(recording)
    rate = (count - 1) / float(recording.t[-1] - recording.t[0]) if count > 1 else 30.0
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate:.6f}\t{rate:.6f}\t{count}\t{len(MARKERS)}\tm\t{rate:.6f}\t1\t{count}",
        "Frame#\tTime\t" + "\t\t\t".join(MARKERS) + "\t\t",
        "\t\t" + "\t".join(f"X{k}\tY{k}\tZ{k}" for k in range(1, len(MARKERS) + 1)),
    ]
    rows = [
        f"{k + 1}\t{t:.6f}\t" + "\t".join("nan" if np.isnan(v) else f"{v:.6f}" for v in row.ravel())
        for k, (t, row) in enumerate(zip(recording.t, columns, strict=True))
    ]
    return "\n".join([*head, *rows]) + "\n"


def parse_trc(text: str) -> LandmarkRecording:
    """A recording from the text of a TRC file. Raises ValueError in words where it is none."""
    lines = text.splitlines()
    if len(lines) <= _HEAD or not lines[0].startswith("PathFileType"):
        raise ValueError("this is no TRC file with markers")
    about = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    scale = {"m": 1.0, "mm": 0.001, "cm": 0.01}.get(about.get("Units", "").strip())
    if scale is None:
        raise ValueError("its units are none of m, cm, mm")
    names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
    rows = [[_number(cell) for cell in line.rstrip("\n").split("\t")] for line in lines[_HEAD:] if line.strip()]
    width = 2 + 3 * len(names)
    if any(len(row) < width for row in rows):
        raise ValueError("a row has fewer cells than there are markers")
    table = np.array([row[:width] for row in rows])
    found = dict(zip(names, np.moveaxis(table[:, 2:].reshape(len(rows), -1, 3) * scale * _AXES, 1, 0), strict=True))
    return _recording(table[:, 1] - table[0, 1], found)


def _placed(recording: LandmarkRecording) -> Array:
    """Landmarks (n, 33, 3) in metres on OpenSim's axes, the hips moving as they do in the picture."""
    hips = recording.xy[:, [LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(axis=1)
    seen = np.isfinite(hips).all(axis=1)
    moved = np.zeros((len(recording), 1, 3))
    if seen.any():
        spans = [np.ptp(values[seen], axis=1)[:, :2] for values in (recording.xy, recording.world)]
        metres = float(np.median(np.linalg.norm(spans[1], axis=1) / np.maximum(np.linalg.norm(spans[0], axis=1), 1e-9)))
        moved[:, 0, :2] = (hips - hips[seen][0]) * metres
    return np.asarray((recording.world + moved) * _AXES, np.float64)


def _recording(t: Array, found: dict[str, Array]) -> LandmarkRecording:
    ours = {joints[0]: found[name] for name, joints in MARKERS.items() if len(joints) == 1 and name in found}
    missing = [joint for joint in LANDMARKS if joint not in ours]
    if missing:
        names = sorted(name for name, joints in MARKERS.items() if joints[0] in missing and len(joints) == 1)
        raise ValueError(f"markers are missing: {', '.join(names[:6])}{' ...' if len(names) > 6 else ''}")
    placed = np.stack([ours[joint] for joint in LANDMARKS], axis=1)
    hips = placed[:, [LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(axis=1, keepdims=True)
    visible = np.asarray(np.isfinite(placed).all(axis=2), np.float64)
    return LandmarkRecording(t, placed - hips, placed[..., :2] * _PICTURE + _MIDDLE, visible)


def _number(cell: str) -> float:
    return float(cell) if cell.strip() else float("nan")
