"""What repeats in a run: the rounds of loops, and calls in them, folded; inner loops first.

Two steps are alike if they apply the same rule at the same place of the text. A stretch of steps
that is followed by others just like it is folded into one repeat of several rounds. Repeats are
alike if their rounds are, however many there are: inner loops of different lengths don't keep the
loop around them from being folded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

MIN_ROUNDS = 3  # first and last of two rounds are both of them: nothing is saved
MAX_PERIODS = 8  # that are tried from a step on, where a round has steps that are alike
EFFORT = 30  # comparisons a step, at most, in search of such rounds


@dataclass(frozen=True, slots=True)
class Repeat:
    """A stretch that was run several times: its rounds, which have the same shape."""

    rounds: tuple[tuple[Item, ...], ...]

    def slots(self) -> Iterator[int]:
        """All steps of all rounds, in order."""
        for one in self.rounds:
            for item in one:
                if isinstance(item, int):
                    yield item
                else:
                    yield from item.slots()


Item = int | Repeat  # a step, or a repeat


@dataclass(frozen=True, slots=True)
class Line:
    """A line that tells of a repeat: the steps at one place of all rounds, in order.

    For a repeat inside there are no steps: `rounds` has the fewest and the most it was run.
    """

    depth: int
    slots: tuple[int, ...] = ()
    rounds: tuple[int, int] = (0, 0)


def lines(repeat: Repeat) -> list[Line]:
    """A repeat place by place."""
    return list(_lines(repeat.rounds, 0))


def _lines(rounds: Sequence[tuple[Item, ...]], depth: int) -> Iterator[Line]:
    for place in zip(*rounds, strict=True):
        inner = [item for item in place if isinstance(item, Repeat)]
        if not inner:
            yield Line(depth, tuple(item for item in place if isinstance(item, int)))
            continue
        counts = [len(one.rounds) for one in inner]
        yield Line(depth, rounds=(min(counts), max(counts)))
        yield from _lines([one for each in inner for one in each.rounds], depth + 1)


def folded(slots: Sequence[int], kinds: Sequence[Hashable]) -> list[Item]:
    """Steps with their repeats folded; `kinds[k]` says what `slots[k]` is alike to."""
    sequence = _Sequence(list(slots), kinds)
    while sequence.fold_plain() or sequence.fold_any():
        pass
    return [each for item in sequence.items for each in _unfolded_if_short(item)]


def _unfolded_if_short(item: Item) -> Iterator[Item]:
    if isinstance(item, int) or len(item.rounds) >= MIN_ROUNDS:
        yield item
        return
    for one in item.rounds:
        for each in one:
            yield from _unfolded_if_short(each)


class _Sequence:
    """Items and the numbers of their kinds, folded pass by pass."""

    def __init__(self, items: list[Item], kinds: Sequence[Hashable]) -> None:
        self.items = items
        self._numbers: dict[Hashable, int] = {}
        self._kinds = [self._number(kind) for kind in kinds]

    def _number(self, kind: Hashable) -> int:
        return self._numbers.setdefault(kind, len(self._numbers))

    def fold_plain(self) -> bool:
        """Fold rounds within which no two items are alike: loops without loops, and what they left.

        Such a round ends where its first item comes again, and the stretch of rounds where an item
        does not come again after just as many. Takes time by the number of items.
        """
        following = self._following()
        distinct = self._distinct(following)
        size = len(self._kinds)
        runs, start = [], 0
        while start < size:
            period = following[start] - start
            end = start
            if following[start] < size and distinct[start] == following[start]:
                while following[end] < size and following[end] - end == period:
                    end += 1
            rounds = (end - start) // period + 1
            if rounds > 1:
                runs.append((start, period, rounds))
            start += rounds * period if rounds > 1 else 1
        return self._fold(runs)

    def fold_any(self) -> bool:
        """Fold rounds in which items may be alike: a function that is called twice in a round."""
        following, kinds = self._following(), self._kinds
        size, effort = len(kinds), EFFORT * len(kinds)
        runs, start = [], 0
        while start < size:
            again, step = following[start], 1
            for _ in range(MAX_PERIODS):
                period = again - start
                if start + 2 * period > size or effort < 0:
                    break
                end = start
                while end + period < size and kinds[end] == kinds[end + period]:
                    end += 1
                effort -= end - start
                rounds = (end - start) // period + 1
                if rounds > 1:
                    runs.append((start, period, rounds))
                    step = rounds * period
                    break
                again = following[again]
            start += step
        return self._fold(runs)

    def _following(self) -> list[int]:
        """Where an item like this one comes next, by place; the end where none does."""
        size = len(self._kinds)
        following, next_place = [size] * size, dict[int, int]()
        for place in range(size - 1, -1, -1):
            kind = self._kinds[place]
            following[place] = next_place.get(kind, size)
            next_place[kind] = place
        return following

    def _distinct(self, following: list[int]) -> list[int]:
        """By place, where the longest stretch from it ends in which no two items are alike."""
        ends, end = [0] * len(following), len(following)
        for place in range(len(following) - 1, -1, -1):
            end = min(end, following[place])
            ends[place] = end
        return ends

    def _fold(self, runs: list[tuple[int, int, int]]) -> bool:
        """Put a repeat in the place of each run: its start, the items of a round, the rounds."""
        items, kinds, behind = list[Item](), list[int](), 0
        for start, period, rounds in runs:
            end = start + period * rounds
            cuts = range(start, end, period)
            items += self.items[behind:start]
            items.append(Repeat(tuple(tuple(self.items[c : c + period]) for c in cuts)))
            kinds += self._kinds[behind:start]
            kinds.append(self._number(("repeat", *self._kinds[start : start + period])))
            behind = end
        self.items = items + self.items[behind:]
        self._kinds = kinds + self._kinds[behind:]
        return bool(runs)
