"""Nothing is shown or said at one moment that can't be true beside the rest: random acts, clip and live."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smr_vision.coach import Feedback
from smr_vision.coach.cues import Cue, CuePlanner
from smr_vision.desk.roll_view import view_of
from smr_vision.live.coaching import Shown
from smr_vision.live.routine import plan_for_move
from smr_vision.live.screens import Screens
from smr_vision.live.stage_messages import Now, Tally
from smr_vision.overlay import Overlay
from smr_vision.overlay.brush import Brush
from smr_vision.overlay.panels import CheckRow, Panels
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun
from smr_vision.pose import Pose
from tests.live.contradictions import Written, contradictions, of_summary, of_view
from tests.live.test_flow import FIGURES, MOVES, Stage, camera_for, short
from tests.people import Eyes, Joints, frame, pose, standing, zigzag

FPS = 8.0
FORMS: dict[str, tuple[dict[str, Any], ...]] = {
    "thoracic": ({}, {}, {"hips": 0.07}, {"hands": "beside"}, {"knees": 150.0}),
    "calf": ({}, {}, {"hips": 0.04}, {"crossed": False}, {"toes_out": 45.0}),
    "glute": ({}, {}, {"roll": 3.0}, {"crossed": False}),
    "pectoral": ({}, {}, {"lean": 0.0}, {"lean": 40.0}),
}


SPREADS = {"pectoral": 0.18}  # the body hides the ball: that it is there is seen, not where


@dataclass(frozen=True)
class Part:
    """A while of one kind: how it goes, for how long, in which form, whether the tool is seen."""

    seconds: float
    pass_s: float | None  # None: standing still
    low: float
    high: float
    form: dict[str, Any]
    seen: bool
    there: bool

    def contact(self, t: float) -> float:
        return self.low if self.pass_s is None else zigzag(t, self.low, self.high, self.pass_s)


@st.composite
def parts(draw: st.DrawFn, move: str) -> list[Part]:
    middle = MOVES[move].zone.assumed
    found = []
    for _ in range(draw(st.integers(3, 5))):
        reach = draw(st.sampled_from([0.1, 0.25, 0.4]))
        found.append(
            Part(
                draw(st.floats(2.0, 7.0)), draw(st.sampled_from([None, 0.6, 1.5, 3.0, 3.0])), middle - reach,
                middle + reach, draw(st.sampled_from(FORMS[move])), draw(st.sampled_from([True, True, True, False])),
                draw(st.sampled_from([True, True, True, True, False])),
            )
        )  # fmt: skip
    return found


def at(some: list[Part], t: float) -> tuple[Part, float]:
    for part in some[:-1]:
        if t < part.seconds:
            return part, t
        t -= part.seconds
    return some[-1], t


class Spy:
    """Notes what is drawn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        self.rows: list[CheckRow] = []
        self.rings: list[Any] = []
        text, checks, ring = Brush.text, Panels.checks, Brush.ring

        def write(brush: Brush, words: str, *given: Any, **named: Any) -> float:
            self.lines.append(words)
            return text(brush, words, *given, **named)

        def listed(panels: Panels, rows: list[CheckRow], *given: Any) -> None:
            self.rows += rows
            checks(panels, rows, *given)

        def turn(brush: Brush, *given: Any) -> None:
            self.rings.append(given[5])
            ring(brush, *given)

        monkeypatch.setattr(Brush, "text", write)
        monkeypatch.setattr(Panels, "checks", listed)
        monkeypatch.setattr(Brush, "ring", turn)

    def of(self, draw: Callable[[], object]) -> Written:
        self.lines, self.rows, self.rings = [], [], []
        draw()
        return Written(tuple(self.lines), tuple(self.rows), tuple(self.rings))


class Moments:
    """Which moments are drawn: each in which anything is judged or told otherwise than in the one before, and of the
    others every fourth, for only seconds and bars go on in them. To draw takes most of the time of these tests."""

    def __init__(self) -> None:
        self._before: object = None
        self._number = 0

    def drawn(self, feedback: Feedback | None, *told: object) -> bool:
        judged = feedback and (
            feedback.phase, feedback.zone, feedback.on_target, feedback.on_target_known, feedback.unplaced,
            feedback.tool, feedback.set_open, feedback.pass_count, isnan(feedback.speed_cm_s),
            [f.check.id for f in feedback.running], [(v.state, v.violated) for v in feedback.verdicts],
        )  # fmt: skip
        before, self._before = self._before, (judged, told)
        self._number += 1
        return self._before != before or self._number % 4 == 0


