"""What stays of a live session when the disk or the encoder does not play along."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from smr_vision.errors import DeviceError
from smr_vision.live.logbook import FILM_AHEAD, Film
from smr_vision.live.session import StoreJournal
from smr_vision.session import read_session
from smr_vision.store import Store
from smr_vision.video import Frame
from smr_vision.video.writer import ClipWriter
from tests.report.sample import make_session, make_set


def test_an_encoder_that_breaks_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("a bug in it")

    monkeypatch.setattr(ClipWriter, "write", broken)
    told: list[str] = []
    film = Film(tmp_path, told.append)
    for number in range(3 * FILM_AHEAD):
        film.add(Frame(number / 30, np.zeros((48, 64, 3), np.uint8)))
    ended: list[object] = []
    closing = threading.Thread(target=lambda: ended.append(film.close()), daemon=True)
    closing.start()
    closing.join(10.0)
    assert isinstance(ended[0], DeviceError)
    assert len(told) == 1


def test_what_is_killed_leaves_its_record_beside_its_video(tmp_path: Path) -> None:
    session = make_session(make_set()).model_copy(update={"complete": False})
    with Store(tmp_path / "history.sqlite") as store:
        StoreJournal(store, tmp_path).write(session, final=False)
    assert read_session(tmp_path / "session.json") == session
