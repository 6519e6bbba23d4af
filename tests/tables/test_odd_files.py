"""What spreadsheets, databases, loggers and devices write around and into a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]
SIGNS = (",", ";", "\t", "|")
VALUES = "2\n12\n30\n"  # of x*y in ROWS
ROWS = [("1", "2"), ("3", "4"), ("5", "6")]


def mapped(tmp_path: Path, text: str, *options: str, formula: str = "x*y") -> int:
    """The status of a run over a file with this text, nothing kept of its columns."""
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return run(["map", formula, str(path), "--check-rows", "0", *options])


def values(capsys: Captured) -> tuple[str, str]:
    """The values that were printed, a line each, and what was said."""
    out, err = capsys.readouterr()
    header, *rows = out.splitlines()
    at = header.split(",").index("value")
    return "".join(row.split(",")[at] + "\n" for row in rows), err


def lines(sign: str, *rows: tuple[str, ...]) -> str:
    return "".join(sign.join(row) + "\n" for row in rows)


@pytest.mark.parametrize("above", [1, 2, 4])
@pytest.mark.parametrize("width", [2, 3, 6])
@pytest.mark.parametrize("sign", SIGNS)
def test_titles_that_a_spreadsheet_pads(
    tmp_path: Path, capsys: Captured, sign: str, width: int, above: int
) -> None:
    """Lines above the header have as many delimiters as it has."""
    more = [f"n{k}" for k in range(width - 2)]
    title = ("Report of 2026", *[""] * (width - 1))
    text = lines(sign, title, *[("",) * width] * (above - 1), ("x", "y", *more))
    text += lines(sign, *((*row, *more) for row in ROWS))
    assert mapped(tmp_path, text, "--keep", "x") == Exit.OK
    out, err = values(capsys)
    assert out == VALUES
    assert "above the header, and skipped" in err
    assert mapped(tmp_path, text, "--skip", "0", "-q") != Exit.OK


@pytest.mark.parametrize("blank", [{2, 3}, {0, 3}, {0, 1, 4, 5}])
@pytest.mark.parametrize("sign", SIGNS)
def test_columns_without_a_title(
    tmp_path: Path, capsys: Captured, sign: str, blank: set[int]
) -> None:
    count = len(blank) + 2
    free = [k for k in range(count) if k not in blank]

    def row(cells: tuple[str, str], other: str) -> tuple[str, ...]:
        placed = dict(zip(free, cells, strict=True))
        return tuple(placed.get(k, other) for k in range(count))

    text = lines(sign, row(("x", "y"), ""), *(row(cells, "a") for cells in ROWS))
    assert mapped(tmp_path, text, "--keep", "x") == Exit.OK
    out, err = values(capsys)
    assert out == VALUES
    called = ", ".join(f"c{k + 1}" for k in sorted(blank))
    assert f"its columns without a title are called {called}" in err


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("above", ["", '"TOA5","CR1000","station"\n'])
def test_rows_of_units(tmp_path: Path, capsys: Captured, above: str, rows: int) -> None:
    """One or several below the header, which may be below other lines, as loggers write them."""
    units = [("TS", "V", "Deg C", "Avg"), ("", "", "Smp", "Avg"), ("a", "NA", "b", "")][:rows]
    text = above + lines(",", ("t", "x", "y", "z"), *units)
    text += lines(",", *(("12:00", *row, "0") for row in ROWS))
    assert mapped(tmp_path, text, "-q") == Exit.FILE
    assert "--units" in capsys.readouterr().err
    assert mapped(tmp_path, text, "--units", "--keep", "x") == Exit.OK
    assert values(capsys)[0] == VALUES


@pytest.mark.parametrize("sign", ["#", "% ", "%%", "! ", "// ", "!! "])
@pytest.mark.parametrize("header", ["above", "last comment"])
def test_signs_of_comments(tmp_path: Path, capsys: Captured, sign: str, header: str) -> None:
    text = f"{sign}made by a device\n"
    text += lines(",", ("x", "y")) if header == "above" else f"{sign}x,y\n"
    assert mapped(tmp_path, text + lines(",", *ROWS), "--keep", "x") == Exit.OK
    out, err = values(capsys)
    assert out == VALUES
    assert f"begin with {sign[0]}" in err or f"begins with {sign[0]}" in err


@pytest.mark.parametrize("title", ["%x", "!x", "//x"])
def test_titles_that_begin_like_comments(tmp_path: Path, capsys: Captured, title: str) -> None:
    text = lines(",", (title, "y"), *ROWS)
    assert mapped(tmp_path, text, "--keep", "y", formula=f"`{title}`*y") == Exit.OK
    assert values(capsys)[0] == VALUES


@pytest.mark.parametrize("breaks", ["\n", "\r\n", " \n "])
@pytest.mark.parametrize("sign", SIGNS)
def test_titles_of_two_lines(tmp_path: Path, capsys: Captured, sign: str, breaks: str) -> None:
    text = lines(sign, (f'"x{breaks}(m)"', "y"), *ROWS)
    assert mapped(tmp_path, text, "--keep", "y", formula="`x (m)`*y") == Exit.OK
    assert values(capsys)[0] == VALUES
    assert mapped(tmp_path, text, "--keep", "y", "--rename", "x (m)=x") == Exit.OK
    assert values(capsys)[0] == VALUES


@pytest.mark.parametrize("number", ["1.5", "1e−3", "2,5", "1.234,5"])
@pytest.mark.parametrize("rows", [3, 5000])
def test_the_minus_of_typesetters(tmp_path: Path, capsys: Captured, number: str, rows: int) -> None:
    """As some locales write it, in tables small and large."""
    text = lines(";", ("x", "y"), *[("−" + number, "1")] * rows)
    plain = number.replace("−", "-")
    options = []
    if "," in number:
        plain = plain.replace(".", "").replace(",", ".")
        options = ["--decimal", ",", "--thousands", "."]
    assert mapped(tmp_path, text, "--keep", "y", *options) == Exit.OK
    assert set(values(capsys)[0].splitlines()) == {f"{-float(plain):g}"}


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("(12.5)", "a negative number in brackets"),
        ("($1,200)", "a negative number in brackets"),
        ("0x1F", "a hexadecimal number"),
        ("1.5D+00", "a number with Fortran's exponent"),
        ("-.5d3", "a number with Fortran's exponent"),
        ("[1, 2]", "a row has one number for each name"),
        ("{'a': 1}", "a row has one number for each name"),
        ("[m]", "--units"),
        ("'1.5'", "a number kept as text"),
        ("'1.5", "a number kept as text"),
        ("=1.5", "a number kept as text"),
        ("<0.1", "--na '<0.1'"),
        (">= 1,000", "a bound"),
        ("1.5±0.1", "a number with its uncertainty"),
        ("1.5 +/- 0.1", "a number with its uncertainty"),
        ("1.50(3)", "a number with its uncertainty"),
        ("1.5×10^3", "a power of ten"),
        ("1.5x10-3", "a power of ten"),
        ("2·10⁻³", "a power of ten"),
        ("1/2", "a fraction"),
        ("1 1/2", "a fraction"),
        ("1½", "a fraction"),
        ("١.٥", "digits of another script"),
        ("１.５", "digits of another script"),
        ("x", "repeats the header"),
    ],
)
def test_what_cells_look_like(tmp_path: Path, capsys: Captured, cell: str, told: str) -> None:
    text = lines(";", ("x", "y"), ("1", "2"), (cell, "2"))
    assert mapped(tmp_path, text, "-q") == Exit.FILE
    err = capsys.readouterr().err
    assert told in err
    assert "line 3" in err


@pytest.mark.parametrize(("start", "told"), [("x,y\n1,2\n\0\0\0\n", "line 3 is not text")])
def test_what_is_no_table(tmp_path: Path, capsys: Captured, start: str, told: str) -> None:
    assert mapped(tmp_path, start + "\n1,2\n", "-q") == Exit.FILE
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(("between", "ends"), [(",", ("[", "]")), (",\n", ("[\n", "\n]\n"))])
def test_an_array_that_is_named_lines(
    tmp_path: Path, capsys: Captured, between: str, ends: tuple[str, str]
) -> None:
    """The option of the message reads it."""
    path = tmp_path / "t.jsonl"
    rows = between.join(f'{{"x": {x}}}' for x in (1.5, 2))
    path.write_text(rows.join(ends))
    command = ["map", "x*2", str(path), "--to", "csv", "-q"]
    assert run(command) == Exit.FILE
    assert "--from json" in capsys.readouterr().err
    assert run([*command, "--from", "json"]) == Exit.OK
    assert capsys.readouterr().out.splitlines()[1:] == ["1.5,3,2", "2,4,2"]


@pytest.mark.parametrize(
    ("cell", "first"), [("(V)", "--units"), ("[m/s]", "--units"), ("bad", "--na"), ("-", "--na")]
)
def test_the_likely_remedy_comes_first(
    tmp_path: Path, capsys: Captured, cell: str, first: str
) -> None:
    assert mapped(tmp_path, f"x,y\n{cell},{cell}\n1,2\n") == Exit.FILE
    assert capsys.readouterr().err.rpartition("│")[2].split()[0] == first
