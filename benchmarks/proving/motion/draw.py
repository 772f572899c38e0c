"""A sequence by its number: who does what with which tool, before which camera, and what is measured of it.

Even numbers are for development, odd ones for the test; each depends on its number alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks.proving.keep import lines
from benchmarks.proving.kept import Kept, Track
from benchmarks.proving.motion.actor import Actor, Role, Sway, Tool, draw_sway, pick
from benchmarks.proving.motion.build import Build, draw_build
from benchmarks.proving.motion.course import Acted, act
from benchmarks.proving.motion.errors import Shown, measure
from benchmarks.proving.motion.figure import landmarks
from benchmarks.proving.motion.floor import Calf, Glute, Thoracic
from benchmarks.proving.motion.idle import IDLES
from benchmarks.proving.motion.phases import Plan, draw_plan
from benchmarks.proving.motion.sights import FrameResult, look
from benchmarks.proving.motion.truth import knees_doubtful, nothing, truth_of_set
from benchmarks.proving.motion.vectors import FLAT, Array, Y, unit
from benchmarks.proving.motion.views import View, draw_view, shift_px
from benchmarks.proving.motion.wall import Pectoral
from smr_vision.moves import load_moves
from smr_vision.pose import LANDMARKS

ACTORS: Final[Mapping[str, Callable[[np.random.Generator, Role], Actor]]] = {
    "thoracic": Thoracic, "calf": Calf, "glute": Glute, "pec": Pectoral,
}  # fmt: skip
KINDS: Final = {"thoracic": 0.2, "calf": 0.2, "glute": 0.2, "pec": 0.2, "none": 0.13, "mime": 0.07}
LONGEST_S: Final = (7.0, 13.0)  # seconds of a sequence, but for slow sweeps
IDLE_S: Final = (6.0, 11.0)
MODELS: Final = ("full", "heavy")
BESIDE: Final = 0.6  # of those who do something else, a roller or ball about
LOSES_ROOM: Final = 0.1  # share of knocks that the follower of the room does not see
NO_RADIUS_M: Final = 0.06  # of what the finder takes for a tool where there is none
LINES: Final = tuple(lines(dict(load_moves())))


@dataclass(frozen=True, eq=False)
class Scene:
    """What is true: a body over time with its tool (or none)."""

    kind: str
    move: str
    side: str | None
    build: Build
    tool: Tool | None
    beside: bool
    body: Array
    centre: Array | None
    contact: Array
    truth: dict[str, Any]
    factors: dict[str, Any]
    t: Array
    view: View


def sequence(number: int, models: tuple[str, ...] | None = None) -> Kept:
    """The sequence of this number, as kept clips are; without `models` by one of them, by chance."""
    rng = np.random.default_rng([60, number])
    scene = draw_scene(rng)
    if models is None:
        models = (MODELS[int(rng.integers(2))],)
    tracks = {m: track(np.random.default_rng([61, number, k]), scene, m) for k, m in enumerate(MODELS) if m in models}
    truth = {
        "name": f"motion_{number:05d}", **scene.truth, "split": "test" if number % 2 else "dev",
        "camera": {"azimuth": scene.view.azimuth, "elevation": scene.view.elevation, "vfov": scene.view.vfov},
        "factors": scene.factors,
    }  # fmt: skip
    size = scene.view.camera.width, scene.view.camera.height
    return Kept(str(truth["name"]), truth, scene.t, size, tracks)


def draw_scene(rng: np.random.Generator) -> Scene:
    """Draw until nobody need doubt the truth."""
    kind = str(rng.choice(list(KINDS), p=list(KINDS.values())))
    if kind == "none":
        return _idle(rng)
    move = kind if kind in ACTORS else str(rng.choice(list(ACTORS)))
    while True:
        scene = _roll(rng, kind, move)
        if scene is not None:
            return scene


def _roll(rng: np.random.Generator, kind: str, move: str) -> Scene | None:
    side = None if move == "thoracic" else str(rng.choice(["L", "R"]))
    build, tool = draw_build(rng), draw_tool(rng, move)
    plan = draw_plan(rng, move, pick(rng, *LONGEST_S))
    role = Role(build, tool, side, plan.rest, plan.extent)
    actor = ACTORS[move](rng, role)
    coarse = np.arange(0.0, plan.line.duration, 0.1)
    sway_seed = int(rng.integers(1 << 30))

    def play(t: Array) -> tuple[Acted, Array]:
        sway: Sway = draw_sway(np.random.default_rng(sway_seed), t)
        acted = act(actor, plan.line, t, sway)
        return acted, landmarks(build, acted.posture)

    acted, body = play(coarse)
    if knees_doubtful(move, coarse, body, plan):
        return None
    view = draw_view(rng, move, side, body, plan.line.duration)
    t = np.arange(0.0, plan.line.duration, 1 / view.fps)
    acted, body = play(t)
    factors = _factors(kind, move, role, plan, view)
    if kind == "mime":
        truth = nothing(t, body)
        return Scene(kind, move, side, build, None, False, body, None, np.full(len(t), np.nan), truth, factors, t, view)
    truth = truth_of_set(move, side, body, acted, plan)
    contact = np.where(acted.touching, acted.contact, np.nan)
    return Scene(kind, move, side, build, tool, True, body, acted.tool, contact, truth, factors, t, view)


def _idle(rng: np.random.Generator) -> Scene:
    """Somebody who does something else, a roller beside in most cases."""
    name = str(rng.choice(list(IDLES)))
    build, seconds = draw_build(rng), pick(rng, *IDLE_S)
    idle_seed, sway_seed = int(rng.integers(1 << 30)), int(rng.integers(1 << 30))

    def play(t: Array) -> Array:
        sway = draw_sway(np.random.default_rng(sway_seed), t)
        return landmarks(build, IDLES[name](np.random.default_rng(idle_seed), build, t, sway))

    beside = bool(rng.random() < BESIDE)
    view = draw_view(rng, "none", None, play(np.arange(0.0, seconds, 0.1)), seconds)
    t = np.arange(0.0, seconds, 1 / view.fps)
    body = play(t)
    factors = {"kind": name, "fps": view.fps, "off": round(view.off, 1), "cut": view.cut, "beside": beside}
    truth, nowhere = nothing(t, body), np.full(len(t), np.nan)
    return Scene(name, "none", None, build, None, beside, body, None, nowhere, truth, factors, t, view)


def draw_tool(rng: np.random.Generator, move: str) -> Tool:
    """A roller of 8 to 16 by 30 to 95 cm, or a ball of 6 to 13 cm."""
    ball = move == "pec" or (move == "glute" and rng.random() < 0.25)
    if ball:
        return Tool("ball", pick(rng, 0.03 if move == "pec" else 0.04, 0.065), 0.0, 0.0, 0.0)
    length = pick(rng, 0.30, 0.95)
    room = max(length / 2 - 0.14, 0.0)
    yaw, off = (3.0, 0.03) if rng.random() < 0.6 else (6.0, 0.07)
    shift = float(np.clip(rng.normal(0, off), -room, room)) if move != "calf" else pick(rng, -1, 1) * room * 0.5
    return Tool("roller", pick(rng, 0.04, 0.08), length, float(np.clip(rng.normal(0, yaw), -15, 15)), shift)


def _factors(kind: str, move: str, role: Role, plan: Plan, view: View) -> dict[str, Any]:
    near, side, tool = "R" if view.azimuth == view.off else "L", role.side, role.tool
    return {
        "kind": kind, "move": move, "side": side, "head": "left" if near == "R" else "right", "off": round(view.off, 1),
        "elevation": round(view.elevation, 1), "vfov": round(view.vfov, 1), "fps": view.fps,
        "size": view.camera.width, "sweep": round(plan.sweep_s, 2), "extent": round(plan.extent, 3),
        "fault": plan.fault or "none", "set_up": plan.set_up, "tool": tool.kind, "tool_d": round(2 * tool.radius, 3),
        "weight": round(role.build.weight, 2), "worked": "near" if side in (None, near) else "far",
        "cut": view.cut or "whole", "knocked": view.knock_s is not None,
    }  # fmt: skip


def track(rng: np.random.Generator, scene: Scene, model: str) -> Track:
    """What one pose model and the finder make of it."""
    view, t, body, camera = scene.view, scene.t, scene.body, scene.view.camera
    moved = shift_px(view, t)
    xy = camera.project(body)[..., :2] + moved[:, None]
    deep = (body - joint(body, "mid_hips")[:, None]) @ np.stack(camera.axes).T
    size = camera.width, camera.height
    shown = Shown(t, xy, deep, view.azimuth, scene.move, scene.contact, scene.build.height, size)
    measured = measure(rng, model, shown)
    looks = look(rng, model, _seen(scene, xy, moved))
    gone = _gone(rng, t)
    places, world, visible = measured.xy, measured.world, measured.visibility
    places[gone], world[gone], visible[gone] = np.nan, np.nan, 0.0
    for numbers in looks.values():
        numbers[gone] = np.nan
    follows = 0.0 if rng.random() < LOSES_ROOM else 1.0
    room = moved * follows + rng.normal(0, 0.3, moved.shape) * (view.knock_s is not None)
    return Track(places, world, visible, room, looks)


def joint(points: Array, name: str) -> Array:
    """One landmark of (n, 33, k), or the middle of a pair, (n, k)."""
    if name.startswith("mid_"):
        base = name.removeprefix("mid_").removesuffix("s")
        return np.asarray(points[:, [LANDMARKS[f"left_{base}"], LANDMARKS[f"right_{base}"]]].mean(1))
    return np.asarray(points[:, LANDMARKS[name]])


def _gone(rng: np.random.Generator, t: Array) -> Array:
    """When nobody is found: a blackout in a few sequences, single pictures in others."""
    gone = np.zeros(len(t), bool)
    if rng.random() < 0.04:
        start = pick(rng, 0.2, 0.8) * t[-1]
        gone |= (t >= start) & (t < start + pick(rng, 0.3, 2.0))
    if rng.random() < 0.1:
        gone |= rng.random(len(t)) < 0.03
    return gone


def _seen(scene: Scene, xy: Array, moved: Array) -> FrameResult:
    """Tool and lines in the picture."""
    build, body, camera, tool = scene.build, scene.body, scene.view.camera, scene.tool

    def place(points: Array) -> Array:
        return np.asarray(camera.project(points)[..., :2] + moved)

    found = {}
    for name in LINES:
        kind, start, end = name.split()[:3]
        zero = joint(body, start)
        if kind == "between":
            far = joint(body, end)
        elif kind == "floor":
            far = zero + unit((joint(body, end) - zero) * FLAT) * 2 * build.hip_half
        else:
            sign = 1.0 if "left" in end else -1.0
            shoulders = joint(body, "left_shoulder") - joint(body, "right_shoulder")
            aside = Y * np.ones_like(zero) if scene.move == "pec" else shoulders
            far = zero + unit(aside * FLAT) * sign * build.shoulder_half
        found[name] = (place(zero), place(far) - place(zero))
    centre, half, radius = joint(body, "mid_hips"), np.zeros(3), NO_RADIUS_M
    if tool is not None and scene.centre is not None:
        centre, half, radius = scene.centre, tool.length / 2 * tool.axis, tool.radius
    ends = [centre + half, centre - half]
    first = np.linalg.norm(ends[0] - camera.eye, axis=1) <= np.linalg.norm(ends[1] - camera.eye, axis=1)
    near = np.where(first[:, None], ends[0], ends[1])
    size = camera.focal * radius / camera.project(near)[:, 2]
    trunk = float(np.median(np.linalg.norm(joint(xy, "mid_shoulders") - joint(xy, "mid_hips"), axis=1)))
    return FrameResult(
        scene.move, scene.side, scene.view.azimuth, scene.t, scene.contact, place(near), place(centre), size, found,
        trunk, tool is not None, scene.beside,
    )  # fmt: skip
