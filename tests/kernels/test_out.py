"""Kernels that write into arrays that are there."""

import itertools

import numpy as np
import pytest

from gradcalc import GradcalcError, compile

SOURCE = "exp(-x^2)*y + (1 if x > y else x*y)"
ROWS = 1000
NAMES = ("value", "d_x", "d_y")


def columns(rows: int = ROWS) -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    return {name: random.uniform(-2, 2, rows) for name in "xy"}


def room(rows: int = ROWS) -> dict[str, np.ndarray]:
    return {name: np.full(rows, 77.0) for name in NAMES}


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("source", [SOURCE, "sin(x)*y", "x^2*y", "x + 0*y"])
@pytest.mark.parametrize("rows", [1, 3, ROWS])
def test_the_answers_are_the_same_and_in_the_arrays(source: str, native: bool, rows: int) -> None:
    kernel = compile(source, native=native)
    out = room(rows)
    answer = kernel(columns(rows), out=out)
    for name, column in kernel(columns(rows)).items():
        assert answer[name] is out[name]
        np.testing.assert_array_equal(out[name], column)


def test_several_pieces_are_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of machine code, each of another size, fill all rows."""
    whole = compile("sin(x)*y", native=True, threads=1)(columns())
    for most, threads in itertools.product((7, 100, 333, 999), (1, 2, 3)):
        monkeypatch.setattr("gradcalc.kernels.call.MAX_NATIVE_PIECE_ROWS", most)
        cut = compile("sin(x)*y", native=True, threads=threads)(columns(), out=room())
        for name in NAMES:
            np.testing.assert_array_equal(cut[name], whole[name])


def _wrong() -> dict[str, tuple[dict[str, object], str]]:
    table = columns()
    return {
        "a column is missing": ({"value": room()["value"]}, "must have the arrays value, d_x, d_y"),
        "a name is not a column": ({**room(), "d_z": room()["value"]}, "and no others"),
        "single precision": (
            {**room(), "d_x": np.empty(ROWS, dtype=np.float32)},
            "out['d_x'] must be a NumPy array of float64",
        ),
        "a list": ({**room(), "d_x": [0.0] * ROWS}, "must be a NumPy array of float64"),
        "too few rows": ({**room(), "d_y": np.empty(3)}, "a vector of 1000 numbers, not (3,)"),
        "every other number": ({**room(), "value": np.empty(2 * ROWS)[::2]}, "contiguous"),
        "an input": ({**room(), "value": table["x"]}, "shares memory with an input"),
        "an array twice": (dict.fromkeys(NAMES, np.empty(ROWS)), "another array of out"),
    }


@pytest.mark.parametrize("case", _wrong())
def test_what_does_not_fit_is_refused(case: str) -> None:
    table = columns()
    out, message = _wrong()[case]
    if case == "an input":
        out = {**room(), "value": table["x"]}
    with pytest.raises(GradcalcError) as caught:
        compile(SOURCE)(table, out=out)
    assert message in caught.value.message


def test_read_only_arrays_are_refused() -> None:
    out = room()
    out["value"].flags.writeable = False
    with pytest.raises(GradcalcError, match="writable"):
        compile(SOURCE)(columns(), out=out)
