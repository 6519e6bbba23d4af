"""What LaTeX is read as is text that reads the same, names that begin with π included."""

import pytest

from gradcalc import GradcalcError
from gradcalc.language import parse, to_text


@pytest.mark.parametrize("name", ["πvai", "π2", "πr", "area", "αβ", "x_1"])
@pytest.mark.parametrize(
    "text", ["$NAME = 3$", "a = l$\nNAME = 3", "$x + NAME$", "$NAME = x$\n$2 NAME$"]
)
def test_what_is_read_reads_the_same(text: str, name: str) -> None:
    try:
        tree = parse(text.replace("NAME", name))
    except GradcalcError:
        return
    assert parse(to_text(tree)).body == tree.body
