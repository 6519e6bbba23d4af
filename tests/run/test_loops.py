"""Loops that are left: the same programs written in Python, differentiated by mpmath."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import mpmath
import pytest

import gradcalc
from gradcalc.errors import GradcalcError


def _drawn(rng: random.Random, depth: int, loop: str) -> tuple[list[str], list[str]]:
    """The lines of a loop's block in our language, and in Python's."""
    ours, theirs = [], []
    for _ in range(rng.randint(1, 3)):
        change = rng.choice(["y += x/3", "y *= 2", f"y -= x*{loop}", "x = x/2 + y/7", "y = y*x/2"])
        ours.append(change)
        theirs.append(change)
        if rng.random() < 0.6:
            test, word = f"y > {rng.randint(-2, 9)}.37", rng.choice(["break", "continue"])
            ours.append(f"if {test} {{ {word} }}")
            theirs += [f"if {test}:", f"    {word}"]
        if depth and rng.random() < 0.5:
            inner, n = rng.choice(["while", "for"]), f"n{depth}"
            body, block = _drawn(rng, depth - 1, "j" if inner == "for" else n)
            if inner == "for":
                ours.append(f"for j in 0..4 {{ {'; '.join(body)} }}")
                theirs += ["for j in range(4):", *(f"    {line}" for line in block)]
            else:
                ours.append(f"{n} = 0; while {n} < 3 {{ {n} += 1; {'; '.join(body)} }}")
                theirs += [
                    f"{n} = 0",
                    f"while {n} < 3:",
                    *(f"    {line}" for line in (f"{n} += 1", *block)),
                ]
    return ours, theirs


def _python(lines: list[str]) -> Callable[[Any], Any]:
    source = ["def f(x):", "    y = x", "    for i in range(5):", *(f"        {s}" for s in lines)]
    scope: dict[str, Any] = {}
    exec("\n".join([*source, "    return x + y"]), scope)
    return scope["f"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("seed", range(40))
def test_break_and_continue_are_pythons(seed: int) -> None:
    rng = random.Random(seed)
    ours, theirs = _drawn(rng, 2, "i")
    x = rng.uniform(-3, 3)
    text = f"y = x; for i in 0..5 {{ {'; '.join(ours)} }}; x + y"
    answer, f = gradcalc.evaluate(text, {"x": x}), _python(theirs)
    with mpmath.workdps(80):
        h, at = mpmath.mpf("1e-25"), mpmath.mpf(x)
        value, slope = f(at), (f(at + h) - f(at - h)) / (2 * h)
    assert answer.value == pytest.approx(float(value), rel=1e-13, abs=1e-13)
    assert answer.gradient["x"] == pytest.approx(float(slope), rel=1e-12, abs=1e-12)
    kernel = gradcalc.compile(text)
    import numpy as np

    xs = np.array([x, -x, x / 2, 2.5])
    columns = kernel(x=xs)
    for at, got, slope in zip(xs, columns["value"], columns["d_x"], strict=True):
        single = gradcalc.evaluate(text, {"x": float(at)})
        assert got == pytest.approx(single.value, rel=1e-13, abs=1e-13)
        assert slope == pytest.approx(single.gradient["x"], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "if x > 1 { break }; x",
        "for i in 0..3 { f(t) = { if t > 1 { continue }; t }; x = f(x) }; x",
        "break",
    ],
)
def test_leaving_no_loop_is_an_error(text: str) -> None:
    with pytest.raises(GradcalcError, match="allowed only in a loop") as info:
        gradcalc.evaluate(text, {"x": 2})
    assert info.value.code == "no-loop"


def test_break_may_be_the_name_of_an_input() -> None:
    assert gradcalc.evaluate("break*2", {"break": 3}).gradient == {"break": 2}
    assert gradcalc.evaluate("continue = 2*x; continue", {"x": 3}).value == 6


@pytest.mark.parametrize("word", ["true", "True"])
def test_an_endless_loop_is_proposed_with_a_comparison(word: str) -> None:
    with pytest.raises(GradcalcError) as info:
        gradcalc.evaluate(f"while {word} {{ x = x/2; if x < 1 {{ break }} }}; x", {"x": 3})
    assert gradcalc.evaluate(info.value.proposals[0], {"x": 3}).value == 0.75


def test_a_loop_that_was_left_has_no_value() -> None:
    with pytest.raises(GradcalcError, match="without a value"):
        gradcalc.evaluate("for i in 0..3 { x = 2*x; if x > 4 { break }; x }", {"x": 3})
    assert gradcalc.evaluate("for i in 0..3 { if x > 9 { break }; x = x + 1 }", {"x": 3}).value == 6
