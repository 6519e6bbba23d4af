"""What the language does not have: the program that a hint shows computes it."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import gradcalc
from gradcalc.errors import GradcalcError
from gradcalc.run.by_hand import PROGRAMS

SYMMETRIC = np.array([[2.0, 1, 0], [1, 3, 0.5], [0, 0.5, -1]])
TALL = np.array([[1.0, 2], [0, 1], [3, -1]])


def _of_eigenvalues(function: np.ufunc, x: np.ndarray) -> np.ndarray:
    """A function of a symmetric matrix."""
    values, vectors = np.linalg.eigh(x)
    found: np.ndarray = vectors @ np.diag(function(values)) @ vectors.T
    return found


TRUTH = {
    "eig": (SYMMETRIC, lambda x: np.linalg.eigvalsh(x)[-1]),
    "qr": (TALL, lambda x: np.linalg.qr(x)[1] * np.sign(np.diag(np.linalg.qr(x)[1]))[:, None]),
    "pinv": (TALL, np.linalg.pinv),
    "sqrtm": (SYMMETRIC @ SYMMETRIC, partial(_of_eigenvalues, np.sqrt)),
    "logm": (SYMMETRIC @ SYMMETRIC, partial(_of_eigenvalues, np.log)),
    "flip": (TALL, np.flipud),
    "trapz": (TALL, lambda x: np.trapezoid(x, axis=0).sum()),
    "tile": (TALL, lambda x: np.concatenate([x, x])),
    "cond": (SYMMETRIC, lambda x: np.linalg.cond(x, "fro")),
}
SAME = {
    "reverse": "flip",
    "flipud": "flip",
    "eigh": "eig",
    "eigvals": "eig",
    "eigvalsh": "eig",
    "eigenvalues": "eig",
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("argument", ["A", "2*B"])
def test_the_program_of_a_hint_computes_it(name: str, argument: str) -> None:
    matrix, truth = TRUTH[SAME.get(name, name)]
    at = {"A": matrix} if argument == "A" else {"B": matrix / 2}
    with pytest.raises(GradcalcError) as info:
        gradcalc.evaluate(f"sum({name}({argument}))", at)
    assert info.value.code == "unknown-name"
    program = info.value.hint.partition(", write ")[2]
    found = gradcalc.evaluate(f"f() = {{ {program} }}; sum(cos(f() + zeros(1)))", at)
    assert found.value == pytest.approx(np.cos(truth(matrix)).sum(), rel=1e-9)


@pytest.mark.parametrize("axes", ["(0, 1)", "[0, 1]", "[-1]", "(2,0)", "(1,)"])
@pytest.mark.parametrize("name", ["sum", "max", "mean", "cumsum", "softmax"])
def test_several_axes_are_reduced_one_after_the_other(name: str, axes: str) -> None:
    with pytest.raises(GradcalcError, match="axis is one integer"):
        gradcalc.evaluate(f"{name}(x, axis={axes})", {"x": np.ones((2, 2, 2))})
    assert gradcalc.evaluate("sum(sum(sum(x, axis=(2)), axis=1))", {"x": np.ones((2, 2, 2))}).value


@pytest.mark.parametrize("name", ["mT", "H", "mH"])
def test_other_transposes_are_told_how_to_write_them(name: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        gradcalc.evaluate(f"sum(A.{name} @ A)", {"A": SYMMETRIC})
    assert caught.value.proposals == ("sum(A.T @ A)",)


@pytest.mark.parametrize("index", ["::2", "::-1", "0:3:2", ":2:1", "..., 0", "1::2"])
def test_steps_and_dots_are_told_what_to_write(index: str) -> None:
    with pytest.raises(GradcalcError) as caught:
        gradcalc.evaluate(f"sum(A[{index}])", {"A": SYMMETRIC})
    assert caught.value.code == "bad-index"
    for program in ("v[arange(0, len(v), 2)]", "v[arange(len(v) - 1, -1, -1)]"):
        wanted = [1, 3] if "2)" in program else [3, 2, 1]
        found = gradcalc.evaluate(program, {"v": [1, 2, 3]}).value
        assert np.asarray(found).tolist() == wanted


def test_an_unknown_function_is_unknown_with_an_axis_too() -> None:
    with pytest.raises(GradcalcError, match="unknown function 'foo'"):
        gradcalc.evaluate("foo(x, axis=0)", {"x": [1, 2]})