usual = settings(
    max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.mark.slow
@pytest.mark.parametrize("move", FORMS)
@usual
@given(data=st.data())
def test_no_picture_of_a_clip_contradicts_itself(move: str, data: st.DataObject) -> None:
    clip(move, data.draw(parts(move)))


@pytest.mark.slow
@pytest.mark.parametrize("move", FORMS)
def test_nor_where_somebody_stands_still_in_a_fault(move: str) -> None:
    for form in FORMS[move][2:]:
        acts = stood(move, form)
        clip(move, acts)
        live(move, acts)


def stood(move: str, form: dict[str, Any]) -> list[Part]:
    """Rolling well, standing still in a fault and on in it, then well again."""
    low, high = MOVES[move].zone.assumed - 0.25, MOVES[move].zone.assumed + 0.25
    middle = MOVES[move].zone.assumed
    return [
        Part(6.0, 3.0, low, high, {}, True, True),
        Part(9.0, None, middle, middle, form, True, True),
        Part(4.0, None, middle, middle, {}, True, True),
        Part(4.0, 3.0, low, high, {}, True, True),
    ]


def eyes(move: str, tool: Callable[[float], float | None]) -> Eyes:
    return Eyes(tool, spread=SPREADS.get(move, 0.03))


def clip(move: str, some: list[Part]) -> None:
    """Hold every picture of an annotated clip against the table."""
    item = plan_for_move(move, MOVES).items[0]
    sides = () if item.side is None else (item.side,)

    def act(t: float) -> Joints:
        part, within = at(some, t)
        return FIGURES[move](*sides, part.contact(within), **part.form) if part.there else standing()

    def tool(t: float) -> float | None:
        part, within = at(some, t)
        return part.contact(within) if part.seen and part.there else None

    pipeline, cues = PipelineRun(PipelineOptions(MOVES, move), eyes(move, tool)), CuePlanner()
    length = sum(part.seconds for part in some)
    with pytest.MonkeyPatch.context() as patch:
        spy, moments = Spy(patch), Moments()
        for k in range(int(length * FPS)):
            t = k / FPS
            seen = pipeline.advance(frame(t), pose(act(t), t, camera_for(item)))
            cue = cues.choose(seen.feedback)
            if seen.feedback is None or not moments.drawn(seen.feedback, cue):
                continue
            # Blocks are painted once and kept: a new overlay writes all of them.
            written = spy.of(lambda seen=seen, cue=cue: Overlay(640, 480).draw(blank(), seen, cue))
            found = list(contradictions(seen.feedback, cue, written))
            assert not found, f"{move} at {t:.1f} s: {found}; {written.lines}; {some}"


def blank() -> np.ndarray:
    return np.zeros((480, 640, 3), np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize("move", FORMS)
@usual
@given(data=st.data())
def test_no_moment_of_a_live_session_contradicts_itself(move: str, data: st.DataObject) -> None:
    live(move, data.draw(parts(move)))


def live(move: str, some: list[Part]) -> None:
    """Hold every moment of a live session against the table."""
    plan = short(plan_for_move(move, MOVES), seconds=20.0, rest_s=6.0)
    item = plan.items[0]
    sides = () if item.side is None else (item.side,)
    ahead = 8.0  # seconds to get into position first

    def tool(t: float) -> float | None:
        part, within = at(some, max(t - ahead, 0.0))
        return part.contact(within) if part.seen and part.there else None

    stage = Stage(plan, eyes(move, tool))
    length = ahead + sum(part.seconds for part in some)
    screens = Screens((640, 480))
    with pytest.MonkeyPatch.context() as patch:
        spy, moments = Spy(patch), Moments()
        while stage.t < length:
            part, within = at(some, max(stage.t - ahead, 0.0))
            joints = FIGURES[move](*sides, part.contact(within), **part.form) if part.there else standing()
            shown = stage.one(joints, camera_for(item))
            now = shown.now
            if moments.drawn(
                shown.result.feedback, now.stage, now.paused, now.lines, now.banner, now.breath and now.breath.half
            ):
                of(shown, spy.of(lambda shown=shown: screens.draw(replace_image(shown))), some)
            of_all(shown, some)
        stage.one(standing(), camera_for(item), ("q",))
    kept = stage.finish()
    last = stage.shown[-1].now
    if kept.sets:
        assert [t.pass_count for t in last.tallies] == [len(s.passes) for s in kept.sets][: len(last.tallies)]
        for tally, done in zip(last.tallies, kept.sets, strict=False):
            assert tally.faults == len(done.faults)


TALLIES = st.lists(
    st.builds(
        Tally,
        title=st.sampled_from(["Calf roll, left side", "Thoracic roll"]),
        pass_count=st.none() | st.integers(0, 9),
        on_target_s=st.sampled_from([float("nan"), 0.0, 17.4, 131.0]),
        faults=st.integers(0, 2),
        assumed=st.booleans(),
        unplaced=st.booleans(),
    ),
    max_size=4,
)


@usual
@given(tallies=TALLIES, left=st.booleans())
def test_no_summary_of_the_desk_says_more_than_was_done(tallies: list[Tally], left: bool) -> None:
    now = Now(9.0, "summary", tallies=tuple(tallies), left_early=left)
    nobody = FrameResult(9.0, Pose.nobody(9.0), None, None, None, None, np.zeros(2))
    view = view_of(Shown(frame(9.0), nobody, now))
    assert not list(of_summary(view, tallies))
    assert (view["ending"] == "All done") <= (not left)


def replace_image(shown: Shown) -> Shown:
    return replace(shown, frame=type(shown.frame)(shown.frame.t, blank()))


def of(shown: Shown, written: Written, some: list[Part]) -> None:
    """What is written in a moment of rolling, beside what was judged and said."""
    now, feedback = shown.now, shown.result.feedback
    said = [line.say for line in now.lines]
    told = {*said, *written.lines}
    cue: Cue | None = now.banner
    if feedback is not None and now.stage == "rolling" and not now.paused:
        found = list(contradictions(feedback, cue, written, said))
        assert not found, f"{feedback.move.id} at {now.t:.1f} s: {found}; {told}; {some}"


def of_all(shown: Shown, some: list[Part]) -> None:
    """What holds at every moment, drawn or not."""
    now, feedback = shown.now, shown.result.feedback
    if feedback is not None and now.stage == "rolling" and not now.paused:
        found = list(of_view(view_of(shown), feedback))
        assert not found, f"{feedback.move.id} at {now.t:.1f} s: {found}; {some}"
    assert not list(of_summary(view_of(shown), now.tallies))
    if now.breath is not None and feedback is not None:
        assert not feedback.running, f"breathing is paced in a fault at {now.t:.1f} s: {some}"
    if now.count is not None:
        assert now.stage == "countdown"
