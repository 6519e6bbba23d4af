"""Verdicts on claims, and suites that run, on a terminal."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from gradcalc.claims.verdict import Everywhere, Judgement, Verdict
from gradcalc.notebook import cut
from gradcalc.suites.running import CaseReport, Report
from gradcalc.views.boxes import LISTED_PARTS, SHOWN_PARTS, box_record, box_text
from gradcalc.views.console import Screen
from gradcalc.views.layout import RIGHT, WRONG, line, sentence

CLAIM_COLUMNS, CASE_COLUMNS = 6, 7  # of the words before a claim, and before a case
MARKS = {"passed": ("ok", RIGHT), "failed": ("FAILED", WRONG), "error": ("ERROR", WRONG)}


def show(verdict: Verdict, out: Screen) -> None:
    """A claim a line, what is wrong with it under it, then what was compared."""
    for claim in verdict.claims:
        mark, style = ("right", RIGHT) if claim.holds else ("WRONG", WRONG)
        how = " (proven by sympy)" if claim.proven else ""
        how = " (to the digits it is written with)" if claim.rounded else how
        line(out, mark, Text(f"d/d{claim.by} = {claim.text}{how}"), style, CLAIM_COLUMNS)
        for why in (*_wrong(claim), *_everywhere(claim)):
            line(out, "", Text(why), indent=CLAIM_COLUMNS)
    plural = "" if verdict.points == 1 else "s"
    text = f"compared at {verdict.points} point{plural}{_known(verdict)}"
    if verdict.aside:
        some = (
            "1 singular point was"
            if verdict.aside == 1
            else (f"{verdict.aside} singular points were")
        )
        text += f"; {some} set aside"
    sentence(out, Text(text))


def _known(verdict: Verdict) -> str:
    """To how many digits numbers were compared that are too many to be proven one by one."""
    digits = [claim.digits for claim in verdict.claims if claim.digits is not None]
    if not digits:
        return ""
    unknown = sum(claim.unknown for claim in verdict.claims)
    aside = f"; {unknown:,} of which fewer are known were set aside" if unknown else ""
    return f", to {min(digits)} digits: they are too many to be proven one by one{aside}"


def _wrong(claim: Judgement) -> list[str]:
    if claim.worst is None:
        return []
    at = ", ".join(f"{name} = {cut(value)}" for name, value in claim.worst.at.items())
    element = claim.worst.element
    where = f", element [{', '.join(map(str, element))}]" if element else ""
    lines = [f"at {at}{where}: claimed {claim.worst.claimed}, truly {claim.worst.true}"]
    if claim.wrong > 1:
        lines.append(f"wrong at {claim.wrong} of {claim.compared} points; the worst is shown")
    if claim.formula:
        there = " there" if claim.branch else ""
        lines.append(f"the derivative{there} is {claim.formula}")
    if claim.diagnosis:
        lines.append(claim.diagnosis)
    return lines


def _everywhere(claim: Judgement) -> list[str]:
    """How much of the box the claim is proven for."""
    if (proof := claim.everywhere) is None:
        return []
    box, cover = box_text(proof.over), proof.cover
    how = "as a formula" if proof.identical else f"to within {proof.tolerance:.2g}"
    if cover.proven:
        return [f"✓ proven {how} for all {box}"]
    ran_out = "" if cover.ended else "; time ran out (--timeout)"
    lines = [f"not proven {how} for {cover.share:.2g} of the box{ran_out}"]
    lines += [f"undecided: {box_text(part.box)}" for part in cover.undecided[:SHOWN_PARTS]]
    hidden = len(cover.undecided) - SHOWN_PARTS
    return [*lines, f"and {hidden} more"] if hidden > 0 else lines


def record(verdict: Verdict) -> dict[str, Any]:
    """As JSON's own types, schema gradcalc.check/1."""
    return {
        "schema": "gradcalc.check/1",
        "expr": verdict.expr,
        "holds": verdict.holds,
        "points": verdict.points,
        "aside": verdict.aside,
        "claims": [
            {
                "by": c.by,
                "claim": c.text,
                "holds": c.holds,
                "proven": c.proven,
                "rounded": c.rounded,
                "compared": c.compared,
                "wrong": c.wrong,
                "formula": c.formula,
                "diagnosis": c.diagnosis,
                "digits": c.digits,
                "unknown": c.unknown,
                "everywhere": None if c.everywhere is None else _proof(c.everywhere),
                "worst": None
                if c.worst is None
                else {
                    "at": dict(c.worst.at),
                    "element": list(c.worst.element),
                    "claimed": c.worst.claimed,
                    "true": c.worst.true,
                    "relative_error": c.worst.error,
                },
            }
            for c in verdict.claims
        ],
    }


def _proof(proof: Everywhere) -> dict[str, Any]:
    cover = proof.cover
    return {
        "proven": cover.proven,
        "identical": proof.identical,
        "tolerance": proof.tolerance,
        "share": cover.share,
        "parts": cover.parts,
        "ended": cover.ended,
        "undecided": [
            {"box": box_record(part.box), "why": part.why}
            for part in cover.undecided[:LISTED_PARTS]
        ],
    }


def show_case(path: str, ran: CaseReport, out: Screen) -> None:
    """A case that was run: where it is and why, unless it passed."""
    mark, style = MARKS[ran.outcome]
    line(out, mark, Text(f"{ran.name} ({ran.seconds:.2f} s)"), style, CASE_COLUMNS)
    if ran.outcome != "passed":
        line(out, "", Text(f"{path}:{ran.line}"), indent=CASE_COLUMNS)
    for why in ran.why:  # whole, with the carets where they belong
        out.print(Text(" " * CASE_COLUMNS + why), soft_wrap=True)


def summary(report: Report, out: Screen) -> None:
    """How many cases came out how."""
    text = [f"{report.count('passed')} passed"]
    text += [
        f"{n} {word}"
        for word, n in (
            ("failed", report.count("failed")),
            ("in error", report.count("error")),
            ("not run", len(report.skipped)),
        )
        if n
    ]
    words = f"{report.path}: {', '.join(text)} in {report.seconds:.2f} s"
    well = report.count("passed") == len(report.cases)
    sentence(out, Text(words, style="" if well else WRONG))
