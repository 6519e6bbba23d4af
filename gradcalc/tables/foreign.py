"""Files that are no tables of ours, by their names or by how they begin: what they are, and how to
get at what they hold."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from gradcalc.errors import Exit, GradcalcError
from gradcalc.tables.table import bad_file

BEGINNING_BYTES = 512  # that show what a file is


@dataclass(frozen=True, slots=True)
class Foreign:
    """A kind of file: what it is, what to do, its suffixes, and how it begins, if that tells."""

    noun: str
    remedy: str
    suffixes: tuple[str, ...] = ()
    beginning: bytes | None = None


_SHEET = "save the sheet as CSV in UTF-8"
_EXPORT = "save the table as CSV"


def _by_pandas(reader: str) -> str:
    return f'convert it in Python: pandas.{reader}("…").to_csv("data.csv", index=False)'


FOREIGN = (
    Foreign(
        "an Excel workbook",
        _SHEET,
        (".xlsx", ".xlsm", ".xlsb"),
        rb"PK\x03\x04.{26}(?:\[Content_Types|xl/|_rels/)",
    ),
    Foreign("an OpenDocument file", _SHEET, (".ods", ".fods"), rb"PK\x03\x04.{26}mimetype"),
    Foreign(
        "a ZIP archive", "unpack it: unzip FILE", (".zip",), rb"PK[\x03\x05](?!.{27}[^/]*\.npy)"
    ),
    Foreign("an old Excel workbook", _SHEET, (".xls",), rb"\xd0\xcf\x11\xe0"),
    Foreign("a Numbers sheet", _SHEET, (".numbers",)),
    Foreign("an SPSS file", _by_pandas("read_spss"), (".sav", ".zsav", ".por"), rb"\$FL[23]@\(#\)"),
    Foreign("a Stata file", _by_pandas("read_stata"), (".dta",), b"<stata_dta>"),
    Foreign("a SAS file", _by_pandas("read_sas"), (".sas7bdat", ".xpt"), rb"\x00{12}\xc2\xea\x81"),
    Foreign("a pickle", _by_pandas("read_pickle"), (".pkl", ".pickle"), rb"\x80[\x02-\x05]"),
    Foreign("an HDF5 file", _by_pandas("read_hdf"), (".h5", ".hdf5", ".nc"), rb"\x89HDF\r\n"),
    Foreign("an ORC file", _by_pandas("read_orc"), (".orc",), rb"ORC[\x00-\x08]"),
    Foreign("an Avro file", "convert it to Parquet or CSV", (".avro",), rb"Obj\x01"),
    Foreign(
        "data of R",
        'save it in R: write.csv(data, "data.csv", row.names = FALSE)',
        (".rds", ".rdata", ".rda"),
        rb"RD[AX][23]\n",
    ),
    Foreign(
        "a MATLAB file",
        'save it in MATLAB: writematrix(A, "data.csv")',
        (".mat",),
        b"MATLAB 5.0 MAT",
    ),
    Foreign(
        "an SQLite database",
        "write the table as CSV: sqlite3 -header -csv FILE 'SELECT * FROM …' > data.csv",
        (".db", ".sqlite", ".sqlite3"),
        rb"SQLite format 3\x00",
    ),
    Foreign(
        "a dump in SQL",
        "load it into its database, and write the table as CSV",
        (".sql",),
        rb"(?i)(?:\s|--[^\n]*\n|/\*.*?\*/;?)*"
        rb"(?:create\s+(?:table|database)|insert\s+into|drop\s+table)[ \n]",
    ),
    Foreign(
        "a measurement of LabVIEW",
        "skip the lines above its numbers, and name the columns: --from tsv --skip N --names t,x",
        (".lvm",),
        b"LabVIEW Measurement",
    ),
    Foreign(
        "a measurement of LabVIEW", "convert it to CSV with nptdms in Python", (".tdms",), b"TDSm"
    ),
    Foreign(
        "a file of Weka",
        "skip the lines up to @data, and name the columns: --from csv --skip N --names x,y",
        (".arff",),
        rb"(?i)(?:\s|%[^\n]*\n)*@relation\s",
    ),
    Foreign("a PDF", _EXPORT, (".pdf",), b"(?i)%pdf-"),
    Foreign("a document in RTF", _EXPORT, (".rtf",), rb"\{\\rtf"),
    Foreign("a document of Word", _EXPORT, (".docx", ".doc", ".odt")),
    Foreign("LaTeX", _EXPORT, (".tex",), rb"\s*(?:%[^\n]*\n\s*)*\\(?:begin|documentclass)\b"),
    Foreign(
        "a web page", _EXPORT, (".html", ".htm"), b"(?i)\\s*<(?:!doctype|html|head|body|table)\\b"
    ),
    Foreign("XML", _EXPORT, (".xml",), rb"\s*<\?xml\b"),
    Foreign("YAML", "write a row as a line of JSON, or save the table as CSV", (".yaml", ".yml")),
    Foreign("TOML", "write a row as a line of JSON, or save the table as CSV", (".toml",)),
    Foreign(
        "a picture",
        "read the numbers off it, and write them as CSV",
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".webp"),
        rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|BM....\x00{4}|II\*\x00|MM\x00\*|\s*<svg\b",
    ),
    Foreign(
        "an archive", "unpack it", (".tar", ".7z", ".rar"), rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07"
    ),
)


def refuse_named(path: str) -> None:
    """GradcalcError where the name of a file says that it is another kind of file."""
    suffix = os.path.splitext(path.lower())[1]
    for kind in FOREIGN:
        if suffix in kind.suffixes:
            raise GradcalcError(
                "unknown-format",
                f"{path} is {kind.noun}, which is neither read nor written",
                hint=kind.remedy,
                exit=Exit.REQUEST,
            )


def refuse_begun(path: str, start: bytes, format: str) -> None:
    """GradcalcError where a file that is to be read as a `format` of text begins as another kind
    does."""
    for kind in FOREIGN:
        if kind.beginning and re.match(kind.beginning, start, re.DOTALL):
            raise bad_file(path, f"is {kind.noun}, not {format.upper()}", kind.remedy)
