"""The whole routine from one film, through the whole of `smr live`, with nobody touching anything.

Four moves, both sides, two sets. Stick figures here; `benchmarks/routine.py` does the same with sample clips
and the real pose model.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from smr_vision.live import LiveOptions, run_live
from smr_vision.live.coaching import Shown
from smr_vision.live.display import Drawn
from smr_vision.live.routine import DEFAULT, Item, Plan, load_routine, plan_of
from smr_vision.live.running import Devices
from smr_vision.live.summary import SUMMARY_S
from smr_vision.live.window import NoWindow
from smr_vision.moves import load_moves
from smr_vision.overlay.brush import Image
from smr_vision.store import Store
from tests.doubles import ActedPoses, FakeVoice, InStep, frames
from tests.live.test_flow import FPS, camera_for, contact, doing
from tests.people import Camera, Eyes, Joints, standing

SECONDS = 12.0  # of each set, on target


class Actor:
    """Somebody who does each set for a while, then walks to the next, and at last stands."""

    SET_S, AWAY_S, WAITS_S = 24.0, 11.0, 6.0
    TURNS_S = 4.0  # before a set: nobody turns round from one picture to the next

    def __init__(self, plan: Plan) -> None:
        self._items = plan.items
        self.seconds = len(plan.items) * (self.SET_S + self.AWAY_S) + SUMMARY_S + 10

    def at(self, t: float) -> tuple[Item, float]:
        number = min(int(t // (self.SET_S + self.AWAY_S)), len(self._items) - 1)
        return self._items[number], t - number * (self.SET_S + self.AWAY_S)

    def act(self, t: float) -> Joints | None:
        item, within = self.at(t)
        return doing(item, wait_s=self.WAITS_S)(within) if within < self.SET_S else standing()

    def camera(self, t: float) -> Camera:
        return camera_for(self.at(t + self.TURNS_S if self.at(t)[1] >= self.SET_S else t)[0])

    def contact(self, t: float) -> float | None:
        item, within = self.at(t)
        return contact(item, within, self.WAITS_S) if within < self.SET_S else None


class Glanced(Drawn):
    """Draws a moment when the stage is another one, and every half second: nobody looks, and it takes long."""

    def __init__(self) -> None:
        super().__init__(NoWindow())
        self._stage, self._next_t = "", 0.0

    def draw(self, shown: Shown, *, muted: bool) -> Image:
        now = shown.now
        if now.stage == self._stage and now.t < self._next_t:
            return shown.frame.image
        self._stage, self._next_t = now.stage, now.t + 0.5
        return super().draw(shown, muted=muted)


@pytest.fixture
def routine(tmp_path: Path) -> Path:
    """The routine after training with short sets and rests."""
    lines = ["title = 'Short'", "purpose = 'Everything in ten minutes'", "closing = ['Stretch what you rolled.']"]
    for part in load_routine(DEFAULT).parts:
        lines += ["[[parts]]", f"move = '{part.move}'", "sets = 2", f"seconds = {SECONDS}", "rest_s = 14.0"]
        lines += [f"reminder = '{part.reminder}'"]
    path = tmp_path / "short.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_whole_routine_runs_unattended(routine: Path, tmp_path: Path) -> None:
    plan = plan_of(load_routine(str(routine)), load_moves())
    actor, voice = Actor(plan), FakeVoice()
    film = InStep(frames(actor.seconds, FPS))
    devices = Devices(
        film, ActedPoses(actor.act, actor.camera, film), Eyes(actor.contact), voice, Glanced(), clock=film
    )
    db = tmp_path / "history.sqlite"
    options = LiveOptions(routine=str(routine), ask=False, yes=True, person="Ana", db=db)

    session = run_live(options, devices=devices)

    assert session.complete
    assert not film.ends  # it came to its end by itself, before the film did
    wanted = [(item.move.id, item.side) for item in plan.items]
    assert len(wanted) == 14  # the upper back has no sides
    assert [(done.move, done.side) for done in session.sets] == wanted
    assert all(done.pass_count >= 2 for done in session.sets)
    assert all(done.time_on_target_s >= SECONDS - 0.5 for done in session.sets)
    assert voice.ticks == session.totals.pass_count
    assert sum(x.startswith("Now stretch") for x in voice.said) == 4
    assert sum(x.startswith("Next: ") for x in voice.said) == len(wanted) - 1
    assert any(x.startswith("All done. 14 sets") for x in voice.said)
    assert voice.said[-1] == "Stretch what you rolled."
    with Store(db) as store:
        assert store.sessions("Ana") == [session]
        assert store.entries("Ana")[0].state == "complete"


def test_with_no_rest_between_sets_nothing_is_lost(routine: Path, tmp_path: Path) -> None:
    text = routine.read_text(encoding="utf-8").split("[[parts]]")
    routine.write_text(text[0] + "[[parts]]" + text[1].replace("rest_s = 14.0", "rest_s = 0"), encoding="utf-8")
    plan = plan_of(load_routine(str(routine)), load_moves())
    actor = Actor(plan)
    film = InStep(frames(actor.seconds, FPS))
    poses = ActedPoses(actor.act, actor.camera, film)
    devices = Devices(film, poses, Eyes(actor.contact), FakeVoice(), Drawn(NoWindow()), clock=film)
    options = LiveOptions(routine=str(routine), ask=False, yes=True, db=tmp_path / "history.sqlite")
    session = run_live(options, devices=devices)
    assert session.complete
    assert len(session.sets) == 2
