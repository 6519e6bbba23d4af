"""Tables as spreadsheets, R, pandas, loggers and devices write them are read as they stand."""

from __future__ import annotations

import bz2
import gzip
import itertools
import json
import lzma
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables import open_table
from gradcalc.tables.cells import NotANumberError, numbers
from gradcalc.tables.dialect import Dialect
from gradcalc.tables.rules import LENIENT, MISSING_WORDS, cell_rules

Captured = pytest.CaptureFixture[str]

ROWS = [(1.5, -2.0, "a"), (2.25, 4e-3, "b, c"), (1e10, 7.0, 'd "e"')]


def read(path: Path, dialect: Dialect | None = None) -> tuple[dict[str, list[Any]], Any]:
    with open_table(str(path), dialect=dialect or Dialect()) as reader:
        batches = [block.decode() for block in reader.blocks()]
        columns: dict[str, list[Any]] = {name: [] for name in reader.columns}
        for batch in batches:
            for name, column in batch.columns.items():
                columns[name] += column.tolist() if hasattr(column, "tolist") else list(column)
        return columns, reader


def spelt(
    sign: str, *, quote: str, ending: str, above: str, comment: bool, spaces: str = ""
) -> str:
    """The same three rows as one of many programs would write them."""

    def cell(value: Any) -> str:
        text = str(value)
        if quote == "all" or sign in text or '"' in text or (sign == " " and " " in text):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [sign.join(map(cell, ("x", "y", "label")))]
    lines += [sign.join(map(cell, row)) for row in ROWS]
    if spaces:
        lines = [spaces + line.replace(sign, sign + spaces, 2) for line in lines]
    if comment:
        lines.insert(0, "# made by a logger")
    return above + ending.join(lines) + ending


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", " "])
def test_every_way_to_write_a_table_reads_the_same(tmp_path: Path, sign: str) -> None:
    ways = itertools.product(("all", "some"), ("\n", "\r\n"), ("", "\ufeff"), (False, True))
    for number, (quote, ending, above, comment) in enumerate(ways):
        text = spelt(sign, quote=quote, ending=ending, above=above, comment=comment)
        path = tmp_path / f"{number}.csv"
        path.write_bytes(text.encode())
        columns, _ = read(path)
        assert columns["x"] == [str(x) for x, _, _ in ROWS], text
        assert columns["y"] == [str(y) for _, y, _ in ROWS], text
        assert columns["label"] == [label for _, _, label in ROWS], text


