"""A sequence by its number: who does what with which tool, before which camera, and what is measured of it.

Even numbers are for development, odd ones for the test; each depends on its number alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from benchmarks.proving.kept import Kept, Track
from benchmarks.proving.keep import lines
from benchmarks.proving.motion.actor import Sway, Tool, draw_sway, pick
from benchmarks.proving.motion.build import Build, draw_build
from benchmarks.proving.motion.course import Acted, act
from benchmarks.proving.motion.errors import measure
from benchmarks.proving.motion.figure import landmarks
from benchmarks.proving.motion.floor import Calf, Glute, Thoracic
from benchmarks.proving.motion.idle import IDLES
from benchmarks.proving.motion.phases import Plan, draw_plan
from benchmarks.proving.motion.sights import Seen, look
from benchmarks.proving.motion.truth import knees_doubtful, nothing, truth_of_set
from benchmarks.proving.motion.vectors import FLAT, Y, Array, unit
from benchmarks.proving.motion.views import View, draw_view, shift_px
from benchmarks.proving.motion.wall import Pectoral
from samples.studio.camera import Camera
from smr_vision.moves import load_moves
from smr_vision.pose import LANDMARKS

ACTORS: Final = {"thoracic": Thoracic, "calf": Calf, "glute": Glute, "pec": Pectoral}
KINDS: Final = {"thoracic": 0.2, "calf": 0.2, "glute": 0.2, "pec": 0.2, "none": 0.13, "mime": 0.07}
LONGEST_S: Final = (7.0, 13.0)  # seconds of a sequence, but for slow sweeps
IDLE_S: Final = (6.0, 11.0)
MODELS: Final = ("full", "heavy")


@dataclass(frozen=True, eq=False)
class Scene:
    """What is true: a body over time with its tool (or none)."""

    kind: str
    move: str
    side: str | None
    build: Build
    tool: Tool | None
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
    actor = ACTORS[move](rng, build, tool, side, plan.rest, plan.extent)
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
    factors = _factors(rng, kind, move, side, build, tool, plan, view)
    if kind == "mime":
        truth = nothing(t, body)
        return Scene(kind, move, side, build, None, body, None, np.full(len(t), np.nan), truth, factors, t, view)
    truth = truth_of_set(move, side, t, body, acted, plan)
    contact = np.where(acted.touching, acted.contact, np.nan)
    return Scene(kind, move, side, build, tool, body, acted.tool, contact, truth, factors, t, view)


def _idle(rng: np.random.Generator) -> Scene:
    """Somebody who does something else, a roller beside in most cases."""
    name = str(rng.choice(list(IDLES)))
    build, seconds = draw_build(rng), pick(rng, *IDLE_S)
    idle_seed, sway_seed = int(rng.integers(1 << 30)), int(rng.integers(1 << 30))

    def play(t: Array) -> Array:
        sway = draw_sway(np.random.default_rng(sway_seed), t)
        return landmarks(build, IDLES[name](np.random.default_rng(idle_seed), build, t, sway))

    view = draw_view(rng, "none", None, play(np.arange(0.0, seconds, 0.1)), seconds)
    t = np.arange(0.0, seconds, 1 / view.fps)
    body = play(t)
    factors = {"kind": name, "fps": view.fps, "off": round(view.off, 1), "cut": view.cut}
    return Scene(
        name, "none", None, build, None, body, None, np.full(len(t), np.nan), nothing(t, body), factors, t, view
    )


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


def _factors(
    rng: np.random.Generator, kind: str, move: str, side: str | None, build: Build, tool: Tool, plan: Plan, view: View
) -> dict[str, Any]:
    del rng
    near = "R" if view.azimuth == view.off else "L"
    return {
        "kind": kind, "move": move, "side": side, "head": "left" if near == "R" else "right", "off": round(view.off, 1),
        "elevation": round(view.elevation, 1), "vfov": round(view.vfov, 1), "fps": view.fps,
        "size": view.camera.width, "sweep": round(plan.sweep_s, 2), "extent": round(plan.extent, 3),
        "fault": plan.fault or "none", "set_up": plan.set_up, "tool": tool.kind, "tool_d": round(2 * tool.radius, 3),
        "weight": round(build.weight, 2), "worked": "near" if side in (None, near) else "far", "cut": view.cut or "whole",
        "knocked": view.knock_s is not None,
    }  # fmt: skip


def track(rng: np.random.Generator, scene: Scene, model: str) -> Track:
    """What one pose model and the finder make of it."""
    view, t, body = scene.view, scene.t, scene.body
    camera = view.camera
    moved = shift_px(view, t)
    xy = camera.project(body)[..., :2] + moved[:, None]
    axes = np.stack(camera.axes)
    hips = body[:, [LANDMARKS["left_hip"], LANDMARKS["right_hip"]]].mean(1, keepdims=True)
    deep = (body - hips) @ axes.T
    size = camera.width, camera.height
    measured = measure(rng, model, scene.move, t, xy, deep, view.azimuth, scene.contact, scene.build.height, size)
    seen = _seen(scene, camera, moved)
    ends = [xy[:, [LANDMARKS[f"left_{j}"], LANDMARKS[f"right_{j}"]]].mean(1) for j in ("shoulder", "hip")]
    trunk = float(np.median(np.linalg.norm(ends[0] - ends[1], axis=1)))
    looks = look(
        rng, model, scene.move, scene.side, t, seen, scene.contact, view.azimuth, trunk, scene.tool is not None
    )
    gone = _gone(rng, t)
    places, world, visible = measured.xy, measured.world, measured.visibility
    places[gone], world[gone], visible[gone] = np.nan, np.nan, 0.0
    for numbers in looks.values():
        numbers[gone] = np.nan
    follows = 0.0 if rng.random() < 0.1 else 1.0
    room = moved * follows + rng.normal(0, 0.3, moved.shape) * (view.knock_s is not None)
    return Track(places, world, visible, room, looks)


def _gone(rng: np.random.Generator, t: Array) -> Array:
    """When nobody is found: a blackout in a few sequences, single pictures in others."""
    gone = np.zeros(len(t), bool)
    if rng.random() < 0.04:
        start = pick(rng, 0.2, 0.8) * t[-1]
        gone |= (t >= start) & (t < start + pick(rng, 0.3, 2.0))
    if rng.random() < 0.1:
        gone |= rng.random(len(t)) < 0.03
    return gone


def _seen(scene: Scene, camera: Camera, moved: Array) -> Seen:
    """Tool and lines in the picture."""
    build, body = scene.build, scene.body

    def place(points: Array) -> Array:
        return np.asarray(camera.project(points)[..., :2] + moved)

    def joint(name: str) -> Array:
        if name.startswith("mid_"):
            base = name.removeprefix("mid_").removesuffix("s")
            return np.asarray(body[:, [LANDMARKS[f"left_{base}"], LANDMARKS[f"right_{base}"]]].mean(1))
        return np.asarray(body[:, LANDMARKS[name]])

    found = {}
    for name in lines(load_moves()):
        kind, start, end = name.split()[:3]
        zero = joint(start)
        if kind == "between":
            far = joint(end)
        elif kind == "floor":
            far = zero + unit((joint(end) - zero) * FLAT) * 2 * build.hip_half
        else:
            sign = 1.0 if "left" in end else -1.0
            aside = Y * np.ones_like(zero) if scene.move == "pec" else joint("left_shoulder") - joint("right_shoulder")
            far = zero + unit(aside * FLAT) * sign * build.shoulder_half
        found[name] = (place(zero), place(far) - place(zero))
    if scene.tool is None or scene.centre is None:
        middle = place(joint("mid_hips"))
        return Seen(middle, middle, np.full(len(middle), 8.0), found)
    half = scene.tool.length / 2 * scene.tool.axis
    ends = [scene.centre + half, scene.centre - half]
    first = np.linalg.norm(ends[0] - camera.eye, axis=1) <= np.linalg.norm(ends[1] - camera.eye, axis=1)
    near = np.where(first[:, None], ends[0], ends[1])
    depth = camera.project(near)[:, 2]
    return Seen(place(near), place(scene.centre), camera.focal * scene.tool.radius / depth, found)
