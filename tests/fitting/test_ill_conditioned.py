"""Ill-conditioned fits: every claimed digit is right, against another fit in big numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import mpmath
import numpy as np
import pytest

import gradcalc
from gradcalc.errors import GradcalcError
from gradcalc.fitting.answer import Fit

Rows = Sequence[tuple[mpmath.mpf, list[mpmath.mpf]]]
X = [k * 0.05 for k in range(24)]


def sums(theta: Sequence[mpmath.mpf], t: mpmath.mpf) -> tuple[mpmath.mpf, list[mpmath.mpf]]:
    """A sum of exponentials with its derivatives, by hand."""
    value, slopes = mpmath.mpf(0), []
    for a, b in zip(theta[::2], theta[1::2], strict=True):
        e = mpmath.exp(-b * t)
        value += a * e
        slopes += [e, -a * t * e]
    return value, slopes


def apart(theta: Sequence[mpmath.mpf], t: mpmath.mpf) -> tuple[mpmath.mpf, list[mpmath.mpf]]:
    """a*t/(b + t*1e8) with a about 1e8 and b about 1e-8 times the column."""
    a, b, c = theta
    low = b * 1e16 + t
    return a * t / low + c, [t / low, -a * t * mpmath.mpf(1e16) / low**2, mpmath.mpf(1)]


def refitted(
    model: Callable[..., tuple[mpmath.mpf, list[mpmath.mpf]]],
    y: Sequence[float],
    start: Sequence[float],
) -> tuple[list[mpmath.mpf], list[mpmath.mpf]]:
    """Gauss-Newton in 100 digits, with residuals this small: parameters and standard errors."""
    mpmath.mp.dps = 100
    theta = [mpmath.mpf(x) for x in start]
    size = len(theta)
    for _ in range(60):
        gram, gradient, rss = mpmath.zeros(size), mpmath.zeros(size, 1), mpmath.mpf(0)
        for t, v in zip(X, y, strict=True):
            value, slopes = model(theta, mpmath.mpf(t))
            r = value - mpmath.mpf(v)
            rss += r * r
            for j in range(size):
                gradient[j] += slopes[j] * r
                for k in range(size):
                    gram[j, k] += slopes[j] * slopes[k]
        step = mpmath.lu_solve(gram, -gradient)
        theta = [x + d for x, d in zip(theta, step, strict=True)]
        if max(abs(d / x) for d, x in zip(step, theta, strict=True)) < mpmath.mpf(10) ** -40:
            break
    else:
        raise AssertionError("the other fit did not converge")
    inverse = gram**-1
    return theta, [mpmath.sqrt(inverse[k, k] * rss / (len(y) - size)) for k in range(size)]


def right_digits(number: float, truth: mpmath.mpf) -> float:
    error = abs((mpmath.mpf(number) - truth) / truth)
    return 99.0 if error == 0 else -float(mpmath.log10(error))


def check(found: Fit, truths: tuple[list[mpmath.mpf], list[mpmath.mpf]]) -> None:
    for one, value, error in zip(found.parameters, *truths, strict=True):
        assert one.digits is not None
        assert one.digits >= 14, one
        assert right_digits(one.value, value) >= min(one.digits, 15.6)
        assert one.standard_error is not None
        assert one.error_digits is not None
        assert one.error_digits >= 12
        assert right_digits(one.standard_error, error) >= min(one.error_digits, 15.6)


@pytest.mark.parametrize("noise", [1e-5, 1e-9, 1e-13])
@pytest.mark.parametrize("terms", [2, 3])
def test_sums_of_exponentials(terms: int, noise: float) -> None:
    truth = [0.0951, 1.0, 0.8607, 3.0, 1.5576, 5.0][: 2 * terms]
    random = np.random.default_rng(terms)
    y = [float(sums(truth, mpmath.mpf(t))[0]) for t in X]
    y = (np.array(y) * (1 + noise * random.normal(size=len(y)))).tolist()
    formula = " + ".join(f"a{k}*exp(-b{k}*t)" for k in range(terms))
    start = {f"{'ab'[k % 2]}{k // 2}": value * 1.2 for k, value in enumerate(truth)}
    found = gradcalc.fit(formula, {"t": X, "y": y}, "y", start)
    order = [found.values[name] for name in start]
    truths = refitted(sums, y, order)
    by_name = dict(zip(start, zip(*truths, strict=True), strict=True))
    pairs = [by_name[one.name] for one in found.parameters]
    check(found, ([p[0] for p in pairs], [p[1] for p in pairs]))


def test_parameters_sixteen_powers_of_ten_apart() -> None:
    truth = [3.2e8, 0.7e-16, -4.5e8]
    random = np.random.default_rng(4)
    y = [float(apart(truth, mpmath.mpf(t))[0]) for t in X]
    y = (np.array(y) + 1e4 * random.normal(size=len(y))).tolist()
    start = {"a": 3e8, "b": 1e-16, "c": -4e8}
    found = gradcalc.fit("a*t/(b*1e16 + t) + c", {"t": X, "y": y}, "y", start)
    truths = refitted(apart, y, list(found.values.values()))
    check(found, truths)
    assert math.isclose(found.values["b"], truth[1], rel_tol=0.1)


SCALED = {  # true parameters; those of the target's unit stand below, "a" unless they do
    "a*exp(-b*t) + c": (3.0, 1.3, 0.5),
    "a/(1 + exp(b - c*t))": (3.0, 2.0, 4.5),
    "a*sin(b*t + c)": (3.0, 4.0, 0.7),
    "a*t + c": (2.0, 1.0),
}
OF_TARGET = {"a*exp(-b*t) + c": "ac", "a*t + c": "ac"}


@pytest.mark.parametrize("power", [400, 100, -100, -390])
@pytest.mark.parametrize("formula", SCALED)
def test_another_unit_of_the_target_gives_the_same_fit(formula: str, power: int) -> None:
    names = [name for name in "abc" if name in formula.replace("exp", "").replace("sin", "")]
    truth = dict(zip(names, SCALED[formula], strict=True))
    noise = 0.02 * np.random.default_rng(3).normal(size=len(X))
    y = gradcalc.compile(formula, names=[*names, "t"])(t=np.array(X), **truth)["value"] + noise
    units = {n: 2.0**power if n in OF_TARGET.get(formula, "a") else 1.0 for n in names}
    found = gradcalc.fit(formula, {"t": X, "y": y}, "y", truth)
    start = {name: value * units[name] for name, value in truth.items()}
    scaled = gradcalc.fit(formula, {"t": X, "y": y * 2.0**power}, "y", start)
    assert scaled.proven
    for one, other in zip(found.parameters, scaled.parameters, strict=True):
        unit = units[one.name]
        assert one.standard_error is not None
        assert other.value == pytest.approx(one.value * unit, rel=1e-15)
        assert other.standard_error == pytest.approx(one.standard_error * unit, rel=1e-13)
        assert other.digits == 16


@pytest.mark.parametrize("unit", ["1e200", "1e-200", "1e305"])
@pytest.mark.parametrize("sigma", ["", "s"])
def test_a_target_out_of_range_is_refused_with_what_fits_it(unit: str, sigma: str) -> None:
    y = 3 * np.exp(-np.array(X)) + 0.02 * np.random.default_rng(3).normal(size=len(X))
    table = {"t": X, "y": y * float(unit), "s": np.full(len(X), 0.02 * float(unit))}
    with pytest.raises(GradcalcError) as raised:
        gradcalc.fit("a*exp(-b*t)", table, "y", sigma=sigma)
    assert "squares are out of range" in raised.value.message
    assert raised.value.hint
    texts = raised.value.hint.split('"')[1::2]
    found = gradcalc.fit("a*exp(-b*t)", table, texts[0], sigma=texts[1] if sigma else "")
    assert found.proven
    assert found.values["b"] == pytest.approx(1, abs=0.05)


def test_slopes_out_of_range_are_named() -> None:
    y = 3 * np.exp(-np.array(X)) + 0.02 * np.random.default_rng(3).normal(size=len(X))
    found = gradcalc.fit("a*exp(-b*t)", {"t": np.array(X) * 1e200, "y": y}, "y")
    assert not found.proven
    assert any(note.startswith("the slope by b is up to") for note in found.notes)
