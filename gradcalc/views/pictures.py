"""A graph as a picture: SVG, written here, and PNG, which resvg makes of it.

Colours are variables of the picture's own, which follow the reader's light or dark scheme; a
picture for one scheme alone, which renderers without variables can read, has them filled in. All
texts are texts. Edges enter a node in the order in which their sources stand above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from gradcalc.answers.result import Result
from gradcalc.errors import GradcalcError
from gradcalc.graphs.folding import Repeat, lines
from gradcalc.graphs.graph import Graph, Node
from gradcalc.graphs.layered import Layout, Route, Spacing, layered
from gradcalc.memory import refuse_scarce
from gradcalc.views.diagrams import labels
from gradcalc.views.nodes import ALL_DIGITS, Label, number, round_text, span

SCHEMES: Mapping[str, Mapping[str, str]] = {
    "light": {
        "paper": "#ffffff",
        "ink": "#1f2328",
        "line": "#57606a",
        "partial": "#424a53",
        "cotangent": "#9a3412",
        "step": "#eef4ff",
        "step-rim": "#3b5b92",
        "input": "#e6f6e6",
        "input-rim": "#2f7a3d",
        "constant": "#f3f3f3",
        "constant-rim": "#6e7781",
        "repeat": "#f4ecff",
        "repeat-rim": "#6f42c1",
        "value": "#fff3d6",
        "value-rim": "#9a6700",
    },
    "dark": {
        "paper": "#0d1117",
        "ink": "#e6edf3",
        "line": "#8b949e",
        "partial": "#b6c2cf",
        "cotangent": "#ffa28a",
        "step": "#16233b",
        "step-rim": "#6ea0f0",
        "input": "#12281a",
        "input-rim": "#57b46a",
        "constant": "#1c2128",
        "constant-rim": "#8b949e",
        "repeat": "#251a3d",
        "repeat-rim": "#a98be0",
        "value": "#2e2412",
        "value-rim": "#d4a72c",
    },
}
KINDS = ("step", "input", "constant", "repeat", "value")
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
# Lengths in pixels. Letters are as wide as those of the widest usual monospaced font.
LETTER, SMALL_LETTER = 8.0, 6.7  # at 13 and 11 pixels
PADDING, MARGIN = 10.0, 14.0
BASELINES = (18.0, 35.0, 52.0)
SPACING = Spacing(height=60.0, between_layers=58.0, between_nodes=26.0, between_bends=16.0)
LABEL_RISE = 7.0  # of a local derivative above the node that it is of
STRAIGHT = 22.0  # that an edge runs straight down into a layer, where local derivatives stand
PNG_ZOOM = 2.0
MAX_PIXELS = 60_000_000  # of a PNG


def svg(graph: Graph, result: Result, scheme: str = "auto") -> str:
    """The graph as SVG; `scheme` is light, dark, or auto, which follows the reader's."""
    shown = labels(graph, result)
    sources = [[edge.source for edge in node.edges] for node in graph.nodes]
    widths = [_width(node, one) for node, one in zip(graph.nodes, shown, strict=True)]
    layout = layered(sources, widths, SPACING)
    width, height = layout.width + 2 * MARGIN, layout.height + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" class="gradcalc" role="img">',
        f"<title>{escape(_title(result))}</title>",
        f"<style>{_style(scheme)}</style>",
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
        f'<g transform="translate({MARGIN:g} {MARGIN:g})">',
        *(_edge(route, shown) for route in layout.routes),
        *_nodes(graph, result, shown, widths, layout),
        *(_partial(route, graph) for route in layout.routes),
        "</g>",
        "</svg>",
    ]
    return "\n".join(filter(None, parts))


def _title(result: Result) -> str:
    text = " ".join(result.canonical.split())
    return f"computation graph of {text if len(text) <= 200 else text[:199] + '…'}"


def _style(scheme: str) -> str:
    """The style sheet, whose classes hold within this picture alone, wherever it is inlined."""
    rules = {
        "text": f"font:13px {FONT};text-anchor:middle;fill:var(--gc-ink)",
        ".title": "font-weight:bold",
        ".cotangent": "fill:var(--gc-cotangent)",
        ".partial": "font-size:11px;fill:var(--gc-partial)",
        ".edge": "fill:none;stroke:var(--gc-line);stroke-width:1.4px",
        ".paper": "fill:var(--gc-paper)",
    }
    for kind in KINDS:
        rules[f".{kind} rect"] = (
            f"fill:var(--gc-{kind});stroke:var(--gc-{kind}-rim);stroke-width:1.4px"
        )
    sheet = "".join(f".gradcalc {name}{{{rule}}}" for name, rule in rules.items())
    if scheme != "auto":
        colours = SCHEMES[scheme]
        return re.sub(r"var\(--gc-([a-z-]+)\)", lambda match: colours[match[1]], sheet)
    dark = f"@media(prefers-color-scheme:dark){{.gradcalc{{{_variables('dark')}}}}}"
    return f".gradcalc{{{_variables('light')}}}{dark}{sheet}"


def _variables(scheme: str) -> str:
    return ";".join(f"--gc-{name}:{colour}" for name, colour in SCHEMES[scheme].items())


def _texts(one: Label) -> tuple[str, str, str]:
    """The three lines of a node."""
    shown = one.identity.replace("_", "…")
    title = f"{shown}: {one.title}"
    return title, one.value, f"∂ {one.cotangent}" if one.cotangent else ""


