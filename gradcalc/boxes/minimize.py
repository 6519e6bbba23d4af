"""`minimize --global`: the least value over a box, enclosed, and all points where it may be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradcalc.boxes.clusters import clusters, touch
from gradcalc.boxes.equations import with_double_signs
from gradcalc.boxes.function import NotEnclosedError
from gradcalc.boxes.inputs import Ends, Setting, balls, refuse_bad_box
from gradcalc.boxes.lowering import Attained
from gradcalc.boxes.marks import Known, Mark, Rest, narrowness
from gradcalc.boxes.minima import MinimumQuestion
from gradcalc.boxes.minimum import GlobalMinimum, Minimiser
from gradcalc.boxes.parts import Look, Part, Sides
from gradcalc.boxes.search import Ending, search
from gradcalc.boxes.search import Limits as SearchLimits
from gradcalc.boxes.valleys import Lone
from gradcalc.errors import Exit, GradcalcError
from gradcalc.numbers.ranges import working
from gradcalc.run.limits import Limits
from gradcalc.run.point import Given

BITS = 100
TOLERANCE = 1e-6  # of the value
NARROW = 1e-6  # a part, as `narrowness` has it, in which a minimiser is known well enough
MAX_TURNS = 20
MAX_COVER = 256  # parts in which minimisers may be: with so many they are cut no further


def global_minimum(
    source: str,
    over: Mapping[str, Ends],
    *,
    held: Mapping[str, Given] | None = None,
    subject_to: Sequence[str] = (),
    maximize: bool = False,
    tolerance: float = TOLERANCE,
    search: SearchLimits | None = None,
    limits: Limits | None = None,
) -> GlobalMinimum:
    """The least value of a formula over the box `over`, `held` being the values of other inputs.

    It is enclosed to the tolerance, which is relative where the value is larger than 1. Of
    `subject_to`, comparisons and equations, only points count at which all hold. Past the limits of
    `search` the answer is as far as it came. GradcalcError where a text can't be read, an interval
    is empty or infinite, python-flint is missing, or no value could be enclosed.

    >>> found = global_minimum("x^4 - x^2", {"x": (-1, 2)})
    >>> found.value, [one.unique for one in found.minimisers]
    ((-0.25, -0.25), [True, True])
    """
    refuse_bad_box(over)
    held, subject_to = held or {}, tuple(map(with_double_signs, subject_to))
    setting, domain = Setting(tuple(over), held, limits), tuple(over.values())
    question = MinimumQuestion(setting, source, subject_to, domain, BITS, maximize)
    _refuse_unenclosable(question)
    search = search or SearchLimits()
    ledger = Ledger(tolerance)
    ending = _searched(question, ledger, search)
    if ledger.point is None:
        raise _nothing_attained(ending, bool(subject_to))
    low, high = ledger.least(ending.left), ledger.best
    groups, undecided = ledger.places(ending.left, domain)
    names = setting.names
    return GlobalMinimum(
        source,
        dict(over),
        subject_to,
        maximize,
        (-high, -low) if maximize else (low, high),
        dict(zip(names, ledger.point, strict=True)),
        tuple(Minimiser(dict(zip(names, at, strict=True)), unique) for at, unique in groups),
        tuple(dict(zip(names, sides, strict=True)) for sides in undecided),
        tolerance,
        ending.cause,
        ending.parts,
        setting.surplus(source, *subject_to),
        ledger.is_at_edge(ending.left),
    )


def _searched(question: MinimumQuestion, ledger: Ledger, limits: SearchLimits) -> Ending:
    """In turns the value is enclosed, and the places of the minimum are narrowed: where the formula
    is enclosed only by narrower parts, these may have lower values."""
    domain, parts = question.domain, 0
    left: tuple[Part, ...] = (Part(domain, mark=Mark()),)
    for turn in range(2 * MAX_TURNS):
        ledger.widest_first = bool(turn % 2)
        start = [
            replace(part, rank=ledger.rank(part, domain))
            for part in left
            if part.mark.low <= ledger.best
        ]
        ledger.waiting = len(start)
        ending = search(replace(question, widest_first=ledger.widest_first), start, ledger, limits)
        left, parts = ending.left, parts + ending.parts
        if ending.cause is not None or (ledger.widest_first and ledger.is_enclosed(left)):
            break
    return replace(ending, parts=parts)


@dataclass(slots=True)
class Ledger:
    """What is known of the minimum: a value that is attained at `point`, stationary points that
    are alone, parts too narrow to be cut."""

    tolerance: float
    best: float = math.inf
    point: tuple[float, ...] | None = None
    lone: list[Lone] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    widest_first: bool = False
    waiting: int = 0

    def known(self) -> Known:
        """What the next round is told."""
        return Known(self.best, tuple(one.unique for one in self.lone))

    def enter(self, part: Part, look: Look) -> Iterable[Part]:
        """Keep lower values, new stationary points and parts that are too narrow."""
        for finding in look.findings:
            if isinstance(finding, Attained):
                self._lower(finding.at, finding.value)
            elif isinstance(finding, Rest):
                self.rests.append(finding)
            elif not any(_same(finding, other) for other in self.lone):
                self.lone.append(finding)
                if finding.inside:
                    middle = tuple(low / 2 + high / 2 for low, high in finding.at)
                    self._lower(middle, finding.value[1])
        self.waiting += len(look.rest) - 1
        return look.rest

    def _lower(self, point: tuple[float, ...], value: float) -> None:
        if value < self.best:
            self.best, self.point = value, point

    def done(self, first: Part) -> bool:
        """Is the value enclosed; or, the widest first, are all parts narrow, or too many?"""
        if self.widest_first:
            return -first.rank < NARROW or self.waiting > MAX_COVER
        return self.best < math.inf and first.rank >= self._goal()

    def rank(self, part: Part, domain: Sides) -> float:
        """Where a part stands in the queue."""
        if self.widest_first:
            return -narrowness(part.sides, domain)
        mark: Mark = part.mark
        return mark.low if mark.enclosed else math.inf

    def is_enclosed(self, left: Sequence[Part]) -> bool:
        """Is the value enclosed, wherever the formula is?"""
        return all(part.mark.low >= self._goal() for part in left if part.mark.enclosed)

    def _goal(self) -> float:
        """A lower bound of the minimum that is good enough."""
        return self.best - self.tolerance * max(1.0, abs(self.best))

    def least(self, left: Sequence[Part]) -> float:
        """What the minimum is not below."""
        marks = [part.mark for part in left] + [rest.mark for rest in self.rests]
        lows: list[float] = [mark.low for mark in marks if mark.enclosed]
        return min([self.best, *lows, *(one.value[0] for one in self.lone)])

    def is_at_edge(self, left: Sequence[Part]) -> bool:
        """May the least value be a limit at the edge of the domain, which is not attained?"""
        marks = [part.mark for part in left] + [rest.mark for rest in self.rests]
        return any(mark.enclosed and mark.at_edge and mark.low <= self.best for mark in marks)

    def places(
        self, left: Sequence[Part], domain: Sides
    ) -> tuple[list[tuple[Sides, bool]], list[Sides]]:
        """Boxes in which the minimum may be, and whether one point alone may be it; and those that
        could not be enclosed."""
        parts = [(part.sides, part.mark) for part in left]
        parts += [(rest.sides, rest.mark) for rest in self.rests]
        open_parts = [sides for sides, mark in parts if not mark.enclosed]
        low_parts = [s for s, mark in parts if mark.enclosed and mark.low <= self.best]
        alone = [one for one in self.lone if one.value[0] <= self.best]
        covered = [one for one in alone if any(touch(one.at, part, domain) for part in low_parts)]
        low_parts += [one.at for one in covered]
        groups = [(hull, False) for hull, _ in clusters(low_parts, domain)]
        groups += [(one.at, one.inside) for one in alone if one not in covered]
        return sorted(groups), [hull for hull, _ in clusters(open_parts, domain)]


def _same(one: Lone, other: Lone) -> bool:
    """Are both certainly the same point?"""
    return _is_within(one.at, other.unique) or _is_within(other.at, one.unique)


def _is_within(inner: Sides, outer: Sides) -> bool:
    return all(
        least <= low and high <= most and (low == high or least < most)
        for (low, high), (least, most) in zip(inner, outer, strict=True)
    )


def _refuse_unenclosable(question: MinimumQuestion) -> None:
    """GradcalcError for a program that no part of the box will enclose."""
    with working(question.bits):
        question.looker()  # its texts are read
        try:
            question.setting.function(question.source).value(balls(question.domain))
        except NotEnclosedError as error:
            if not error.divisible:
                raise GradcalcError(
                    "not-enclosed",
                    f"nothing can be proven over a box: {error.reason}",
                    error.span,
                    exit=Exit.NO_ANSWER,
                ) from None


def _nothing_attained(ending: Ending, constrained: bool) -> GradcalcError:
    if not ending.left and ending.cause is None:
        why = "no point of the box" if constrained else "the formula has no value in the box"
        return GradcalcError(
            "no-minimum",
            f"{why} meets the constraints, proven" if constrained else f"{why}, proven",
            hint="choose another box",
            exit=Exit.NO_ANSWER,
        )
    return GradcalcError(
        "no-minimum",
        "no point was found at which the formula has a value"
        + (" and the constraints certainly hold" if constrained else ""),
        hint="choose another box, or allow more time with --timeout",
        exit=Exit.NO_ANSWER,
    )
