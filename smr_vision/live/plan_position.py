"""Where a session is in its plan: which set is on, what comes next, how long it will take."""

from __future__ import annotations

from dataclasses import replace

from smr_vision.body import opposite
from smr_vision.coach.recogniser import Candidate, Side
from smr_vision.live.routine import Item, Plan


class Course:
    """The sets of a plan, one after another."""

    def __init__(self, plan: Plan) -> None:
        self._items = list(plan.items)
        self._index = 0

    @property
    def item(self) -> Item | None:
        """The set that is on, or comes next during a rest; None when all are done."""
        return self._items[self._index] if self._index < len(self._items) else None

    @property
    def upcoming(self) -> Item | None:
        """The set after that."""
        return self._items[self._index + 1] if self._index + 1 < len(self._items) else None

    @property
    def previous(self) -> Item:
        return self._items[max(self._index - 1, 0)]

    @property
    def side_ahead(self) -> Side | None:
        """The side that this move still has to be done on; None when that is the person's choice."""
        item = self.item
        sides = {i.side for i in self._items[self._index :] if item is not None and i.move.id == item.move.id}
        return sides.pop() if len(sides) == 1 else None

    @property
    def later_s(self) -> float:
        """Seconds of all that comes after the set that is on, its rest included."""
        ahead = self._items[self._index + 1 :]
        return sum(i.seconds for i in ahead) + sum(i.rest_s for i in self._items[self._index : -1])

    def advance(self) -> Item:
        """Go on to the next set; the one that is behind now."""
        self._index += 1
        return self.previous

    def put(self, item: Item) -> None:
        """Do this set now; what was to come comes after it."""
        self._items.insert(self._index, item)

    def skip_side(self) -> None:
        """Past all sets that follow in the same place."""
        item = self.item
        while item is not None and item.same_place(self.item):
            self._index += 1

    def switch(self, to: Candidate) -> None:
        """Do another move in the place of this one, for as many sets and seconds; its sides in turn if it has any."""
        this = self.item
        for k in range(self._index, len(self._items)):
            old = self._items[k]
            if this is None or old.move.id != this.move.id:
                return
            side = to.side
            if side is not None and old.side != this.side:
                side = opposite(side)
            self._items[k] = replace(old, move=to.move, side=side, reminder=None)

    def take_side(self, side: Side | None) -> None:
        """The person does this side of the move first: its next set comes now."""
        item = self.item
        for k in range(self._index + 1, len(self._items)):
            other = self._items[k]
            if item is not None and other.move.id == item.move.id and other.side == side:
                self._items.insert(self._index, self._items.pop(k))
                return
