"""How a derivative comes about, rule by rule, and where a claim parts from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gradcalc.answers.request import Names, Options, names_of
from gradcalc.errors import Exit, blaming
from gradcalc.formulas.form import Form, read_form
from gradcalc.formulas.inline import leaves
from gradcalc.formulas.mathml import to_mathml
from gradcalc.formulas.recorded import element_names
from gradcalc.formulas.slips import ClaimedStep, compare
from gradcalc.formulas.steps import Derivation, derivation
from gradcalc.language import to_text
from gradcalc.language.syntax import Expr
from gradcalc.notebook import briefs, cut, plain
from gradcalc.run.point import Given


@dataclass(frozen=True, slots=True)
class Explained:
    """One derivation, of the element of the value that `of` names ("" for a number)."""

    of: str
    derivation: Derivation
    claim: ClaimedStep | None = None

    @property
    def lines(self) -> list[tuple[Expr, str]]:
        """The lines of the derivation with their rules; the first has none."""
        steps = self.derivation.steps
        return [(self.derivation.start, ""), *((step.line, step.rule) for step in steps)]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A program as a formula, and how its derivatives come about."""

    source: str
    value: Expr
    derivations: tuple[Explained, ...]
    guards: tuple[str, ...]
    notes: tuple[str, ...]

    def html(self) -> str:
        """Each derivation as a table of MathML and rules, without script and style of its own."""
        return "\n".join(map(_html, self.derivations))

    def __repr__(self) -> str:
        derivations = [one.derivation for one in self.derivations]
        ends = {one.x: f"{to_text(one.answer)} in {len(one.steps)} steps" for one in derivations}
        return f"Explanation({cut(self.source)}: {briefs(ends)})"

    def _repr_html_(self) -> str:
        """The mathematics for notebooks."""
        return self.html()

    @property
    def exit(self) -> Exit:
        """Negative where a line was not found equal to the one before, or a claim is wrong."""
        lines = (step.proven for one in self.derivations for step in one.derivation.steps)
        claims = (one.claim.right for one in self.derivations if one.claim is not None)
        return Exit.OK if all(lines) and all(claims) else Exit.VERDICT


def _html(one: Explained) -> str:
    rows = [
        f"<tr><td>{'=' if rule else ''}</td><td>{to_mathml(expr, display=False)}</td>"
        f"<td>{plain(rule)}</td></tr>"
        for expr, rule in one.lines
    ]
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def explain(
    source: str,
    at: Mapping[str, Given] | None = None,
    *,
    wrt: Names | None = None,
    claims: Mapping[str, str] | None = None,
    detail: bool = False,
    options: Options | None = None,
) -> Explanation:
    """The steps of each derivative of a program, by each input of `wrt` (all, unless told).

    `claims` are derivatives by input, as texts: each is compared with the steps. `at` is needed
    where the course of the run, or the shape of an input, depends on it. GradcalcError where a part
    has no rule, or there is no formula.

    >>> (one,) = explain("sin(3x)").derivations
    >>> for step in one.derivation.steps:
    ...     print(step, "by", step.rule)
    cos(3*x)*d/dx(3*x) by chain rule, sin'(u) = cos(u)
    cos(3*x)*(3*1) by constant factor
    3*cos(3*x) by tidied
    """
    options, given, claims = options or Options(), at or {}, claims or {}
    wanted = names_of(wrt) or tuple(claims)
    with blaming(source):
        form = read_form(source, given, {*wanted, *claims}, options)
        names = wanted or form.names
        form.refuse_unknown((*names, *claims))
        explained = [
            Explained(of, derivation(leaf, x, form.elements, detail=detail))
            for of, leaf in _named_leaves(form)
            for name in names
            for x in element_names(name, form.shapes[name])
        ]
        checked = tuple(_claimed(one, claims, given, form, options) for one in explained)
    return Explanation(source, form.value, checked, form.guards, form.notes)


def _named_leaves(form: Form) -> list[tuple[str, Expr]]:
    """The numbers that the value holds, those of a vector with their place."""
    found = leaves(form.value)
    return [("" if found == [form.value] else f"[{k}]", leaf) for k, leaf in enumerate(found)]


def _claimed(
    one: Explained, claims: Mapping[str, str], at: Mapping[str, Given], form: Form, options: Options
) -> Explained:
    """The derivation with the claim for its input, if there is one."""
    text = claims.get(one.derivation.x)
    if text is None:
        return one
    claim = read_form(text, at, form.names, options).value
    return replace(one, claim=compare(one.derivation, claim, form.elements))
