"""Every number in JSON that is not finite is a string, in every view, wherever it stands."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from gradcalc import Options, evaluate
from gradcalc.answers.products import hessian
from gradcalc.answers.result import Result
from gradcalc.batch.sample import SampleCheck
from gradcalc.batch.summary import Summary
from gradcalc.claims.against import Comparison, WrongNumber
from gradcalc.claims.verdict import Judgement, Miss, Verdict
from gradcalc.cli import lines as requests
from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError
from gradcalc.search.finding import Finding
from gradcalc.search.hunt import Hunt
from gradcalc.suites.running import Report
from gradcalc.views import against, checked, hunted, mapped, reports
from gradcalc.views import json as view
from gradcalc.views.strict import dumped

Captured = pytest.CaptureFixture[str]
SPELLINGS = {math.nan: "NaN", math.inf: "Infinity", -math.inf: "-Infinity"}


def parsed(text: str) -> Any:
    """As a strict reader takes it."""

    def refuse(constant: str) -> Any:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def floats_of(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all numbers with a fraction in a frozen record, as paths of fields and keys."""
    if isinstance(data, float):
        yield path
    elif is_dataclass(data):
        for field in fields(data):
            if field.name not in ("steps", "error", "checks"):
                yield from floats_of(getattr(data, field.name), (*path, field.name))
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from floats_of(value, (*path, key))
    elif isinstance(data, tuple):
        for k, item in enumerate(data):
            yield from floats_of(item, (*path, k))


def changed(data: Any, path: tuple[Any, ...], number: float) -> Any:
    """The record with another number at a place."""
    if not path:
        return number
    head, *rest = path
    if isinstance(data, dict):
        return {**data, head: changed(data[head], tuple(rest), number)}
    if isinstance(data, tuple):
        return (*data[:head], changed(data[head], tuple(rest), number), *data[head + 1 :])
    return replace(data, **{head: changed(getattr(data, head), tuple(rest), number)})


def _result() -> Result:
    result = evaluate("x*y + abs(x)", {"x": 0, "y": 1.5})
    return replace(result, ulps=0.5)


AT = {"x": 1.5}
SHOWN = {"value", "gradient", "forward", "reverse", "symbolic", "ulps", "error", "theirs", "ours"}
LEFT_OUT = {"parts", "first"}
MISS = Miss({"x": "1.5"}, "1", "2", 0.5)
RECORDS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "eval": (_result(), lambda r: view.text(view.record(r))),
    "eval line": (_result(), lambda r: view.text(view.record(r), indent=None)),
    "hessian": (
        hessian("x^2*y", {"x": 2, "y": 1}, options=Options(check="fast")),
        lambda r: view.text(view.record(r)),
    ),
    "map": (
        Summary(checked=SampleCheck(1, (), 3, ("value", AT), 0)),
        lambda s: reports.text(mapped.record(s)),
    ),
    "against": (
        Comparison(
            "t", "float64", 1, 1, 0, (WrongNumber(1, AT, "value", 1.0, 2.0, 0.5),), {}, 1, (), 0.1
        ),
        lambda c: reports.text(against.record(c)),
    ),
    "check": (
        Verdict("x", (Judgement("x", "1", False, 1, worst=MISS),), 1, 0),
        lambda v: reports.text(checked.record(v)),
    ),
    "hunt": (
        Hunt("x", (Finding("kink", {"x": "0"}, "", None, ""),), 1, True),
        lambda h: reports.text(hunted.record(h, AT)),
    ),
    "suite": (Report("s", (), (), 0.5), lambda r: reports.text(reports.record([r]))),
}


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("number", SPELLINGS, ids=str)
def test_no_number_of_any_record_breaks_json(kind: str, number: float) -> None:
    """Each number of each record in turn."""
    record, write = RECORDS[kind]
    for path in floats_of(record):
        text = write(changed(record, path, number))
        parsed(text)
        if path[-1] in SHOWN and not LEFT_OUT.intersection(path):
            assert f'"{SPELLINGS[number]}"' in text, path


@pytest.mark.parametrize("number", SPELLINGS, ids=str)
@pytest.mark.parametrize("indent", [None, 2])
def test_data_of_any_shape(number: float, indent: int | None) -> None:
    word = SPELLINGS[number]
    data = {"a": number, "b": [1.0, [number]], "c": (number, {"d": np.float64(number)})}
    assert parsed(dumped(data, indent=indent)) == {
        "a": word,
        "b": [1.0, [word]],
        "c": [word, {"d": word}],
    }


