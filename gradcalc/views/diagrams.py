"""A graph for other programs: DOT for Graphviz, Mermaid for pages, and JSON."""

from __future__ import annotations

from typing import Any

from gradcalc.answers.result import Result
from gradcalc.graphs.folding import Repeat, lines
from gradcalc.graphs.graph import Graph, Node
from gradcalc.views.nodes import Label, Span, identity, label, number, round_text, span
from gradcalc.views.numbers import jsonable
from gradcalc.views.operations import operation
from gradcalc.views.rails import left_out
from gradcalc.views.strict import dumped

SCHEMA = "gradcalc.graph/1"
SHAPES = {"input": "ellipse", "constant": "plaintext", "repeat": "box3d", "value": "doubleoctagon"}
MERMAID_CLASSES = {
    "input": "fill:#e6f6e6,stroke:#2f7a3d,color:#1f2328",
    "constant": "fill:#f3f3f3,stroke:#6e7781,color:#1f2328",
    "step": "fill:#eef4ff,stroke:#3b5b92,color:#1f2328",
    "repeat": "fill:#f4ecff,stroke:#6f42c1,color:#1f2328",
    "value": "fill:#fff3d6,stroke:#9a6700,color:#1f2328",
}


def labels(graph: Graph, result: Result) -> list[Label]:
    """The label of each node."""
    end = len(graph.nodes) - 1
    return [label(result, node, last=k == end) for k, node in enumerate(graph.nodes)]


def _lines(one: Label) -> list[str]:
    """What stands in a node, line by line."""
    cotangent = f"∂ {one.cotangent}" if one.cotangent else ""
    return [f"{one.identity.replace('_', '…')}: {one.title}", *filter(None, (one.value, cotangent))]


def dot(graph: Graph, result: Result) -> str:
    """The graph in Graphviz's language."""
    texts = ["digraph gradcalc {", '  node [shape=box, fontname="monospace"];']
    texts += ['  edge [fontname="monospace", fontsize=11];']
    for one in labels(graph, result):
        words = r"\n".join(_dot(text) for text in _lines(one))
        shape = f", shape={SHAPES[one.kind]}" if one.kind in SHAPES else ""
        texts.append(f'  {one.identity} [label="{words}"{shape}];')
    for node in graph.nodes:
        for edge in node.edges:
            source = identity(graph.nodes[edge.source])
            partial = f' [label="{number(edge.partial)}"]' if edge.partial is not None else ""
            texts.append(f"  {source} -> {identity(node)}{partial};")
    return "\n".join([*texts, "}"])


def _dot(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def mermaid(graph: Graph, result: Result) -> str:
    """The graph in Mermaid's language, which pages on GitHub draw."""
    texts = ["flowchart TD"]
    for one in labels(graph, result):
        words = "<br/>".join(_mermaid(text) for text in _lines(one))
        texts.append(f'  {one.identity}["{words}"]:::{one.kind}')
    for node in graph.nodes:
        for edge in node.edges:
            source = identity(graph.nodes[edge.source])
            partial = f'|"{number(edge.partial)}"|' if edge.partial is not None else ""
            texts.append(f"  {source} -->{partial} {identity(node)}")
    return "\n".join(texts + [f"  classDef {k} {style}" for k, style in MERMAID_CLASSES.items()])


def _mermaid(text: str) -> str:
    """A text between quotes: Mermaid reads what could be HTML or Markdown as such."""
    signs = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "*": "#42;", "_": "#95;"}
    signs |= {"#": "#35;", "`": "#96;"}
    return "".join(signs.get(letter, letter) for letter in text)


def record(graph: Graph, result: Result) -> dict[str, Any]:
    """The graph as JSON's own types."""
    edges = [
        {
            "from": identity(graph.nodes[edge.source]),
            "to": identity(node),
            "argument": edge.which,
            "local": jsonable(edge.partial),
        }
        for node in graph.nodes
        for edge in node.edges
    ]
    kinds = [one.kind for one in labels(graph, result)]
    return {
        "schema": SCHEMA,
        "expr": result.expr,
        "canonical": result.canonical,
        "at": {name: jsonable(value) for name, value in result.at.items()},
        "value": jsonable(result.value),
        "nodes": [_node(result, *pair) for pair in zip(graph.nodes, kinds, strict=True)],
        "edges": edges,
        "notes": [*result.notes, *left_out(graph)],
        "error": None if result.error is None else result.error.message,
    }


def _node(result: Result, node: Node, kind: str) -> dict[str, Any]:
    trace, cotangents, slot = result.steps.trace, result.steps.cotangents, node.slot
    repeat = _repeat(result, node.item) if isinstance(node.item, Repeat) else None
    return {
        "id": identity(node),
        "kind": kind,
        "name": trace.names.get(slot),
        "operation": None if repeat else operation(trace, slot),
        "value": jsonable(trace.values[slot]),
        "cotangent": jsonable(cotangents[slot]),
        "repeat": repeat,
    }


def _repeat(result: Result, repeat: Repeat) -> dict[str, Any]:
    values, cotangents = result.steps.trace.values, result.steps.cotangents
    return {
        "rounds": len(repeat.rounds),
        "lines": [
            {
                "depth": one.depth,
                "text": round_text(result, one),
                "step": one.slots[0] if one.slots else None,
                "value": _span(span(values, one)) if one.slots else None,
                "cotangent": _span(span(cotangents, one)) if one.slots else None,
            }
            for one in lines(repeat)
        ],
    }


def _span(one: Span) -> dict[str, Any]:
    return {"first": one.first, "last": one.last, "least": one.least, "most": one.most}


def as_json(graph: Graph, result: Result) -> str:
    """The graph as one strict JSON object."""
    return dumped(record(graph, result))
