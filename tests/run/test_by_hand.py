"""What the language does not have: the program that a hint shows computes it."""

from __future__ import annotations

import numpy as np
import pytest

import gradcalc
from gradcalc.errors import GradcalcError
from gradcalc.run.by_hand import PROGRAMS

SYMMETRIC = np.array([[2.0, 1, 0], [1, 3, 0.5], [0, 0.5, -1]])
TALL = np.array([[1.0, 2], [0, 1], [3, -1]])


TRUTH = {
    "eig": (SYMMETRIC, lambda x: np.linalg.eigvalsh(x)[-1]),
    "qr": (TALL, lambda x: np.linalg.qr(x)[1] * np.sign(np.diag(np.linalg.qr(x)[1]))[:, None]),
    "pinv": (TALL, np.linalg.pinv),
    "cond": (SYMMETRIC, lambda x: np.linalg.cond(x, "fro")),
}
SAME = {"eigh": "eig", "eigvals": "eig", "eigvalsh": "eig", "eigenvalues": "eig"}


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
