"""Points in other spellings: `x=1;y=2`, `x==1`, `x: 1`, `{"x": 1}`."""

from __future__ import annotations

import re

from gradcalc.errors import GradcalcError, Span

# What stands for = or for a comma elsewhere; a value may be a condition's, `1 if 2 == 2 else 3`.
_SLIPS = re.compile(r";|&|:|->|→|^[^=]*==|[^,\s]\s+[^\W\d]\w*\s*=(?!=)")
_EQUALS = re.compile(r"\s*(?:==|:=|->|→|:|=)\s*")
_BETWEEN = re.compile(r"\s*(?:[;&,]|\band\b)\s*|\s+(?=[^\W\d]\w*\s*(?:=|:|->|→))")
_SIMPLE = re.compile(r"[^\W\d]\w*=[^=,;:&\s]+(?:,[^\W\d]\w*=[^=,;:&\s]+)*")


def refuse_signs(text: str) -> None:
    """An error for other signs than = and commas, where it is clear what was meant: `x=1;y=2`."""
    if not _SLIPS.search(text):
        return
    bare = text.strip().strip("{}()").replace('"', "").replace("'", "")
    meant = _EQUALS.sub("=", _BETWEEN.sub(",", bare)).strip(", ")
    if _SIMPLE.fullmatch(meant):
        raise GradcalcError(
            "bad-point",
            "values are written name=value, with commas between them",
            Span(0, len(text)),
            hint=f"write --at {meant}",
            source=text,
        )
