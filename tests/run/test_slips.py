"""Thousands of slips: what is proposed can be read, and is what was meant; nothing is misread."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from gradcalc import GradcalcError, Options, evaluate
from gradcalc.language import parse
from gradcalc.run.forms import reserved
from tests.run.slips import POINTS, Slip, slips
from tests.run.slips_pages import page_slips
from tests.run.slips_programs import program_slips
from tests.run.slips_sources import source_slips
from tests.run.slips_statistics import statistics_slips
from tests.run.slips_words import word_slips


def corpus() -> Iterator[Slip]:
    """All slips, the same for the same seed, each text with a meaning once."""
    yield from slips()
    for kind in (word_slips, page_slips, program_slips, statistics_slips):
        random = Random(1)
        for _ in range(2):
            yield from kind(random)
    yield from source_slips()


CORPUS = tuple(corpus())
QUICK = Options(check="off")
MAX_STEPS = 3  # remedies that are followed one after the other


def agrees(text: str, slip: Slip) -> bool:
    """Does a text have the meaning at all points?"""
    for at in POINTS:
        answer = evaluate(text, at, options=QUICK).value
        wanted = slip.meaning(at)
        number = not getattr(answer, "shape", ())
        if not number or not math.isclose(float(answer), wanted, rel_tol=1e-9, abs_tol=1e-12):
            return False
    return True


def outcome(slip: Slip, text: str, steps: int = MAX_STEPS) -> str:
    """ "read", "misread", "right" or "wrong" where there are proposals, or "none"?"""
    try:
        return "read" if agrees(text, slip) else "misread"
    except GradcalcError as error:
        proposals = error.proposals
    for proposal in proposals:
        parse(proposal, functions=reserved())
    if not proposals:
        return "none"
    if not steps:
        return "wrong"
    ends = [outcome(slip, proposal, steps - 1) for proposal in proposals]
    return "right" if {"read", "right"} & set(ends) else "wrong"


@pytest.fixture(scope="module")
def outcomes() -> Counter[tuple[str, str]]:
    """How many slips of each kind came to which end."""
    return Counter((slip.kind, outcome(slip, slip.text)) for slip in CORPUS)


def _count(outcomes: Counter[tuple[str, str]], *ends: str) -> int:
    return sum(count for (_, end), count in outcomes.items() if end in ends)


def test_nothing_is_misread(outcomes: Counter[tuple[str, str]]) -> None:
    assert len(CORPUS) > 3000
    assert [kind for kind, end in outcomes if end == "misread"] == []


def test_what_is_proposed_is_what_was_meant(outcomes: Counter[tuple[str, str]]) -> None:
    right, wrong = _count(outcomes, "right"), _count(outcomes, "wrong")
    assert not wrong
    assert right + _count(outcomes, "read") >= 0.95 * len(CORPUS)


@pytest.mark.parametrize("behind", ["x", "x*y", "xcosy"])
def test_a_digit_is_the_functions_or_the_arguments(behind: str) -> None:
    """`exp2x` is exp2(x) or exp(2*x)."""
    rest = behind[1:].replace("cosy", "*cos(y)")
    for head, digits in [("exp", "2"), ("log", "2"), ("log", "10")]:
        with pytest.raises(GradcalcError) as caught:
            evaluate(f"{head}{digits}{behind}", POINTS[0], options=QUICK)
        texts = (f"{head}{digits}(x){rest}", f"{head}({digits}*x){rest}")
        assert caught.value.proposals == texts


@pytest.mark.parametrize("word", ["where", "at", "when", "with", "for"])
def test_values_behind_a_formula_are_given_beside_it(word: str) -> None:
    for text in ("x^2", "sin(x)/x + y"):
        with pytest.raises(GradcalcError) as caught:
            evaluate(f"{text} {word} x = 3", POINTS[0], options=QUICK)
        assert (caught.value.hint, caught.value.proposals) == ("write --at x=3", ())


@pytest.mark.parametrize("unit", ["m", "kg", "cm", "km"])
def test_numbers_have_no_units(unit: str) -> None:
    with pytest.raises(GradcalcError, match="if it is a unit, leave it out"):
        evaluate(f"9.81 {unit}*x", POINTS[0], options=QUICK)


if __name__ == "__main__":  # python -m tests.run.test_slips: those without a right remedy, and all
    ends = {slip: outcome(slip, slip.text) for slip in CORPUS}
    for slip, end in ends.items():
        if end not in ("read", "right"):
            print(f"{end:8} {slip.kind:16} {slip.text}")
    print(len(ends), "slips:", dict(Counter(ends.values())))


@pytest.mark.parametrize(
    "second", ["{x, n}", "{x, 1000000}", "{x}", "{x, y, 2}", "{}", "{ + (log(-1)"]
)
def test_what_is_no_order_of_a_derivative_has_no_translation(second: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        evaluate(f"D[x^3, {second}]", {"x": 2})
    assert "D(D(" not in (caught.value.hint or "")
