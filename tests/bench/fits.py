"""Fits beside scipy's curve_fit, which is given the function by hand in NumPy."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.figure import Figure, in_turns, most_memory, processes
from tests.fitting.families import FUNCTIONS, problems

FORMULA = "a*exp(-b*x) + c"
START = {"a": 1.0, "b": 1.0, "c": 0.0}
BAD_STARTS = 200
REACHED = 1e-6  # relative, above the truth's sum of squares
PEER = """
import numpy, sys
from scipy.optimize import curve_fit
x, y = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1, unpack=True)
print(curve_fit(lambda x, a, b, c: a*numpy.exp(-b*x) + c, x, y, p0=[1, 1, 0]))
"""


def _decay(rows: int) -> tuple[Any, Any]:
    x = np.linspace(0, 4, rows)
    noise = np.random.default_rng(1).normal(size=rows)
    return x, 3 * np.exp(-1.3 * x) + 0.5 + 0.05 * noise


def fits_of_a_table() -> Iterator[Figure]:
    """The command beside a script with curve_fit, both with their start-up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decay.csv"
        np.savetxt(path, np.column_stack(_decay(1000)), delimiter=",", header="x,y", comments="")
        start = [f"{name}={value:g}" for name, value in START.items()]
        ours = [sys.executable, "-m", "gradcalc", "fit", FORMULA, str(path), "--target", "y",
                "--start", ",".join(start)]  # fmt: skip
        own, peer = processes([ours, [sys.executable, "-c", PEER, str(path)]])
    yield Figure("fit: 10^3 rows, the command beside a script with curve_fit", own / peer, 2.0)


def fits_of_many_rows() -> Iterator[Figure]:
    """10^6 rows in memory, three parameters; and the memory that the fit takes beside the rows."""
    from scipy.optimize import curve_fit

    import gradcalc

    x, y = _decay(1_000_000)
    own, peer = in_turns(
        lambda: gradcalc.fit(FORMULA, {"x": x, "y": y}, "y", START),
        lambda: curve_fit(lambda x, a, b, c: a * np.exp(-b * x) + c, x, y, p0=[1, 1, 0]),
        rounds=5,
    )
    yield Figure("fit: 10^6 rows, 3 parameters, beside curve_fit", own / peer, 0.5)
    most = most_memory([sys.executable, "-c", "from tests.bench import fits; fits.one_fit()"])
    yield Figure("fit: 10^6 rows, peak memory", most, 300, "MB")


def one_fit() -> None:
    """A fit of 10^6 rows."""
    import gradcalc

    x, y = _decay(1_000_000)
    gradcalc.fit(FORMULA, {"x": x, "y": y}, "y", START)


def fits_from_bad_starts() -> Iterator[Figure]:
    """Random starts, off by factors of up to 100, over the 96 problems: how often the truth's sum
    of squares is reached, beside the best single method of scipy's."""
    import gradcalc

    chosen, random = list(problems(1)), np.random.default_rng(2)
    own = 0
    peers = dict.fromkeys(("trf", "dogbox", "lm"), 0)
    for _ in range(BAD_STARTS):
        one = chosen[int(random.integers(len(chosen)))]
        start = {name: value * 10 ** random.uniform(-2, 2) for name, value in one.truth.items()}
        enough = one.rss * (1 + REACHED)
        try:
            found = gradcalc.fit(one.formula, {"x": one.x, "y": one.y}, "y", start)
            own += found.quality.rss <= enough
        except gradcalc.GradcalcError:  # no value at the start
            pass
        for method in peers:
            peers[method] += _by_scipy(one, list(start.values()), method) <= enough
    best = max(peers.values())
    yield Figure("fit: 200 bad starts, beside the best of scipy's", own / best, 1.1, least=True)


def _by_scipy(one: Any, start: list[float], method: str) -> float:
    from scipy.optimize import least_squares

    code = compile(one.formula.replace("^", "**"), one.family, "eval")
    names = list(one.truth)

    def residuals(theta: Any) -> Any:
        values = dict(zip(names, theta, strict=True))
        return eval(code, {**FUNCTIONS, **values, "x": one.x}) - one.y

    try:
        with np.errstate(all="ignore"):
            found = least_squares(residuals, start, method=method, max_nfev=5000)
    except (ValueError, np.linalg.LinAlgError):
        return float("inf")
    return float(2 * found.cost)


GROUPS = (fits_of_a_table, fits_of_many_rows, fits_from_bad_starts)
