"""A scene on film: one posture a frame, drawn, made to look like a phone's picture, encoded; and its truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from . import chance
from .actor import Actor, Moment
from .actors import ACTORS
from .blend import blend, replant
from .body import Pose, Shape, make_shape
from .camera import Camera, orbit
from .geometry import Array
from .parts import BYSTANDER, TOOL, Part, box
from .person import Person, make_person
from .post import Post, develop_look
from .postures import Posture, trunk_contact
from .render import Backdrop, Scene, Studio
from .scene import SceneSpec
from .stage import build_light, build_room, build_things, build_tool
from .tempo import Sway, Timeline, make_timeline
from .tool import Placed, tool_parts, tool_texture
from .walking import Walk

OVERSAMPLE = 1.25
TEXTURE = 1024
_LIFT_MARGIN_M = -0.012
_NOTHING = (box((0.001, 0.001, 0.001), (0, 0, 0)),)  # stands for the furniture of an empty room


@dataclass(frozen=True)
class Frame:
    """What is true at one time."""

    t: float
    pose: Pose
    tool: Placed
    contact: float | None  # None while the body is not on the tool
    crossing: Array | None
    poses: tuple[str, str, float]


class Performance:
    """A scene acted out: ask for the frame at any time."""

    def __init__(self, scene: SceneSpec) -> None:
        self.scene = scene
        self.shape: Shape = make_shape(dict(scene.phenotype))
        self.tool = build_tool(scene.tool, scene.seed)
        self.sway = Sway(scene.seed)
        self.walk: Walk | None = None
        if scene.move == "walk":
            self.walk = Walk(self.shape, scene)
            self.actor: Actor = ACTORS["floor"](self.shape, self.tool, scene)
        else:
            self.actor = ACTORS[scene.move](self.shape, self.tool, scene)
        self.timeline: Timeline = make_timeline(scene.phases, self.actor.rest, scene.seed)
        self._low = np.concatenate([self.shape.rig.trunk_vertices, self.shape.rig.vertices_of("upperleg", "lowerleg")])

    def frame(self, t: float) -> Frame:
        """The posed body and tool at time t, seconds."""
        now = Moment(t, self.sway)
        if self.walk is not None:
            tool = self.actor.tool_at(0.0)
            return Frame(t, self.walk.pose(t), tool, None, None, ("walk", "walk", 0.0))
        contact = self.timeline.contact(t)
        if self.timeline.holding(t):
            contact += 0.006 * self.sway.lean(t * 1.7)
        first, second, share = self.timeline.poses(t)
        posture = self.actor.pose(first, contact, now)
        if share > 0:
            posture = self._between(posture, first, second, share, contact, now)
        assert posture.tool is not None
        return Frame(t, posture.pose, posture.tool, posture.contact, posture.crossing, (first, second, share))

    def _between(self, a: Posture, first: str, second: str, share: float, contact: float, now: Moment) -> Posture:
        b = self.actor.pose(second, contact, now)
        pose = blend(a.pose, b.pose, share)
        (feet_a, hands_a), (feet_b, hands_b) = self.actor.planted(first), self.actor.planted(second)
        # nobody sinks into the floor on the way
        low = float(pose.skin(self._low)[:, 2].min())
        if low < _LIFT_MARGIN_M:
            pose = pose.moved(np.array([0.0, 0.0, _LIFT_MARGIN_M - low]))
        pose = replant(pose, _stepping(feet_a, feet_b, share), _kept(hands_a, hands_b))
        touching = a.contact is not None and b.contact is not None
        value, cross = None, None
        if touching and a.crossing is not None and b.crossing is not None:
            cross = (1 - share) * a.crossing + share * b.crossing
            value = trunk_contact(pose, cross) if self.scene.move == "thoracic" else a.contact
        elif touching:
            value = a.contact
        return Posture(pose, a.tool, value, cross)


def _kept(a: Array, b: Array) -> Array:
    """Planted joints that both poses share; the others are free."""
    same = np.linalg.norm(a - b, axis=1) < 1e-6
    return np.where(same[:, None], a, np.nan)


def _stepping(a: Array, b: Array, share: float) -> Array:
    """Feet between two places: first one steps, then the other; a foot that is free in either pose is free."""
    out = np.array(a, float)
    for k in range(2):
        u = min(max(2 * share - k, 0.0), 1.0)
        distance = float(np.linalg.norm(b[k] - a[k]))
        out[k] = a[k] + u * (b[k] - a[k])
        if np.isfinite(distance):
            out[k, 2] += min(0.25 * distance, 0.08) * np.sin(np.pi * u)
    return out


def _shaken(camera: Camera, sway: Sway, t: float, degrees: float) -> Camera:
    """The camera in an unsteady hand."""
    if not degrees:
        return camera
    right, down, _ = camera.axes
    reach = float(np.linalg.norm(camera.target - camera.eye)) * np.radians(degrees)
    quick = Sway(sway.seed + 1)
    offset = reach * (
        right * (sway.lean(2.2 * t) + 0.35 * quick.lean(11 * t))
        + down * (sway.look(2.6 * t) + 0.35 * quick.look(12 * t))
    )
    return replace(
        camera,
        target=camera.target + offset,
        eye=camera.eye + 0.3 * offset,
        roll=camera.roll + degrees * sway.head(1.5 * t),
    )


def scene_camera(scene: SceneSpec, sway: Sway, t: float) -> Camera:
    """The camera of a scene at time t, seconds."""
    spec, (width, height) = scene.camera, scene.resolution
    still = orbit(
        spec.azimuth, spec.elevation, spec.distance, np.array(spec.target), spec.vfov, width, height, spec.roll
    )
    return _shaken(still, sway, t, spec.shake)


class Film:
    """Draws a performance."""

    def __init__(self, scene: SceneSpec, oversample: float = OVERSAMPLE) -> None:
        self.scene = scene
        self.oversample = oversample
        self.performance = Performance(scene)
        self.person: Person = make_person(self.performance.shape, scene.look, TEXTURE)
        self.room = build_room(scene)
        self.things: list[Part] = build_things(scene)
        self.light = build_light(scene.light)
        self.wraps = tool_texture(self.performance.tool)[None]
        self.rng = np.random.default_rng([50, scene.seed])
        self._exposure: float | None = None
        self._backdrop: Backdrop | None = None
        self._middle = np.array([scene.camera.target[0], scene.camera.target[1], 0.0])
        self._passer: tuple[Person, Walk] | None = None
        if scene.bystander is not None:
            rng = np.random.default_rng([60, scene.bystander.seed])
            passer = make_person(make_shape(chance.phenotype(rng)), chance.look(rng), TEXTURE)
            self._passer = passer, Walk(passer.shape, scene, scene.bystander)

    def camera(self, t: float) -> Camera:
        """The camera at time t."""
        return scene_camera(self.scene, self.performance.sway, t)

    def draw(self, frame: Frame) -> tuple[Array, float]:
        """(H, W, 3) uint8 RGB of a frame and the visible share of the tool, 0..1."""
        tool = [] if self.scene.no_tool else tool_parts(frame.tool, 0)
        parts = self.person.parts(frame.pose, 0) + tool + self.things
        skins = [self.person.texture]
        if self._passer is not None and self.scene.bystander is not None:
            passer, walk = self._passer
            if self.scene.bystander.from_s <= frame.t <= self.scene.bystander.to_s:
                parts += passer.parts(walk.pose(frame.t), 1, BYSTANDER)
            skins.append(passer.texture)
        light = self.light if self._exposure is None else replace(self.light, exposure=self._exposure)
        studio = Studio(Scene(tuple(parts), np.stack(skins), self.wraps, self.room, light), self._middle)
        camera = self.camera(frame.t)
        still = self.scene.camera.shake == 0
        if still and self._backdrop is None:
            empty = Studio(
                Scene(tuple(self.things) or _NOTHING, np.stack(skins), self.wraps, self.room, light), self._middle
            )
            self._backdrop = empty.shoot(camera, self.oversample, self.scene.seed).drawn
        picture = studio.shoot(
            camera,
            self.oversample,
            self.scene.seed,
            self.scene.light.brightness if self._exposure is None else None,
            self._backdrop,
        )
        if self._exposure is None:
            self._exposure = picture.exposure
        alone = 0 if self.scene.no_tool else studio.alone(camera, self.oversample, TOOL)
        visible = float((picture.kinds == TOOL).sum() / alone) if alone else 0.0
        p = self.scene.post
        post = Post(
            p.bloom,
            p.blur_px,
            gain=p.gain,
            warmth=p.warmth,
            contrast=p.contrast,
            haze=p.haze,
            vignette=p.vignette,
            noise=p.noise,
        )
        return develop_look(picture.rgb, post, self.rng), visible


class Reel:
    """An H.264 file that browsers play; use as a context manager."""

    def __init__(self, path: Path, fps: int, size: tuple[int, int], crf: int) -> None:
        self._container = av.open(str(path), "w", options={"movflags": "+faststart"})
        # one encoder thread: the same bytes every time
        self._stream = self._container.add_stream(
            "libx264", rate=fps, options={"crf": str(crf), "preset": "slow", "threads": "1"}
        )
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = Fraction(1, fps)
        self._stream.codec_context.gop_size = fps

    def __enter__(self) -> Reel:
        return self

    def write(self, rgb: Array) -> None:
        """Add one (H, W, 3) uint8 picture."""
        for packet in self._stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")):
            self._container.mux(packet)

    def __exit__(self, *_: object) -> None:
        for packet in self._stream.encode():
            self._container.mux(packet)
        self._container.close()
