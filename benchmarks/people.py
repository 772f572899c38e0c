"""People as they are: somebody walks through, stands by, the light goes off, the camera is knocked, a face is hidden.

    python benchmarks/people.py [--clip samples/videos/thoracic_good.mp4] [--model heavy] [--only PATTERN]

Each copy is put together from sample clips with truth. A pass that lies in what can't be seen must not be counted
(one that is partly seen may or may not be), and no fault may begin there; what is seen must be counted exactly.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from truth import Truth, pass_range, read_truth

from smr_vision.moves import load_moves
from smr_vision.pipeline.river import Watcher, Wishes
from smr_vision.pose import MediaPipePose
from smr_vision.tool.detector import RollerNet
from smr_vision.video import ClipReader, Frame

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "videos"
UNSEEN: Final = (10.0, 14.0)  # when the light is off, or the person gone
Image = NDArray[np.uint8]
Frames = Iterable[Frame]
Joints = dict[str, NDArray[np.float64]]  # pixels (frames, 2), from the truth


@dataclass(frozen=True)
class Passer:
    """Somebody cut out of a clip of a still room: pictures with how much of each pixel is theirs."""

    images: tuple[Image, ...]
    shares: tuple[NDArray[np.float32], ...]

    @classmethod
    def of(cls, clip: Path) -> Passer:
        with ClipReader(clip) as reader:
            images = [frame.image for frame in reader]
        room = np.median(images[:: max(1, len(images) // 40)], axis=0).astype(np.uint8)
        shares = []
        for image in images:
            other = cv2.absdiff(image, room).max(axis=2)
            blob = cv2.morphologyEx((other > 24).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
            shares.append(cv2.GaussianBlur(blob.astype(np.float32), (0, 0), 1.0)[..., None])
        return cls(tuple(images), tuple(shares))

    @property
    def middles(self) -> list[float]:
        """Where they are in each picture, from the left."""
        return [float((s[..., 0].sum(axis=0) @ np.arange(s.shape[1])) / max(s.sum(), 1.0)) for s in self.shares]

    def onto(self, image: Image, number: int, size: float = 1.0, shift: tuple[float, float] = (0, 0)) -> Image:
        """`image` with them in front, so large and so far from where they were."""
        number %= len(self.images)
        height, width = image.shape[:2]
        way = np.array([[size, 0, shift[0]], [0, size, shift[1]]], np.float32)
        share = cv2.warpAffine(self.shares[number], way, (width, height))[..., None]
        there = cv2.warpAffine(self.images[number], way, (width, height))
        return np.asarray(image * (1 - share) + there * share, np.uint8)


def as_is(frames: Frames, _: Joints) -> Iterator[Frame]:
    yield from frames


def light_off(frames: Frames, _: Joints) -> Iterator[Frame]:
    """Near black for four seconds, with the noise that comes with it."""
    noise = np.random.default_rng(4)
    for frame in frames:
        if not UNSEEN[0] <= frame.t < UNSEEN[1]:
            yield frame
            continue
        grain = noise.normal(3, 3, frame.image.shape)
        yield Frame(frame.t, np.clip(frame.image * 0.01 + grain, 0, 255).astype(np.uint8))


def gone(frames: Frames, joints: Joints) -> Iterator[Frame]:
    """The person is not there for four seconds: their place is smeared with what is round it."""
    for number, frame in enumerate(frames):
        if UNSEEN[0] <= frame.t < UNSEEN[1]:
            here = np.stack([place[number] for place in joints.values()])
            x0, y0 = np.clip(here.min(axis=0) - 75, 0, None).astype(int)
            x1, y1 = (here.max(axis=0) + 75).astype(int)
            image = frame.image.copy()
            hole = image[y0:y1, x0:x1]
            smear = cv2.resize(cv2.resize(hole, (3, 2), interpolation=cv2.INTER_AREA), hole.shape[1::-1])
            image[y0:y1, x0:x1] = smear
            yield Frame(frame.t, image)
        else:
            yield frame


def knocked(frames: Frames, _: Joints) -> Iterator[Frame]:
    """The camera is knocked at 11 s: within a fifth of a second the picture has turned by 40 pixels and 3 degrees."""
    for frame in frames:
        height, width = frame.image.shape[:2]
        far = float(np.clip((frame.t - 11.0) / 0.2, 0, 1))
        way = cv2.getRotationMatrix2D((width / 2, height / 2), 3 * far, 1.0)
        way[:, 2] += (40 * far, 12 * far)
        moved = cv2.warpAffine(frame.image, way, (width, height), borderMode=cv2.BORDER_REPLICATE)
        yield Frame(frame.t, np.asarray(moved, np.uint8))


def face_hidden(frames: Frames, joints: Joints) -> Iterator[Frame]:
    """A grey disc over the head, all the time."""
    for number, frame in enumerate(frames):
        shoulders = (joints["shoulder_L"][number] + joints["shoulder_R"][number]) / 2
        hips = (joints["hip_L"][number] + joints["hip_R"][number]) / 2
        trunk = shoulders - hips
        x, y = (shoulders + 0.42 * trunk).astype(int)
        image = frame.image.copy()
        cv2.circle(image, (int(x), int(y)), int(0.3 * np.linalg.norm(trunk)), (120, 118, 115), -1, cv2.LINE_AA)
        yield Frame(frame.t, image)


def walked(size: float, down: float) -> Callable[[Frames, Joints], Iterator[Frame]]:
    """Somebody so large walks through in front at 9 s, and back at 17 s; four seconds each."""

    def change(frames: Frames, _: Joints) -> Iterator[Frame]:
        passer = Passer.of(SAMPLES / "negative_walking.mp4")
        middles = passer.middles
        for number, frame in enumerate(frames):
            image, width = frame.image, frame.image.shape[1]
            for start, way in ((9.0, 1), (17.0, -1)):
                done = (frame.t - start) / 4.0
                if 0 <= done < 1:
                    place = width / 2 + way * (done - 0.5) * (width + 300 * size)
                    step = number % len(middles)
                    image = passer.onto(image, step, size, (place - size * middles[step], down))
            yield Frame(frame.t, image)

    return change


def stands_by(frames: Frames, _: Joints) -> Iterator[Frame]:
    """A trainer stands at the edge of the picture and hardly moves."""
    passer = Passer.of(SAMPLES / "negative_walking.mp4")
    middles = passer.middles
    still = int(np.argmin([abs(middle - 320) for middle in middles]))
    for number, frame in enumerate(frames):
        sway = 3 * np.sin(number / 25)
        yield Frame(frame.t, passer.onto(frame.image, still, 0.95, (545 - 0.95 * middles[still] + sway, 10)))


def dog(frames: Frames, joints: Joints) -> Iterator[Frame]:
    """A dog, drawn plainly, trots through in front every eight seconds."""
    del joints
    for frame in frames:
        image = frame.image.copy()
        x = int(-120 + (frame.t % 8.0) / 4.0 * 880)
        y, colour = 395, (92, 66, 44)
        cv2.ellipse(image, (x, y), (62, 24), 0, 0, 360, colour, -1, cv2.LINE_AA)
        cv2.circle(image, (x + 72, y - 26), 20, colour, -1, cv2.LINE_AA)
        cv2.line(image, (x - 60, y - 8), (x - 92, y - 38), colour, 7, cv2.LINE_AA)
        for place, phase in ((-45, 0.0), (-32, np.pi), (38, np.pi), (50, 0.0)):
            swing = int(16 * np.sin(14 * frame.t + phase))
            cv2.line(image, (x + place, y + 12), (x + place + swing, y + 62), colour, 9, cv2.LINE_AA)
        yield Frame(frame.t, image)


@dataclass(frozen=True)
class Case:
    change: Callable[[Frames, Joints], Iterator[Frame]]
    unseen: tuple[float, float] = (0.0, 0.0)


CASES: Final = {
    "as it is": Case(as_is),
    "somebody walks through in front": Case(walked(1.0, 0)),
    "a child walks through": Case(walked(0.55, 190)),
    "a dog trots through": Case(dog),
    "the trainer stands by": Case(stands_by),
    "gone for 4 s, and back": Case(gone, UNSEEN),
    "the light is off for 4 s": Case(light_off, UNSEEN),
    "the camera is knocked": Case(knocked),
    "the face is hidden": Case(face_hidden),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", type=Path, default=SAMPLES / "thoracic_good.mp4")
    parser.add_argument("--model", default="heavy")
    parser.add_argument("--only", default="*")
    options = parser.parse_args()
    truth = read_truth(options.clip.with_suffix(".json"))
    joints = joints_of(options.clip.with_suffix(".json"))
    print("| what | as | passes true / got | counted unseen | faults | begun unseen | nobody, s | |")
    print("|---|---|---|---|---|---|---|---|")
    for name, case in CASES.items():
        if fnmatch(name, options.only):
            cells = row_of(options.clip, case, truth, joints, options.model)
            print(f"| {' | '.join((name, *cells))} |", flush=True)


def joints_of(path: Path) -> Joints:
    data = json.loads(path.read_text(encoding="utf-8"))["joints_px"]
    return {name: np.array(places, np.float64) for name, places in data.items()}


def row_of(clip: Path, case: Case, truth: Truth, joints: Joints, model: str) -> tuple[str, ...]:
    moves = load_moves()
    watcher = Watcher(Wishes(moves), RollerNet())
    nobody, before = 0.0, 0.0
    with ClipReader(clip) as reader, MediaPipePose(model) as source:  # type: ignore[arg-type]
        for frame in case.change(reader, joints):
            seen = watcher.update(frame, source.detect(frame))
            nobody += 0.0 if seen.pose.found else frame.t - before
            before = frame.t
    sets = watcher.finish()
    start, end = case.unseen

    def hidden(a: float, b: float) -> float:
        return max(0.0, min(b, end) - max(a, start))

    times = [*(t for t, _ in truth.turning), float(truth.t[-1])]
    true = list(pairwise(times))[: truth.pass_count]
    whole = sum(hidden(a, b) < 0.1 for a, b in true)
    fewest, most = pass_range(truth, moves[truth.move] if truth.move else None)
    fewest -= truth.pass_count - whole
    passes = [p for s in sets for p in s.passes]
    blind = sum(hidden(p.start_s, p.end_s) > 0.9 * (p.end_s - p.start_s) for p in passes)
    faults = [f for s in sets for f in s.faults]
    told = " ".join(f"{f.check.id} {f.start_s:.1f}" for f in faults) or "none"
    unseen = sum(hidden(f.start_s, f.start_s + 0.2) > 0.1 for f in faults)
    right = fewest <= len(passes) <= most and not blind and not unseen and len(faults) == len(truth.faults)
    wanted = str(truth.pass_count) if whole == truth.pass_count else f"{whole} to {truth.pass_count}"
    names = ", ".join(sorted({f"{s.move.id} {s.side or ''}".strip() for s in sets})) or "none"
    return (
        names, f"{wanted} / {len(passes)}", str(blind), told, str(unseen), f"{nobody:.1f}", "" if right else "!"
    )  # fmt: skip


if __name__ == "__main__":
    main()
