"""Every scalar function over its whole domain, and its derivatives of orders 1 to 4.

`python -m tests.fuzz.rows --points 300 --seed 2026 [name …]` evaluates each at points of all
magnitudes. The oracle is mpmath alone: the function at hundreds of digits, its derivatives by
central differences with steps far below the point. What is printed is wrong, with more digits of
the oracle, too: a digit that was counted and is not right, or a derivative beside the truth.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator
from random import Random
from typing import Any

from gradcalc import GradcalcError, Options, Result
from gradcalc.answers.orders import derivatives
from gradcalc.rules.rule import Rule
from gradcalc.rules.systems import big_numbers
from gradcalc.rules.table import CALLABLE

ORACLE_DIGITS = 400
DEEPER_DIGITS = 1000  # to look again where the answer seems wrong
STEP_DIGITS = 60  # the step is 10^-60 of the point, or of the distance to trouble
ORDERS = 4
KNOWN_DIGITS = 25  # of the oracle's differences, at least


def points(row: Rule, random: Random, count: int) -> Iterator[tuple[str, ...]]:
    """Arguments as decimals: near the samples of the row, and at all magnitudes."""
    for _ in range(count):
        arguments = []
        for low, high in row.samples:
            if low == high:
                arguments.append(f"{low:g}")
                continue
            kind = random.random()
            if kind < 0.4:
                x = random.uniform(low, high)
            elif kind < 0.8:
                sign = -1 if low < 0 and random.random() < 0.5 else 1
                x = sign * 10.0 ** random.uniform(-12, 3)
            else:
                x = random.choice((low, high, 1.0, 0.5)) + random.choice((-1, 1)) * 10.0 ** (
                    random.uniform(-9, -1)
                )
            arguments.append(f"{x:.12g}")
        yield tuple(arguments)


def truths(
    row: Rule, arguments: tuple[str, ...], which: int, digits: int = ORACLE_DIGITS
) -> list[Any] | None:
    """Value and derivatives by one argument; None where the oracle has none, or none of it."""
    numbers = big_numbers(digits)
    context: Any = numbers.context
    mids = [context.mpf(x) for x in arguments]
    step = abs(mids[which]) * context.mpf(10) ** -STEP_DIGITS or context.mpf(10) ** -STEP_DIGITS

    def f(k: int) -> Any:
        moved = [*mids[:which], mids[which] + k * step, *mids[which + 1 :]]
        return getattr(numbers, row.name)(*moved)

    try:
        near = {k: f(k) for k in range(-3, 4)}
    except (ValueError, ArithmeticError):
        return None
    if not all(map(context.isfinite, near.values())):
        return None
    differences = [
        near[0],
        (near[1] - near[-1]) / (2 * step),
        (near[1] - 2 * near[0] + near[-1]) / step**2,
        (near[2] - 2 * near[1] + 2 * near[-1] - near[-2]) / (2 * step**3),
        (near[2] - 4 * near[1] + 6 * near[0] - 4 * near[-1] + near[-2]) / step**4,
    ]
    # What cancels leaves nothing of a derivative that is too small beside the function.
    size = max(map(abs, near.values())) * context.mpf(10) ** (KNOWN_DIGITS + 2 - digits)
    return [d if abs(d) * step**k > size else None for k, d in enumerate(differences)]


def judged(row: Rule, arguments: tuple[str, ...], which: int) -> Iterator[str | None]:
    """Each answer at a point: None where it is right, what is wrong with it where it is not."""
    true = truths(row, arguments, which)
    if true is None:
        return
    names = "xyzw"[: row.arity]
    inputs = [*arguments[:which], names[which], *arguments[which + 1 :]]
    call = f"{row.name}({', '.join(inputs)})"
    at = {names[which]: arguments[which]}
    try:
        result = derivatives(call, at, ORDERS, options=Options(check="fast"))
    except GradcalcError:
        return
    if (status := result.derivatives[0].status) != "smooth":
        smooth = status != "not determined" and _bends_little(true, arguments[which])
        yield f"{call} at {at}: {status}, truly smooth" if smooth else None
        return
    complaints = list(_compared(result, true))
    if any(complaints):
        deeper = truths(row, arguments, which, DEEPER_DIGITS)
        complaints = list(_compared(result, deeper)) if deeper else [None] * len(complaints)
    yield from (line and f"{call} at {at}: {line}" for line in complaints)


def _bends_little(true: list[Any], place: str) -> bool:
    """Does the slope change little within the oracle's steps? At a kink, it changes at once."""
    _, slope, bend, *_ = true
    if slope is None or bend is None:
        return False
    context = big_numbers(ORACLE_DIGITS).context
    step = abs(context.mpf(place)) * context.mpf(10) ** -STEP_DIGITS
    return bool(abs(bend) * step < abs(slope) * context.mpf(10) ** (-STEP_DIGITS // 2))


def _compared(result: Result, true: list[Any]) -> Iterator[str | None]:
    """Value and derivatives beside the truth, where both are known."""
    context = big_numbers(ORACLE_DIGITS).context
    answers = [(result.value, result.digits)]
    answers += [(d.gradient, d.digits) for d in result.derivatives]
    for order, ((answer, digits), truth) in enumerate(zip(answers, true, strict=False)):
        if digits is None or truth is None or not math.isfinite(answer):
            continue
        error = abs(answer - truth) / abs(truth) if truth else abs(answer)
        overstated = digits >= 1 and error > 10.0 ** -min(digits, 15)
        words = f"order {order} is {answer!r}, truly {context.nstr(truth, 20)}, {digits} digits"
        yield words if overstated else None


def main() -> int:
    """All rows, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.rows")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--points", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2026)
    arguments = parser.parse_args()
    rows = {row.name: row for row in CALLABLE.values() if row.array is None and row.samples}
    compared = broken = 0
    for name, row in rows.items():
        if arguments.names and name not in arguments.names:
            continue
        start, random = time.monotonic(), Random(f"{arguments.seed} {name}")
        for place in points(row, random, arguments.points):
            for which in range(row.arity):
                if row.partials[which] is None:
                    continue
                for line in judged(row, place, which):
                    compared += 1
                    broken += line is not None
                    if line is not None:
                        print(line, flush=True)
        print(f"{name}: {time.monotonic() - start:.1f} s", file=sys.stderr, flush=True)
    print(f"{len(rows)} functions, {compared:,} answers compared, {broken} wrong")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
