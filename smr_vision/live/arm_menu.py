"""What can be asked for by an arm: a list that opens when one is held up, and goes on while it stays there.

Lying on a roller there is one sign that every camera sees and no rolling makes: an arm straight up. On all kept clips
of the proving ground, 274 tracks of poses, it is never held for `OPENS_S` (`tests/proving/test_signs.py`). So there is
this one sign, and a list: what is lit when the arm comes down is taken. The last entry is nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from smr_vision.body import SIDES, Body
from smr_vision.live.gesture import GAP_S, straight_up
from smr_vision.live.stage_messages import Now, Stage

# Seen up for this long an arm opens the list: held for the second of [issue: roll now], it is seen late, or lost on the
# way. In rolling 0.67 s is the most [docs/desk.md].
OPENS_S: Final = 0.85
COUNTS_S: Final = 1.0  # from here on entries are counted: there is a moment more to read the first
EACH_S: Final = 1.2  # and each entry is lit for this long: to read a word and to let the arm fall [E]


@dataclass(frozen=True)
class Choice:
    """One entry: the key that does the same, and its words. Nothing is done by an empty key."""

    key: str
    words: str


NOTHING: Final = Choice("", "Nothing")
_PAUSE: Final = Choice("space", "Pause")
_NEXT: Final = Choice("n", "Next set")
_AGAIN: Final = Choice("a", "This set again")
_LAST_AGAIN: Final = Choice("a", "Last set again")
_SKIP: Final = Choice("s", "Skip this side")
_FINISH: Final = Choice("q", "Finish")
_RATINGS: Final = tuple(Choice(str(n) if n < 10 else "t", str(n)) for n in range(11))


def choices_of(now: Now) -> tuple[Choice, ...]:
    """What can be asked for at a moment, the likeliest first."""
    if now.asking and now.stage in ("rest", "summary"):
        return (*_RATINGS, NOTHING)
    if now.stage == "screen":
        return Choice("space", "None of it is mine: start"), NOTHING, _FINISH
    if now.paused:
        return Choice("space", "Go on"), _NEXT, _FINISH, NOTHING
    go_on = (Choice("a", f"Go on: {now.early.left_s:.0f} s left"),) if now.early is not None else ()
    switch = (Choice("w", f"Switch to {now.other.title}"),) if now.other is not None else ()
    of_stage: dict[Stage, tuple[Choice, ...]] = {
        "summary": (*go_on, Choice("space", "Done")),
        "over": (Choice("space", "Done"),),
        "rest": (*(go_on or (_LAST_AGAIN,)), _NEXT, _SKIP, _PAUSE, _FINISH),
        "rolling": (_PAUSE, _NEXT, _AGAIN, _SKIP, _FINISH),
    }
    return *of_stage.get(now.stage, (*switch, _PAUSE, _NEXT, _SKIP, _FINISH)), NOTHING


@dataclass(frozen=True)
class Menu:
    """The list as it is shown: which entry is lit, and how far through its time, 0..1."""

    choices: tuple[Choice, ...]
    lit: int
    share: float


class ArmMenu:
    """Follows an arm through the list, one moment at a time.

    `menu` is what to show, None while no arm is up; `held` how far the arm's first second is, 0..1.
    """

    def __init__(self) -> None:
        self._since: float | None = None
        self._last = -1e9
        self._choices: tuple[Choice, ...] = ()
        self.menu: Menu | None = None
        self.held = 0.0

    @property
    def raised(self) -> bool:
        """Whether an arm is up, if only just: no moment to find fault with the hands."""
        return self._since is not None

    def advance(self, t: float, body: Body | None, choices: tuple[Choice, ...]) -> Choice | None:
        """Add a moment and what can be chosen at it; the choice when one is taken. Who is lost from sight took nothing,
        and who holds the arm up past the end of the list gets the last entry."""
        if body is not None and any(straight_up(body, side) for side in SIDES):
            self._last = t
            self._since = t if self._since is None else self._since
        elif t - self._last > GAP_S:
            taken = self.menu.choices[self.menu.lit] if self.menu is not None and body is not None else None
            self._since, self._choices, self.menu, self.held = None, (), None, 0.0
            return taken
        if self._since is not None:
            # Lit is what was lit when the arm was seen up last: it comes down before that is sure.
            up_s = self._last - self._since
            self.held = min(up_s / OPENS_S, 1.0)
            if up_s >= OPENS_S:
                self._choices = self._choices or choices
                self.menu = _lit(self._choices, max(up_s - COUNTS_S, 0.0))
        return None


def _lit(choices: tuple[Choice, ...], open_s: float) -> Menu:
    lit, within = divmod(open_s, EACH_S)
    last = len(choices) - 1
    return Menu(choices, min(int(lit), last), within / EACH_S if lit < last else 1.0)
