"""Machine code answers what NumPy's kernels answer, and is as accurate at every point."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from gradcalc import GradcalcError, compile
from gradcalc.errors import Exit
from gradcalc.kernels import call, execution, llvm
from gradcalc.kernels.codegen import write_kernel
from gradcalc.kernels.kernel import Kernel
from gradcalc.kernels.llvm import machine
from gradcalc.kernels.lowering import Derivatives
from gradcalc.rules.rule import Rule
from gradcalc.rules.table import SCALAR
from gradcalc.trace.builder import Builder
from tests.answers.test_properties import PROGRAMS
from tests.kernels.test_kernels import COLUMNS, PROGRAM_TEXTS, agree
from tests.kernels.test_vector_kernels import drawn, edges, magnitudes, near, same

MACHINE = machine()
pytestmark = pytest.mark.skipif(MACHINE is None, reason="llvmlite is not installed")


def native(row: Rule, *columns: Any) -> Any:
    """A row of the table over columns, in machine code; None where it can't be said so."""
    assert MACHINE is not None
    builder = Builder()
    given = [builder.input(name) for name in row.parameters]
    trace, (slot,) = builder.finished([builder.record(row.name, *given)])
    derivatives = Derivatives(trace, {"value": slot}, ())
    text = write_kernel(derivatives, frozenset(row.parameters), False, False, MACHINE.registers)
    if text is None:
        return None
    arrays = [np.ascontiguousarray(x, dtype=float) for x in columns]
    by_name = dict(zip(row.parameters, arrays, strict=True))
    made = np.full(len(arrays[0]), 77.0)
    compiled = MACHINE.compile(text)
    compiled.run(by_name, compiled.uniform({}), [made], np.zeros(len(made), dtype=bool))
    return made


def is_native(row: Rule) -> bool:
    return MACHINE is not None and native(row, *[np.ones(8)] * row.arity) is not None


ROWS = [pytest.param(row, id=row.name) for row in SCALAR.values() if is_native(row)]


def test_most_rows_are_native() -> None:
    assert {row.id for row in ROWS} >= {
        "add",
        "mul",
        "div",
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
        "tanh",
        "pow",
        "ipow",
        "erf",
        "normal_cdf",
        "sigmoid",
        "max",
        "abs",
        "floor",
        "logaddexp",
        "clip",
        "hypot",
    }


@pytest.mark.parametrize("row", ROWS)
def test_accurate(row: Rule) -> None:
    points = drawn(row, 203)
    near(row, points, native(row, *points))


@pytest.mark.parametrize("row", ROWS)
def test_the_same_at_the_edges(row: Rule) -> None:
    points = list(edges(row))
    for point, number in zip(points, native(row, *np.array(points).T), strict=True):
        same(row, point, float(number))


@pytest.mark.parametrize("row", ROWS)
def test_accurate_at_every_magnitude(row: Rule) -> None:
    points = magnitudes(row)
    for point, number in zip(points.T, native(row, *points), strict=True):
        same(row, tuple(map(float, point)), float(number))


# whole programs -----------------------------------------------------------------------------


@pytest.fixture
def everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows run as machine code as well; functions are C's, one row at a time, as in eval."""
    assert MACHINE is not None
    one_by_one = {name: name for name in MACHINE.registers.functions}
    plain = replace(MACHINE, registers=replace(MACHINE.registers, functions=one_by_one))
    monkeypatch.setattr(llvm, "machine", lambda: plain)
    monkeypatch.setattr(execution, "MIN_NATIVE_PATH_ROWS", MACHINE.registers.width)
    monkeypatch.setattr(execution, "MIN_WALKER_ROWS", MACHINE.registers.width)


def natives(kernel: Kernel) -> list[Any]:
    """What runs of a kernel as machine code."""
    return [made for path in kernel.paths for made in path.natives.values()]


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("source", PROGRAM_TEXTS)
def test_rows_are_runs(source: str) -> None:
    kernel = Kernel(source, native=True)
    agree(source, COLUMNS, kernel)
    agree(source, COLUMNS, kernel)  # the tree of paths is machine code by now
    assert natives(kernel) or "while" in source or "for" in source


