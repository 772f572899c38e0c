"""Random people who give the arm signs of Roll now: `python -m samples.studio.signs OUT [--first N --last N]`.

Person, room, camera and picture are drawn as for the proving ground, from numbers that it doesn't use. In every
posture of a move one arm goes up for a second, which opens the list, then the other until the second entry is lit.
What is true lies beside the clip: when which arm was all the way up, and which entry that chooses.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from .actor import Actor, Moment
from .chance import uniform
from .figure import Figure, Z
from .film import Film, Reel
from .geometry import Array, turn
from .postures import Posture, side_sign
from .proving import factors_of, scene_of
from .scene import PhaseSpec, SceneSpec
from .tool import Placed

POSES: Final = {
    "thoracic": ("stand", "down", "good"), "calf": ("sit", "good"), "glute": ("stand", "sit_on", "good"),
    "pec": ("away", "good"), "floor": ("stand", "sit", "lie"),
}  # fmt: skip
MOVES: Final = tuple(POSES)
FPS: Final = 10  # as the page sends
SIZE: Final = (640, 360)
HELD_S: Final = (1.0, 2.7)  # all the way up: for the first entry of the list and for the second
BETWEEN_S: Final = 0.7  # arms where the posture has them
FIRST: Final = 5000  # of the numbers of the proving ground, none of which is so large


class Signing:
    """Somebody who can lift an arm in all poses of an actor: `L:good` is `good` with the left arm up."""

    def __init__(self, actor: Actor, tilts: dict[str, tuple[float, float]], reach: float) -> None:
        self._actor = actor
        self._tilts = tilts
        self._reach = reach
        self.rest = actor.rest

    def tool_at(self, contact: float) -> Placed:
        return self._actor.tool_at(contact)

    def planted(self, name: str) -> tuple[Array, Array]:
        side, pose = _parts(name)
        ankles, wrists = self._actor.planted(pose)
        wrists = np.array(wrists, float)
        if side:
            wrists["LR".index(side)] = np.nan
        return ankles, wrists

    def pose(self, name: str, contact: float, now: Moment) -> Posture:
        side, pose = _parts(name)
        posture = self._actor.pose(pose, contact, now)
        if not side:
            return posture
        shape = posture.pose.shape
        figure = Figure(shape, posture.pose.heads[0])
        figure.turned = dict(zip(shape.rig.bones, posture.pose.rotations, strict=True))
        off, towards = self._tilts[side]
        up = turn(Z, towards) @ np.array([np.sin(np.radians(off)), 0.0, np.cos(np.radians(off))])
        long = shape.lengths["upper_arm"] + shape.lengths["forearm"]
        across = posture.pose.rotation("spine01")[:, 0] * side_sign(side)
        figure.arm(side, posture.pose.joint(f"shoulder_{side}") + self._reach * long * up, across)
        for bone in shape.rig.bones:  # fingers go with the hand
            if bone.endswith(side) and bone.startswith(("finger", "metacarpal")):
                figure.turned.pop(bone)
        return replace(posture, pose=figure.pose())


def _parts(name: str) -> tuple[str, str]:
    side, _, pose = name.rpartition(":")
    return side, pose


@dataclass(frozen=True)
class Sign:
    """One arm held up: seconds at which it is all the way up, which entry of the list that lights, and whether the
    wrist is in the picture then."""

    arm: str
    pose: str
    start_s: float
    end_s: float
    entry: int
    inside: bool = True


def drawn(number: int) -> tuple[SceneSpec, tuple[Sign, ...], dict[str, Any]]:
    """The scene of a number, its signs, and how the arms are held."""
    rng = np.random.default_rng([92, number])
    move = MOVES[number % len(MOVES)]
    factors = factors_of(2 * (FIRST + number))
    factors |= {
        "kind": move, "move": move, "mime": "" if move != "floor" else "lie", "fps": FPS, "fault": "", "set_up": False,
        "low": 0.3, "extent": 0.2, "ball": move == "pec", "fill": uniform(rng, 0.6, 0.85),
    }  # fmt: skip
    scene = scene_of(2 * (FIRST + number), factors)
    if "stand" in POSES[move]:
        # As far off as it takes to see whoever stands, too; a raised hand may be out of the picture.
        spec = scene.camera
        far = max(spec.distance, 1.95 / (2 * np.tan(np.radians(spec.vfov / 2)) * 0.9))
        scene = replace(scene, camera=replace(spec, distance=far, target=(*spec.target[:2], 0.85)))
    phases, signs, t = [], [], 0.0
    for pose in POSES[move]:
        for side, entry in zip(rng.permutation(["L", "R"]), (0, 1), strict=True):
            rise = uniform(rng, 0.45, 0.8)  # an arm goes up, and comes down, in so many seconds
            phases += [
                PhaseSpec(pose, BETWEEN_S + rise, blend=rise),
                PhaseSpec(f"{side}:{pose}", HELD_S[entry] + rise, blend=rise),
            ]
            t += BETWEEN_S + rise
            signs.append(Sign(str(side), pose, t + rise / 2, t + rise / 2 + HELD_S[entry], entry))
            t += HELD_S[entry] + rise
    phases.append(PhaseSpec(POSES[move][-1], 1.0, blend=0.6))
    arms = {
        "tilts": {side: (uniform(rng, 0.0, 14.0), uniform(rng, -180, 180)) for side in "LR"},
        "reach": uniform(rng, 0.93, 0.995),
    }  # fmt: skip
    scene = replace(scene, name=f"sign_{number:03d}", resolution=SIZE, phases=tuple(phases), crf=20)
    return scene, tuple(signs), arms


def make(number: int, out: Path) -> None:
    """Render a clip and write what is true, unless that is there."""
    scene, signs, arms = drawn(number)
    told, clip = out / f"{scene.name}.json", out / f"{scene.name}.mp4"
    if told.exists():
        return
    film = Film(scene, 1.0)
    acted = film.performance
    acted.actor = Signing(acted.actor, **arms)
    with Reel(clip, scene.fps, scene.resolution, scene.crf) as reel:
        for k in range(round(acted.timeline.duration * scene.fps)):
            reel.write(film.draw(acted.frame(k / scene.fps))[0])
    signs = tuple(replace(sign, inside=_inside(film, sign)) for sign in signs)
    truth = {"move": scene.move, "side": scene.side, "signs": [vars(sign) for sign in signs], "arms": arms}
    told.write_text(json.dumps(truth, indent=1) + "\n")
    print(scene.name, flush=True)


def _inside(film: Film, sign: Sign) -> bool:
    middle = (sign.start_s + sign.end_s) / 2
    wrist = film.performance.frame(middle).pose.joint(f"wrist_{sign.arm}")
    x, y, _ = film.camera(middle).project(wrist)
    width, height = film.scene.resolution
    return bool(0 <= x <= width and 0 <= y <= height)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--last", type=int, default=9)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for number in range(given.first, given.last + 1):
        make(number, given.out)


if __name__ == "__main__":
    main()
