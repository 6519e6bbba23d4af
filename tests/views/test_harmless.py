"""Names from files and command lines never give a terminal commands, wherever they are shown."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gradcalc.cli import run
from gradcalc.harmless import harmless
from gradcalc.views.strict import dumped

Captured = pytest.CaptureFixture[str]
# Escapes, and signs that are not seen: directions, no width, breaks of a line, tags.
UNSEEN = "\xad\u061c\u200b\u200d\u200e\u2028\u2029\u2060\u2063\ufeff\ufff9\U000e0041"
EVIL = f"a\x1b]0;title\x07\x1b[31mred\x9b31m\u202e{UNSEEN}b\x7f"
COMMANDS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069{UNSEEN}]")


def table(name: str, text: str) -> list[str]:
    Path(name).write_text(text, encoding="utf-8")
    return [name]


CHANNELS: dict[str, Callable[[], list[str]]] = {
    "header, no such column": lambda: ["map", "x*2", *table("t.csv", f"{EVIL},y\n1,2\n")],
    "header, twice": lambda: ["map", "x*2", *table("t.csv", f"{EVIL},{EVIL},y\n1,2,3\n")],
    "cell": lambda: ["map", "x*2", *table("t.csv", f"x,y\n{EVIL},2\n")],
    "column, missing numbers": lambda: ["map", f"`{EVIL}`*2", *table("t.csv", "x,y\n1,2\n")],
    "key of JSON Lines": lambda: [
        *("map", "x*2"),
        *table("t.jsonl", json.dumps({"x": 1}) + "\n" + json.dumps({"x": 1, EVIL: 2}) + "\n"),
    ],
    "file that isn't there": lambda: ["map", "x*2", f"{EVIL}.csv"],
    "file of no format": lambda: ["map", "x*2", f"{EVIL}.xyz"],
    "renamed": lambda: ["map", "x*2", *table("t.csv", "x\n1\n"), "--rename", f"{EVIL}=z"],
    "kept": lambda: ["map", "x*2", *table("t.csv", "x\n1\n"), "--keep", EVIL],
    "delimiter": lambda: ["map", "x*2", *table("t.csv", "x\n1\n"), "--delimiter", EVIL],
    "formula": lambda: ["eval", f"x + {EVIL}", "--at", "x=1"],
    "point": lambda: ["eval", "x^2", "--at", f"x=1,`{EVIL}`=2"],
    "point, not a name": lambda: ["eval", "x^2", "--at", f"{EVIL}=2"],
    "input": lambda: ["eval", "x^2", "--at", "x=1", "--wrt", EVIL],
    "option": lambda: ["eval", "x^2", f"--{EVIL}"],
    "command": lambda: [EVIL],
    "topic": lambda: ["help", EVIL],
    "function": lambda: ["functions", EVIL],
    "suite, name of a case": lambda: [
        *("check", "-v"),
        *table(
            "s.toml", f'[[case]]\nname = {json.dumps(EVIL)}\nexpr = "x"\nat = "x=1"\nclaim = "2"\n'
        ),
    ],
    "suite, annotations": lambda: [
        *("check", "--github"),
        *table(
            "s.toml", f'[[case]]\nname = {json.dumps(EVIL)}\nexpr = "x"\nat = "x=1"\nclaim = "2"\n'
        ),
    ],
    "suite, JUnit": lambda: [
        *("check", "--junit", "-"),
        *table(
            "s.toml", f'[[case]]\nname = {json.dumps(EVIL)}\nexpr = "x"\nat = "x=1"\nclaim = "2"\n'
        ),
    ],
    "suite that isn't there, annotations": lambda: ["check", "--github", f"{EVIL}.toml"],
    "suite, key": lambda: [
        "check",
        *table("s.toml", f'[[case]]\n{json.dumps(EVIL)} = 1\nexpr = "x"\nat = "x=1"\n'),
    ],
    "key of a point": lambda: [
        "eval",
        "x^2",
        "--at",
        "@" + table("p.json", json.dumps({EVIL: 1}))[0],
    ],
    "request": lambda: ["check", "x^2", "--against", *table("d.csv", f"{EVIL},value\n1,2\n")],
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("color", ["always", "never"])
def test_no_channel_passes_them_on(
    channel: str, color: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    words = CHANNELS[channel]()
    if color == "always":
        monkeypatch.setenv("FORCE_COLOR", "1")
    run(words)
    out, err = capsys.readouterr()
    for text in (out, err):
        shown = re.sub(r"\x1b\[[0-9;]*m", "", text) if color == "always" else text
        assert "\x1b]" not in text
        assert "\x1b[31mred" not in text
        assert not COMMANDS.search(shown), channel
    assert out or err


@pytest.mark.parametrize("sign", [*UNSEEN, "\x7f", "\x9b", "\u202e", "\ud800"])
@pytest.mark.parametrize("ascii", [True, False])
def test_json_escapes_them(sign: str, ascii: bool) -> None:
    """Nothing is lost: JSON can spell each of them."""
    text = dumped({"a" + sign: "é"}, ascii=ascii)
    assert not COMMANDS.search(text)
    text.encode()
    assert json.loads(text) == {"a" + sign: "é"}
    assert not COMMANDS.search(dumped({"a" + sign: "e"}))


@pytest.mark.parametrize("sign", ["\r", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("form", ["plain", "csv", "markdown", "latex"])
def test_a_name_is_on_one_line(
    sign: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A title of several lines is the name of one that a formula has in backquotes."""
    monkeypatch.chdir(tmp_path)
    assert run(["map", f"`a{sign}b`*2", *table("t.csv", f'"a{sign}b",y\n1,2\n'), "-q"]) == 0
    assert "2" in capsys.readouterr().out
    run(["eval", f"`a{sign}b`*2", "--at", "`a b`=1", "--format", form])
    out, err = capsys.readouterr()
    assert "a b" in out or "missing-value" not in err
    assert not re.search(f"a{sign}b", out + err)
    assert not COMMANDS.search(out + err)


@pytest.mark.parametrize("text", ["plain", "x\ty\n", "naïve Ω ∂", ""])
def test_what_is_harmless_stays(text: str) -> None:
    assert harmless(text) == text


class Screen(io.TextIOWrapper):
    """Stdout, as a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json"])
@pytest.mark.parametrize("terminal", [True, False])
def test_tables_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, terminal: bool
) -> None:
    """What is shown can't be a command; what a pipe gets is what the file holds."""
    monkeypatch.chdir(tmp_path)
    given = table("t.csv", f"{EVIL},y\n{EVIL},2\n")
    raw = io.BytesIO()
    screen = (Screen if terminal else io.TextIOWrapper)(raw, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdout", screen)
        assert run(["map", "2*y", *given, "-q", "--to", kind]) == 0
    text = raw.getvalue().decode()
    assert bool(COMMANDS.search(text)) == (not terminal)
    assert "title" in text
