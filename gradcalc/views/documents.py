"""Tables of words as parts of documents: Markdown, LaTeX and HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LATEX_SIGNS = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "∂": r"$\partial$",
    "·": r"$\cdot$",
    "→": r"$\to$",
    "…": r"\dots{}",
    "−": "$-$",
    "×": r"$\times$",
    **{sign: f"\\{sign}" for sign in "_%&#{}$"},
}


@dataclass(frozen=True, slots=True)
class Table:
    """A title, headings, and rows of cells; cells are plain text."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def markdown(tables: Sequence[Table], words: Sequence[str]) -> str:
    """The tables under their titles, then sentences."""
    parts = []
    for table in tables:
        lines = [_row(table.headings), _row(["---"] * len(table.headings))]
        lines += [_row([_code(cell) for cell in row]) for row in table.rows]
        parts.append(f"**{_plain(table.title)}**\n\n" + "\n".join(lines))
    return "\n\n".join([*parts, *map(_plain, words)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(cell: str) -> str:
    return f"`{cell.replace('|', chr(92) + '|')}`" if cell else ""


def _plain(text: str) -> str:
    """A text in which Markdown finds no signs of its own."""
    return "".join("\\" + sign if sign in "\\`*_[]<>|#" else sign for sign in text)


def latex(tables: Sequence[Table], words: Sequence[str]) -> str:
    """The tables as `tabular` environments under their titles, then sentences."""
    parts = []
    for table in tables:
        lines = [_latex_row(table.headings), r"\hline", *map(_latex_row, table.rows)]
        columns = "l" * len(table.headings)
        body = "\n".join([rf"\begin{{tabular}}{{{columns}}}", *lines, r"\end{tabular}"])
        parts.append(rf"\paragraph{{{_latex(table.title)}}}" + "\n\n" + body)
    return "\n\n".join([*parts, *map(_latex, words)])


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(_latex, cells)) + r" \\"


def _latex(text: str) -> str:
    return "".join(LATEX_SIGNS.get(sign, sign) for sign in text)


def html(tables: Sequence[Table], words: Sequence[str]) -> str:
    """The tables with their titles as captions, then paragraphs; no script, no style."""
    parts = []
    for table in tables:
        head = "".join(f"<th>{escape(cell)}</th>" for cell in table.headings)
        rows = [
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in table.rows
        ]
        lines = [f"<caption>{escape(table.title)}</caption>", f"<tr>{head}</tr>", *rows]
        parts.append("<table>\n" + "\n".join(lines) + "\n</table>")
    return "\n".join([*parts, *(f"<p>{escape(each)}</p>" for each in words)])
