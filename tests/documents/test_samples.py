"""Each sample does what the comment at its top says."""

from __future__ import annotations

import math
import re
import shlex
from pathlib import Path

import mpmath
import pytest

from gradcalc import Options, Result, evaluate
from gradcalc.cli import run
from gradcalc.cli.point import read_at

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "samples").glob("*.grad"))


def commands(path: Path) -> list[tuple[str, str]]:
    """The commands in a sample's comment, each with what it prints."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^# \$ (.*)\n((?:# ?.+\n|#\n(?!# \$))*)", text, re.MULTILINE)
    return [(command, re.sub(r"^# ?", "", shown, flags=re.MULTILINE)) for command, shown in found]


def result(name: str, at: str) -> Result:
    """A sample's result at a point."""
    text = (ROOT / "samples" / f"{name}.grad").read_text(encoding="utf-8")
    return evaluate(text, read_at([at]), options=Options())


SHOWN = [
    pytest.param(command, shown, id=command)
    for path in SAMPLES
    for command, shown in commands(path)
]


def test_there_is_a_dozen() -> None:
    assert len(SAMPLES) >= 12
    assert all(commands(path) for path in SAMPLES)


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_samples_print_what_they_say(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    program, *arguments = shlex.split(command)
    assert program == "gradcalc"
    assert run(arguments) == 0
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize(("command", "_shown"), SHOWN)
def test_samples_are_proven(command: str, _shown: str) -> None:
    arguments = shlex.split(command)
    source = (ROOT / arguments[arguments.index("-f") + 1]).read_text(encoding="utf-8")
    found = evaluate(source, read_at([arguments[arguments.index("--at") + 1]]))
    if found.status == "smooth":
        assert found.checks.modes is True
        assert found.checks.symbolic is True
    for given in found.derivatives:
        assert given.forward == pytest.approx(given.reverse, rel=1e-12, abs=0)
    assert found.worst_digits is not None
    assert found.worst_digits >= 12


def test_babylonian() -> None:
    found = result("babylonian", "x=2")
    assert found.value == pytest.approx(math.sqrt(2), rel=1e-15)
    assert found.gradient["x"] == pytest.approx(1 / (2 * math.sqrt(2)), rel=1e-12)


def test_black_scholes() -> None:
    found = result("black_scholes", "S=100,K=95,r=0.03,sigma=0.2,T=0.5").gradient
    root = 0.2 * math.sqrt(0.5)
    d1 = (math.log(100 / 95) + (0.03 + 0.02) * 0.5) / root
    d2 = d1 - root
    density = math.exp(-d1 * d1 / 2) / math.sqrt(2 * math.pi)
    strike = 95 * math.exp(-0.03 * 0.5) * (1 + math.erf(d2 / math.sqrt(2))) / 2
    theta = -100 * density * 0.2 / (2 * math.sqrt(0.5)) - 0.03 * strike
    assert found["S"] == pytest.approx((1 + math.erf(d1 / math.sqrt(2))) / 2, rel=1e-13)
    assert found["sigma"] == pytest.approx(100 * density * math.sqrt(0.5), rel=1e-13)
    assert found["r"] == pytest.approx(0.5 * strike, rel=1e-13)
    assert found["T"] == pytest.approx(-theta, rel=1e-13)
    assert found["K"] == pytest.approx(-strike / 95, rel=1e-13)


def test_agm() -> None:
    found = result("agm", "a=1,b=2")
    assert found.value == pytest.approx(float(mpmath.agm(1, 2)), rel=1e-15)
    slope = mpmath.diff(lambda a: mpmath.agm(a, 2), 1)
    assert found.gradient["a"] == pytest.approx(float(slope), rel=1e-12)


# Near 92 the numbers of float64 are 1.4e-14 apart, so that a step need not get smaller.
@pytest.mark.parametrize(("mean", "ecc"), [(0.8, 0.2), (92.6827, 0.232818)])
def test_kepler(mean: float, ecc: float) -> None:
    found = result("kepler", f"M={mean},ecc={ecc}")
    slope = 1 / (1 - ecc * math.cos(found.value))
    assert found.value - ecc * math.sin(found.value) == pytest.approx(mean, rel=1e-15)
    assert found.gradient["M"] == pytest.approx(slope, rel=1e-13)
    assert found.gradient["ecc"] == pytest.approx(math.sin(found.value) * slope, rel=1e-12)


def test_continued_fraction() -> None:
    found = result("continued_fraction", "x=1")
    assert found.value == pytest.approx(math.tanh(1), rel=1e-15)
    assert found.gradient["x"] == pytest.approx(1 / math.cosh(1) ** 2, rel=1e-13)


def test_sensitivities_are_those_of_the_exact_solution() -> None:
    found = result("sensitivities", "r=0.8,K=10,y0=1,T=5")
    exact = evaluate("K/(1 + (K/y0 - 1)*exp(-r*T))", {"r": "0.8", "K": 10, "y0": 1, "T": 5})
    for name, derivative in exact.gradient.items():
        assert found.gradient[name] == pytest.approx(derivative, rel=1e-7), name
