"""Sessions on disk for the report's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from smr_vision.session import Session
from tests.report.sample import make_session, make_set, write_folder

Kept = Callable[..., Path]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Writes a session's folder and gives the path of its session.json."""

    def keep(session: Session, name: str = "roll", **options: Any) -> Path:
        return write_folder(tmp_path / name, session, **options)

    return keep


@pytest.fixture
def session() -> Session:
    return make_session(make_set(picture="faults/hips.png", discomfort=(6, 4)))
