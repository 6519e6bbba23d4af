"""The same numbers in fewer kernels: constant factors gathered, reciprocals made divisions.

Each kernel reads and writes whole blocks, so a step less is time saved. What is rewritten has no
more roundings than before. Only small constants are moved: a step can overflow where none did only
within a factor of `MOST` of float64's ends, or where a derivative that is asked for does as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcalc.kernels.lowering import Lowered
from gradcalc.numbers.traced import Traced
from gradcalc.trace.builder import Builder
from gradcalc.trace.walk import interpret, varying

PASSES = 2  # what the first leaves to one step alone, the second takes apart
MOST = 1024  # of a constant that is moved: products near the end of float64 stay where they are


def simplified(lowered: Lowered, columns: frozenset[str]) -> Lowered:
    """The trace with fewer steps for each row, where the inputs named by `columns` are columns."""
    for _ in range(PASSES):
        lowered = _Rewriting(lowered, columns).rewritten()
    return lowered


class _Rewriting:
    """Writes a trace anew. `once` are slots that one step alone needs: those may be taken apart."""

    def __init__(self, lowered: Lowered, columns: frozenset[str]) -> None:
        self.lowered = lowered
        self.columns = columns
        self.builder = Builder()
        self.once: set[int] = set()
        self.varies: list[bool] = []

    def rewritten(self) -> Lowered:
        lowered, trace = self.lowered, self.lowered.trace
        kinks = [slot for _, slots in lowered.kinks for slot in slots]
        wanted = [*lowered.columns.values(), *kinks]
        uses = Counter([a for given in trace.arguments for a in given] + wanted)

        def used(slot: int, number: Traced) -> Traced:
            (self.once.add if uses[slot] == 1 else self.once.discard)(number.slot)
            return number

        numbers: dict[int, Traced] = {}
        interpret(
            trace,
            range(len(trace)),
            numbers,
            read=lambda slot, name: used(slot, self.builder.input(name, trace.active[slot])),
            constant=lambda slot, exact: used(slot, self.builder.constant(exact)),
            compute=lambda slot, arguments: used(
                slot, self._written(trace.rules[slot].name, arguments)
            ),
        )
        trace, slots = self.builder.finished([numbers[slot] for slot in wanted])
        return self._placed(replace(lowered, trace=trace), slots)

    def _placed(self, lowered: Lowered, slots: Iterable[int]) -> Lowered:
        rest = iter(slots)
        columns = {name: next(rest) for name in lowered.columns}
        kinks = tuple((kink, tuple(next(rest) for _ in asked)) for kink, asked in lowered.kinks)
        return replace(lowered, columns=columns, kinks=kinks)

    def _written(self, name: str, given: list[Traced]) -> Traced:
        found = None
        match name:
            case "mul":
                found = self._product(*given)
            case "div":
                found = self._quotient(*given)
            case "neg":
                found = self._times(-1, *given)
            case "sub":
                found = self._difference(*given)
        return self._recorded(name, *given) if found is None else found

    def _recorded(self, name: str, *given: Any) -> Traced:
        number: Traced = self.builder.record(name, *given)
        return number

    def _inner(self, name: str, *given: Any) -> Traced:
        """A step that was none of the trace's own: what it is made for needs it alone."""
        number = self._recorded(name, *given)
        self.once.add(number.slot)
        return number

    # rules --------------------------------------------------------------------------------

    def _product(self, x: Traced, y: Traced) -> Traced | None:
        for one, other in ((x, y), (y, x)):
            factor = self.builder.exact(one)
            if factor is not None:
                return self._times(factor, other)
        for one, other in ((x, y), (y, x)):
            below = self._reciprocal(other)
            if below is not None:
                return self._quotient(one, below) or self._recorded("div", one, below)
        for one, other in ((x, y), (y, x)):
            found = self._divided(one, other) or self._uniform(one, other)
            if found is not None:
                return found
        (k, u), (m, v) = self._apart(x), self._apart(y)
        if k == m == 1 or abs(k * m) < 1:
            return None
        return self._scaled(k * m, self._inner("mul", u, v))

    def _divided(self, x: Traced, y: Traced) -> Traced | None:
        """x*(a/b) is (x/b)*a, where x/b is there already."""
        if self._row(y) != "div" or y.slot not in self.once:
            return None
        above, below = self.builder.trace.arguments[y.slot]
        known = self.builder.known
        there = known.get(("div", x.slot, below))
        if there is None:
            reciprocal = known.get(("div", self._constant(Fraction(1)).slot, below), -1)
            there = known.get(("mul", *sorted((x.slot, reciprocal))))
        if there is None:
            return None
        return self._recorded("mul", *(Traced(s, self.builder.record) for s in (there, above)))

    def _uniform(self, x: Traced, y: Traced) -> Traced | None:
        """(k*x)*y is (k*y)*x: what is the same in all rows is computed once."""
        factor, rest = self._apart(x)
        if factor == 1 or self._is_column(y):
            return None
        return self._recorded("mul", self._inner("mul", self._constant(factor), y), rest)

    def _quotient(self, x: Traced, y: Traced) -> Traced | None:
        above, below = self.builder.exact(x), self.builder.exact(y)
        if above is not None and below:
            return self._constant(above / below)
        factor, rest = self._apart(x)
        if factor == 1:
            return None
        if below is not None:
            return self._scaled(factor / below, rest) if below else None
        if not self._is_column(y):
            return self._recorded("mul", self._inner("div", self._constant(factor), y), rest)
        return self._scaled(factor, self._inner("div", rest, y)) if abs(factor) >= 1 else None

    def _difference(self, x: Traced, y: Traced) -> Traced | None:
        """-x - k*y is -k*y - x, which takes no sign of its own."""
        factor, rest = self._apart(y)
        if factor == 1 or self._row(x) != "neg" or x.slot not in self.once:
            return None
        positive = Traced(self.builder.trace.arguments[x.slot][0], self.builder.record)
        return self._recorded("sub", self._scaled(-factor, rest), positive)

    def _times(self, factor: Fraction | int, x: Traced) -> Traced | None:
        """A constant times k*x is one constant times x."""
        inner = self._factor(x)
        return None if inner is None else self._scaled(factor * inner[0], inner[1])

    # what stands where --------------------------------------------------------------------

    def _constant(self, number: Fraction) -> Traced:
        return self.builder.constant(number)

    def _scaled(self, factor: Fraction, x: Traced) -> Traced:
        return self._recorded("mul", self._constant(factor), x)

    def _row(self, number: Traced) -> str:
        return self.builder.trace.rules[number.slot].name

    def _factor(self, number: Traced) -> tuple[Fraction, Traced] | None:
        """k and x, where the number is k*x for a constant k."""
        if self._row(number) != "mul":
            return None
        pair = [Traced(a, self.builder.record) for a in self.builder.trace.arguments[number.slot]]
        for one, other in (pair, pair[::-1]):
            exact = self.builder.exact(one)
            if exact:
                return exact, other
        return None

    def _apart(self, number: Traced) -> tuple[Fraction, Traced]:
        """The same where taking it apart costs no step; else 1 and the number."""
        found = self._factor(number) if number.slot in self.once else None
        if found is None or not 1 <= max(abs(found[0]), 1 / abs(found[0])) <= MOST:
            return Fraction(1), number
        return found

    def _reciprocal(self, number: Traced) -> Traced | None:
        """y, where the number is 1/y and nothing else needs it."""
        if self._row(number) != "div" or number.slot not in self.once:
            return None
        above, below = self.builder.trace.arguments[number.slot]
        if self.builder.exact(Traced(above, self.builder.record)) != 1:
            return None
        return Traced(below, self.builder.record) if self._varies(below) else None

    def _is_column(self, number: Traced) -> bool:
        return self._varies(number.slot)

    def _varies(self, slot: int) -> bool:
        return varying(self.builder.trace, self.columns, self.varies)[slot]
