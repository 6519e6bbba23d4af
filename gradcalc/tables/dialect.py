"""What a user says of how a table is written, and the names that its columns get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gradcalc.errors import GradcalcError, listed
from gradcalc.language.names import plain_name
from gradcalc.tables.table import TWICE, bad_file

SIGNS = {"tab": "\t", "\\t": "\t", "space": " ", "spaces": " ", "comma": ",", "semicolon": ";"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written; what is left out is found out from the file.

    `delimiter` is a sign between cells, a space for columns of spaces; `skip` counts the lines
    before the header; lines that begin with `comment` are left out; with `units` the line below the
    header holds no row. `names` are the titles of a text file that has no header; `renamed` maps
    titles in the file to names in formulas. `encoding` is that of the text, as Python calls it.
    """

    delimiter: str = ""
    skip: int | None = None
    comment: str = ""
    units: bool = False
    names: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""

    def named(self, path: str, titles: Sequence[str]) -> tuple[str, ...]:
        """The names of columns with these titles, as formulas have them: µ is read as μ.

        GradcalcError where two columns have one name, or there is no column to rename.
        """
        for title in self.renamed:
            if title not in titles and title not in map(plain_name, titles):
                raise GradcalcError(
                    "usage",
                    f"--rename: {path} has no column {title!r}",
                    hint=f"the columns are {listed(titles)}",
                )
        names = tuple(self._name(title) for title in titles)
        for name, count in Counter(names).items():
            if count > 1:
                raise _alike(path, [t for t, n in zip(titles, names, strict=True) if n == name])
        return names

    def _name(self, title: str) -> str:
        plain = plain_name(title)
        return self.renamed.get(title) or self.renamed.get(plain) or plain


PLAIN = Dialect()


def _alike(path: str, titles: Sequence[str]) -> GradcalcError:
    first, second, *_ = titles
    if first == second:
        return bad_file(path, f"has two columns {first!r}", TWICE)
    return bad_file(
        path,
        f"has columns {first!r} and {second!r}, which formulas can't tell apart",
        f'rename one of them: --rename "{second}=…"',
    )


def sign(text: str) -> str:
    """The delimiter that a word or a sign names; GradcalcError for what can't be one."""
    delimiter = SIGNS.get(text.lower(), text)
    if len(delimiter) != 1 or delimiter in '"\n\r' or delimiter.isalnum():
        raise GradcalcError(
            "usage",
            f"--delimiter can't be {text!r}",
            hint="give one sign, such as ; or |, or the word tab or space",
        )
    return delimiter


def numbered(count: int) -> tuple[str, ...]:
    """The names of the columns of a table that has no header."""
    return tuple(f"c{k}" for k in range(1, count + 1))
