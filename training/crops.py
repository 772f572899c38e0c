"""From rendered pictures to crops with truth, as the finder will see them.

The window is laid by a real pose model's landmarks, so that the net learns to live with their errors.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from smr_vision.body import Body, BodyMeter
from smr_vision.moves import Segment
from smr_vision.pose import LANDMARKS, MediaPipePose, Pose
from smr_vision.tool.axis import ruler_of
from smr_vision.tool.crop import HEIGHT, KINDS, WIDTH, crop_of
from smr_vision.video import Frame

PAD: Final = 16  # crops are kept this much larger on each side, so that they can be shifted and turned
LOW_ON_TRUNK: Final = 0.7  # contact from which the tool lies as much under the pelvis as under the trunk
CLOSE: Final = ("none_mimic", "beside")  # kinds of pictures that look like rolling but are not
POINTS: Final = ("foot", "near", "middle", "start", "end")


def _segment(kind: str, start: str, end: str) -> Segment:
    return Segment(kind=kind, start=start, end=end, length_h=0.3, grows="down", shrinks="up")  # type: ignore[arg-type]


SEGMENTS: Final = {
    "trunk": _segment("between", "mid_shoulders", "mid_hips"),
    "shank": _segment("between", "working knee", "working ankle"),
    "thigh": _segment("between", "working hip", "working knee"),
    "side": _segment("between", "working shoulder", "working hip"),
    "chest": _segment("across", "mid_shoulders", "working shoulder"),
    "pelvis": _segment("floor", "mid_hips", "mid_knees"),
}


@dataclass(frozen=True, eq=False)
class Example:
    """One crop: `image` (HEIGHT + 2 PAD, WIDTH + 2 PAD, 3); `points` (5, 2) in crop pixels (NaN: none) in
    the order of POINTS; `along` the contact; `touching`; `radius` of the tool in crop pixels; `picture` its number;
    `shown` what each pixel shows (`samples.studio.stills`), zeros in a photograph."""

    image: NDArray[np.uint8]
    points: NDArray[np.float32]
    along: float
    touching: bool
    radius: float
    kind: int
    visible: float
    picture: int
    shown: NDArray[np.uint8]


def project(camera: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    q = camera @ np.append(point, 1.0)
    return np.asarray(q[:2] / q[2])


def true_ruler(truth: dict[str, Any], segment: str, side: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """World positions (metres) of the segment's 0 and 1, as the truth's contact is defined."""
    joints = {name: np.array(p) for name, p in truth["joints_m"].items()}
    s = side[0].upper()
    sign = 1.0 if s == "L" else -1.0
    if segment == "trunk":
        return joints["mid_shoulder"], joints["mid_hip"]
    if segment == "shank":
        return joints[f"knee_{s}"], joints[f"ankle_{s}"]
    if segment == "thigh":
        return joints[f"hip_{s}"], joints[f"knee_{s}"]
    if segment == "side":
        return joints[f"shoulder_{s}"], joints[f"hip_{s}"]
    if segment == "chest":
        half = np.linalg.norm(joints["shoulder_L"] - joints["shoulder_R"]) / 2
        across = joints["shoulder_L"] - joints["shoulder_R"]
        across[[0, 2]] = 0  # along the wall: the worked side lies at +y for left
        direction = np.sign(across[1]) * sign
        return joints["mid_shoulder"], joints["mid_shoulder"] + np.array([0.0, direction * half, 0.0])
    width = np.linalg.norm(joints["hip_L"] - joints["hip_R"])
    knees = (joints["knee_L"] + joints["knee_R"]) / 2
    direction = np.sign((knees - joints["mid_hip"])[0])
    return joints["mid_hip"], joints["mid_hip"] + np.array([direction * width, 0.0, 0.0])


def segment_of(truth: dict[str, Any]) -> str:
    """Which of SEGMENTS lies on the tool."""
    if truth["move"] == "lats":
        return "side"
    return str(truth["segment"])


def looks(truth: dict[str, Any], random: np.random.Generator) -> list[tuple[str, str, bool]]:
    """Segments to look at in a picture: (segment, side, whether the tool touches it)."""
    found: list[tuple[str, str, bool]] = []
    if truth["touching"]:
        side = {"L": "left", "R": "right"}.get(str(truth["side"])[:1].upper(), "left")
        found.append((segment_of(truth), side, True))
        elsewhere = {
            "trunk": ("shank", "pelvis"),
            "shank": ("trunk", "pelvis"),
            "thigh": ("trunk",),
            "pelvis": ("shank", "trunk"),
            "chest": ("trunk",),
        }
        choices = elsewhere.get(found[0][0], ())
        if found[0][0] == "trunk" and truth["contact"] > LOW_ON_TRUNK:
            choices = ("shank",)
        if choices and random.random() < 0.35:
            found.append((str(random.choice(choices)), str(random.choice(("left", "right"))), False))
    else:
        likely = ("trunk", "shank", "pelvis")
        every = (*likely, "thigh", "trunk", "chest")
        names = random.choice(likely if truth["kind"] in CLOSE else every, 2, replace=False)
        found.extend((str(name), str(random.choice(("left", "right"))), False) for name in names)
    return found


def example(
    image: NDArray[np.uint8], shown: NDArray[np.uint8], truth: dict[str, Any], body: Body, look: tuple[str, str, bool]
) -> Example | None:
    """The crop of one look; None when the pose is too wrong to be of use."""
    name, side, touching = look
    segment = SEGMENTS[name]
    ruler = ruler_of(body, segment, side)
    if not np.isfinite(ruler.unit).all():
        return None
    crop = crop_of(ruler, segment, body.stature_px)
    camera = np.array(truth["camera"])
    start, end = true_ruler(truth, name, side)
    points = np.full((len(POINTS), 2), np.nan, np.float32)
    points[3:] = crop.into(np.stack([project(camera, start), project(camera, end)]))
    size = np.array([WIDTH, HEIGHT])
    if np.abs(points[3:] - size / 2).max() > 1.2 * WIDTH:
        return None
    radius = 0.0
    visible = 0.0
    tool = truth["tool"]
    along = 0.0
    if touching:
        along = float(truth["contact"])
        foot = project(camera, start + along * (end - start))
        ends = np.stack([foot, np.array(tool["near_px"]), np.array(tool["middle_px"])])
        points[:3] = crop.into(ends)
        radius = float(tool["middle_radius_px"]) * float(np.hypot(*crop.to_crop[0, :2]))
        visible = float(tool["visible"])
        centre = points[0] - size / 2
        if abs(centre[0]) > 0.6 * WIDTH or abs(centre[1]) > 0.7 * HEIGHT:
            return None
    kind = KINDS.index(segment.kind)
    matrix = crop.to_crop.copy()
    matrix[:, 2] += PAD
    size = WIDTH + 2 * PAD, HEIGHT + 2 * PAD
    parts = cv2.warpAffine(shown, matrix, size, flags=cv2.INTER_NEAREST).astype(np.uint8, copy=False)
    return Example(crop.cut(image, PAD), points, along, touching, radius, kind, visible, int(truth["index"]), parts)


def good_pose(pose: Pose, truth: dict[str, Any]) -> bool:
    """Whether the pose is of the person at all: most joints within a third of the trunk."""
    if not pose.found:
        return False
    names = [f"{side}_{j}" for j in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")]
    ours = np.array([pose.xy[LANDMARKS[n]] for n in names])
    theirs = np.array([truth["joints_px"][f"{n.split('_')[1]}_{n[0].upper()}"] for n in names])
    trunk = np.linalg.norm(np.array(truth["joints_px"]["mid_shoulder"]) - np.array(truth["joints_px"]["mid_hip"]))
    legs = np.linalg.norm(np.array(truth["joints_px"]["mid_hip"]) - (theirs[4] + theirs[5]) / 2)
    near = np.linalg.norm(ours - theirs, axis=1) < 0.4 * max(trunk, legs)
    return bool(near.mean() >= 0.7)


def examples(folder: Path, seed: int = 0) -> Iterator[tuple[int, Example]]:
    """All examples of one shard, with the index of the person in them."""
    random = np.random.default_rng(seed)
    sources = {name: MediaPipePose(name, single_pictures=True) for name in ("full", "heavy")}  # type: ignore[arg-type]
    with sources["full"], sources["heavy"]:
        for line in (folder / "truth.jsonl").read_text().splitlines():
            truth = json.loads(line)
            bgr = cv2.imread(str(folder / f"{truth['index']:06d}.jpg"))
            shown = cv2.imread(str(folder / f"{truth['index']:06d}.png"), cv2.IMREAD_GRAYSCALE)
            if bgr is None or shown is None:
                continue
            image = np.ascontiguousarray(bgr[..., ::-1])
            source = sources["heavy" if random.random() < 0.5 else "full"]
            pose = source.detect(Frame(float(truth["index"]), image))
            if not good_pose(pose, truth):
                continue
            body = BodyMeter().update(pose)
            if body is None:
                continue
            for look in looks(truth, random):
                found = example(image, shown.astype(np.uint8), truth, body, look)
                if found is not None:
                    yield int(truth["person"]), found


def store(shard: Path, out: Path) -> int:
    """Keep the crops of a shard as arrays in `out`."""
    kept = list(examples(shard, seed=int(shard.name.split("_")[1])))
    save(kept, out)
    return len(kept)


def save(kept: Sequence[tuple[int, Example]], out: Path) -> None:
    """Write crops, each with the number of its person, as arrays."""
    arrays = {
        "image": np.stack([e.image for _, e in kept]),
        "points": np.stack([e.points for _, e in kept]),
        "along": np.array([e.along for _, e in kept], np.float32),
        "touching": np.array([e.touching for _, e in kept], np.float32),
        "radius": np.array([e.radius for _, e in kept], np.float32),
        "kind": np.array([e.kind for _, e in kept], np.int64),
        "visible": np.array([e.visible for _, e in kept], np.float32),
        "person": np.array([p for p, _ in kept], np.int64),
        "picture": np.array([e.picture for _, e in kept], np.int64),
        "shown": np.stack([e.shown for _, e in kept]),
    }
    np.savez(out, **arrays)
