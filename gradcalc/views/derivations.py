"""Derivations step by step: on a screen, as LaTeX, Markdown, HTML and JSON."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from gradcalc.formulas.explain import Explained, Explanation
from gradcalc.formulas.latex import to_latex
from gradcalc.formulas.steps import Step, as_written, at_path
from gradcalc.language import to_text
from gradcalc.language.printer import with_place
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, WRONG, gap, line, sentence
from gradcalc.views.strict import dumped

SCHEMA = "gradcalc.explain/1"
LONG_LINE = 100  # characters: of longer lines only the part that changes is shown
PROVEN = "✓ each line equals the one before it, at several points to 30 digits"
UNPROVEN = "✗ NOT each line was found equal to the one before it"
STYLE_NEW = "bold cyan"  # the part of a line that is new


def show(result: Explanation, out: Screen) -> None:
    """Print each derivation: its lines, the rules, and what a claim did otherwise."""
    line(out, "formula", Text(to_text(result.value)))
    if result.guards:
        line(out, "valid", Text("while " + ", ".join(result.guards)))
    for one in result.derivations:
        gap(out)
        _show_one(one, out)
    gap(out)
    for note in result.notes:
        line(out, "note", Text(note))
    proven = all(step.proven for one in result.derivations for step in one.derivation.steps)
    if any(one.derivation.steps for one in result.derivations):
        text = Text(PROVEN, style=RIGHT) if proven else Text(UNPROVEN, style=WRONG)
        line(out, "proof", text)


def _show_one(one: Explained, out: Screen) -> None:
    steps = one.derivation.steps
    texts = [_equation(step) for step in steps]
    start = to_text(as_written(one.derivation.start))
    out.print(Text(f"  {of(one)}{start if len(start) <= LONG_LINE else _label(one)}"))
    widest = max((len(text) for text in texts), default=0)
    for k, (step, text) in enumerate(zip(steps, texts, strict=True)):
        rule = Text(step.rule, style="dim")
        if not step.proven:
            rule.append("  NOT EQUAL to the line before", style=WRONG)
        if widest + len(rule) + 5 <= min(out.width, 140) and not out.plain:
            out.print(Text("= ").append_text(text).append(" " * (widest - len(text) + 3)) + rule)
        else:
            sentence(out, Text("= ").append_text(text), indent=4)
            sentence(out, Text("    ").append_text(rule), indent=6)
        _show_slip(one, k, out)
    if one.claim is not None:
        _show_claim(one, out)


def of(one: Explained) -> str:
    """The element of a vector that a derivation is of, before its first line."""
    return f"f{one.of}: " if one.of else ""


def _label(one: Explained) -> str:
    return f"d/d{one.derivation.x} of the formula"


def _equation(step: Step) -> Text:
    """The line with its new part marked; of a long line that part alone, and what it replaces."""
    written = as_written(step.line)
    text, place = with_place(written, at_path(written, step.path))
    if len(text) <= LONG_LINE or not step.path:
        marked = Text(text)
        if step.path:
            marked.stylize(STYLE_NEW, place.start, place.end)
        return marked
    before, part = to_text(as_written(step.before)), text[place.start : place.end]
    return Text(f"… where {before} = ").append(part, style=STYLE_NEW)


def _show_slip(one: Explained, step: int, out: Screen) -> None:
    claim = one.claim
    if claim is not None and claim.step == step:
        text = f"    the claim parts here: {claim.slip}"
        out.print(Text(text, style=WRONG), soft_wrap=True)


def _show_claim(one: Explained, out: Screen) -> None:
    claim = one.claim
    assert claim is not None
    shown = to_text(claim.claim)
    if claim.right:
        line(out, "claim", Text(f"{shown} is right", style=RIGHT))
        return
    why = "" if claim.step is not None else "; no single slip leads to it"
    line(out, "claim", Text(f"{shown} is WRONG{why}", style=WRONG))


# Other notations ------------------------------------------------------------------------------


def latex(result: Explanation) -> str:
    """Each derivation as an `aligned` environment, the rules beside its lines."""
    return "\n".join(_latex(one) for one in result.derivations)


def _latex(one: Explained) -> str:
    rows = []
    for expr, rule in one.lines:
        sign = "=" if rule else ""
        beside = rf" && \text{{{_plain_latex(rule)}}}" if rule else ""
        rows.append(rf"{sign}& {to_latex(expr)}{beside}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _plain_latex(text: str) -> str:
    """A rule's name within \\text."""
    signs = {"^": r"\textasciicircum{}", "_": r"\_", "%": r"\%", "∂": r"$\partial$"}
    return "".join(signs.get(letter, letter) for letter in text)


def markdown(result: Explanation) -> str:
    """Each derivation as a block of mathematics."""
    return "\n\n".join(f"$$\n{_latex(one)}\n$$" for one in result.derivations)


def record(result: Explanation) -> dict[str, Any]:
    """The result as JSON's own types."""
    return {
        "schema": SCHEMA,
        "expr": result.source,
        "canonical": to_text(result.value),
        "steps": [
            {
                "of": f"f{one.of}",
                "wrt": one.derivation.x,
                "line": to_text(as_written(step.line)),
                "rule": step.rule,
                "proven": step.proven,
            }
            for one in result.derivations
            for step in one.derivation.steps
        ],
        "claims": [
            {
                "wrt": one.derivation.x,
                "claim": to_text(one.claim.claim),
                "right": one.claim.right,
                "step": one.claim.step,
                "slip": one.claim.slip,
            }
            for one in result.derivations
            if one.claim is not None
        ],
        "guards": list(result.guards),
        "notes": list(result.notes),
    }


def as_json(result: Explanation) -> str:
    """The result as one strict JSON object."""
    return dumped(record(result))
