"""What Roll now finds in a film sent over its wire, beside what `smr analyse` finds in it: no browser, no clock.

    python -m benchmarks.roll_wire samples/videos/*.mp4 [--move calf]

Pictures go out as the page sends them (the first of each tenth of a second, all of a slow camera; JPEG, 960 pixels on
the long side), each when the one before was answered, with the times of the film: so a busy machine finds what an idle
one does. How soon a cue follows its fault is seconds of film from the picture that decided it to the one that the cue
came with.
"""

from __future__ import annotations

import argparse
import json
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from starlette.testclient import TestClient

from benchmarks.roll import files, move_of, told
from smr_vision.desk.app import desk_app
from smr_vision.desk.desk import Desk
from smr_vision.desk.places import Places
from smr_vision.desk.rolling import Rolls
from smr_vision.desk.routines import Routines
from smr_vision.moves import load_moves
from smr_vision.video import ClipReader
from smr_vision.video.frame import fitting
from smr_vision.video.sampling import FrameSampler
from tests.desk.conftest import HOME, PORT, TOKEN

SIDE: Final = 960  # the page's own (static/roll_camera.js)
QUALITY: Final = 80
STEP_S: Final = 0.1  # from one to the next, at most
SOON_S: Final = 1.0  # a cue later than this is not of this fault: another one was being said

Line = tuple[float, str]  # when, seconds of the session, and its words


@dataclass(frozen=True)
class Sent:
    """What came of a film: the sets that were kept and the cues that were said."""

    sets: list[dict[str, Any]]
    cues: list[Line]

    def soon(self) -> list[float]:
        """Seconds from each fault's decision to its cue, of those that got one."""
        says = {check.id: check.say for move in load_moves().values() for check in move.checks}
        waits = [
            min((t - fault["decided_s"] for t, said in self.cues if said == says[fault["check"]] and
                 t - fault["decided_s"] >= -STEP_S), default=SOON_S + 1)
            for one in self.sets for fault in one["faults"]
        ]  # fmt: skip
        return [wait for wait in waits if wait <= SOON_S]


def pictures(clip: Path) -> Iterator[tuple[float, bytes]]:
    """A clip as the page sends it: when a picture was taken, and its JPEG."""
    with ClipReader(clip) as reader:
        sampler = FrameSampler(reader.info.fps)
        for frame in reader:
            if not sampler.measures(frame.t):
                continue
            height, width = frame.image.shape[:2]
            small = cv2.resize(np.asarray(frame.image), fitting((width, height), SIDE), interpolation=cv2.INTER_AREA)
            _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
            yield frame.t, jpeg.tobytes()


def send(clip: Path, move: str, folder: Path) -> Sent:
    """A film through a desk of its own, from the first picture to the summary."""
    cues: list[Line] = []
    with Desk(Places(folder)) as desk:
        rolls = Rolls(desk, Routines(desk.places.own / "routines", desk.moves))
        client = TestClient(desk_app(desk, token=TOKEN, port=PORT, rolls=rolls), base_url=HOME)
        client.get(f"/enter?token={TOKEN}", follow_redirects=False)
        client.headers["origin"] = HOME
        desk.store.accept_screen(None)
        number = client.post("/api/roll", json={"move": move}).json()["number"]
        with client.websocket_connect(f"{HOME.replace('http', 'ws')}/api/roll/{number}") as socket:
            for t, jpeg in pictures(clip):
                socket.send_bytes(struct.pack(">d", t) + jpeg)
                while "at" not in (told := json.loads(socket.receive_text())):
                    if told.get("kind") == "cue":
                        cues.append((t, told["say"]))
        roll = rolls.found(number)
        roll.display.press("q")  # with no picture after it this is the end
        roll.thread.join(60)
        rolls.stop()
        newest = desk.store.page(most=1)
        return Sent(json.loads(desk.session(newest[0].id).model_dump_json())["sets"] if newest else [], cues)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--move", help="the move in the clips; where their names do not begin with it")
    given = parser.parse_args()
    for clip in given.clips:
        move = given.move or move_of(clip)
        with tempfile.TemporaryDirectory() as folder:
            sent = send(clip, move, Path(folder) / "data")
            soon = sent.soon()
            cues = f", {len(soon)} cues within {max(soon):.2f} s" if soon else ""
            found = files(clip, move, Path(folder), sent.sets)
            told_of = "; ".join(f"{model} {told(sets)}" for model, sets in found.items())
            print(f"{clip.stem}: sent {told(sent.sets)}{cues}; file {told_of}", flush=True)


if __name__ == "__main__":
    main()
