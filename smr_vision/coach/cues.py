"""One cue at a time: which fault is worth a word now, when to say it again, and praise once it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from smr_vision.coach import Feedback
from smr_vision.coach.checks import Verdict
from smr_vision.moves import Check, Severity

Sound = Literal["warning", "note", "chime"]

# A fault comes confirmed from its judge (0.6 to 0.9 s), so a cue waits for nothing more.
REPEAT_S: Final = 6.0  # the same cue again at the earliest [issue: live coach]
SPOKEN_S: Final = 3.0  # a spoken line of ours takes at most about this long; no other cue meanwhile
SHOWN_S: Final = 3.5  # a banner is read in this time from three metres [E]
MENDED_S: Final = 0.5  # right again for this long before it is praised
FORGOTTEN_S: Final = 12.0  # a fault mended later than this after its cue gets no praise for it

_ORDER: Final[dict[str, int]] = {"safety": 0, "form": 1, "tempo": 2}
_SOUNDS: Final[dict[Severity, Sound]] = {"safety": "warning", "form": "note", "tempo": "note"}


@dataclass(frozen=True)
class Cue:
    """Something to tell the person: `text` to read, `say` to hear, given at `t` seconds."""

    t: float
    text: str
    say: str
    sound: Sound
    severity: Severity | Literal["praise", "info"]
    check: str | None = None


class CuePlanner:
    """Chooses the cue to give, moment by moment; the same for clips and live."""

    def __init__(self) -> None:
        self._of: tuple[str, str | None] | None = None  # move and side
        self._given: dict[str, float] = {}  # check -> when its cue was given last
        self._right_since: dict[str, float] = {}
        self._owed: set[str] = set()  # checks whose fault was told and not praised yet
        self._last: Cue | None = None  # given last, perhaps still being spoken
        self._showing: Cue | None = None

    def choose(self, feedback: Feedback | None) -> Cue | None:
        """Add a moment; the cue to show now. It is the same object for as long as it is shown: a new
        object is a new cue, to be spoken once."""
        if feedback is None:
            self._showing = None
            return None
        of = feedback.move.id, feedback.side
        if of != self._of:
            self._of = of
            self._given, self._right_since, self._owed, self._showing = {}, {}, set(), None
        self._follow(feedback)
        new = self._fault_cue(feedback) or self._praise(feedback)
        self._last = new or self._last
        self._showing = new or self._still(feedback)
        return self._showing

    def _follow(self, feedback: Feedback) -> None:
        for verdict in feedback.verdicts:
            if verdict.state == "ok":
                self._right_since.setdefault(verdict.check.id, feedback.t)
            else:
                self._right_since.pop(verdict.check.id, None)

    def _free(self, t: float, severity: str) -> bool:
        """Whether a cue may be given: nothing is being spoken, or only something less than safety."""
        last = self._last
        if last is None or t - last.t >= SPOKEN_S:
            return True
        return severity == "safety" and last.severity != "safety"

    def _fault_cue(self, feedback: Feedback) -> Cue | None:
        t = feedback.t
        faults = [v for v in feedback.verdicts if v.state == "fault"]
        for verdict in sorted(faults, key=lambda v: _ORDER[v.check.severity]):
            check = verdict.check
            if t - self._given.get(check.id, -REPEAT_S) < REPEAT_S:
                if check.severity == "safety":
                    return None  # nothing lesser while it is unsafe
                continue
            if not self._free(t, check.severity):
                return None
            self._given[check.id] = t
            self._owed.add(check.id)
            return Cue(t, check.cue, check.say, _SOUNDS[check.severity], check.severity, check.id)
        return None

    def _praise(self, feedback: Feedback) -> Cue | None:
        if not self._owed or not self._free(feedback.t, "praise"):
            return None
        if _failing(feedback):
            return None  # no praise beside a failing check
        for verdict in feedback.verdicts:
            check = verdict.check
            if check.id in self._owed and self._mended(check, feedback.t):
                self._owed.discard(check.id)
                if feedback.t - self._given[check.id] <= FORGOTTEN_S:
                    return Cue(feedback.t, check.fixed, check.fixed, "chime", "praise", check.id)
        return None

    def _mended(self, check: Check, t: float) -> bool:
        since = self._right_since.get(check.id)
        return since is not None and t - since >= MENDED_S

    def _still(self, feedback: Feedback) -> Cue | None:
        """The cue shown before, for as long as it holds."""
        cue = self._showing
        if cue is None:
            return None
        if cue.severity == "praise":
            return cue if feedback.t - cue.t < SPOKEN_S and not _failing(feedback) else None
        verdict = _of(feedback.verdicts, cue.check)
        if verdict is not None and verdict.state == "fault":
            return cue
        mended = verdict is not None and verdict.state == "ok"
        return None if mended or feedback.t - cue.t >= SHOWN_S else cue


def _failing(feedback: Feedback) -> bool:
    return any(v.state == "fault" for v in feedback.verdicts)


def _of(verdicts: tuple[Verdict, ...], check: str | None) -> Verdict | None:
    return next((v for v in verdicts if v.check.id == check), None)
