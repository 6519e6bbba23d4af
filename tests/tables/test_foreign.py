"""Files of other kinds, by name or under the name of a table: what they are, and the way out."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables import open_table

Captured = pytest.CaptureFixture[str]


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return file.getvalue()


NAMED = {
    "xlsx xlsm": "an Excel workbook",
    "xls": "an old Excel workbook",
    "ods": "an OpenDocument file",
    "sav": "an SPSS file",
    "dta": "a Stata file",
    "sas7bdat": "a SAS file",
    "rds RData": "data of R",
    "mat": "a MATLAB file",
    "h5": "an HDF5 file",
    "pkl": "a pickle",
    "db sqlite": "an SQLite database",
    "sql": "a dump in SQL",
    "lvm": "a measurement of LabVIEW",
    "arff": "a file of Weka",
    "pdf": "a PDF",
    "html": "a web page",
    "xml": "XML",
    "yaml": "YAML",
    "png JPG": "a picture",
    "zip": "a ZIP archive",
}
BEGUN = [
    (zipped("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook"),
    (zipped("mimetype", "content.xml"), "an OpenDocument file"),
    (zipped("data.csv"), "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Excel workbook"),
    (b"$FL2@(#) SPSS DATA FILE" + bytes(90), "an SPSS file"),
    (b"<stata_dta><header><release>118", "a Stata file"),
    (bytes(12) + b"\xc2\xea\x81\x60" + bytes(90), "a SAS file"),
    (b"\x80\x04\x95" + bytes(90), "a pickle"),
    (b"\x89HDF\r\n\x1a\n" + bytes(90), "an HDF5 file"),
    (b"RDX3\nX\n" + bytes(90), "data of R"),
    (gzip.compress(b"RDX3\nX\n" + bytes(90)), "data of R"),
    (b"SQLite format 3\0" + bytes(90), "an SQLite database"),
    (b"-- a dump\n\nCREATE TABLE t (x int);\n", "a dump in SQL"),
    (b"/*!40101 SET NAMES utf8 */;\ninsert into t values (1, 2);\n", "a dump in SQL"),
    (b"LabVIEW Measurement\t\r\nWriter_Version\t2\r\n", "a measurement of LabVIEW"),
    (b"% iris\n@RELATION iris\n@DATA\n1,2\n", "a file of Weka"),
    (b"%PDF-1.7\n1", "a PDF"),
    (b"{\\rtf1\\ansi x,y}", "a document in RTF"),
    (b"% by me\n\\begin{tabular}{cc}\n1 & 2", "LaTeX"),
    (b"<!DOCTYPE html>\n<html>", "a web page"),
    (b"<html><body>404</body></html>", "a web page"),
    (b"\n <table><tr>", "a web page"),
    (b'<?xml version="1.0"?>\n<x/>', "XML"),
    (b"\x89PNG\r\n\x1a\n" + bytes(90), "a picture"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(90), "a picture"),
    (b"GIF89a" + bytes(90), "a picture"),
    (b"7z\xbc\xaf\x27\x1c" + bytes(90), "an archive"),
]
NOUNS = [noun for _, noun in BEGUN]  # tests are named by them: archives hold the time of day
TITLES = (
    "BMI",
    "II*",
    "MM",
    "PK",
    "ORC",
    "GIF",
    "MATLAB",
    "create",
    "insert into",
    "RDX",
    "<b",
    "@x",
)


@pytest.mark.parametrize(("suffixes", "noun"), NAMED.items())
def test_a_name_says_what_it_is(suffixes: str, noun: str, capsys: Captured) -> None:
    for suffix in suffixes.split():
        assert run(["map", "x", f"data.{suffix}"]) == Exit.REQUEST
        title, hint = capsys.readouterr().err.splitlines()[:2]
        assert f"data.{suffix} is {noun}," in title
        assert len(hint) > 10


@pytest.mark.parametrize(("raw", "noun"), BEGUN, ids=NOUNS)
@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.jsonl"])
def test_a_beginning_says_what_it_is(tmp_path: Path, raw: bytes, noun: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(GradcalcError, match=f"is {noun}, not ") as caught:
        open_table(str(path))
    assert caught.value.exit is Exit.FILE
    assert caught.value.hint


@pytest.mark.parametrize(("raw", "noun"), BEGUN[:3], ids=NOUNS[:3])
def test_an_archive_in_a_pipe(
    raw: bytes, noun: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(raw))))
    assert run(["map", "x", "-q"]) == Exit.FILE
    assert f"stdin is {noun}, not NPZ" in capsys.readouterr().err


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_that_begins_alike_is_read(tmp_path: Path, title: str, sign: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{title}{sign}x\n1{sign}2\n3{sign}4\n")
    with open_table(str(path)) as reader:
        assert reader.columns == (title, "x")


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (
            "LabVIEW Measurement\t\r\nReader_Version\t2\r\n***End_of_Header***\t\r\n"
            "X_Value\tUntitled\tComment\r\n0.5\t2\r\n1.5\t4\r\n",
            ["--from", "tsv", "--skip", "4", "--names", "t,x"],
        ),
        (
            "@relation r\n@attribute t numeric\n@attribute x numeric\n@data\n0.5,2\n1.5,4\n",
            ["--from", "csv", "--skip", "4", "--names", "t,x"],
        ),
    ],
)
def test_the_options_of_the_message_read_it(
    tmp_path: Path, text: str, options: list[str], capsys: Captured
) -> None:
    path = tmp_path / "data.lvm"
    path.write_text(text)
    assert run(["map", "t*x", str(path), *options, "--keep", "t", "--to", "csv", "-q"]) == Exit.OK
    assert capsys.readouterr().out == "t,value,d_t,d_x\n0.5,1,2,0.5\n1.5,6,4,1.5\n"
