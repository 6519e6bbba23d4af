"""A graph on a screen: rails that join each step to its arguments, beside the trace."""

from __future__ import annotations

import io
from dataclasses import dataclass

from rich.text import Text

from gradcalc.answers.result import Result
from gradcalc.errors import GradcalcError
from gradcalc.graphs.folding import Repeat, lines
from gradcalc.graphs.graph import Graph, Node
from gradcalc.graphs.rails import Row, rails
from gradcalc.views.console import Screen, console
from gradcalc.views.layout import gap, line
from gradcalc.views.nodes import label, point, round_text, span
from gradcalc.views.sheets import Column, Sheet, draw

DIGITS = (17, 14, 12, 10, 8, 6, 4)  # that a terminal may leave of the numbers


@dataclass(frozen=True, slots=True)
class Signs:
    """The characters of rails; lanes taken from have one for the left, the middle and the right."""

    node: str
    passing: str
    wire: str
    goes_on: str
    ends: str


UNICODE = Signs("●", "│", "─", "├┼┤", "╰┴╯")
ASCII = Signs("*", "|", "-", "+++", "'''")


def rail(row: Row, signs: Signs) -> str:
    """A row of rails: a column for each lane, and one for the wire to the next."""
    ends = (row.lane, *row.taken)
    left, right = min(ends), max(ends)
    cells = []
    for lane in range(row.width):
        wired = left <= lane <= right
        if lane == row.lane:
            sign = signs.node
        elif lane in row.taken:
            where = 0 if lane == left else 2 if lane == right else 1
            sign = (signs.ends if lane in row.ending else signs.goes_on)[where]
        elif lane in row.passing:
            sign = signs.passing
        else:
            sign = signs.wire if wired else " "
        cells.append(sign + (signs.wire if left <= lane < right else " "))
    return "".join(cells).rstrip()


def between(row: Row, signs: Signs) -> str:
    """The lanes below a row, where nothing is taken."""
    size = 1 + max(row.below)
    return " ".join(signs.passing if lane in row.below else " " for lane in range(size))


def show(graph: Graph, result: Result, out: Screen) -> None:
    """Print the graph, numbers rounded as far as the terminal asks for it; then the point.

    GradcalcError where it is too narrow for the rails.
    """
    signs = UNICODE if out.encoding.lower().startswith("utf") else ASCII
    rows = rails(graph.sources())
    for digits in DIGITS:
        sheet = _sheet(graph, result, rows, signs, digits)
        if sheet.fits(out):
            draw(sheet, out)
            break
    else:
        _show_stacked(graph, result, rows, signs, out)
    gap(out)
    line(out, "formula", Text(result.canonical))
    if result.at:
        line(out, "at", Text(point(result)))
    for note in (*result.notes, *left_out(graph)):
        line(out, "note", Text(note))


def left_out(graph: Graph) -> list[str]:
    """A note about the steps of the run that are not in the graph."""
    if not graph.left_out:
        return []
    if graph.left_out == 1:
        return ["1 step that the value does not use is left out"]
    return [f"{graph.left_out:,} steps that the value does not use are left out"]


def _sheet(graph: Graph, result: Result, rows: list[Row], signs: Signs, digits: int) -> Sheet:
    columns = [*map(Column, ("graph", "step", "operation"))]
    columns += [Column("value", right=True), Column("∂f/∂step", right=True)]
    steps = len(result.steps.trace) - graph.left_out
    title = f"graph: {steps:,} step{'s' if steps != 1 else ''}"
    if steps != len(graph.nodes):
        title += f" in {len(graph.nodes):,} nodes"
    if digits < DIGITS[0]:
        title += f", rounded to {digits} digits (--json has all)"
    sheet = Sheet(tuple(columns), [], title)
    for k, (node, row) in enumerate(zip(graph.nodes, rows, strict=True)):
        one = label(result, node, last=k == len(rows) - 1, digits=digits)
        step = one.identity.replace("_", "…")
        numbers = ("", "") if isinstance(node.item, Repeat) else (one.value, one.cotangent)
        sheet.rows.append(tuple(map(Text, (rail(row, signs), step, one.title, *numbers))))
        sheet.rows.extend(_rounds(result, node, between(row, signs)))
    return sheet


def _rounds(result: Result, node: Node, rail: str) -> list[tuple[Text, ...]]:
    """The rows below that of a repeat: what a round does, with first, last and range."""
    if not isinstance(node.item, Repeat):
        return []
    values, cotangents = result.steps.trace.values, result.steps.cotangents
    found = []
    for one in lines(node.item):
        step = f"v{one.slots[0]}" if one.slots else ""
        texts = (span(values, one).text(), span(cotangents, one).text()) if one.slots else ("", "")
        words = "  " * (one.depth + 1) + round_text(result, one)
        found.append(tuple(map(Text, (rail, step, words, *texts))))
    return found


def _show_stacked(graph: Graph, result: Result, rows: list[Row], signs: Signs, out: Screen) -> None:
    """The same on two lines a step, for narrow terminals."""
    sheet = _sheet(graph, result, rows, signs, DIGITS[-1])
    texts = []
    for rail_text, step, words, value, cotangent in sheet.rows:
        texts.append(f"{rail_text.plain} {step.plain} {words.plain}".rstrip())
        below = rail_text.plain
        for sign in (signs.node, *signs.goes_on):
            below = below.replace(sign, signs.passing)
        for sign in (signs.wire, *signs.ends):
            below = below.replace(sign, " ")
        if value.plain:
            texts.append(f"{below}  = {value.plain}")
        if cotangent.plain:
            texts.append(f"{below}  ∂ {cotangent.plain}")
    widest = max(map(len, texts))
    if widest > out.width:
        raise GradcalcError(
            "too-narrow",
            f"the graph needs {widest} columns, the terminal has {out.width}",
            hint="widen the terminal, or draw a picture: --format svg -o graph.svg",
        )
    for text in texts:
        out.print(Text(text), soft_wrap=True)


def as_text(graph: Graph, result: Result) -> str:
    """What `show` prints, for a file: in Unicode, all digits, however wide."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    show(graph, result, console(stream, "never"))
    stream.seek(0)
    return stream.read().rstrip("\n")