def _width(node: Node, one: Label) -> float:
    """A node is as wide as its texts, and the local derivatives above its upper rim."""
    texts = max(len(text) for text in _texts(one)) * LETTER + 2 * PADDING
    partials = [len(number(edge.partial)) for edge in node.edges]
    return max(texts, len(partials) * (max(partials, default=0) + 2) * SMALL_LETTER)


def _edge(route: Route, shown: Sequence[Label]) -> str:
    """An edge as a path: straight through the layers that it passes, curved between them."""
    (x, y), *others = route.points
    path = [f"M{x:.1f} {y:.1f}"]
    for right, down in others:
        if right == x:
            path.append(f"V{down:.1f}")
        else:  # all bend at the same height, so that what does not cross in the layout doesn't here
            end = down - STRAIGHT
            middle = (y + end) / 2
            path.append(f"C{x:.1f} {middle:.1f} {right:.1f} {middle:.1f} {right:.1f} {end:.1f}")
            path.append(f"V{down:.1f}")
        x, y = right, down
    source, target = shown[route.source].identity, shown[route.target].identity
    return (
        f'<path class="edge" data-from="{source}" data-to="{target}" '
        f'data-argument="{route.which}" d="{"".join(path)}"/>'
    )


def _partial(route: Route, graph: Graph) -> str:
    partial = graph.nodes[route.target].edges[route.which].partial
    if partial is None:
        return ""
    x, y = route.points[-1]
    text = number(partial)
    width = len(text) * SMALL_LETTER + 2
    box = f'x="{x - width / 2:.1f}" y="{y - LABEL_RISE - 11:.1f}" width="{width:.1f}" height="14"'
    return (  # the edge ends above the number and goes on below it
        f'<rect class="paper" {box}/>'
        f'<text class="partial" x="{x:.1f}" y="{y - LABEL_RISE:.1f}">{text}</text>'
    )


def _nodes(
    graph: Graph, result: Result, shown: Sequence[Label], widths: Sequence[float], layout: Layout
) -> list[str]:
    parts = []
    for node, one, width, (x, y) in zip(graph.nodes, shown, widths, layout.nodes, strict=True):
        left = x - width / 2
        box = f'x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{SPACING.height:g}" rx="7"'
        inner = [f"<title>{escape(_tooltip(node, result, one))}</title>", f"<rect {box}/>"]
        if isinstance(node.item, Repeat):
            inset = f'x="{left + 4:.1f}" y="{y + 4:.1f}" width="{width - 8:.1f}"'
            inner.append(f'<rect {inset} height="{SPACING.height - 8:g}" rx="4"/>')
        styles = ("title", "number", "cotangent")
        for text, style, baseline in zip(_texts(one), styles, BASELINES, strict=True):
            if text:
                at = f'x="{x:.1f}" y="{y + baseline:.1f}"'
                inner.append(f'<text class="{style}" {at}>{escape(text)}</text>')
        parts.append(f'<g class="{one.kind}" data-node="{one.identity}">{"".join(inner)}</g>')
    return parts


def _tooltip(node: Node, result: Result, one: Label) -> str:
    """What a pointer that rests on a node is told: all digits, or what a round does."""
    values, cotangents = result.steps.trace.values, result.steps.cotangents
    if isinstance(node.item, Repeat):
        told = [one.title]
        for each in lines(node.item):
            text = "  " * each.depth + round_text(result, each)
            if each.slots:
                text += f": {span(values, each).text()}"
                if derivatives := span(cotangents, each).text():
                    text += f", ∂ {derivatives}"
            told.append(text)
        return "\n".join(told)
    value, cotangent = values[node.slot], cotangents[node.slot]
    derivative = (
        "" if cotangent is None else f"\n∂f/∂{one.identity} = {number(cotangent, ALL_DIGITS)}"
    )
    return f"{one.identity} = {one.title} = {number(value, ALL_DIGITS)}{derivative}"


def png(graph: Graph, result: Result, scheme: str) -> bytes:
    """The graph as PNG, in the light scheme unless it is dark.

    GradcalcError where resvg is not installed, or the picture would be larger than memory bears.
    """
    renderer = _renderer()
    picture = svg(graph, result, "dark" if scheme == "dark" else "light")
    found = re.search(r'width="(\d+)" height="(\d+)"', picture)
    assert found is not None
    pixels = int(found[1]) * int(found[2])
    if pixels > MAX_PIXELS:
        raise GradcalcError(
            "too-large",
            f"the picture has {found[1]} × {found[2]} pixels",
            hint="lower --max to fold or refuse more, or write it as SVG",
        )
    zoom = PNG_ZOOM if pixels * PNG_ZOOM**2 <= MAX_PIXELS else 1.0
    size = {"width": round(int(found[1]) * zoom), "height": round(int(found[2]) * zoom)}
    return bytes(renderer.svg_to_bytes(svg_string=picture, **size))


def _renderer() -> Any:
    try:
        import resvg_py
    except ImportError:
        refuse_scarce("resvg_py")
        raise GradcalcError(
            "missing-extra",
            "--format png needs resvg-py",
            hint='pip install "gradcalc[picture]", or write an SVG with -o graph.svg',
        ) from None
    return resvg_py
