"""Pictures of graphs: colours that can be read, nothing outside, texts that are texts, PNG."""

from __future__ import annotations

import builtins
import json
import re
import sys
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from gradcalc import Options, evaluate
from gradcalc.answers.result import Result
from gradcalc.errors import GradcalcError
from gradcalc.graphs.graph import Graph, graph
from gradcalc.views import diagrams, pictures
from gradcalc.views.pictures import KINDS, SCHEMES, svg

SVG = "{http://www.w3.org/2000/svg}"
PROGRAMS = [
    ("sin(x)*y + exp(x*y)", {"x": 1, "y": 2}),
    ("a = x*y; b = sin(a); c = a + b*x; d = b/c; d*a - log(c) + b", {"x": "1.2", "y": "0.7"}),
    ("y = x; for i in 0..50 { y = y + sin(i*y) }; y*x", {"x": "0.1"}),
    ("sum(v @ A)", {"v": [1, -1], "A": [[1, 2], [3, 4]]}),
    ("max(x, 1)*1e-300/x", {"x": "1e200"}),
    ("3", {}),
]


def drawn(program: str, at: dict[str, Any], *, fold: bool = True) -> tuple[Graph, Result]:
    result = evaluate(program, at, options=Options(check="off"))
    return graph(result.steps.trace, fold=fold, most=1000), result


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def fills(picture: str) -> dict[str, str]:
    """The fill of each selector in the style sheet of a picture for one scheme."""
    (style,) = re.findall("<style>(.*?)</style>", picture, re.DOTALL)
    rules = re.findall(r"\.gradcalc ([^{]+)\{([^}]*)\}", style)
    return {name: m[1] for name, rule in rules if (m := re.search("fill:(#[0-9a-f]{6})", rule))}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("program", "at"), PROGRAMS)
def test_each_text_can_be_read_on_what_is_behind_it(
    program: str, at: dict[str, Any], scheme: str
) -> None:
    picture = svg(*drawn(program, at), scheme)
    colours = fills(picture)
    root = ElementTree.fromstring(picture)
    seen = 0
    for group in root.iter(f"{SVG}g"):
        kind = group.get("class")
        for text in group.findall(f"{SVG}text"):
            style = f".{text.get('class')}"
            behind = colours[f".{kind} rect"] if kind in KINDS else colours[".paper"]
            assert contrast(colours.get(style, colours["text"]), behind) >= 4.5
            seen += 1
    assert seen


def test_the_reader_s_scheme_has_the_colours_of_the_tested_ones() -> None:
    """A picture for both has each colour as a variable, the dark ones where dark is preferred."""
    picture = svg(*drawn(*PROGRAMS[0]))
    light, dark = picture.split("@media(prefers-color-scheme:dark)")
    for name in SCHEMES["light"]:
        assert f"--gc-{name}:{SCHEMES['light'][name]}" in light
        assert f"--gc-{name}:{SCHEMES['dark'][name]}" in dark
    assert set(re.findall(r"var\(--gc-([a-z-]+)\)", picture)) == SCHEMES["dark"].keys()
    assert SCHEMES["light"].keys() == SCHEMES["dark"].keys()


@pytest.mark.parametrize("fold", [True, False])
@pytest.mark.parametrize(("program", "at"), PROGRAMS)
def test_nothing_is_outside_the_picture(program: str, at: dict[str, Any], fold: bool) -> None:
    root = ElementTree.fromstring(svg(*drawn(program, at, fold=fold)))
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    inner = (width - pictures.MARGIN, height - pictures.MARGIN)
    for box in root.iter(f"{SVG}rect"):
        x, y = float(box.get("x", 0)), float(box.get("y", 0))
        assert min(x, y) >= -pictures.MARGIN
        assert x + float(box.get("width", 0)) <= max(width * (box.get("x") is None), inner[0] + 1)
        assert y + float(box.get("height", 0)) <= max(height * (box.get("y") is None), inner[1] + 1)
    for text in root.iter(f"{SVG}text"):
        letter = pictures.SMALL_LETTER if text.get("class") == "partial" else pictures.LETTER
        half = len(text.text or "") * letter / 2
        assert float(text.get("x", 0)) - half >= -pictures.MARGIN
        assert float(text.get("x", 0)) + half <= inner[0] + 1
    for path in root.iter(f"{SVG}path"):
        numbers = [
            float(n) for n in re.findall(r"-?\d+\.\d", re.sub(r"V[\d.]+", "", path.get("d", "")))
        ]
        assert all(-1 <= x <= inner[0] + 1 for x in numbers[0::2])
        assert all(-1 <= y <= inner[1] + 1 for y in numbers[1::2])