def test_relative_errors_without_bound(capsys: Captured) -> None:
    """A claim about a derivative that is 0 has an infinite relative error."""
    assert run(["check", "x - x", "--claim", "x=1", "--at", "x=1", "--json"]) == Exit.VERDICT
    (claim,) = parsed(capsys.readouterr().out)["claims"]
    assert claim["worst"]["relative_error"] == "Infinity"


def _answers(monkeypatch: pytest.MonkeyPatch, capsys: Captured, *lines: str) -> list[Any]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    run(["eval", "--jsonl", "--check", "fast"])
    return [parsed(line) for line in capsys.readouterr().out.splitlines()]


GOOD = '{"id": 9, "expr": "x", "at": {"x": 1}}'
SINGULAR = [  # values, derivatives, counts of ulps beyond all numbers
    ("1/x", "1e-320"),
    ("1/x", "0"),
    ("log(x)", "0"),
    ("sqrt(x)", "0"),
    ("gamma(x)", "171.7"),
    ("exp(x)", "710"),
    ("exp(-x)", "1e9"),
    ("(x + 1e308) - 1e308", "1e-320"),
    ("(x*1e-300)*1e300*1e300", "1e-100"),
    ("((x + 1e300) - 1e300) * 1e8", "1e-310"),
    ("[1/x, x]", "0"),
    ("sum([exp(x), (x + 1e308) - 1e308])", "1e-320"),
]


@pytest.mark.parametrize(("expr", "x"), SINGULAR)
def test_singular_answers_end_no_stream(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, expr: str, x: str
) -> None:
    line = json.dumps({"id": 1, "expr": expr, "at": {"x": x}})
    answer, good = _answers(monkeypatch, capsys, line, GOOD)
    assert (answer["id"], good["gradient"]) == (1, {"x": 1})


@pytest.mark.parametrize("step", ["evaluate", "point_object", "record", "text"])
@pytest.mark.parametrize(
    "error",
    [
        ValueError("no"),
        RecursionError(),
        MemoryError(),
        AssertionError(),
        KeyError("k"),
        UnicodeEncodeError("utf-8", "x", 0, 1, "no"),
        GradcalcError("undefined", "no value", exit=Exit.NO_ANSWER),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_fails_costs_one_request(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, step: str, error: Exception
) -> None:
    """A failure in any step of the second request of three."""
    calls = 0
    own = getattr(requests, step)

    def faulty(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        if step != "text" or "canonical" in arguments[0]:  # else it is the text of an error
            calls += 1
            if calls == 2:
                raise error
        return own(*arguments, **options)

    monkeypatch.setattr(requests, step, faulty)
    first, failed, last = _answers(monkeypatch, capsys, GOOD, GOOD.replace("9", "7"), GOOD)
    assert first["gradient"] == last["gradient"] == {"x": 1}
    own_code = "too-large" if isinstance(error, MemoryError) else "bug"
    code = error.code if isinstance(error, GradcalcError) else own_code
    assert (failed["id"], failed["error"]["code"]) == (7, code)


@pytest.mark.parametrize("depth", [10, 300, 480, 900, 960, 990, 1000, 5000, 100_000])
def test_nested_requests_cost_their_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured, depth: int
) -> None:
    nested = "[" * depth + "]" * depth
    lines = [
        f'{{"id": {nested}, "expr": "1"}}',
        f'{{"id": 2, "expr": "x", "at": {{"x": {nested}}}}}',
    ]
    assert len(_answers(monkeypatch, capsys, *lines, GOOD)) == 3


def test_bytes_that_are_not_text_cost_their_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    lines = b"\n".join([b'{"id": 1, "expr": "\xff\xfe"}', GOOD.encode(), b"\x80", GOOD.encode()])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    run(["eval", "--jsonl"])
    answers = [parsed(line) for line in capsys.readouterr().out.splitlines()]
    assert ["error" if answer["error"] else "fine" for answer in answers] == ["error", "fine"] * 2


def test_a_request_has_the_time_of_one(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Of --timeout, which would else have no effect."""
    slow = '{"id": 1, "expr": "s = 0\\nfor k in 0..1000000000 { s = s + x }\\ns", "at": {"x": 1}}'
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{slow}\n{GOOD}\n"))
    run(["eval", "--jsonl", "--timeout", "0.2", "--max-steps", "1000000000"])
    timed_out, good = [parsed(line) for line in capsys.readouterr().out.splitlines()]
    assert timed_out["error"]["code"] == "timeout"
    assert good["gradient"] == {"x": 1}
