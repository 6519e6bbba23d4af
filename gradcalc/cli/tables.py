"""Options that say how the tables are written that a command reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gradcalc.cli import options
from gradcalc.errors import GradcalcError

if TYPE_CHECKING:
    from gradcalc.tables.dialect import Dialect
    from gradcalc.tables.rules import CellRules


class DialectOptions(NamedTuple):
    """How a table is written: what isn't told is found out where that is beyond doubt."""

    delimiter: Annotated[
        str,
        typer.Option(
            metavar="SIGN",
            rich_help_panel=options.TABLES,
            help="What separates the cells: ; or | or tab or space.",
        ),
    ] = ""
    encoding: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            rich_help_panel=options.TABLES,
            help="The encoding of a text file, if not UTF-8: cp1252, latin-1, utf-16.",
        ),
    ] = ""
    decimal: Annotated[
        str,
        typer.Option(
            metavar="SIGN", rich_help_panel=options.TABLES, help="The decimal sign: . or a comma."
        ),
    ] = "."
    thousands: Annotated[
        str,
        typer.Option(
            metavar="SIGN",
            rich_help_panel=options.TABLES,
            help="What sets thousands apart: a comma, a point, a space, ' or _.",
        ),
    ] = ""
    strip: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            rich_help_panel=options.TABLES,
            help="Leave out this before or behind numbers: $, EUR, % or km. Repeatable.",
        ),
    ] = None
    skip: Annotated[
        int | None, options.count(help="Lines before the header.", panel=options.TABLES)
    ] = None
    comment: Annotated[
        str,
        typer.Option(
            metavar="SIGN",
            rich_help_panel=options.TABLES,
            help="Leave out lines that begin with this, such as '#'.",
        ),
    ] = ""
    units: Annotated[
        bool,
        typer.Option(
            "--units",
            rich_help_panel=options.TABLES,
            help="The lines below the header hold units, up to the first number.",
        ),
    ] = False
    names: Annotated[
        str,
        typer.Option(
            "--names",
            metavar="NAMES",
            rich_help_panel=options.TABLES,
            help="The names of the columns of a text file without header: x,y.",
        ),
    ] = ""
    na: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORD",
            rich_help_panel=options.TABLES,
            help="A word for a missing number, beside NA, null, nan and the like. Repeatable.",
        ),
    ] = None
    rename: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TITLE=NAME",
            rich_help_panel=options.TABLES,
            help='The name of a column in the formula: "temp (C)=T". Repeatable.',
        ),
    ] = None

    @property
    def cells(self) -> CellRules:
        """How cells are read as numbers."""
        from gradcalc.tables.rules import cell_rules

        return cell_rules(self.na or (), self.decimal, self.thousands, self.strip or ())

    @property
    def dialect(self) -> Dialect:
        """How the file is divided into cells, and its columns are named."""
        from gradcalc.tables.dialect import Dialect, sign
        from gradcalc.tables.encodings import encoding

        delimiter = sign(self.delimiter) if self.delimiter else ""
        titles = options.names([self.names]) or ()
        name = encoding(self.encoding) if self.encoding else ""
        return Dialect(
            delimiter, self.skip, self.comment, self.units, titles, self._renamed(), name
        )

    def _renamed(self) -> dict[str, str]:
        renamed: dict[str, str] = {}
        for text in self.rename or ():
            title, equals, name = text.rpartition("=")
            title, name = title.strip(), name.strip().strip("`").strip()
            if not equals or not title or not name:
                raise GradcalcError(
                    "usage",
                    f"--rename can't be {text!r}",
                    hint='write the title and the name: --rename "temp (C)=T"',
                )
            if title in renamed:
                raise GradcalcError(
                    "usage", f"--rename gives {title!r} two names", hint="give it one"
                )
            renamed[title] = name
        return renamed
