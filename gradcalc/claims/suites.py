"""Suites: files of cases that CI runs, each with what is expected of a program.

[[case]]
name = "product"
expr = "sin(x)*y"
at = {x = "1", y = 2}             # a text is read as after --at, a number is float64
over = "x=-2:2,y=0:1"             # instead of at: points drawn from a box
points = 50
seed = 1
claim = {x = "y*cos(x)"}          # formulas or numbers
value = "1.6829419696157930133"   # numbers, right to the digits they are written with
gradient = {x = "1.0806046117362794348"}
digits = 12                       # correct digits at least
status = "smooth"                 # or kink, pole, …
error = "domain"                  # the code of the error that is expected
wrt = ["x"]
"""

from __future__ import annotations

import math
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

from gradcalc.claims.claim import Tolerance, Verdict, check, written_unit
from gradcalc.errors import Exit, GradcalcError
from gradcalc.evaluation import evaluate
from gradcalc.reading import Options
from gradcalc.result import Result
from gradcalc.rules import big_numbers

Outcome = Literal["passed", "failed", "error"]
KEYS = {
    "name", "expr", "at", "over", "points", "seed", "claim", "value", "gradient", "digits",
    "status", "error", "wrt", "rtol", "atol",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a suite, as its file has it; `line` is where it begins."""

    name: str
    expr: str
    line: int
    given: Mapping[str, Any] = field(default_factory=dict)


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
    """A suite that was run."""

    path: str
    cases: tuple[Ran, ...]
    skipped: int
    seconds: float

    def count(self, outcome: Outcome) -> int:
        """How many cases came out so."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def exit(self) -> Exit:
        return Exit.VERDICT if any(c.outcome != "passed" for c in self.cases) else Exit.OK


def load(path: str) -> list[Case]:
    """The cases of a suite; GradcalcError where the file is no suite."""
    with open(path, "rb") as file:
        text = file.read()
    try:
        data = tomllib.loads(text.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GradcalcError("bad-toml", f"{path} is not TOML: {error}", exit=Exit.FILE) from None
    cases = data.get("case")
    if not isinstance(cases, list) or not cases:
        raise GradcalcError(
            "bad-suite", f"{path} has no cases", None, 'write [[case]] and expr = "x^2"'
        )
    lines = [n for n, line in enumerate(text.decode("utf-8").splitlines(), 1)
             if line.strip().replace(" ", "") == "[[case]]"]  # fmt: skip
    lines += [1] * (len(cases) - len(lines))
    return [_case(path, k, case, lines[k]) for k, case in enumerate(cases)]


def _case(path: str, number: int, case: Any, line: int) -> Case:
    name = str(case.get("name", f"case {number + 1}"))
    if not isinstance(case.get("expr"), str):
        raise GradcalcError("bad-suite", f"{path}, line {line}: {name} has no expr", None,
                            'write expr = "x^2"')  # fmt: skip
    unknown = sorted(case.keys() - KEYS)
    if unknown:
        raise GradcalcError(
            "bad-suite", f"{path}, line {line}: {name} has an unknown key '{unknown[0]}'", None,
            f"known are {', '.join(sorted(KEYS))}",
        )  # fmt: skip
    return Case(name, case["expr"], line, case)


def run(
    path: str, cases: Sequence[Case], *, jobs: int = 1, fail_fast: bool = False,
    check: str = "full", each: Any = None,
) -> Report:  # fmt: skip
    """Run cases in so many processes, in order; `each(ran)` is told of every one."""
    start = time.perf_counter()
    done: list[Ran] = []
    for ran in _outcomes(cases, jobs, check):
        done.append(ran)
        if each is not None:
            each(ran)
        if fail_fast and ran.outcome != "passed":
            break
    return Report(path, tuple(done), len(cases) - len(done), time.perf_counter() - start)


def _outcomes(cases: Sequence[Case], jobs: int, check: str) -> Iterable[Ran]:
    if jobs == 1 or len(cases) < 2:
        return (run_case(case, check) for case in cases)
    return _in_processes(cases, jobs, check)


def _in_processes(cases: Sequence[Case], jobs: int, check: str) -> Iterable[Ran]:
    chunk = max(1, min(20, len(cases) // (4 * jobs)))
    with ProcessPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(run_case, cases, [check] * len(cases), chunksize=chunk)
        finally:
            pool.shutdown(cancel_futures=True)


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
    return Ran(
        case.name, case.expr, case.line, outcome, tuple(why), time.perf_counter() - start
    )  # fmt: skip


def _failures(case: Case, check: str) -> Iterable[str]:
    """What is not as it is expected."""
    given = case.given
    if "error" in given:
        yield from _expected_error(case, str(given["error"]))
        return
    points = points_of(given)
    if claims := {name: str(text) for name, text in dict(given.get("claim", {})).items()}:
        yield from _claims(case, claims, points)
    if {"value", "gradient", "digits", "status"} & given.keys() or not claims:
        for point in points:
            yield from _expected(case, evaluated_case(case, point, check))


def points_of(given: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The points of a case: the one it names, or those it draws."""
    if "over" not in given:
        return [dict(given.get("at", {}))]
    from gradcalc.claims.boxes import read_over

    box = read_over([str(given["over"])])
    drawn = box.draw(int(given.get("points", 20)), int(given.get("seed", 0)))
    return [{**dict(given.get("at", {})), **point} for point in drawn]


def evaluated_case(case: Case, point: Mapping[str, Any], check: str) -> Result:
    wrt = tuple(case.given["wrt"]) if "wrt" in case.given else None
    return evaluate(case.expr, point, wrt=wrt, options=Options(check=check))  # type: ignore[arg-type]


def _expected_error(case: Case, code: str) -> Iterable[str]:
    for point in points_of(case.given):
        try:
            found = evaluated_case(case, point, "fast").error
        except GradcalcError as error:
            found = error
        if found is None:
            yield f"expected error[{code}], and there was none"
        elif found.code != code:
            yield f"expected error[{code}], found error[{found.code}]: {found.message}"


def _claims(case: Case, claims: Mapping[str, str], points: list[Any]) -> Iterable[str]:
    given = case.given
    tolerance = Tolerance(given.get("rtol"), float(given.get("atol", 0.0)))
    verdict: Verdict = check(case.expr, claims, points, tolerance=tolerance)
    for claim in verdict.claims:
        if not claim.holds and claim.worst is not None:
            at = ", ".join(f"{name}={value}" for name, value in claim.worst.at.items())
            told = f"d/d{claim.by} is claimed to be {claim.text}: {claim.worst.claimed} at {at}, "
            told += f"and is {claim.worst.true}"
            yield told + (f"; {claim.diagnosis}" if claim.diagnosis else "")


def _expected(case: Case, result: Result) -> Iterable[str]:
    given = case.given
    if result.error is not None and "status" not in given:
        yield f"error[{result.error.code}]: {result.error.message}"
        return
    if "value" in given:
        yield from _number("the value", given, given["value"], result.reference, result.value)
    for name, wanted in dict(given.get("gradient", {})).items():
        row = next((row for row in result.inputs if row.name == name), None)
        if row is None:
            yield f"{name} is not an input"
        else:
            yield from _number(f"d/d{name}", given, wanted, row.reference, row.gradient)
    if result.checks.modes is False or result.checks.symbolic is False:
        yield "forward, reverse and sympy disagree"
    least = result.worst_digits
    if "digits" in given and least is not None and least < int(given["digits"]):
        yield f"{least} correct digits, fewer than {given['digits']}"
    if "status" in given and result.status != given["status"]:
        yield f"the point is {result.status}, not {given['status']}"


def _number(
    what: str, given: Mapping[str, Any], wanted: Any, reference: Any, answer: Any
) -> Iterable[str]:
    """Expected numbers against the true ones, element by element."""
    context = big_numbers(40).context
    for text, true, number in zip(_each(wanted), _each(reference), _each(answer), strict=False):
        if not math.isfinite(number):
            if str(text).lower() not in (str(number), "infinity" if number > 0 else "-infinity"):
                yield f"{what} is {number}, not {text}"
            continue
        exact = context.mpf(true)
        allowed = _allowed(given, text, exact)
        if not abs(context.mpf(str(text)) - exact) <= allowed:
            shown = str(context.nstr(exact, 17)).removesuffix(".0")
            yield f"{what} is {shown}, not {text}"


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
