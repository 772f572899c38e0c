"""The way into position: the picture put right, the set-up held, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from smr_vision.coach import Feedback
from smr_vision.live.discomfort import DiscomfortQuestions
from smr_vision.live.framing import ROOM, FramingHint
from smr_vision.live.routine import Item
from smr_vision.live.spoken_lines import STEP_S, Script
from smr_vision.live.stage_messages import LiveInput, Stage
from smr_vision.live.summary import looks_like

FRAMED_S: Final = 1.0  # the picture is right for this long
HEARD_S: Final = 4.0  # with something to watch in it for so long: it is heard, and holds nobody up
SET_UP_S: Final = 2.0  # the set-up holds for this long [issue: live coach]
LOST_S: Final = 6.0  # something wrong with the picture for this long in the set-up: back to framing
UNSEEN_S: Final = 2.0  # something wrong with the picture for this long in the set-up is told
REMIND_S: Final = 12.0  # who was told all steps hears of it again, so often
_IN_POSTURE: Final = ("setup", "rolling", "holding")


def in_posture(feedback: Feedback | None) -> bool:
    return feedback is not None and feedback.phase in _IN_POSTURE


def missing_of(feedback: Feedback | None) -> list[str]:
    """Cues of the checks that are wrong at this moment."""
    if feedback is None:
        return []
    return [v.check.cue for v in feedback.verdicts if v.state == "fault" or v.violated]


def judged_in(feedback: Feedback | None) -> bool:
    """Whether some check is right at this moment."""
    return feedback is not None and any(v.state == "ok" for v in feedback.verdicts)


@dataclass(frozen=True)
class Guidance:
    """What to show now, and to which stage to go on, if to any."""

    instruction: str = ""
    to: Stage | None = None


class Readiness:
    """Guides somebody into position, moment by moment; remembers since when things have been right or wrong."""

    def __init__(self, script: Script, discomfort: DiscomfortQuestions) -> None:
        self._script = script
        self._discomfort = discomfort
        self._good_since: float | None = None  # the framing or the set-up is right
        self._bad_since: float | None = None
        self._room: Literal["new", "told", "known"] = "new"  # what is to be said of the room above

    def new_stage(self) -> None:
        self._good_since = self._bad_since = None
        if self._room == "told":
            self._room = "known"

    def frame(self, moment: LiveInput, item: Item) -> Guidance:
        """Help with the picture, until it is right."""
        self._script.once(f"{item.move.titled(item.side)}. Camera: {item.move.camera}.")
        fault = next((f for f in moment.findings if f.state == "fault"), None)
        if fault is not None:
            self._instruct(fault, moment.t)
        note = self._watched(moment) if fault is None else None
        if note is not None:
            self._instruct(note, moment.t)
        seen = any(f.state == "ok" for f in moment.findings)
        framed = self._held(seen and fault is None, moment.t) >= (HEARD_S if note is not None else FRAMED_S)
        shown = fault or note
        return Guidance(shown.say if shown is not None else "", "setup" if framed else None)

    def set_up(self, moment: LiveInput, item: Item, gone_s: float) -> Guidance:
        """Help into position, `gone_s` seconds after that began, until the set-up has been held."""
        if moment.notice is not None:
            self._script.once(f"{moment.notice}.")
            return Guidance(moment.notice)
        if self._discomfort.unsaid:
            self._script.once("Discomfort now, from zero to ten? Press a key, or just go on.")
        if in_posture(moment.feedback):
            missing = missing_of(moment.feedback)
            # Before anything is judged (still lying down, sitting up) nothing is missing, and nothing right.
            judged = judged_in(moment.feedback)
            held = self._held(judged and not missing, moment.t) >= SET_UP_S
            shown = missing[0] if missing else "Hold it there" if judged else "Settle into position"
            return Guidance(shown, "countdown" if held else None)
        self._good_since = None
        if moment.other is not None:
            question = looks_like(moment.other.move)
            self._script.once(question)
            return Guidance(question)
        if (note := self._watched(moment)) is not None:
            self._script.once(note.say, sound=note.trouble)
        step = self._script.step(item, gone_s)
        fault = next((f for f in moment.findings if f.state == "fault"), None)
        self._bad_since = (moment.t if self._bad_since is None else self._bad_since) if fault is not None else None
        if fault is None or self._bad_since is None:
            return Guidance(self._reminder(moment, item, gone_s) or step)
        wrong_s = moment.t - self._bad_since
        if wrong_s >= UNSEEN_S:
            self._instruct(fault, moment.t)
        return Guidance(fault.say if wrong_s >= UNSEEN_S else step, "framing" if wrong_s >= LOST_S else None)

    def _reminder(self, moment: LiveInput, item: Item, gone_s: float) -> str | None:
        """Who was told all steps, and is not in position, hears what is waited for."""
        steps = item.move.steps
        waited = gone_s - STEP_S * len(steps)
        if waited < REMIND_S:
            return None
        cut_off = next((f for f in moment.findings if f.state == "unknown" and f.say), None)
        words = cut_off.say if cut_off is not None else f"I am waiting for you in position. {steps[-1]}"
        sound = cut_off.trouble if cut_off is not None else None
        self._script.once(words, key=f"waiting {waited // REMIND_S}", sound=sound)
        return cut_off.say if cut_off is not None else steps[-1]

    def _watched(self, moment: LiveInput) -> FramingHint | None:
        """What is to be said of the picture, and holds nobody up. Who has heard of the room above, and can't step back,
        is not told again before each set."""
        notes = (f for f in moment.findings if f.state == "watch")
        note = next((f for f in notes if f.title != ROOM or self._room != "known"), None)
        if note is not None and note.title == ROOM:
            self._room = "told"
        return note

    def _instruct(self, finding: FramingHint, t: float) -> None:
        self._script.instruct(finding.say, t, finding.trouble or "note")

    def _held(self, good: bool, t: float) -> float:
        """Seconds for which something has been right."""
        self._good_since = (t if self._good_since is None else self._good_since) if good else None
        return 0.0 if self._good_since is None else t - self._good_since
