"""A few seconds of `make fuzz`, the same cases each time."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smr_vision.corrections import CorrectionRecord, corrected
from smr_vision.errors import InputError, UsageError
from smr_vision.exchange import read_landmarks
from smr_vision.exchange.table import COLUMNS
from smr_vision.moves import read_move
from smr_vision.session import read_session
from smr_vision.video.decoding import Decoder
from tests.film import Film
from tests.fuzz import KINDS, run
from tests.moves.test_wrong_files import GOOD
from tests.report.sample import make_session, make_set, write_folder


@pytest.mark.skipif(sys.platform == "win32", reason="no limit to the memory of a process")
def test_damaged_clips_sessions_and_moves_are_read_or_refused() -> None:
    counts = {"clips": 25, "landmarks": 12, "exports": 20, "desks": 12}
    cases = [f"{kind}/{n}" for kind in KINDS for n in range(counts.get(kind, 40))]
    tallies = run(cases, seed=20)
    assert {kind: tally.problems for kind, tally in tallies.items()} == {kind: [] for kind in tallies}
    assert tallies.keys() == set(KINDS)
    assert all(tally.outcomes["done"] and tally.outcomes["refused"] for tally in tallies.values())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('start = "working hip"', 'start = "nose"', "segment.start: unknown joint 'nose'"),
        ('end = "working knee"', 'end = "mid_elbows"', "segment.end: unknown joint"),
        ("sided = true", "sided = false", "needs `sided = true`"),
        ("length_h", f"deep = {'[' * 5000}\nlength_h", "nested too deep"),
        ("length_h = 0.233", f"length_h = {'9' * 5000}", "is not TOML"),
        ("length_h", f"# {'x' * 1_000_000}\nlength_h", "too long"),
    ],
)
def test_what_the_fuzz_found_in_moves(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "own.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        read_move(path)
    assert "\n" not in str(caught.value)


class Stumbling:
    """A container that PyAV stumbles over once: a packet of a stream that was not there at the start."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self._stumbled = False

    def demux(self, stream: Any) -> Iterator[Any]:
        for number, packet in enumerate(self._container.demux(stream)):
            if number == 5 and not self._stumbled:
                self._stumbled = True
                raise IndexError("list index out of range")
            yield packet

    def close(self) -> None:
        self._container.close()


def test_a_stream_that_damage_made_up_is_passed_over(film: Film) -> None:
    decoder = Decoder(film("clip.ts", times=20, container="mpegts"))
    decoder._container = Stumbling(decoder._container)  # type: ignore[assignment]
    assert sum(1 for _ in decoder._decode()) >= 12
    decoder.close()


def test_a_table_of_landmarks_with_an_endless_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "landmarks.csv"
    path.write_text(",".join(COLUMNS) + "\n" + "1" * 200_000 + ",nose,0,0,0,0,0,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="field larger than field limit"):
        read_landmarks(path)


def test_a_set_is_split_where_its_series_is_gone(tmp_path: Path) -> None:
    path = write_folder(tmp_path / "roll", make_session(make_set()), series=False)
    record = CorrectionRecord(path.parent)
    record.append(0, "Maja", {"do": "split_set", "part": "s0", "at_s": 12.0}, fits=lambda _: None)
    found = corrected(read_session(path), path.parent)
    assert [s.time_on_target_s for s in found.sets] == [None, None]
