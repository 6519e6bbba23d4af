"""Ill-conditioned fits: every claimed digit is right, against another fit in big numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import mpmath
import numpy as np
import pytest

import gradcalc
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
