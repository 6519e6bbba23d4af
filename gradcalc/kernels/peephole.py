"""The same numbers in fewer kernels: constant factors gathered, reciprocals made divisions.

Each kernel reads and writes whole blocks, so a step less is time saved. What is rewritten has no
more roundings than before. Only constants up to `MAX_MOVED_FACTOR` are moved, so that a step
overflows where none did before only within that factor of float64's largest number, or where one
of the derivatives overflows as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from gradcalc.kernels.lowering import Derivatives
from gradcalc.numbers.traced import Traced
from gradcalc.rules.table import TABLE
from gradcalc.trace.builder import Builder, fits_float64, rounds_alike
from gradcalc.trace.walk import interpret, varying

PASSES = 2  # the first leaves steps that only one other uses, which the second can take apart
ONE = Fraction(1)
MAX_MOVED_FACTOR = 1024  # a larger constant, or the reciprocal of one, stays where it is


def simplify(derivatives: Derivatives, columns: frozenset[str]) -> Derivatives:
    """The trace with fewer steps for each row, where the inputs named by `columns` are columns."""
    for _ in range(PASSES):
        before, derivatives = derivatives.trace, _Rewriter(derivatives, columns).run()
        after = derivatives.trace
        if after.rules == before.rules and after.arguments == before.arguments:
            break  # so would the next pass leave it
    return derivatives


class _Rewriter:
    """Writes a trace into a new builder, instruction by instruction, in the rewritten form.

    `once` are the new slots that only one step uses: these can be taken apart without computing
    anything twice.
    """

    def __init__(self, derivatives: Derivatives, columns: frozenset[str]) -> None:
        self.derivatives = derivatives
        self.columns = columns
        self.builder = Builder()
        self.once: set[int] = set()
        self.varies: list[bool] = []

    def run(self) -> Derivatives:
        derivatives, trace = self.derivatives, self.derivatives.trace
        kinks = [slot for _, slots in derivatives.kinks for slot in slots]
        results = [*derivatives.columns.values(), *kinks]
        uses = Counter([a for arguments in trace.arguments for a in arguments] + results)

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
            compute=lambda slot, arguments: used(slot, self._rewrite(slot, arguments)),
        )
        trace, slots = self.builder.finished([numbers[slot] for slot in results])
        return self._placed(replace(derivatives, trace=trace), slots)

    def _placed(self, derivatives: Derivatives, places: Iterable[int]) -> Derivatives:
        rest = iter(places)
        columns = {name: next(rest) for name in derivatives.columns}
        kinks = tuple((kink, tuple(next(rest) for _ in asked)) for kink, asked in derivatives.kinks)
        return replace(derivatives, columns=columns, kinks=kinks)

    def _rewrite(self, slot: int, arguments: list[Traced]) -> Traced:
        """An instruction in the form that a rule has for it, or as it is."""
        trace = self.derivatives.trace
        name, self.builder.span = trace.rules[slot].name, trace.spans[slot]
        better = None
        match name:
            case "mul":
                better = self._product(*arguments)
            case "div":
                better = self._quotient(*arguments)
            case "neg":
                better = self._times(-1, *arguments)
            case "sub":
                better = self._difference(*arguments)
        return self._record(name, *arguments) if better is None else better

    def _record(self, name: str, *arguments: Any) -> Traced:
        number: Traced = self.builder.record(name, *arguments)
        return number

    def _inner(self, name: str, *arguments: Any) -> Traced:
        """A step that the trace did not have: only the one it is written for uses it."""
        number = self._record(name, *arguments)
        self.once.add(number.slot)
        return number

    # rules --------------------------------------------------------------------------------

    def _product(self, x: Traced, y: Traced) -> Traced | None:
        """x*y by the first rule that applies to it, or to y*x."""
        for one, other in ((x, y), (y, x)):
            if (factor := self.builder.exact(one)) is not None:
                return self._times(factor, other)
        for rule in (self._times_reciprocal, self._regrouped):
            better = rule(x, y) or rule(y, x)
            if better is not None:
                return better
        (k, u), (m, v) = self._apart(x), self._apart(y)
        if (u is x and v is y) or abs(k * m) < 1:
            return None
        return self._scaled(k * m, self._inner("mul", u, v))

    def _times_reciprocal(self, x: Traced, y: Traced) -> Traced | None:
        """x*(1/b) is x/b."""
        below = self._reciprocal(y)
        if below is None:
            return None
        return self._quotient(x, below) or self._record("div", x, below)

    def _regrouped(self, x: Traced, y: Traced) -> Traced | None:
        return self._reuse_quotient(x, y) or self._uniform(x, y)

    def _reuse_quotient(self, x: Traced, y: Traced) -> Traced | None:
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
        return self._record("mul", *(Traced(s, self.builder.record) for s in (there, above)))

    def _uniform(self, x: Traced, y: Traced) -> Traced | None:
        """(k*x)*y is (k*y)*x: what is the same in all rows is computed once."""
        factor, rest = self._apart(x)
        if rest is x or self._is_column(y):
            return None
        return self._record("mul", self._inner("mul", self._constant(factor), y), rest)

    def _quotient(self, x: Traced, y: Traced) -> Traced | None:
        above, below = self.builder.exact(x), self.builder.exact(y)
        if above is not None and below:
            alike = rounds_alike(TABLE["div"], (above, below), above / below)
            return self._constant(above / below) if alike else None
        factor, rest = self._apart(x)
        if rest is x:
            return None
        if below is not None:
            return self._rescaled(factor / below, rest) if below else None
        if not self._is_column(y):
            return self._record("mul", self._inner("div", self._constant(factor), y), rest)
        return self._scaled(factor, self._inner("div", rest, y)) if abs(factor) >= 1 else None

    def _difference(self, x: Traced, y: Traced) -> Traced | None:
        """-x - k*y is -k*y - x, which takes no sign of its own."""
        factor, rest = self._apart(y)
        if rest is y or self._row(x) != "neg" or x.slot not in self.once:
            return None
        positive = Traced(self.builder.trace.arguments[x.slot][0], self.builder.record)
        return self._record("sub", self._scaled(-factor, rest), positive)

    def _times(self, factor: Fraction | int, x: Traced) -> Traced | None:
        """A constant times k*x is one constant times x."""
        inner = self._factor(x)
        return None if inner is None else self._rescaled(factor * inner[0], inner[1])

    # what stands where --------------------------------------------------------------------

    def _constant(self, number: Fraction) -> Traced:
        return self.builder.constant(number)

    def _scaled(self, factor: Fraction, x: Traced) -> Traced:
        return self._record("mul", self._constant(factor), x)

    def _rescaled(self, factor: Fraction, x: Traced) -> Traced | None:
        """The same, unless float64 can't hold the factor, which two constants come to."""
        return self._scaled(factor, x) if fits_float64(factor) else None

    def _row(self, number: Traced) -> str:
        return self.builder.trace.rules[number.slot].name

    def _factor(self, number: Traced) -> tuple[Fraction, Traced] | None:
        """k and x, where the number is k*x for a constant k and another x."""
        if self._row(number) != "mul":
            return None
        left, right = self.builder.trace.arguments[number.slot]
        for one, other in ((left, right), (right, left)):
            exact = self.builder.exact_at(one)
            if exact and self.builder.exact_at(other) is None:
                return exact, Traced(other, self.builder.record)
        return None

    def _apart(self, number: Traced) -> tuple[Fraction, Traced]:
        """The same where taking it apart costs no step; else 1 and the number."""
        product = self._factor(number) if number.slot in self.once else None
        return product if product and _may_move(product[0]) else (ONE, number)

    def _reciprocal(self, number: Traced) -> Traced | None:
        """y, where the number is 1/y and nothing else needs it."""
        if self._row(number) != "div" or number.slot not in self.once:
            return None
        above, below = self.builder.trace.arguments[number.slot]
        if self.builder.exact_at(above) != 1:
            return None
        return Traced(below, self.builder.record) if self._varies(below) else None

    def _is_column(self, number: Traced) -> bool:
        return self._varies(number.slot)

    def _varies(self, slot: int) -> bool:
        if slot >= len(self.varies):
            varying(self.builder.trace, self.columns, self.varies)
        return self.varies[slot]


def _may_move(factor: Fraction) -> bool:
    size = abs(factor.numerator)
    return size <= MAX_MOVED_FACTOR * factor.denominator <= MAX_MOVED_FACTOR**2 * size
