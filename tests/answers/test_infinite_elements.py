"""logsumexp and its kin where elements are -inf: probabilities that are 0."""

import itertools
import math

import pytest

from gradcalc import compile, evaluate

TEXTS = {"-inf": -math.inf, "0": 0.0, "x": 2.0, "-x": -2.0}


def wanted(numbers: list[float]) -> float:
    total = math.fsum(math.exp(number) for number in numbers)
    return math.log(total) if total else -math.inf


@pytest.mark.parametrize("texts", list(itertools.product(TEXTS, repeat=2)))
@pytest.mark.parametrize("form", ["logsumexp([{}])", "logsumexp([[{}], [x, 1]], axis=1)[0]"])
def test_sums_of_probabilities(texts: tuple[str, ...], form: str) -> None:
    inner = form.format(", ".join(texts))
    value = wanted([TEXTS[text] for text in texts])
    assert evaluate(f"{inner} + 0*y", {"x": 2, "y": 1}).value == pytest.approx(value, rel=1e-14)
    nested = evaluate(f"logsumexp([{inner}, x])", {"x": 2})
    assert nested.value == pytest.approx(wanted([value, 2.0]), rel=1e-14)
    if value == -math.inf:
        assert nested.gradient["x"] == 1


def test_the_value_of_only_infinite_elements_is_told() -> None:
    found = evaluate("logsumexp(v)", {"v": "[-inf, -inf]"})
    assert found.value == -math.inf
    assert found.exit == 3


def test_rows_of_both_kinds() -> None:
    rows = compile("exp(logsumexp([log(x), log(y)]))").rows({"x": [0.0, 1.0], "y": [0.0, 2.0]})
    assert rows.columns["value"][1] == pytest.approx(3)
