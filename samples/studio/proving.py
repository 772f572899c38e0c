"""Random clips for the proving ground, by number: `python -m samples.studio.proving OUT [--first N] [--last N]`.

Clip i depends on i alone: person, room, roller, camera, tempo, fault and picture are drawn independently of each other.
Even numbers are for development, odd ones for the test, with nobody and nothing in common. Truth as for all clips, with
`factors` (what was drawn) and `split`. Numbers from 1000 on show the four moves that came later, in shorter clips.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from . import chance
from .__main__ import render
from .chance import uniform
from .scene import CameraSpec, LightSpec, PhaseSpec, PostSpec, RoomSpec, SceneSpec, ToolSpec
from .tempo import LEAST_PASS
from .tool import PATTERNS

CYCLE: Final = ("thoracic", "calf", "glute", "pec", "none", "thoracic", "glute", "pec", "calf", "glute", "pec", "none")
FURTHER_FROM: Final = 1000
FURTHER: Final = ("hamstrings", "quadriceps", "lats", "peroneals")
FIRST: Final = ("thoracic", "calf", "glute", "pec")
ROLLS_S: Final = 6.5  # about how long somebody rolls
Range = tuple[float, float]


@dataclass(frozen=True)
class Ways:
    """What may be drawn of a move: where sweeps start, how far they may go, faults, and where a camera may stand:
    degrees off `recommended` for somebody who works the right side (the left is its mirror image)."""

    low: Range
    top: float
    faults: tuple[str, ...]
    recommended: float
    off: Range
    target: tuple[float, float, float]
    wide_m: float  # how much of the person has to fit into the picture's width,
    tall_m: float  # and into its height
    behind: float = 0.0  # share of those who are filmed from the other side
    most: float = 1.0  # no sweep is longer: planted arms reach no farther


WAYS: Final = {
    "thoracic": Ways(
        (-0.02, 0.18), 0.56, ("hips_down", "hands_not_behind_head", "knees_not_90", "lower_back", "too_fast"),
        0.0, (-35, 35), (0.22, 0.0, 0.32), 1.75, 0.95,
    ),
    "calf": Ways(
        (0.14, 0.3), 0.8, ("hips_down", "leg_not_crossed", "partial_range", "too_fast"),
        0.0, (-30, 30), (0.25, 0.0, 0.38), 1.85, 1.05,
    ),
    "glute": Ways(
        (-0.32, -0.14), 0.34, ("ankle_not_crossed", "no_rotation", "too_fast"),
        35.0, (-45, 45), (0.12, 0, 0.44), 1.5, 1.1,
    ),
    "pec": Ways((0.36, 0.55), 0.98, ("not_leaning", "too_fast"), -32.0, (-42, 42), (-0.3, 0.0, 0.88), 1.1, 1.95),
    "hamstrings": Ways(
        (0.2, 0.4), 0.82, ("hips_down", "leg_bent", "too_fast"), 0.0, (-30, 30), (0.2, 0.0, 0.4), 1.75, 1.05,
        most=0.42,
    ),
    "quadriceps": Ways(
        (0.16, 0.32), 0.62, ("not_in_line", "too_fast"), 0.0, (-30, 30), (0.05, 0.0, 0.28), 2.0, 0.8,
        most=0.42,
    ),
    "lats": Ways(
        (0.05, 0.16), 0.38, ("arm_not_overhead", "hips_up", "too_fast"),
        0.0, (-35, 35), (0.05, 0.0, 0.3), 2.1, 0.85, 0.35,
    ),
    "peroneals": Ways(
        (0.2, 0.4), 0.78, ("hips_down", "not_on_side", "too_fast"), 0.0, (-35, 35), (0.05, 0.0, 0.36), 1.95, 1.0, 0.35,
    ),
}  # fmt: skip
STILL_FAULTS: Final = ("hips_down", "no_rotation", "not_leaning", "not_in_line", "hips_up")  # nobody rolls meanwhile
GETTING_IN: Final = {
    "thoracic": ("sit", "down"), "calf": ("sit", "down_crossed"), "glute": ("squat", "sit_on"), "pec": ("away",),
    "hamstrings": ("sit", "down"), "quadriceps": ("down",), "lats": ("down",), "peroneals": ("down",),
}  # fmt: skip


def factors_of(number: int) -> dict[str, Any]:
    """What is drawn for a clip, in words and numbers."""
    rng = np.random.default_rng([90, number])
    further = number >= FURTHER_FROM
    cycle = FURTHER if further else CYCLE
    kind = cycle[(number // 2) % len(cycle)]
    mime = str(rng.choice(["lie", "bridge", "sit", "walk", "mime"], p=[0.2, 0.2, 0.15, 0.15, 0.3]))
    move = kind if kind != "none" else str(rng.choice(FIRST)) if mime == "mime" else "floor"
    ways = WAYS.get(move, WAYS["thoracic"])
    least = LEAST_PASS.get(move, 0.25)
    tempo = float(np.exp(uniform(rng, np.log(0.85), np.log(5.0)))) if rng.random() < 0.9 else uniform(rng, 5, 8)
    fault = str(rng.choice(ways.faults)) if kind != "none" and rng.random() < 0.6 else ""
    low = uniform(rng, *ways.low)
    extent = min(uniform(rng, 0.86, 2.3) * least, ways.top - low, ways.most)
    if fault == "partial_range":
        extent = max(extent, 1.35 * least)
    fps = int(rng.choice([10, 12, 15, 20, 25, 30, 60], p=[0.25, 0.25, 0.25, 0.12, 0.05, 0.06, 0.02]))
    if further:  # less to draw and to measure
        fps = int(rng.choice([10, 12, 15]))
    ball = move == "pec" or (move in ("glute",) and rng.random() < 0.25)
    sides = ["R", "L"] if kind == "quadriceps" else ["L", "R"]
    return {
        "kind": kind, "move": move, "mime": mime if kind == "none" else "", "side": str(rng.choice(sides)),
        "head": str(rng.choice(["left", "right"])), "off": uniform(rng, *ways.off), "elevation": uniform(rng, 2, 20),
        "vfov": uniform(rng, 28, 58), "fill": uniform(rng, 0.6, 0.92), "sweep": tempo, "low": low, "extent": extent,
        "fault": fault, "pause": uniform(rng, 0, 0.8) if rng.random() < 0.5 else 0.0,
        "set_up": bool(rng.random() < 0.3),
        "rest": bool(rng.random() < 0.15), "ball": ball,
        "tool_d": uniform(rng, 0.06, 0.13) if ball else uniform(rng, 0.08, 0.16),
        "tool_l": 0.0 if ball else uniform(rng, 0.3, 0.95), "tool_yaw": float(rng.normal(0, 4)),
        "tool_y": float(rng.choice([-1, 1])) * uniform(rng, 0.42, 0.9) if rng.random() < 0.7 else 9.0,
        "fps": fps, "size": int(rng.choice([384, 512] if further else [384, 512, 640])),
        "wide": bool(rng.random() < 0.5),
        "light": float(rng.choice([45, 75, 110, 145])), "noise": uniform(rng, 0, 5), "blur": uniform(rng, 0.2, 1.5),
        "behind": bool(further and rng.random() < ways.behind),
    }  # fmt: skip


def scene_of(number: int, f: dict[str, Any]) -> SceneSpec:
    """The scene that was drawn."""
    rng = np.random.default_rng([91, number])
    move = "walk" if f["mime"] == "walk" else f["move"]
    ways = WAYS.get(move, WAYS["thoracic"])
    look = chance.look(rng)
    width = f["size"]
    height = 2 * round(width * (9 / 16 if f["wide"] else 3 / 4) / 2)
    half = np.tan(np.radians(f["vfov"]) / 2)
    tall, wide = (1.95, 1.2) if move == "walk" else (ways.tall_m, ways.wide_m)
    distance = max(tall / (2 * half), wide / (2 * half * width / height)) / f["fill"]
    right = ways.recommended + f["off"] + (180 if f["behind"] else 0)
    other = f["head"] == "left" if move in ("thoracic", "floor", "walk") else f["side"] == "L"
    if move == "quadriceps":
        other = not other  # face down the left side is where the right one is of who lies on the back
    azimuth = 180 - right if other else right
    like = [look.bottom.rgb] + ([look.top.rgb] if look.top else [])
    tool = chance.tool(rng, "ball" if f["ball"] else "roller", like)
    reach = distance + 0.8
    return SceneSpec(
        name=f"prove_{number:04d}", move=move, side=f["side"] if move in WAYS and move != "thoracic" else None,
        fps=f["fps"], resolution=(width, height), phenotype=chance.phenotype(rng) | {"proportions": 0.6}, look=look,
        tool=ToolSpec(
            "ball" if f["ball"] else "roller", f["tool_d"], tool.rgb, f["tool_l"], tool.second,
            str(rng.choice(PATTERNS)), tool.hole, tool.core, tool.core_rgb, f["tool_yaw"], float(rng.normal(0, 0.03)),
        ),
        room=_room(rng, max(reach, 2.6)),
        camera=CameraSpec(azimuth, f["elevation"], distance, ways.target, f["vfov"], float(rng.normal(0, 1))),
        phases=_phases(rng, move, f), seed=number + 1000,
        light=LightSpec(
            uniform(rng, 0.4, 0.8), uniform(rng, 0.3, 0.9), (uniform(rng, -1, 1), uniform(rng, -1, 1), 1.0),
            float(rng.normal(0, 0.6)), 0.15, f["light"],
        ),
        post=PostSpec(
            uniform(rng, 0, 0.3), f["blur"], f["noise"], uniform(rng, 0.92, 1.08), uniform(rng, 0.8, 1.2),
            float(rng.normal(0, 0.4)), uniform(rng, 0, 0.15), uniform(rng, 0, 0.3),
        ),
        posture=_posture(rng, move, f), no_tool=f["mime"] == "mime", crf=24,
    )  # fmt: skip


def _room(rng: np.random.Generator, reach: float) -> RoomSpec:
    things: list[tuple[Any, ...]] = []
    for kind in rng.choice(["gym_ball", "plant", "box", "dumbbell", "kettlebell", "stool", "bottle"], 3, replace=False):
        size = {"gym_ball": 0.32, "box": 0.5}.get(str(kind), 1.0)
        spot = (uniform(rng, -2.2, 2.2), float(rng.choice([-1, 1])) * uniform(rng, 1.3, 2.2))
        things.append((str(kind), *spot, size, *chance.colour(rng)))
    return RoomSpec(
        floor=str(rng.choice(["wood", "tiles", "carpet", "concrete", "rubber"])), floor_rgb=chance.pale(rng, 80),
        wall_rgb=chance.pale(rng) if rng.random() < 0.8 else chance.colour(rng), half_x=reach, half_y=reach,
        turn=uniform(rng, -20, 20), reflectivity=uniform(rng, 0, 0.25) if rng.random() < 0.4 else 0.0,
        mat_rgb=chance.colour(rng) if rng.random() < 0.6 else None, things=tuple(things),
        windows=((int(rng.integers(2, 4)), -1.2, 0.6, 0.9, 2.1, 1.3),) if rng.random() < 0.4 else (),
    )  # fmt: skip


def _posture(rng: np.random.Generator, move: str, f: dict[str, Any]) -> dict[str, float]:
    if move == "thoracic":
        return {"rest": f["low"] + 0.4 * f["extent"], "pitch": uniform(rng, 0, 7), "knee": uniform(rng, 82, 98)}
    if move == "calf":
        return {"rest": f["low"] + 0.3 * f["extent"], "lean": uniform(rng, 46, 58)}
    if move == "glute":
        return {"rest": 0.0, "lean": uniform(rng, 52, 62), "yaw": uniform(rng, 14, 26), "roll": uniform(rng, 18, 28)}
    if move == "pec":
        return {
            "rest": f["low"] + 0.4 * f["extent"], "lean": uniform(rng, 9, 17), "arm": uniform(rng, 15, 60),
            "look": uniform(rng, -40, 40), "hand_on_hip": float(rng.random() < 0.4),
        }  # fmt: skip
    if move in FURTHER:
        return _further_posture(rng, move, f)
    return {"tool_x": uniform(rng, -0.3, 0.3), "tool_y": f["tool_y"], "walk_lane": uniform(rng, 0.1, 0.5)}


def _further_posture(rng: np.random.Generator, move: str, f: dict[str, Any]) -> dict[str, float]:
    if move == "hamstrings":
        return {
            "rest": f["low"] + 0.3 * f["extent"], "lean": uniform(rng, 50, 64), "knee": uniform(rng, 166, 177),
            "heel": uniform(rng, 0.075, 0.12), "crossed": float(rng.random() < 0.4),
        }  # fmt: skip
    if move == "quadriceps":
        bend = uniform(rng, -32, -25) if rng.random() < 0.35 else uniform(rng, 36, 46)
        return {"rest": f["low"] + 0.5 * f["extent"], "knee": uniform(rng, 140, 172), "bend": bend}
    if move == "lats":
        return {"rest": f["low"] + 0.4 * f["extent"], "lift": uniform(rng, 0.13, 0.2)}
    return {
        "rest": f["low"] + 0.5 * f["extent"], "roll": uniform(rng, -6, 10), "bend": uniform(rng, 0, 6),
        "bad_roll": uniform(rng, 56, 68),
    }  # fmt: skip


def _phases(rng: np.random.Generator, move: str, f: dict[str, Any]) -> tuple[PhaseSpec, ...]:
    if move == "walk":
        return (PhaseSpec("stand", 6.0),)
    if move == "floor":
        second = {"lie": "lie", "bridge": "bridge", "sit": "sit"}[f["mime"]]
        return tuple(PhaseSpec(p, uniform(rng, 1.2, 2.2)) for p in ("lie", second, "lie", second, "lie"))
    low, high = f["low"], f["low"] + f["extent"]

    def rolling(pose: str, seconds: float, pass_s: float = f["sweep"], fault: str = "", **how: Any) -> PhaseSpec:
        count = int(np.clip(round(seconds / (pass_s + 0.3 * f["pause"])), 1, 10))
        if move == "hamstrings" and f["fault"] == "hips_down":
            count += 1 - count % 2  # the tool ends below the knee: there is room for the seat before it
        return PhaseSpec(
            pose, passes=count, pass_s=pass_s, pause_s=f["pause"], fault=fault,
            **({"low": low, "high": high, "uneven": 0.1} | how),
        )  # fmt: skip

    phases = [PhaseSpec(p, uniform(rng, 0.7, 1.2), blend=1.0) for p in (GETTING_IN[move] if f["set_up"] else ())]
    phases.append(PhaseSpec("good", uniform(rng, 0.8, 1.8)))
    fault, rest = f["fault"], PhaseSpec("good", uniform(rng, 1.5, 3.5))
    phases.append(rolling("good", ROLLS_S if not fault else 0.45 * ROLLS_S))
    if f["rest"]:
        phases.append(rest)
    if fault in STILL_FAULTS:
        phases.append(PhaseSpec(fault, uniform(rng, 2.6, 3.6), fault=fault))
    elif fault == "too_fast":
        quick = uniform(rng, 0.5, 0.8)
        phases.append(
            PhaseSpec("good", passes=4, low=low, high=high, pass_s=quick, pause_s=0.0, uneven=0.05, fault=fault)
        )
    elif fault == "partial_range":
        phases.append(
            PhaseSpec("good", passes=4, low=low, high=low + 0.2, pass_s=max(0.6 * f["sweep"], 1.0), fault=fault)
        )
    elif fault == "lower_back":
        phases.append(PhaseSpec("good_low", passes=2, low=0.46, high=uniform(rng, 0.72, 0.85), pass_s=2.0, fault=fault))
    elif fault:
        phases.append(rolling(fault, 3.2, fault=fault))
    if fault:
        phases.append(rolling("good", 0.3 * ROLLS_S))
    return tuple(phases)


def make(number: int, out: Path) -> None:
    """Render a clip and write its truth, unless that is there."""
    factors = factors_of(number)
    scene = scene_of(number, factors)
    path = out / f"{scene.name}.json"
    if path.exists() and "factors" in json.loads(path.read_text()):
        return
    render(scene, out, short=False, oversample=1.0)
    truth = json.loads(path.read_text())
    truth |= {"factors": factors, "split": "dev" if number % 2 == 0 else "test"}
    path.write_text(json.dumps(truth, separators=(",", ":")) + "\n")


def command(doc: str | None, make_one: Callable[[int, Path], None]) -> None:
    """The command line of what makes something of each of some clips."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=239)
    parser.add_argument("--step", type=int, default=1, help="take every n-th number (to share the work)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for number in range(options.first, options.last + 1, options.step):
        make_one(number, options.out)


if __name__ == "__main__":
    command(__doc__, make)
