"""The live coach without devices: a picture and its pose go in, what was seen and what to show come out.

There are two clocks, both of the pictures: that of the wall, by which an arm is raised, and that of the session, which
a pause stops. By the second go the coach, the plan and the help with the picture; so times of sets leave pauses out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from smr_vision.body import BodyEstimator
from smr_vision.body.picture_change import OneTake
from smr_vision.coach import SetDone
from smr_vision.coach.cues import Cue, CuePlanner
from smr_vision.coach.recogniser import Candidate, Side
from smr_vision.live.arm_menu import ArmMenu, Choice, Menu, choices_of
from smr_vision.live.bystanders import Company, Crowd
from smr_vision.live.flow import Flow
from smr_vision.live.framing import FramingGuide, FramingHint
from smr_vision.live.gesture import ArmUp
from smr_vision.live.next_stage import A_SET_S
from smr_vision.live.other_move import OtherMove
from smr_vision.live.stage_messages import LiveInput, Now, Sign, Stage
from smr_vision.moves import Move
from smr_vision.pipeline.options import PipelineOptions
from smr_vision.pipeline.result import FrameResult
from smr_vision.pipeline.river import PipelineRun, ToolDetector
from smr_vision.pose import Pose
from smr_vision.pose.letterboxed import film_alone
from smr_vision.session import Discomfort
from smr_vision.video import Frame

_KEY_SIGNS: dict[str, Sign] = {
    "space": "space", "n": "next", "a": "again", "s": "skip", "w": "switch", "q": "quit",
}  # fmt: skip
_RATINGS = {str(n): n for n in range(10)} | {"t": 10}


@dataclass(frozen=True)
class Shown:
    """One picture with all that was made of it; the list an arm has opened, how far one is from opening it (0..1), and
    what was taken from it just now."""

    frame: Frame
    result: FrameResult
    now: Now
    menu: Menu | None = None
    held: float = 0.0
    taken: Choice | None = None


@dataclass(frozen=True)
class Kept:
    """The sets so far, with the discomfort said, and how well the person was seen."""

    sets: tuple[SetDone, ...]
    discomfort: tuple[Discomfort | None, ...]
    pose_share: float
    frames: int
    seconds: float
    size: tuple[int, int]
    paused_s: float = 0.0


class LiveCoach:
    """Takes pictures with their poses, in order, through a flow."""

    def __init__(
        self,
        flow: Flow,
        finder: ToolDetector | None,
        *,
        strictness: str = "standard",
        moves: Mapping[str, Move] | None = None,
        menu: bool = False,
        crowd: Crowd | None = None,
    ) -> None:
        self._flow = flow
        self._finder = finder
        self._strictness = strictness
        self._arm = ArmUp()
        self._menu = ArmMenu() if menu else None  # instead of the one sign
        self._now: Now | None = None
        self._meter = BodyEstimator()  # for moments when nobody's set is watched, by the clock of the wall
        self._cues = CuePlanner()
        self._pipeline: PipelineRun | None = None
        self._watched: Move | None = None
        self._guide: FramingGuide | None = None
        self._guided: tuple[str, Side | None] | None = None
        self._others = OtherMove(moves or {}, finder)
        self._stage: Stage = flow.stage
        self._paused_s = 0.0
        self._last_t: float | None = None
        self._was_paused = False
        self._findings: tuple[FramingHint, ...] = ()
        self._company = Company(crowd)
        self._sets: list[SetDone] = []
        self._frames = self._found = 0
        self._t = 0.0
        self._size = (0, 0)
        self._follow(flow.stage)

    def advance(self, frame: Frame, pose: Pose, keys: tuple[str, ...] = ()) -> Shown:
        """Add a picture, its pose, and the keys pressed since the last."""
        paused = self._flow.paused
        if paused and self._last_t is not None:
            self._paused_s += frame.t - self._last_t
        if self._was_paused and not paused and self._pipeline is not None:
            self._pipeline.interrupt()  # who goes on may lie elsewhere
        self._was_paused = paused
        self._last_t = frame.t
        self._t = t = frame.t - self._paused_s
        self._size = frame.image.shape[1], frame.image.shape[0]
        self._frames, self._found = self._frames + 1, self._found + int(pose.found)
        timed = replace(pose, t=t)
        result, ended = self._watch(Frame(t, frame.image, frame.film), timed, pose)
        if not paused:
            filmed = film_alone(frame, timed)
            company = self._stage in ("framing", "setup") and self._company.detect(frame)
            guide = self._guide
            self._findings = guide.examine(*filmed, result.body, company=company) if guide is not None else ()
        arm = self._menu or self._arm
        taken: Choice | None = None
        if self._menu is not None:
            taken = self._menu.advance(frame.t, result.body, choices_of(self._now) if self._now is not None else ())
            keys = (*keys, taken.key) if taken is not None else keys
        signs: list[Sign] = [_KEY_SIGNS[key] for key in keys if key in _KEY_SIGNS]
        if self._menu is None and self._arm.detect(frame.t, result.body):
            signs.append("arm")
        cue: Cue | None = self._cues.choose(result.feedback) if not paused else None
        ratings = [_RATINGS[key] for key in keys if key in _RATINGS]
        moment = LiveInput(
            t=t,
            feedback=result.feedback,
            findings=self._findings,
            cue=cue,
            signs=tuple(signs),
            rating=ratings[-1] if ratings else None,
            ended=ended,
            arm_raised=arm.raised,
            notice=result.notice,
            other=self._other(Frame(t, frame.image, frame.film), result),
        )
        now = self._flow.advance(moment)
        if now.finish_set:
            self._end_set()
        self._follow(now.stage)
        self._now = now
        if self._menu is None:
            return Shown(frame, result, now)
        return Shown(frame, result, now, self._menu.menu, self._menu.held, taken)

    def so_far(self) -> Kept:
        """What there is to keep, the set under way included."""
        sets = list(self._sets)
        if self._pipeline is not None and self._in_a_set:
            sets += self._pipeline.so_far()
        ratings = [*self._flow.ratings[: len(sets)]]
        felt = [
            Discomfort(before=r.before, after=r.after) if (r.before, r.after) != (None, None) else None for r in ratings
        ]
        felt += [None] * (len(sets) - len(felt))
        share = self._found / max(self._frames, 1)
        return Kept(tuple(sets), tuple(felt), share, self._frames, self._t, self._size, self._paused_s)

    def finish(self) -> Kept:
        """End the session, the set under way included."""
        self._end_set(wanted=self._in_a_set)
        return self.so_far()

    @property
    def _in_a_set(self) -> bool:
        return self._flow.stage == "rolling" or self._flow.lingering

    def _watch(self, frame: Frame, pose: Pose, by_the_wall: Pose) -> tuple[FrameResult, SetDone | None]:
        """Look at a moment, its picture and pose by the clock of the session; the set that ended by itself with it."""
        pipeline = self._pipeline
        if pipeline is None or self._flow.paused:
            return FrameResult(frame.t, pose, self._meter.estimate(by_the_wall), None, None, None), None
        result = pipeline.advance(frame, pose)
        if not pipeline.sets:
            return result, None
        done = pipeline.sets.pop()
        if not done.passes and not self._in_a_set:
            return result, None  # getting into position is no set
        self._keep(done)
        self._pipeline = None
        return result, done

    def _keep(self, done: SetDone) -> None:
        self._sets.append(done)
        self._flow.count_set(done)

    def _end_set(self, *, wanted: bool = False) -> None:
        """The set under way ends; one that was not `wanted` is kept where it was more than getting into position."""
        if self._pipeline is None:
            return
        for done in self._pipeline.finish():
            if wanted or done.passes or done.time_on_target_s >= A_SET_S:
                self._keep(done)
        self._pipeline = None

    def _other(self, frame: Frame, result: FrameResult) -> Candidate | None:
        item = self._flow.course.item
        if item is None or self._flow.stage != "setup" or self._flow.paused:
            self._others.forget()
            return None
        return self._others.detect(frame, result.body, item.move)

    def _follow(self, stage: Stage) -> None:
        """Have the watcher and the framing guide that the stage now reached needs."""
        item = self._flow.course.item
        # Where either side may come first nobody is told to turn round.
        guided = (item.move.id, self._flow.course.side_ahead) if item is not None else None
        if guided != self._guided:
            self._guided, self._findings = guided, ()
            self._guide = FramingGuide(item.move, self._flow.course.side_ahead) if item is not None else None
        rested = self._stage == "rest" and stage in ("setup", "framing")
        self._stage = stage
        if self._flow.lingering:
            return
        if item is None or not self._flow.watching:
            self._pipeline = None
        elif self._pipeline is None or rested or item.move is not self._watched:
            # What went on in the rest is no set: it would have been taken for the next one.
            self._watched, self._cues = item.move, CuePlanner()
            options = PipelineOptions(
                {item.move.id: item.move}, item.move.id, self._flow.course.side_ahead, strictness=self._strictness
            )
            self._pipeline = PipelineRun(options, self._finder, changes=OneTake())
