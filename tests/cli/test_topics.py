"""What `gradcalc help TOPIC` claims is what the program does: keys, statuses, limits, options."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import gradcalc
from gradcalc.answers.status import SEVERITY
from gradcalc.cli import run
from gradcalc.cli.app import STATUSES
from gradcalc.cli.commands import COMMANDS
from gradcalc.cli.completion import words
from gradcalc.cli.help import TOPICS, rows, text, title
from gradcalc.cli.options import Format
from gradcalc.errors import Exit
from gradcalc.language import parse
from gradcalc.language.pieces import pieces
from gradcalc.run.forms import functions

Captured = pytest.CaptureFixture[str]

OPTIONS = {
    spelling: (name, option)
    for name, options in words()["options"].items()
    for option in options
    for spelling in option["names"]
}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("columns", [40, 80])
def test_a_topic_is_shown_as_wide_as_the_terminal(
    topic: str, columns: int, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run(["help", *topic.split("-")]) == Exit.OK
    page = capsys.readouterr().out
    assert all(len(line) <= columns or "gradcalc " in line for line in page.splitlines())
    unwrapped = " ".join(page.split())
    for block in text(topic).split("\n\n"):
        if not block.startswith("  "):
            assert " ".join(block.split()) in unwrapped


def test_topics_and_commands_can_be_asked_for(capsys: Captured) -> None:
    assert run(["help"]) == Exit.OK
    listed = capsys.readouterr().out
    assert all(title(topic)[0] in listed for topic in TOPICS)
    for words_of, topic in {"digits": 1, "json": 4, "exit": 6, "statuses": 6, "lang": 0}.items():
        assert run(["help", words_of]) == Exit.OK
        assert capsys.readouterr().out.startswith(title(TOPICS[topic])[0])
    for name in COMMANDS:
        assert run(["help", name]) == Exit.OK
        page = capsys.readouterr().out
        assert run([name, "--help"]) == Exit.OK
        assert capsys.readouterr().out == page
    assert run(["help", "kniks"]) == Exit.REQUEST
    assert "did you mean kinks?" in capsys.readouterr().err


def test_exit_statuses() -> None:
    claimed = {int(term) for term, _ in rows(text("exit-statuses").splitlines())}
    assert claimed == set(map(int, Exit))
    assert {int(number) for number in re.findall(r"(?:: |; )(\d+) ", STATUSES)} == claimed


def test_statuses_of_points() -> None:
    assert [term for term, _ in rows(text("kinks").splitlines())] == list(SEVERITY)


def test_limits(capsys: Captured) -> None:
    """Each limit is the default of its option."""
    claimed = rows(text("limits").splitlines())
    assert {term for term, _ in claimed} >= {name for name in OPTIONS if name.startswith("--max-")}
    for option, meaning in claimed:
        name = "map" if option == "--max-paths" else "eval"
        assert run([name, "--help"]) == Exit.OK
        page = " ".join(capsys.readouterr().out.split())
        default = meaning.split()[0].replace(",", "")
        shown = re.search(rf"{option} \S+ [^-]*?\[(?:default: ([\d.]+); )?", page)
        assert shown is not None
        assert shown[1] == (None if default == "none" else default)
    for option, most in (("--digits", "10001"), ("--order", "21")):
        assert run(["eval", "x", option, most, "--at", "x=1"]) == Exit.REQUEST
        largest = int(most) - 1
        assert f"{option} takes at most {largest:,}" in text("limits") or (
            f"{option} at most {largest}" in text("limits")
        )


@pytest.mark.parametrize("topic", TOPICS)
def test_options_that_are_named_exist(topic: str) -> None:
    for option in re.findall(r"(?<![\w-])--?[a-z][a-z-]*(?![\w(*^/])", text(topic)):
        assert option in OPTIONS, option


def test_formats() -> None:
    claimed = {
        name
        for term, _ in rows(text("formats-and-json").splitlines()[:12])
        for name in term.split(", ")
    }
    assert {form.value for form in Format} <= claimed | {"plain"}


def test_the_language_can_be_read() -> None:
    """Each term of the page, with a statement or a condition where it leaves one open."""
    for term, _ in rows(text("language").splitlines()):
        for start, end in pieces(term):
            for source in term[start:end].replace("…", "y = 1").split(" or "):
                if source.strip() not in ("and", "or", "not"):
                    parse(re.sub("(if|while) c ", r"\1 c > 0 ", source), functions=functions())


# JSON ---------------------------------------------------------------------------------------


def claimed_keys() -> dict[str, set[str]]:
    """The keys of each schema in the page on formats."""
    found: dict[str, set[str]] = {}
    schema = ""
    for block in text("formats-and-json").split("\n\n"):
        if match := re.match(r"(gradcalc\.\w+/\d+): ", block):
            schema = match[1]
        elif schema:
            terms = [term for term, _ in rows(block.splitlines())]
            found[schema] = {key for term in terms for key in term.split(", ")}
    return found


CLAIMED = claimed_keys()


def keys_of(answer: Any, schema: str) -> set[str]:
    """The keys of an answer, of objects within it those that the page goes into."""
    found: set[str] = set()
    deep = {key.rpartition(".")[0] for key in CLAIMED[schema] if "." in key}

    def collect(value: Any, path: str) -> None:
        if isinstance(value, list):
            for item in value:
                collect(item, path)
        elif isinstance(value, dict) and (not path or path in deep):
            for key, inner in value.items():
                name = f"{path}.{key}" if path else key
                if (
                    name not in deep
                    or not isinstance(inner, dict | list)
                    or name in CLAIMED[schema]
                ):
                    found.add(name)
                collect(inner, name)

    collect(answer, "")
    return found


def test_every_schema_is_explained() -> None:
    """That of a folder of parts, which map --dask writes, is a file's and no answer's."""
    written = {
        schema
        for path in Path(gradcalc.__file__).parent.rglob("*.py")
        for schema in re.findall(r'"(gradcalc\.\w+/\d+)"', path.read_text(encoding="utf-8"))
    }
    assert written - {"gradcalc.parts/1"} == CLAIMED.keys()


def test_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Those of the page are those of the answers, together; a new schema joins both."""
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("x\n1\n2\n", encoding="utf-8")
    Path("dump.csv").write_text("x,value,d_x\n1,1,2\n2,4,5\n", encoding="utf-8")
    Path("s.toml").write_text('[[case]]\nexpr = "x^2"\nat = "x=3"\nclaim = "2*x"\n', "utf-8")
    Path("r.toml").write_text(Path("s.toml").read_text("utf-8"), "utf-8")
    rows = [(k, 2 * k + (9 if k == 7 else k % 3 / 10)) for k in range(14)]
    Path("f.csv").write_text("x,y\n" + "".join(f"{x},{y}\n" for x, y in rows), "utf-8")
    lines = [
        ["x^2", "--at", "x=3"],
        ["1/x", "--at", "x=0"],
        ["sum(v)", "--at", "v=[1,2]"],
        ["x +"],
        ["diff", "x^2", "--at", "x=3"],
        ["explain", "x^2", "--claim", "2"],
        ["explain", "x^2", "--at", "x=3"],
        ["explain", "x^2", "--at", "x=3", "--paths"],
        ["graph", "y = x; for i in 0..5 { y = sin(y) }; y*x", "--at", "x=3"],
        ["eval", "x^2", "--at", "x=1", "--profile"],
        ["check", "x^2", "--claim", "3*x"],
        ["check", "x*abs(x)", "--claim", "2*abs(x)", "--over", "x=-1:2", "--prove"],
        ["check", "x^2", "--against", "dump.csv"],
        ["check", "s.toml"],
        ["check", "s.toml", "r.toml"],
        ["hunt", "log(x)", "--over", "x=-1:1"],
        ["hunt", "x*abs(x)", "--over", "x=-1:1", "--prove"],
        ["plot", "1/x", "--over", "x=-1:1"],
        ["plot", "abs(x)*y", "--over", "x=-1:1,y=-1:1"],
        ["propagate", "x^2", "--at", "x=1±0.1", "--draws", "1000"],
        ["map", "x^2", "t.csv", "-o", "o.csv", "--profile"],
        ["fit", "a*b*x", "f.csv", "--target", "y", "--versus", "a*x + b"],
        ["minimize", "x^2", "--at", "x=1"],
        ["minimize", "x^2", "--over", "x=-1:2", "--global"],
        ["minimize", "x^2", "--over", "x=-1:2", "--stationary"],
        ["solve", "x^2 = 1", "--over", "x=0:2"],
        ["bound", "x^3/y", "--over", "x=-1:1,y=-1:1", "--tol", "0.1"],
        ["functions"],
    ]
    found: dict[str, set[str]] = {}
    for line in lines:
        run([*line, "--json"])
        answer = json.loads(capsys.readouterr().out)
        schema = answer["schema"]
        found.setdefault(schema, set()).update(keys_of(answer, schema))
    assert found.keys() == CLAIMED.keys()
    for schema, keys in found.items():
        assert keys == CLAIMED[schema], schema