def test_values_cotangents_and_local_derivatives_are_texts() -> None:
    found, result = drawn(*PROGRAMS[0])
    root = ElementTree.fromstring(svg(found, result))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"v2: sin(v0)", "0.841471", "∂ 15.8587", "0.540302"} <= set(texts)
    edges = [(p.get("data-from"), p.get("data-to")) for p in root.iter(f"{SVG}path")]
    trace = result.steps.trace
    assert sorted(edges) == sorted(
        (f"v{a}", f"v{k}") for k, used in enumerate(trace.arguments) for a in used
    )


def test_what_a_text_holds_is_no_markup() -> None:
    """A comparison in the formula, and a name in letters of any script."""
    found, result = drawn("größe = x if x < 2 else 1; größe*where(x > 0, x, -x)", {"x": 1})
    for scheme in ("auto", "light"):
        ElementTree.fromstring(svg(found, result, scheme))
    for text in (diagrams.dot(found, result), diagrams.mermaid(found, result)):
        assert "größe" in text


def test_dot_and_mermaid_have_all_edges() -> None:
    found, result = drawn(*PROGRAMS[1], fold=False)
    wanted = sorted((e["from"], e["to"]) for e in diagrams.record(found, result)["edges"])
    dot, mermaid = diagrams.dot(found, result), diagrams.mermaid(found, result)
    assert sorted(re.findall(r"(v\d+) -> (v\d+)", dot)) == wanted
    assert sorted(re.findall(r'(v\d+) -->(?:\|"[^"]*"\|)? (v\d+)', mermaid)) == wanted
    assert len(re.findall(r"^  v\d+ \[", dot, re.MULTILINE)) == len(found.nodes)


def test_json_says_what_repeats() -> None:
    found, result = drawn(*PROGRAMS[2])
    record = json.loads(diagrams.as_json(found, result))
    (node,) = [node for node in record["nodes"] if node["kind"] == "repeat"]
    assert node["repeat"]["rounds"] == 50
    counter = node["repeat"]["lines"][0]
    assert counter["value"] == {"first": 0, "last": 49, "least": 0, "most": 49}


# PNG ----------------------------------------------------------------------------------------


def test_png_is_asked_of_resvg_with_colours_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def render(**options: Any) -> list[int]:
        asked.update(options)
        return [137, 80, 78, 71]

    monkeypatch.setitem(sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=render))
    found = drawn(*PROGRAMS[0])
    assert pictures.png(*found, "dark") == b"\x89PNG"
    assert "var(" not in asked["svg_string"]
    assert SCHEMES["dark"]["paper"] in asked["svg_string"]
    root = ElementTree.fromstring(asked["svg_string"])
    assert asked["width"] == pictures.PNG_ZOOM * int(root.get("width", 0))
    pictures.png(*found, "auto")
    assert SCHEMES["light"]["paper"] in asked["svg_string"]


def test_without_resvg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "resvg_py":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "resvg_py", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(GradcalcError) as caught:
        pictures.png(*drawn(*PROGRAMS[0]), "light")
    assert caught.value.code == "missing-extra"
    assert "gradcalc[picture]" in str(caught.value.hint)