@pytest.mark.usefixtures("everywhere")
@settings(
    deadline=None,
    derandomize=True,
    max_examples=100,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(PROGRAMS)
def test_random_programs(source: str) -> None:
    """The numbers of the steps: to the last bit, unless functions are called."""
    made = "v = [x, y, x - y]; " + source if "v" in source else source
    try:
        steps, kernel = Kernel(made, native=False), Kernel(made, native=True)
        table = {name: SPECIAL[name] for name in steps.inputs}
        for _ in range(2):
            wanted, found = steps.rows(table), kernel.rows(table)
            called = any("call double" in n.source.text for n in natives(kernel) if n)
            for name, column in wanted.columns.items():
                np.testing.assert_allclose(found.columns[name], column, rtol=1e-5 * called)
    except GradcalcError as error:
        assert error.exit is Exit.REQUEST, made


CLOSE = [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, math.nan, math.inf, -math.inf, 5e-324, 1e308, -0.3]
DRAWN = [0.0, 1.0, -1.0, 2.0, 0.5, -0.3, 1e-9, 1e3]
SPECIAL = {"x": np.array(DRAWN * 2), "y": np.array([*DRAWN[3:], *DRAWN[:3], *DRAWN[::-1]])}
BRANCHING = [
    "x if x > y else y*x",
    "x^2 if x != y else 3*x",
    "x/2 if x == y else x*y if x - y <= 1 else -x",
    "1 if x + 1 >= 2*y else (x if abs(x) < 0.4 else y)",
    "z = 8\nwhile z > x and z > 1 { z = z/2 }\nz*y",
    "s = 0; k = 0\nwhile k < 6 and s < x { s = s + y^2; k = k + 1 }\ns",
    "s = 0; for i in 0..floor(min(max(y, 0), 3)) { s = s + x*i }; s*max(x, y)*sqrt(abs(y))",
    "x if y > c else x*c^3 if y > c^2 - 1 else 2*x",
]


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("source", BRANCHING)
def test_arithmetic_is_that_of_the_steps(source: str, watched: bool) -> None:
    """Values, derivatives, doubts and paths, to the last bit, of rows at every kind of place."""
    x, y = (np.repeat(CLOSE, 12), np.tile(CLOSE, 12))
    table = {"x": x, "y": y} | ({"c": 0.75} if "c" in source else {})
    steps, kernel = Kernel(source, native=False), Kernel(source, native=True)
    for _ in range(3):
        wanted = steps.rows(table, watched=watched)
        found = kernel.rows(table, watched=watched)
        for name, column in wanted.columns.items():
            np.testing.assert_array_equal(found.columns[name], column)
        np.testing.assert_array_equal(found.doubtful, wanted.doubtful)
    assert any(kernel.paths.walkers.values())
    assert all(natives(kernel))


def test_columns_that_lie_apart() -> None:
    """Every second row, backwards, read-only and unaligned columns; and numbers beside them."""
    x = np.random.default_rng(0).uniform(1, 2, 5000)
    raw = np.zeros(8 * 5000 + 1, dtype=np.uint8)
    unaligned = raw[1:].view(float)
    unaligned[:] = x
    fixed = x.copy()
    fixed.flags.writeable = False
    steps, kernel = (Kernel("x^2*k + k", native=way) for way in (False, True))
    for column in (x[::2], x[::-1], unaligned, fixed, x.astype(">f8")):
        for name, answer in kernel(x=column, k=3).items():
            np.testing.assert_array_equal(answer, steps(x=np.array(column), k=3)[name])
    assert natives(kernel)


def test_every_row_is_found() -> None:
    """Counts of rows about a register's width, for neighbouring rows and scattered ones."""
    for source in ("x*x", "x if x > 0.5 else 2*x"):
        steps, kernel = (Kernel(source, native=way, threads=2) for way in (False, True))
        for count in (
            511,
            512,
            513,
            1025,
            call.PIECE_ROWS - 1,
            call.PIECE_ROWS + 1,
            2 * call.PIECE_ROWS + 515,
        ):
            x = np.random.default_rng(count).random(count)
            for _ in range(2):
                np.testing.assert_array_equal(kernel(x=x)["value"], steps(x=x)["value"])


def test_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many rows run step by step; who asks for machine code is told what it needs."""
    monkeypatch.setattr(llvm, "machine", lambda: None)
    kernel, ones = Kernel("exp(x)"), np.ones(call.MIN_NATIVE_ROWS)
    np.testing.assert_array_equal(kernel(x=ones)["value"], np.exp(ones))
    assert not natives(kernel)
    with pytest.raises(GradcalcError, match="machine code needs llvmlite") as caught:
        compile("exp(x)", native=True)
    assert caught.value.hint == 'pip install "gradcalc[fast]"'


KINKED = [
    "leaky_relu(-2, y)",
    "leaky_relu(0, y)",
    "elu(0, y)",
    "clip(0.5, y, 9)",
    "max(2, y)",
    "clip(y, 0, 1)",
    "abs(y - 1)*leaky_relu(0*c, y)",
    "atan2(0*c, y)",
]


@pytest.mark.usefixtures("everywhere")
@pytest.mark.parametrize("source", KINKED)
def test_kinks_that_some_rows_or_none_or_all_touch(source: str) -> None:
    """Where an argument is a constant, or the same in all rows, as well."""
    table = {"y": np.array([0.0, 0.5, 1.0, 2.0, 3.0, -1.0] * 3)} | (
        {"c": 1.0} if "0*c" in source else {}
    )
    steps, kernel = Kernel(source, native=False), Kernel(source, native=True)
    wanted, found = (each.rows(table) for each in (steps, kernel))
    np.testing.assert_array_equal(found.doubtful, wanted.doubtful)
    for name, column in wanted.columns.items():
        np.testing.assert_allclose(found.columns[name], column, rtol=1e-15)


def test_what_is_told_of_rows_decides() -> None:
    """Machine code from so many rows on, for all or for none."""
    for native, rows, made in (
        (None, 100, 0),
        (None, call.MIN_NATIVE_ROWS, 1),
        (False, call.MIN_NATIVE_ROWS, 0),
        (True, 1000, 1),
    ):
        kernel = compile("x*y", native=native)
        kernel(x=np.ones(rows), y=2.0)
        assert len(natives(kernel)) == made


def test_a_long_formula_runs_step_by_step() -> None:
    kernel = Kernel("x = x + x^2/9\n" * 2000 + "x", native=True)
    assert kernel(x=np.full(1000, -0.5))["value"][0] < 0
    assert natives(kernel) == [None]


def test_an_error_of_one_thread_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def failing(self: Any, low: int, high: int, buffers: Any) -> None:
        seen.append(low)
        raise MemoryError

    monkeypatch.setattr(call.Call, "_run_by_path", failing)
    with pytest.raises(MemoryError):
        Kernel("x if x > 0 else 1", threads=2)(x=np.ones(40 * call.PIECE_ROWS))
    assert len(seen) <= 2
