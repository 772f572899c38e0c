"""What the history keeps and gives back, on SQLite and (by `make test-postgres`) on PostgreSQL alike."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from smr_vision.session import Session, Set
from smr_vision.session.set_record import passes_of
from smr_vision.store import Store


def test_a_session_comes_back_as_it_was_kept(store: Store, session: Session) -> None:
    store.add_session(session)
    assert store.sessions() == [session]


def test_passes_that_nobody_could_see_are_not_none(store: Store, session: Session, one_set: Set) -> None:
    hidden = one_set.model_copy(update={"pass_count": None, "passes": (), "unknown": ("Film from the side.",)})
    store.add_session(session.model_copy(update={"sets": (hidden, one_set)}))
    (entry,) = store.entries()
    assert [s.pass_count for s in entry.sets] == [None, 3]
    assert (passes_of(entry.sets), passes_of(entry.sets[:1]), passes_of(())) == (3, None, 0)
    assert store.sessions()[0].sets[0] == hidden


def test_sessions_are_listed_oldest_first_with_their_sets(store: Store, session: Session, one_set: Set) -> None:
    later = session.model_copy(update={"recorded_at": "2026-11-21T18:00:00+00:00", "sets": (one_set, one_set)})
    store.add_session(later)
    store.add_session(session)
    first, second = store.entries()
    assert (first.recorded_at, len(first.sets), len(second.sets)) == (session.recorded_at, 1, 2)
    got = first.sets[0]
    assert (got.move, got.side, got.pass_count, got.on_target_s, got.faults) == ("calf", "left", 3, 17.5, 1)
    assert (got.discomfort_before, got.discomfort_after) == (6, 4)
    assert (first.state, first.folder) == ("complete", None)


def test_a_dismissed_fault_is_not_counted(store: Store, session: Session) -> None:
    fault = session.sets[0].faults[0].model_copy(update={"dismissed_by": "Maja"})
    kept = session.sets[0].model_copy(update={"faults": (fault,)})
    store.add_session(session.model_copy(update={"sets": (kept,)}))
    assert store.entries()[0].sets[0].faults == 0


def test_the_same_folder_again_replaces_what_was_kept(store: Store, session: Session, tmp_path: Path) -> None:
    first = store.add_session(session, tmp_path)
    second = store.add_session(session.model_copy(update={"notes": ("looked at again",)}), tmp_path)
    assert first == second
    assert [s.notes for s in store.sessions()] == [("looked at again",)]


def test_people_are_told_apart(store: Store, session: Session) -> None:
    store.add_session(session)
    store.add_session(session.model_copy(update={"person": "Bo"}))
    store.add_session(session.model_copy(update={"person": None}))
    assert [(p.name, p.sessions) for p in store.people()] == [("Ana", 1), ("Bo", 1)]
    assert len(store.entries()) == 3
    assert [e.person for e in store.entries("Bo")] == ["Bo"]
    assert [s.person for s in store.sessions("Bo")] == ["Bo"]


@pytest.mark.parametrize("name", ["'; DROP TABLE sessions; --", "<script>", "עדה 💪", "x" * 10_000, "% _", ":person"])
def test_any_name_is_just_a_name(store: Store, session: Session, name: str) -> None:
    store.add_session(session)
    store.add_session(session.model_copy(update={"person": name}))
    assert [e.person for e in store.entries(name)] == [name]
    assert store.forget(name).sessions == 1
    assert [p.name for p in store.people()] == ["Ana"]


def test_a_folder_whose_name_is_not_utf8_is_kept(store: Store, session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "clip\udcff"
    store.add_session(
        session.model_copy(update={"source": session.source.model_copy(update={"path": str(folder)})}), folder
    )
    assert store.entries()[0].folder == folder


def test_a_journal_holds_the_last_checkpoint(store: Store, session: Session, one_set: Set) -> None:
    journal = store.begin(session.model_copy(update={"sets": ()}))
    assert store.entries()[0].state == "running"
    journal.checkpoint(session)
    assert len(store.entries()[0].sets) == 1
    journal.finish(session.model_copy(update={"sets": (one_set, one_set)}))
    (entry,) = store.entries()
    assert (entry.state, len(entry.sets)) == ("complete", 2)


def test_a_session_that_went_quiet_is_interrupted(
    store: Store, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.begin(session)
    monkeypatch.setattr("smr_vision.store.history.RUNNING_S", -1.0)
    assert store.entries()[0].state == "interrupted"


def test_the_safety_screen_is_accepted_once_a_person(store: Store, session: Session) -> None:
    assert store.screen_accepted_at("Ana") is None
    store.accept_screen("Ana")
    store.accept_screen(None)
    assert store.screen_accepted_at("Ana")
    assert store.screen_accepted_at(None)
    assert store.screen_accepted_at("Bo") is None
    store.forget("Ana")
    assert store.screen_accepted_at("Ana") is None


def _write_many(where: str, name: str, session: Session) -> None:
    with Store(where) as store:
        for i in range(25):
            store.add_session(session.model_copy(update={"person": name, "notes": (str(i),)}))


def test_two_writers_at_once_lose_nothing(where: str, session: Session) -> None:
    """Real processes, which also open (and make) the history at the same moment."""
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(where, f"person {i}", session)) for i in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [w.exitcode for w in writers] == [0, 0, 0]
    with Store(where) as store:
        for i in range(3):
            assert [s.notes for s in store.sessions(f"person {i}")].__len__() == 25
            assert {s.notes[0] for s in store.sessions(f"person {i}")} == {str(n) for n in range(25)}
        assert all(len(e.sets) == 1 for e in store.entries())
