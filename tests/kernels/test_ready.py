"""A kernel that has run before takes a shorter way: the answers and the errors stay the same."""

import pickle

import numpy as np
import pytest

from gradcalc import GradcalcError, compile

ROWS = 40_000
NAMES = ("value", "d_x", "d_y")
SOURCES = ("x^2*y - y/x", "sin(x)*y", "3*x", "y*x if x > 1 else x")


def columns() -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)
    return {name: random.uniform(1, 2, ROWS) for name in "xy"}


def read_only(array: np.ndarray) -> np.ndarray:
    array = array.copy()
    array.flags.writeable = False
    return array


OTHER_FORMS = {
    "plain": lambda x: x,
    "read-only": read_only,
    "every other": lambda x: np.repeat(x, 2)[::2],
    "a view": lambda x: np.concatenate([x, x])[ROWS:],
    "a list": lambda x: x.tolist(),
    "big-endian": lambda x: x.astype(">f8"),
    "a number": lambda x: 1.25,
    "few rows": lambda x: x[:3],
}


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("source", SOURCES)
def test_a_second_call_answers_as_the_first_one_does(source: str, threads: int) -> None:
    kernel = compile(source, threads=threads)
    table = {name: columns()[name] for name in kernel.inputs}
    first = kernel(table)
    for again in (kernel(table), kernel(**table), kernel({**table, "other": "text"})):
        assert list(again) == list(first)
        for name, column in first.items():
            np.testing.assert_array_equal(again[name], column)
            assert again[name] is not column


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_then_inputs_of_any_form_are_as_they_are_without_it(form: str) -> None:
    table = columns()
    if form == "few rows":
        table = {name: x[:3] for name, x in table.items()}
    else:
        table["x"] = OTHER_FORMS[form](table["x"])
    ready = compile("x^2*y - y/x")
    ready(columns())
    expected = compile("x^2*y - y/x")(table)
    for name, column in ready(table).items():
        np.testing.assert_array_equal(column, expected[name])


@pytest.mark.parametrize("native", [None, True, False])
def test_out_may_name_the_answers_in_any_order(native: bool | None) -> None:
    kernel = compile("x^2*y - y/x", native=native)
    expected = kernel(columns())
    for names in (NAMES, NAMES[::-1], NAMES[1:] + NAMES[:1]):
        for kernel_of_any_age in (kernel, compile("x^2*y - y/x", native=native)):
            out = {name: np.empty(ROWS) for name in names}
            answer = kernel_of_any_age(columns(), out=out)
            for name in NAMES:
                assert answer[name] is out[name]
                np.testing.assert_array_equal(out[name], expected[name])


def wrong_calls() -> dict[str, tuple[dict[str, object], dict[str, object] | None]]:
    table = columns()
    room = {name: np.empty(ROWS) for name in NAMES}
    whole = np.empty(2 * ROWS)
    return {
        "a column is missing": ({"x": table["x"]}, None),
        "another length": ({**table, "x": table["x"][1:]}, None),
        "a matrix": ({**table, "x": np.ones((ROWS, 1))}, None),
        "room is missing": (table, {"value": room["value"]}),
        "too much room": (table, {**room, "d_z": np.empty(ROWS)}),
        "another name": (table, {"value": room["value"], "d_x": room["d_x"], "d_z": room["d_y"]}),
        "too few rows": (table, {**room, "d_y": np.empty(3)}),
        "read-only room": (table, {**room, "d_y": read_only(room["d_y"])}),
        "an input": (table, {**room, "d_x": table["x"]}),
        "an array twice": (table, dict.fromkeys(NAMES, room["value"])),
        "shared": (table, {**room, "d_x": whole[:ROWS], "d_y": whole[1 : ROWS + 1]}),
        "single precision": (table, {**room, "d_y": np.empty(ROWS, dtype=np.float32)}),
    }


@pytest.mark.parametrize("case", wrong_calls())
def test_what_does_not_fit_is_refused_as_before(case: str) -> None:
    kernel = compile("x^2*y - y/x")
    table, out = wrong_calls()[case]
    with pytest.raises(GradcalcError) as before:
        kernel(table, out=out)
    kernel(columns())
    with pytest.raises(GradcalcError) as after:
        kernel(table, out=out)
    assert (after.value.code, after.value.message) == (before.value.code, before.value.message)


def test_a_kernel_that_has_run_can_be_pickled() -> None:
    kernel = compile("x*y")
    expected = kernel(columns())
    again = pickle.loads(pickle.dumps(kernel))(columns())
    np.testing.assert_array_equal(again["value"], expected["value"])
