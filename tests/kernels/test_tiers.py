"""Paths that few rows take run as steps over arrays, and become machine code with the same bits:
no path is compiled for few rows, however many paths there are."""

import numpy as np
import pytest

from gradcalc import Kernel
from gradcalc.kernels import execution
from gradcalc.kernels.llvm import machine
from gradcalc.numbers.native import LIBRARY, Code
from gradcalc.rules.array_systems import native_numbers
from gradcalc.rules.table import CALLABLE

pytestmark = pytest.mark.skipif(machine() is None, reason="llvmlite is not installed")

ROWS = 4000
EXACT = {
    "turns": "t = x\nn = 0\nwhile t > 1 { t = t*0.8\nn = n + 1 }\nt*x + n",
    "branches": "s = x\n"
    + "\n".join(f"if x > {4 * k} {{ s = s + {k}*x }} else {{ s = s*1.5 }}" for k in range(1, 12))
    + "\ns",
    "sums": "s = 0\nfor i in 0..floor(x) { s = s + sqrt(i + x)/(i + 1) }\ns",
}


def natives(kernel: Kernel) -> int:
    return sum(native is not None for path in kernel.paths for native in path.natives.values())


@pytest.mark.parametrize("name", EXACT)
def test_few_rows_compile_nothing_and_give_the_same_bits(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {"x": np.random.default_rng(3).uniform(1, 20, ROWS)}
    kernel = Kernel(EXACT[name], threads=1, native=True)
    few = kernel.rows(table)
    assert len(kernel.paths) >= 5
    assert natives(kernel) == 0
    monkeypatch.setattr(execution, "MIN_NATIVE_PATH_ROWS", 1)
    many = kernel.rows(table)
    assert natives(kernel) == len(kernel.paths)
    for column in kernel.columns:
        np.testing.assert_array_equal(few.columns[column], many.columns[column])
    np.testing.assert_array_equal(few.doubtful, many.doubtful)


def test_rows_are_counted_from_call_to_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execution, "MIN_NATIVE_PATH_ROWS", ROWS)
    table = {"x": np.random.default_rng(3).uniform(-1, 1, ROWS)}
    kernel = Kernel("x^2 if x > 0 else x^3", threads=1, native=True)
    compiled = []
    for _ in range(4):
        kernel.rows(table)
        compiled.append(natives(kernel))
    assert compiled[0] == 0
    assert compiled[-1] == 2


INEXACT = {
    "turns": "t = x\nn = 0\nwhile t > 1 { t = t*0.8 + sin(t)/9\nn = n + 1 }\nt*x + n",
    "sums": "s = 0\nfor i in 0..floor(x) { s = s + exp(-i/9)*cos(i*x) + x^0.3 }\ns",
}
NATIVE = native_numbers(Code(1, {name: name for name in LIBRARY.values()})).__dict__
for name, row in CALLABLE.items():
    if name in NATIVE and row.arity in (1, 2) and None not in row.partials:
        one, other = (", ".join(names[: row.arity]) for names in ("xy", "yx"))
        INEXACT[name] = f"{name}({one})*y + {name}({other})"


@pytest.mark.parametrize("name", INEXACT)
@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("rows", [3, 999])
def test_steps_with_functions_give_the_same_bits(
    name: str, rows: int, watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    high = 20 if name in ("turns", "sums") else 1
    table = {"x": random.uniform(0.01, high, rows), "y": random.uniform(0.01, 1, rows)}
    table = {x: table[x] for x in Kernel(INEXACT[name]).inputs}
    kernel = Kernel(INEXACT[name], threads=1, native=True)
    monkeypatch.setattr(execution, "MIN_NATIVE_PATH_ROWS", 1 << 60)
    monkeypatch.setattr("gradcalc.kernels.schedule.MAX_BLOCK_ROWS", 512)
    few = kernel.rows(table, watched=watched)
    assert natives(kernel) == 0
    monkeypatch.setattr(execution, "MIN_NATIVE_PATH_ROWS", 1)
    many = kernel.rows(table, watched=watched)
    assert natives(kernel) in (0, len(kernel.paths))  # a row may have no form in machine code
    for column in kernel.columns:
        np.testing.assert_array_equal(few.columns[column], many.columns[column])
    np.testing.assert_array_equal(few.doubtful, many.doubtful)


def test_functions_that_are_kept_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcalc.kernels.functions.MAX_FUNCTIONS", 4)
    table = {"x": np.linspace(1, 2, 5)}
    for k in range(12):
        few = Kernel(f"x^0.{k + 1}1 if x > 1 else x", threads=1, native=True).rows(table)
        np.testing.assert_allclose(few.columns["value"], table["x"] ** float(f"0.{k + 1}1"), 1e-15)
    kept = machine()
    assert kept is not None
    assert 0 < len(kept.functions) <= 4