def test_what_was_found_out_is_told(tmp_path: Path, capsys: Captured) -> None:
    for text, told in (
        ("x|y\n1|2\n3|4\n", "its columns are separated by |"),
        ("x  y\n1  2\n3 4\n", "its columns are separated by spaces"),
        (
            "Device: A-3\nSerial 7\nt,x,y\nmon,1,2\ntue,3,4\n",
            "its first 2 lines are above the header",
        ),
        ("# x y\n1 2\n3 4\n", "its header is the last line that begins with #"),
        ("# run 7\nx,y\n1,2\n3,4\n", "lines that begin with # are comments"),
        ("x\ty\nfirst\t1\t2\nsecond\t3\t4\n", "its header names one column fewer than there are"),
    ):
        path = tmp_path / "t.csv"
        path.write_text(text)
        assert run(["map", "x*y", str(path)]) == 0
        out, err = capsys.readouterr()
        assert told in err, text
        assert out.count("\n") == 3
        assert [line.rsplit(",", 3)[1] for line in out.splitlines()[1:]] == ["2", "12"], out


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("sep=;\nx;y\n1;2\n", ("x", "y")),
        ("x,y\n1,2\n", ("x", "y")),
        ("a;b\n1,5;2,5\n", ("a", "b")),
        ("x, m\ty, s\tz, k\n1,5\t2,5\t3,5\n", ("x, m", "y, s", "z, k")),
        ("'age'\t'income'\n36\t1\n", ("age", "income")),
        ("one,two words,t [s]\n1,2,3\n", ("one", "two words", "t [s]")),
        ("date\n2024-01-01 08:00\n2024-01-01 09:00\n", ("date",)),
        ("µ,x₁,Ω,cafe\u0301\n1,2,3,4\n", ("μ", "x1", "Ω", "café")),
    ],
)
def test_the_names_of_columns(tmp_path: Path, text: str, names: tuple[str, ...]) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert tuple(read(path)[0]) == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,c\n1,2\n3,4,5\n", "line 2 has 2 cells where there are 3 columns"),
        ("a,b\n1,2,3\n4,5,6\n", "line 2 has 3 cells where there are 2 columns"),
        ("a,b\nfoo,bar,baz\nqux,quux,x\n", "line 2 has 3 cells where there are 2 columns"),
        ("µ,μ\n1,2\n", "columns 'µ' and 'μ', which formulas can't tell apart"),
    ],
)
def test_nothing_is_guessed_where_there_is_doubt(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    with pytest.raises(GradcalcError) as raised:
        read(path)
    assert message in raised.value.message


def test_what_is_told_is_not_found_out(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("made;by;us\n\n% a comment\nx y;z\nm;s\n1;2\n% another\n3;4\n")
    dialect = Dialect(";", 2, "%", units=True, renamed={"x y": "v"})
    columns, reader = read(path, dialect)
    assert columns == {"v": ["1", "3"], "z": ["2", "4"]}
    assert reader.notes == ()
    with open_table(str(path), dialect=dialect) as table:
        (block,) = table.blocks()
        assert block.decode().place(1).endswith("line 8")


COMPRESS = {"": lambda raw: raw, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", [*COMPRESS, ".zst"])
@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.tsv", "t.jsonl", "t.json"])
def test_compressed_files_and_streams(tmp_path: Path, name: str, suffix: str) -> None:
    rows = [{"x": k, "y": k + 0.5} for k in range(50)]
    text = {
        "t.jsonl": "".join(json.dumps(row) + "\n" for row in rows),
        "t.json": json.dumps(rows, indent=1),
        "t.tsv": "x\ty\n" + "".join(f"{r['x']}\t{r['y']}\n" for r in rows),
    }.get(name, "x,y\n" + "".join(f"{r['x']},{r['y']}\n" for r in rows))
    if suffix == ".zst":
        pyarrow = pytest.importorskip("pyarrow")
        raw = pyarrow.Codec("zstd").compress(text.encode(), asbytes=True)
    else:
        raw = COMPRESS[suffix](text.encode())
    path = tmp_path / f"{name}{suffix}"
    path.write_bytes(raw)
    with open_table(str(path)) as reader:
        total = sum(block.decode().numbers("y").sum() for block in reader.blocks())
    assert total == sum(row["y"] for row in rows)
    command = [sys.executable, "-m", "gradcalc", "map", "x*y", "-q", "--check-rows", "0"]
    piped = subprocess.run(command, input=raw, capture_output=True, check=True)
    assert piped.stdout.count(b"\n") == 51
    output = tmp_path / f"o.{name}{suffix}"
    subprocess.run([*command, str(path), "-o", str(output)], check=True)
    with open_table(str(output)) as reader:
        values = np.concatenate([block.decode().numbers("value") for block in reader.blocks()])
    assert values.tolist() == [row["x"] * row["y"] for row in rows]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="there are no files for descriptors")
def test_pipes_have_no_names() -> None:
    shell = f'"{sys.executable}" -m gradcalc map "x*y" -q --check-rows 0'
    for source in ("/dev/stdin < t", "<(cat t)", "- < t"):
        for text in ("x,y\n2,3\n", '[{"x": 2, "y": 3}]', '\ufeff{"x": 2, "y": 3}\n'):
            done = subprocess.run(
                ["bash", "-c", f'printf "%s" "$TEXT" > t; {shell} {source}; rm t'],
                capture_output=True,
                check=True,
                env={**os.environ, "TEXT": text},
            )
            assert b"6" in done.stdout, (source, text, done.stderr)


@pytest.mark.parametrize("word", sorted(MISSING_WORDS - {""}))
def test_every_word_for_a_missing_number(tmp_path: Path, word: str) -> None:
    small = ["1", word, f" {word} ", "2"]
    large = small * 20_000  # read by pyarrow, where it is installed
    for cells in (small, large):
        path = tmp_path / "t.csv"
        path.write_text("x,y\n" + "".join(f"{cell},1\n" for cell in cells))
        with open_table(str(path)) as reader:
            blocks = [block.decode().numbers("x", LENIENT) for block in reader.blocks()]
        missing = np.isnan(np.concatenate(blocks))
        assert missing.tolist() == [False, True, True, False] * (len(cells) // 4)


def test_a_missing_number_costs_its_row(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "t.csv"
    path.write_text("x,y,label\n1,2,a\nNA,3,b\n4,-,c\n,,d\n5,6,\n")
    assert (
        run(["map", "1 if x > 2 else y", str(path), "--na", "-", "--json", "--on-error", "drop"])
        == 0
    )
    out, err = capsys.readouterr()
    assert [line.split(",")[:4] for line in out.splitlines()[1:]] == [
        ["1", "2", "a", "2"],
        ["5", "6", "", "1"],
    ]
    summary = json.loads(err)
    assert (summary["incomplete"], summary["missing"]) == (3, {"x": 2, "y": 2})
    assert run(["map", "x*y", str(path), "--na", "-", "-q"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "NA,3,b,nan,nan,nan"
    assert run(["map", "x*y", str(path), "--na", "-", "-q", "--on-error", "fail"]) == Exit.NO_ANSWER
    assert "line 3: a number is missing in column x" in capsys.readouterr().err
    assert run(["map", "x*y", str(path), "-q"]) == Exit.FILE
    assert "line 4: column y holds '-', which is not a number" in capsys.readouterr().err


NUMBERS = [0.0, -1.5, 1234.25, 1234567.5, 999.0, 1e6, -12.0]


@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("thousands", ["", ",", ".", " ", "'", "_"])
def test_decimal_and_thousands(tmp_path: Path, decimal: str, thousands: str) -> None:
    if decimal == thousands:
        with pytest.raises(GradcalcError, match="are both"):
            cell_rules((), decimal, thousands)
        return
    swapped = str.maketrans({".": decimal, ",": thousands})
    texts = [f"{x:,}".translate(swapped) for x in NUMBERS]
    rules = cell_rules((), decimal, thousands)
    for count in (1, 20_000):
        path = tmp_path / "t.csv"
        path.write_text("x;y\n" + "".join(f"{text};1\n" for text in texts * count))
        with open_table(str(path)) as reader:
            read = [block.decode().numbers("x", rules) for block in reader.blocks()]
        assert np.concatenate(read).tolist() == NUMBERS * count
    for bad in ("1.2.3", "1,23,4", "12 34", "1__0", "x", "٣"):
        with pytest.raises(NotANumberError):
            numbers([bad], rules)


@pytest.mark.parametrize(
    ("cell", "looks", "remedy"),
    [
        ("1,5", "a decimal comma", "--decimal ,"),
        ("1.234,5", "a decimal comma", "--decimal , --thousands ."),
        ("1,234.5", "thousands set apart", "--thousands ,"),
        ("1,234", "a decimal comma", "--decimal , or --thousands ,"),
        ("1 234", "gaps", "--thousands ' '"),
        ("$12.50", "money", "--strip '$' reads it as 12.50"),
        ("12 €", "money", "--strip '€' reads it as 12"),
        ("45 EUR", "money", "--strip EUR reads it as 45"),
        ("45 %", "a percentage", "/100"),
        ("2024-03-01", "a date", "not read"),
        ("01.03.2024 08:00:00", "a date", "not read"),
        ("12:30", "a date", "not read"),
        ("5 kg", "a unit", "--strip kg reads it as 5"),
        ("12 VDC", "a unit", "--strip VDC reads it as 12"),
        ("true", "a truth value", "1 or 0"),
        ("m", "", "--units"),
        ("missing", "", "--na missing"),
    ],
)
def test_what_a_bad_cell_looks_like(
    tmp_path: Path, capsys: Captured, cell: str, looks: str, remedy: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"x\ty\n{cell}\t1\n2\t3\n")
    assert run(["map", "x*y", str(path), "-q"]) == Exit.FILE
    err = capsys.readouterr().err
    assert f"line 2: column x holds '{cell}', which is not a number" in err
    assert looks in err
    assert remedy in err
    assert "write nan" not in err


WORDS = ("$", "€", "EUR", "A$", "%", "kg", "°C", "km/h", "m^2", "Fr")
AROUND = (
    "{w}{n}",
    "{w} {n}",
    "{n}{w}",
    "{n} {w}",
    "{n}\u00a0{w}",
    "-{w}{n}",
    "{w}-{n}",
    " {n} {w} ",
)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("decimal", "thousands"), [(".", ","), (",", "."), (".", "")])
def test_words_around_numbers(word: str, decimal: str, thousands: str) -> None:
    """Whatever is before or behind, the number is the same, in Python's lists and in Arrow."""
    pa = pytest.importorskip("pyarrow")
    rules = cell_rules((), decimal, thousands, ["lb", word])
    swapped = str.maketrans({".": decimal, ",": thousands})
    cells, expected = [], []
    for shape, x in itertools.product((*AROUND, "{n}", "{n}lb"), (1.5, 1234.25, 7.0)):
        cells.append(shape.format(w=word, n=f"{x:,}".translate(swapped)))
        expected.append(-x if "-" in shape else x)
    assert numbers(cells, rules).tolist() == expected
    assert numbers(pa.array(cells), rules).tolist() == expected
    for bad in (word, f"5{word}5", f"{word}5 oz", f"5 {word}{word}", f"--{word}5"):
        for column in ([bad], pa.array([bad])):
            with pytest.raises(NotANumberError):
                numbers(column, rules)


@pytest.mark.parametrize("word", ["", " ", "e", "E", "5", "-", "+", "e5", ".", ","])
def test_what_can_be_part_of_a_number_is_not_left_out(word: str) -> None:
    with pytest.raises(GradcalcError, match="--strip can't be"):
        cell_rules(around=[word])


@pytest.mark.parametrize("mark", ["-999", "-99.99", "9e9", "0"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json", "npz", "parquet", "arrow"])
def test_numbers_that_mark_a_missing_one(
    tmp_path: Path, capsys: Captured, mark: str, suffix: str
) -> None:
    """In a column of numbers of any type, and however they are spelt."""
    pytest.importorskip("pyarrow")
    rows = [1.5, float(mark), 3.0]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps({"x": x}) + "\n" for x in rows))
    table = str(tmp_path / f"t.{suffix}")
    if suffix != "jsonl":
        assert run(["map", "1", str(tmp_path / "t.jsonl"), "-q", "-o", table]) == Exit.OK
    capsys.readouterr()
    command = ["map", "x*2", table, "--na", mark, "--prefix", "f_", "--keep", "x", "--to", "csv"]
    assert run(command) == Exit.OK
    out, err = capsys.readouterr()
    assert [line.split(",")[1] for line in out.splitlines()] == ["f_value", "3", "nan", "6"]
    assert "by column: x 1" in err


SPELT = {
    "$12": 12.0,
    "-€ 1234.5": -1234.5,
    "45 %": 45.0,
    "12 VDC": 12.0,
    "7.5 EUR": 7.5,
    "0,123": 0.123,
    ",25": 0.25,
    "-,5e1": -5.0,
    "4,63020833333333": 4.63020833333333,
    "123,4567": 123.4567,
    "-12,3456": -12.3456,
    "01,5": 1.5,
    "1,5E+03": 1500.0,
    "1.234,5e2": 123450.0,
    "1,234,567": 1234567.0,
    "1'234": 1234.0,
    "1’234.5": 1234.5,
    "1\u00a0234": 1234.0,
    "1\u202f234,5": 1234.5,
    "1_000": 1000.0,
    **dict.fromkeys(("-", "--", "- -", ".", "?", "—", "--none", "-na", "'", '"', "$x")),
}


@pytest.mark.parametrize("cell", SPELT)
def test_the_options_that_an_error_names_read_the_cell(
    tmp_path: Path, capsys: Captured, cell: str
) -> None:
    """What is proposed can be pasted, and then the cell is the number, or counts as missing."""
    path = tmp_path / "t.csv"
    quoted = cell.replace('"', '""')
    path.write_text(f'x\ty\n"{quoted}"\t1\n2\t3\n')
    assert run(["map", "x*y", str(path), "-q"]) == Exit.FILE
    remedy = capsys.readouterr().err.splitlines()[-1].removeprefix("  │ ")
    options = shlex.split(re.split(" if it marks| reads it", remedy)[0])
    assert options[0].startswith("--")
    assert run(["map", "x*y", str(path), "-q", "--keep", "y", *options]) == Exit.OK
    value = capsys.readouterr().out.splitlines()[1].split(",")[1]
    assert float(value) == SPELT[cell] or (value == "nan" and SPELT[cell] is None)


@pytest.mark.parametrize("sign", [",", ";", "\t", " "])
def test_a_file_without_header(tmp_path: Path, capsys: Captured, sign: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{k}{sign}{k + 1}\n" for k in range(1, 4)))
    assert run(["map", "x*y", str(path), "-q"]) == Exit.REQUEST
    assert "the table has no header: name its columns with --names" in capsys.readouterr().err
    assert run(["map", "c1*c2", str(path)]) == Exit.OK
    out, err = capsys.readouterr()
    assert [line.split(",")[2] for line in out.splitlines()] == ["value", "2", "6", "12"]
    assert "it has no header: its columns are called c1, c2, unless --names names them" in err
    assert run(["map", "x*y", str(path), "-q", "--names", "x,y"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[2] for line in lines] == ["value", "2", "6", "12"]
    assert run(["map", "x*y", str(path), "-q", "--names", "x,y,z"]) == Exit.FILE
    assert "has 2 cells where there are 3 columns" in capsys.readouterr().err


WIDTHS = (1, 2, 7)
SIGNS = (",", ";", "\t", "|", " ", "   ")


@pytest.mark.parametrize("above", ["", "150,4,setosa\n", "# of 2026\n"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sign", SIGNS)
def test_rows_of_numbers_alone(tmp_path: Path, sign: str, width: int, above: str) -> None:
    """A table without a header, whatever divides it, maybe below a line that is no header."""
    numbers = np.random.default_rng(width).normal(size=(5, width)).round(3)
    if above.startswith("150") and (sign != "," or width < 5):
        above = ""  # a line with as many cells is a header, or there may be one
    if width == 1:
        above = ""  # a comment above one column is its name
    rows = (sign.join(map(str, row)) for row in numbers.tolist())
    path = tmp_path / "t.csv"
    path.write_text(above + "".join(f"{row}\n" for row in rows))
    with open_table(str(path)) as reader:
        assert reader.columns == tuple(f"c{k + 1}" for k in range(width))
        assert any("it has no header" in note for note in reader.notes)
        (block,) = reader.blocks()
        batch = block.decode()
        for name, column in zip(reader.columns, numbers.T, strict=True):
            np.testing.assert_array_equal(batch.numbers(name), column)


@pytest.mark.parametrize("where", ["header", "rows", "both"])
@pytest.mark.parametrize("above", ["", "Made by: a meter\n\nof 2026\n"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_delimiter_too_many(tmp_path: Path, sign: str, above: str, where: str) -> None:
    """At the end of the header, of the rows or of both: the numbers stay below their names."""
    header = sign.join("abc") + sign * (where != "rows")
    rows = [sign.join(f"{k}.{j}" for j in range(3)) + sign * (where != "header") for k in range(5)]
    path = tmp_path / "t.csv"
    path.write_text(above + "\n".join((header, *rows)) + "\n")
    columns, _ = read(path)
    for j, name in enumerate("abc"):
        assert columns[name] == [f"{k}.{j}" for k in range(5)]


@pytest.mark.parametrize("sign", [",", ";", "\t", " "])
def test_row_names_in_quotes_as_r_writes_them(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "t.csv"
    rows = [(f'"{k}"', str(k + 0.5), str(k * k)) for k in range(1, 6)]
    path.write_text("\n".join(map(sign.join, [('"x"', '"y"'), *rows])) + "\n")
    with open_table(str(path)) as reader:
        assert reader.columns == ("", "x", "y")
        (block,) = reader.blocks()
        assert block.decode().numbers("y").tolist() == [k * k for k in range(1, 6)]


@pytest.mark.parametrize("rows", [0, 1, 1000])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_lines_that_end_in_returns_alone_are_refused(tmp_path: Path, rows: int, sign: str) -> None:
    path = tmp_path / "t.csv"
    lines = [("x", "y"), *((str(k), str(k * k)) for k in range(rows))]
    path.write_bytes("".join(f"{sign.join(line)}\r" for line in lines).encode())
    with pytest.raises(GradcalcError, match="end in CR alone"), open_table(str(path)) as reader:
        list(reader.blocks())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", "\t"])
def test_what_spreadsheets_call_unicode_text(tmp_path: Path, encoding: str, sign: str) -> None:
    """UTF-16 that says so, in one block or several, cut within a character too."""
    path = tmp_path / "t.csv"
    rows = ["größe x,y".replace(",", sign), *(f"{k}{sign}{k * k}" for k in range(500))]
    path.write_bytes(("\ufeff" + "\r\n".join(rows) + "\r\n").encode(encoding))
    for size in (33, 1 << 20):
        with open_table(str(path), block=size) as reader:
            assert reader.columns == ("größe x", "y")
            batches = [block.decode() for block in reader.blocks()]
            found = [y for batch in batches for y in batch.numbers("y").tolist()]
            assert found == [k * k for k in range(500)]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(GradcalcError, match="is not UTF-16 text"):
        read(path)


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("x,y\n1,2\n3,4\nTotal\n", ["--comment", "Total"], "--comment Total leaves out lines"),
        ("x,y\n1,2\n3,4\nSum: 6\n", ["--comment", "Sum:"], "--comment Sum: leaves out lines"),
        ("x,x\n1,2\n3,4\n", ["--skip", "1", "--names", "x,y"], "--skip 1 --names"),
    ],
)
def test_the_remedy_that_is_told_reads_it(
    tmp_path: Path, capsys: Captured, text: str, options: list[str], told: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    assert run(["map", "x+y", str(path), "-q"]) == Exit.FILE
    assert told in capsys.readouterr().err
    assert run(["map", "x+y", str(path), "-q", "--keep", "x", *options]) == Exit.OK
    assert capsys.readouterr().out == "x,value,d_x,d_y\n1,3,1,1\n3,7,1,1\n"


@pytest.mark.parametrize("raw", [b"data.csv" + bytes(90), b"x,y\0\n1,2\n"])
def test_what_is_no_text_says_so(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(raw)
    with pytest.raises(GradcalcError, match="is not a text file"):
        read(path)


@pytest.mark.parametrize(
    ("cells", "numbers_read"),
    [
        (["1,5", "2", "-3,25e2"], [1.5, 2.0, -325.0]),
        (["0,125", "", "1,234"], [0.125, None, 1.234]),
        ([",5", "1234,5678", "NA"], [0.5, 1234.5678, None]),
        (["1,234", "5,678"], None),  # may be thousands
        (["1,5", "2.5"], None),  # a point beside the comma
        (["1,5", "35.86;104.19"], None),  # also in a cell of two numbers
        (["1,5", "1.234,5"], None),  # a column that needs --thousands as well
    ],
)
@pytest.mark.parametrize("sign", [";", "\t", "|", ","])
def test_a_decimal_comma_is_one_beyond_doubt_between_semicolons_alone(
    tmp_path: Path, capsys: Captured, cells: list[str], numbers_read: list[Any] | None, sign: str
) -> None:
    path, out = tmp_path / "t.csv", tmp_path / "o.jsonl"
    rows = [f'k{sign}"{cell}"' for cell in cells]
    path.write_text("\n".join([f"id{sign}x", *rows]) + "\n")
    status = run(["map", "2*x", str(path), "-q", "-o", str(out)])
    err = capsys.readouterr().err
    if sign != ";" or numbers_read is None:
        assert status == Exit.FILE
        assert "--decimal ," in err or "--thousands" in err
        return
    assert status == 0
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    doubled = [None if x is None else 2 * x for x in numbers_read]
    assert [row["x"] for row in answers] == numbers_read
    assert [None if row["value"] == "NaN" else row["value"] for row in answers] == doubled
    assert run(["map", "2*x", str(path), "--check-rows", "0"]) == 0
    captured = capsys.readouterr()
    assert f"{path}: the commas in its numbers are decimal signs" in captured.err
    kept = [line.split('"')[1] for line in captured.out.splitlines()[1:] if '"' in line]
    assert kept == [cell for cell in cells if "," in cell]  # as they were


@pytest.mark.parametrize(
    "word",
    [r"\N", "#NV", "#N/D", "#NUM!", "#VALUE!", "#DIV/0!", "#REF!", "#NAME?", "#NULL!", "#SPILL!"],
)
def test_what_programs_write_for_no_value_is_missing(
    tmp_path: Path, capsys: Captured, word: str
) -> None:
    """A database's dump, and a spreadsheet's errors: the row is kept, and counted."""
    path = tmp_path / "t.csv"
    path.write_text(f"x,y\n2,3\n{word},1\n4,5\n")
    assert run(["map", "x*y", str(path)]) == Exit.OK
    out, err = capsys.readouterr()
    assert [line.split(",")[2] for line in out.splitlines()] == ["value", "6", "nan", "20"]
    assert "1 row" in err
