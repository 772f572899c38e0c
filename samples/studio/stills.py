"""Random stills with exact truth, for training the roller finder: `python -m samples.studio.stills OUT`.

Pictures come in groups that share a person (shape, clothes); everything else differs from picture to picture.
Picture i depends on i alone, so a run that was stopped goes on where it was, shard by shard.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from . import chance
from .body import JOINTS, make_shape
from .camera import Camera, orbit
from .chance import uniform
from .draw_posture import KINDS, Drawn, draw_posture, tool_kind
from .furniture import random_thing, standing_at
from .geometry import Array, turn
from .parts import DISTRACTOR, TOOL, Part
from .person import Person, make_person
from .post import Post, develop_look
from .render import Scene, Studio
from .room import Rgb, Room
from .tool import Placed, tool_parts, tool_texture
from .unrolled import touches_nothing

WIDTH, HEIGHT = 640, 480
OVERSAMPLE = 1.0
GROUP = 2  # pictures that share a person
SHARD = 200
TEXTURE = 512


def _azimuth(rng: np.random.Generator, kind: str) -> float:
    """Where the camera stands round the person: 0 and 180 side on, 90 at the feet, -90 at the head."""
    if kind == "pectoral":
        return -90 + uniform(rng, -70, 70)
    side = float(rng.choice([0, 180]))
    pick = rng.random()
    if kind == "glute" and pick < 0.5:  # filmed from the feet, as a rule
        return 90 + float(rng.choice([-1, 1])) * uniform(rng, 10, 70)
    if pick < 0.5:
        return side + float(rng.normal(0, 14))
    return side + (uniform(rng, -55, 55) if pick < 0.93 else uniform(rng, -80, 80))


def _camera(rng: np.random.Generator, points: Array, kind: str) -> Camera:
    """A view of the posed skin `points` (V, 3): from the floor to a standing person's eyes, well framed, or cut off
    now and then."""
    azimuth = _azimuth(rng, kind)
    elevation = abs(rng.normal(5, 6)) if rng.random() < 0.6 else uniform(rng, 0, 40)
    low, high = points.min(0), points.max(0)
    middle = (low + high) / 2
    vfov = uniform(rng, 24, 55) if rng.random() < 0.8 else uniform(rng, 50, 74)
    fill = uniform(rng, 0.48, 0.95) if rng.random() < 0.85 else uniform(rng, 0.95, 1.5)
    distance = 3.0
    camera = orbit(azimuth, elevation, distance, middle, vfov, WIDTH, HEIGHT)
    for _ in range(4):  # the distance at which the person fills the wanted share of the picture
        px = camera.project(points)
        share = max(np.ptp(px[:, 0]) / WIDTH, np.ptp(px[:, 1]) / HEIGHT)
        distance = float(np.clip(np.linalg.norm(camera.eye - middle) * share / fill, 1.1, 5.6))
        camera = orbit(azimuth, elevation, distance, middle, vfov, WIDTH, HEIGHT)
    slack = 1 - fill if fill < 0.95 else 0.35
    right, down, _ = camera.axes
    span = distance * HEIGHT / camera.focal
    offset = (
        right * uniform(rng, -0.5, 0.5) * slack * span * WIDTH / HEIGHT
        + down * uniform(rng, -0.35, 0.35) * slack * span
    )
    eye = camera.eye + offset
    target = middle + offset
    if eye[2] < 0.08:
        eye[2] = uniform(rng, 0.08, 0.3)
    return Camera(eye, target, vfov, WIDTH, HEIGHT, float(rng.normal(0, 1.2)))


def _free(spot: Array, radius: float, taken: list[tuple[Array, float]], points: Array, eye: Array) -> bool:
    """Whether something of this radius can lie at `spot` (2,) without touching people, tools or the camera."""
    if np.hypot(*(points[:, :2] - spot).T).min() < radius + 0.05 or np.linalg.norm(eye[:2] - spot) < radius + 0.7:
        return False
    return all(np.linalg.norm(spot - t) > radius + r for t, r in taken)


def _clutter(
    rng: np.random.Generator, room: Room, points: Array, placed: Placed | None, eye: Array, like: list[Rgb]
) -> tuple[list[Part], list[Placed]]:
    """Things on the floor, and the second rollers among them (their texture numbers start at 1)."""
    parts: list[Part] = []
    others: list[Placed] = []
    taken = [] if placed is None else [(placed.centre[:2], placed.tool.length_m / 2 + 0.1)]
    middle = (points[:, :2].min(0) + points[:, :2].max(0)) / 2
    away = middle - eye[:2]
    away = away / (np.linalg.norm(away) + 1e-6)
    for _ in range(int(rng.choice([0, 1, 2, 3, 4, 6], p=[0.15, 0.2, 0.25, 0.2, 0.12, 0.08]))):
        second = rng.random() < 0.35 and len(others) < 2
        thing, radius = (None, 0.2) if second else random_thing(rng)
        for _ in range(12):
            behind = uniform(rng, 0.2, 3.0) if rng.random() < 0.8 else uniform(rng, -0.9, 0.2)
            spot = middle + away * behind + np.array([-away[1], away[0]]) * rng.normal(0, 1.1)
            if not _free(spot, radius, taken, points, eye) or not room.holds(np.append(spot, 0.3), radius):
                continue
            if thing is not None:
                parts.append(standing_at(thing, spot))
            else:
                extra = _second_tool(rng, spot, like)
                if extra.axis[2] < 0.5 and not touches_nothing(extra, points):
                    continue
                others.append(extra)
                parts += tool_parts(extra, len(others), DISTRACTOR)
            taken.append((spot, radius))
            break
    return parts, others


def _second_tool(rng: np.random.Generator, spot: Array, like: list[Rgb]) -> Placed:
    """Another roller or ball at a floor point (2,), lying or, at times, standing on its end."""
    tool = chance.tool(rng, "roller" if rng.random() < 0.8 else "ball", like)
    tall = tool.kind == "roller" and rng.random() < 0.25
    axis = np.array([0, 0, 1.0]) if tall else turn((0, 0, 1), uniform(rng, 0, 180)) @ np.array([1.0, 0, 0])
    height = tool.length_m / 2 if tall else tool.radius
    return Placed(tool, np.append(spot, height), axis, uniform(rng, 0, 6))


def _post(rng: np.random.Generator, dim: bool) -> Post:
    return Post(
        bloom=uniform(rng, 0, 0.5),
        blur_px=uniform(rng, 0.3, 1.8) if rng.random() < 0.35 else 0.0,
        motion_px=uniform(rng, 2, 8) if rng.random() < 0.12 else 0.0,
        motion_deg=uniform(rng, 0, 180),
        gain=uniform(rng, 0.9, 1.1),
        warmth=float(rng.normal(0, 0.5)),
        tint=float(rng.normal(0, 0.4)),
        gamma=uniform(rng, 0.75, 1.35),
        contrast=uniform(rng, 0.75, 1.3),
        saturation=uniform(rng, 0.55, 1.25),
        haze=uniform(rng, 0, 0.25) if rng.random() < 0.25 else 0.0,
        vignette=uniform(rng, 0, 0.5) if rng.random() < 0.4 else 0.0,
        noise=uniform(rng, 3, 12) if dim else (uniform(rng, 0, 7) if rng.random() < 0.7 else 0.0),
        jpeg=int(rng.integers(30, 90)) if rng.random() < 0.5 else 0,
    )


def _tool_truth(placed: Placed, camera: Camera) -> dict[str, Any]:
    """Pixels of a tool: middle, end nearest to the camera, far end, radius in pixels at the middle and the near end."""
    ends = sorted(placed.ends, key=lambda p: float(np.linalg.norm(p - camera.eye)))
    near, far, middle = (camera.project(p) for p in (*ends, placed.centre))
    radius = camera.focal * placed.tool.radius
    return {
        "kind": placed.tool.kind,
        "diameter_m": placed.tool.diameter_m,
        "length_m": placed.tool.length_m,
        "near_px": near[:2].tolist(),
        "far_px": far[:2].tolist(),
        "middle_px": middle[:2].tolist(),
        "radius_px": radius / float(near[2]),
        "middle_radius_px": radius / float(middle[2]),
        "centre_m": placed.centre.tolist(),
        "axis": placed.axis.tolist(),
    }


def _extra_joints(drawn: Drawn) -> dict[str, Array]:
    """Face and mid points, metres."""
    pose, rig = drawn.posture.pose, drawn.posture.pose.shape.rig
    head, r = pose.head("head"), pose.rotation("head")
    scale = pose.shape.height / 1.63
    out = {
        "nose": head + r @ (np.array([0.0, -0.113, 0.018]) * scale),
        "mid_shoulder": pose.mid_shoulder,
        "mid_hip": pose.mid_hip,
    }
    for side, sign in (("L", 1), ("R", -1)):
        out[f"ear_{side}"] = head + r @ (np.array([sign * 0.078, 0.0, 0.025]) * scale)
        out[f"eye_{side}"] = pose.heads[rig.index[f"eye.{side}"]]
        out[f"toe_{side}"] = pose.head(f"toe2-1.{side}")
    return out


def make_still(
    index: int, person: Person, person_seed: int, kinds: dict[str, float] = KINDS
) -> tuple[Array, Array, dict[str, Any]]:
    """Picture `index`: (480, 640, 3) uint8 RGB, what each of its pixels shows (480, 640) uint8 (0 the room, else one
    more than the part's kind), and its truth; `kinds` are its possible kinds with their shares."""
    rng = np.random.default_rng([20, index])
    kind = str(rng.choice(list(kinds), p=np.array(list(kinds.values())) / sum(kinds.values())))
    side = str(rng.choice(["L", "R"]))
    wear = person.look
    like = [wear.bottom.rgb] + ([wear.top.rgb] if wear.top else [])
    mats = chance.mats(rng, like)
    tool = chance.tool(rng, tool_kind(rng, kind), like + [m.rgb for m in mats] * 2)
    drawn = draw_posture(rng, person.shape, tool, kind, side)
    posture = drawn.posture
    points = posture.pose.skin()[::7]
    camera = _camera(rng, points, kind)
    room = chance.room(rng, camera.eye, mats, kind == "pectoral")
    clutter, others = _clutter(rng, room, points, posture.tool, camera.eye, like + [m.rgb for m in mats] + [tool.rgb])
    parts = person.parts(posture.pose) + clutter
    if posture.tool is not None:
        parts += tool_parts(posture.tool, 0)
    wraps = np.stack([tool_texture(t) for t in (tool, *(o.tool for o in others))])
    studio = Studio(Scene(tuple(parts), person.texture[None], wraps, room, chance.light(rng, room.rectangles)))
    dim = bool(rng.random() < 0.08)
    picture = studio.shoot(camera, OVERSAMPLE, index, uniform(rng, 30, 55) if dim else uniform(rng, 85, 165))
    rgb = develop_look(picture.rgb, _post(rng, dim), rng)
    touching = posture.contact is not None and posture.tool is not None
    joints = dict(zip(JOINTS, posture.pose.joints, strict=True)) | _extra_joints(drawn)
    truth: dict[str, Any] = {
        "index": index,
        "person": person_seed,
        "kind": kind,
        "move": drawn.move,
        "side": drawn.side,
        "segment": drawn.segment,
        "touching": touching,
        "contact": posture.contact if touching else None,
        "contact_px": None,
        "tool": None,
        "height_m": person.shape.height,
        "joints_px": {k: camera.project(v)[:2].round(2).tolist() for k, v in joints.items()},
        "joints_m": {k: v.round(4).tolist() for k, v in joints.items()},
        "camera": camera.matrix.round(6).tolist(),
        "others": [_tool_truth(o, camera) for o in others],
    }
    if posture.tool is not None:
        alone = studio.alone(camera, OVERSAMPLE, TOOL)
        seen = int((picture.kinds == TOOL).sum())
        truth["tool"] = _tool_truth(posture.tool, camera) | {
            "visible": seen / alone if alone else 0.0,
            "pixels": seen / OVERSAMPLE**2,
        }
    if touching and posture.crossing is not None:
        truth["contact_px"] = camera.project(posture.crossing)[:2].tolist()
    return rgb, (picture.kinds + 1).astype(np.uint8), truth


def make_group_person(group: int) -> Person:
    """The person of pictures GROUP * group and following."""
    rng = np.random.default_rng([10, group])
    return make_person(make_shape(chance.phenotype(rng)), chance.look(rng), TEXTURE)


def make_shard(out: Path, shard: int, kinds: dict[str, float] = KINDS) -> None:
    """Write SHARD pictures and then their truth; a shard with truth is complete and is left alone."""
    folder = out / f"shard_{shard:03d}"
    if (folder / "truth.jsonl").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    began, lines = time.perf_counter(), []
    person = None
    for index in range(shard * SHARD, (shard + 1) * SHARD):
        if person is None or index % GROUP == 0:
            person = make_group_person(index // GROUP)
        rgb, shown, truth = make_still(index, person, index // GROUP, kinds)
        cv2.imwrite(str(folder / f"{index:06d}.jpg"), rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 93])
        cv2.imwrite(str(folder / f"{index:06d}.png"), shown)
        lines.append(json.dumps(truth, separators=(",", ":")))
    partial = folder / "truth.part"
    partial.write_text("\n".join(lines) + "\n")
    partial.rename(folder / "truth.jsonl")
    print(f"shard {shard}: {SHARD / (time.perf_counter() - began):.2f} pictures a second", file=sys.stderr, flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shards", type=int, default=60, help=f"how many shards of {SHARD} pictures")
    parser.add_argument("--first", type=int, default=0, help="first shard")
    parser.add_argument("--step", type=int, default=1, help="take every n-th shard (to share the work)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="only pictures of these kinds")
    args = parser.parse_args()
    kinds = {kind: KINDS[kind] for kind in args.kinds}
    for shard in range(args.first, args.shards, args.step):
        make_shard(args.out, shard, kinds)


if __name__ == "__main__":
    main()
