"""Suites are run: each case is judged, in as many processes as are wanted."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Thread
from typing import Any, Literal

from gradcalc.answers.evaluate import evaluate
from gradcalc.answers.request import Options
from gradcalc.answers.result import Result
from gradcalc.claims.check import check
from gradcalc.claims.notation import claims_of
from gradcalc.claims.tolerance import Tolerance, written_unit
from gradcalc.claims.verdict import Verdict
from gradcalc.errors import Exit, GradcalcError
from gradcalc.rules.systems import big_numbers
from gradcalc.suites.suite import Case

CHUNK = 10  # cases that a process is handed at a time
SHOWN = 3  # points of a case that are wrong
Outcome = Literal["passed", "failed", "error"]
Point = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a case: why it failed, a line each."""

    name: str
    expr: str
    line: int
    outcome: Outcome
    why: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """A suite that was run; `left` are the cases that were not."""

    path: str
    cases: tuple[Ran, ...]
    left: tuple[Case, ...]
    seconds: float

    def count(self, outcome: Outcome) -> int:
        """How many cases came out so."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def exit(self) -> Exit:
        return Exit.VERDICT if any(c.outcome != "passed" for c in self.cases) else Exit.OK


def run(
    path: str,
    cases: Sequence[Case],
    *,
    jobs: int = 1,
    fail_fast: bool = False,
    check: str = "full",
    each: Callable[[Ran], None] | None = None,
) -> Report:
    """Run cases in so many processes, in order; `each(ran)` is told of every one."""
    start = time.perf_counter()
    done: list[Ran] = []
    for ran in _outcomes(cases, jobs, check):
        done.append(ran)
        if each is not None:
            each(ran)
        if fail_fast and ran.outcome != "passed":
            break
    left = tuple(cases[len(done) :])
    return Report(path, tuple(done), left, time.perf_counter() - start)


def _outcomes(cases: Sequence[Case], jobs: int, check: str) -> Iterable[Ran]:
    if jobs == 1 or len(cases) < 2:
        return (run_case(case, check) for case in cases)
    return _in_processes(cases, jobs, check)


def _in_processes(cases: Sequence[Case], jobs: int, check: str) -> Iterable[Ran]:
    chunk = max(1, min(CHUNK, len(cases) // (20 * jobs)))
    with ProcessPoolExecutor(jobs, initializer=_quiet) as pool:
        try:
            yield from pool.map(run_case, cases, [check] * len(cases), chunksize=chunk)
        except BrokenProcessPool:
            raise GradcalcError(
                "killed",
                "a process that ran cases was killed",
                hint="run fewer at once: --jobs 1",
                exit=Exit.BUG,
            ) from None
        except BaseException:  # an interrupt, or a first failure: nobody waits for the rest
            for worker in list(pool._processes.values()):
                worker.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _quiet() -> None:
    """An interrupt ends a worker without a word: the parent says what there is to say."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parent = os.getppid()
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """A worker whose parent was killed has nobody to work for."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(Exit.INTERRUPTED)


def run_case(case: Case, check: str = "full") -> Ran:
    """One case, judged."""
    start = time.perf_counter()
    outcome: Outcome = "passed"
    try:
        why = list(_failures(case, check))
        outcome = "failed" if why else "passed"
    except GradcalcError as error:
        outcome, why = "error", [f"{error.code}: {error.message}"]
    except Exception as error:
        outcome, why = "error", [f"bug: {type(error).__name__}: {error}"]
    seconds = time.perf_counter() - start
    return Ran(case.name, case.expr, case.line, outcome, tuple(why), seconds)


def _failures(case: Case, check: str) -> Iterator[str]:
    """What is not as it is expected."""
    points = points_of(case)
    if "error" in case.given:
        yield from _expected_error(case, points)
        return
    if claims := claims_in(case):
        yield from _claims(case, claims, points)
    if {"value", "gradient", "digits", "status"} & case.given.keys() or not claims:
        found = list(_at_points(case, points, check))
        yield from found[:SHOWN]
        if len(found) > SHOWN:
            yield f"and {len(found) - SHOWN} more"


def claims_in(case: Case) -> dict[str, str]:
    """The claims of a case by input."""
    given = case.given.get("claim", {})
    if isinstance(given, dict):
        return {name: str(text) for name, text in given.items()}
    texts = given if isinstance(given, list) else [given]
    return claims_of(case.expr, map(str, texts), case.given.get("at", {}))


def points_of(case: Case) -> list[Point]:
    """The points of a case: the one it names, or those it draws."""
    given = case.given
    if "over" not in given:
        return [dict(given.get("at", {}))]
    from gradcalc.claims.boxes import read_over

    box = read_over([given["over"]])
    if both := sorted(given.get("at", {}).keys() & box.bounds.keys()):
        raise GradcalcError("usage", f"{both[0]} is given by at and by over", hint="give one")
    drawn = box.draw(given.get("points", 20), given.get("seed", 0))
    return [{**given.get("at", {}), **point} for point in drawn]


def evaluated_case(case: Case, point: Point, check: str) -> Result:
    wrt = case.given.get("wrt")
    names = [name.strip() for name in wrt.split(",")] if isinstance(wrt, str) else wrt
    # Without any check there would be no true numbers to compare with.
    options = Options(check="full" if check == "full" else "fast")
    return evaluate(case.expr, point, wrt=tuple(names) if names else None, options=options)


def _expected_error(case: Case, points: list[Point]) -> Iterator[str]:
    code = case.given["error"]
    for point in points:
        try:
            found = evaluated_case(case, point, "fast").error
        except GradcalcError as error:
            found = error
        if found is None:
            yield f"{_where(case, point)}expected error[{code}], and there was none"
            return
        if found.code != code:
            told = f"expected error[{code}], found error[{found.code}]: {found.message}"
            yield _where(case, point) + told
            return


def _where(case: Case, point: Point) -> str:
    """Which of the points that were drawn."""
    if "over" not in case.given:
        return ""
    return f"at {', '.join(f'{name}={value}' for name, value in point.items())}: "


def _claims(case: Case, claims: Mapping[str, str], points: list[Point]) -> Iterator[str]:
    given = case.given
    tolerance = Tolerance(given.get("rtol"), float(given.get("atol", 0.0)))
    verdict: Verdict = check(case.expr, claims, points, tolerance=tolerance)
    for claim in verdict.claims:
        if not claim.holds and claim.worst is not None:
            at = ", ".join(f"{name}={value}" for name, value in claim.worst.at.items())
            told = f"d/d{claim.by} is claimed to be {claim.text}: {claim.worst.claimed} at {at}, "
            told += f"and is {claim.worst.true}"
            yield told + (f"; {claim.diagnosis}" if claim.diagnosis else "")


def _at_points(case: Case, points: list[Point], check: str) -> Iterator[str]:
    """What is not as expected, by point. Of points that were drawn singular ones are set aside,
    unless their status is what is asked for."""
    drawn = "over" in case.given and "status" not in case.given
    aside = 0
    for point in points:
        where = _where(case, point)
        try:
            result = evaluated_case(case, point, check)
        except GradcalcError as error:
            if "over" not in case.given or error.exit is not Exit.NO_ANSWER:
                raise
            aside += 1
            if not drawn:
                yield f"{where}error[{error.code}]: {error.message}"
            continue
        if drawn and result.error is not None:
            aside += 1
            continue
        for why in _expected(case, result):
            yield where + why
    if drawn and aside == len(points):
        yield f"all {aside} points are singular: nothing can be compared"


def _expected(case: Case, result: Result) -> Iterator[str]:
    given = case.given
    if result.error is not None and "status" not in given:
        yield f"error[{result.error.code}]: {result.error.message}"
        return
    if "value" in given:
        yield from _number("the value", given, given["value"], result.reference, result.value)
    for name, wanted in given.get("gradient", {}).items():
        row = next((row for row in result.derivatives if row.by == (name,)), None)
        if row is None:
            yield f"{name} is not an input"
        else:
            yield from _number(f"d/d{name}", given, wanted, row.reference, row.gradient)
    if result.checks.modes is False or result.checks.symbolic is False:
        yield "forward, reverse and sympy disagree"
    least = result.worst_digits
    if least is not None and least < given.get("digits", 0):
        yield f"{least} correct digits, fewer than {given['digits']}"
    if result.status != given.get("status", result.status):
        yield f"the point is {result.status}, not {given['status']}"


def _number(
    what: str, given: Mapping[str, Any], wanted: Any, reference: Any, answer: Any
) -> Iterator[str]:
    """Expected numbers against the true ones, element by element."""
    same = len(_each(wanted)) == len(_each(reference))
    if not same or _shape(wanted) != _shape(reference):
        yield f"{what} is {_shape(reference)}, not {_shape(wanted)}"
        return
    context = big_numbers(40).context
    for text, true, number in zip(_each(wanted), _each(reference), _each(answer), strict=True):
        if not math.isfinite(number):
            if str(float(text)) != str(float(number)):
                yield f"{what} is {number}, not {text}"
            continue
        exact = context.mpf(true)
        if not abs(context.mpf(str(text)) - exact) <= _allowed(given, text, exact):
            shown = str(context.nstr(exact, 17)).removesuffix(".0")
            yield f"{what} is {shown}, not {text}"


def _shape(numbers: Any) -> str:
    sizes: list[int] = []
    while isinstance(numbers, list):
        sizes.append(len(numbers))
        numbers = numbers[0]
    return f"an array of shape {'x'.join(map(str, sizes))}" if sizes else "a number"


def _allowed(given: Mapping[str, Any], text: Any, exact: Any) -> Any:
    context = big_numbers(40).context
    atol = context.mpf(float(given.get("atol", 0.0)))
    if "rtol" in given:
        return atol + abs(exact) * float(given["rtol"])
    unit = written_unit(str(text))
    by_digits = context.mpf(unit) / 2 * (1 + context.mpf(10) ** -12) if unit else context.mpf(0)
    # A float64 of the file stands for what it was rounded from.
    by_float = abs(exact) * 2.0**-52 if isinstance(text, float) else 0
    return atol + max(by_digits, by_float)


def _each(numbers: Any) -> list[Any]:
    if hasattr(numbers, "tolist"):
        numbers = numbers.tolist()
    return [x for part in numbers for x in _each(part)] if isinstance(numbers, list) else [numbers]
