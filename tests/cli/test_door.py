"""What people type first: no command, no point, slips with options, a file for a formula."""

from __future__ import annotations

import io
import json
import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperOption

from gradcalc.cli import run
from gradcalc.cli.app import command
from gradcalc.cli.commands import COMMANDS
from gradcalc.cli.help import TOPICS
from gradcalc.errors import Exit

Captured = pytest.CaptureFixture[str]

POINT = "--at", "x=3"
SQUARE = "9\n6\n"  # the value and the derivative of x^2 at 3


class Terminal(io.StringIO):
    """Stdin that nobody has redirected."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())


def refused(capsys: Captured, *arguments: str, status: Exit = Exit.REQUEST) -> str:
    """What is printed on stderr, where the status is that of an error and stdout stays empty."""
    assert run(list(arguments)) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


# the first page -----------------------------------------------------------------------------


def test_without_arguments_the_first_page_is_shown(capsys: Captured) -> None:
    assert run([]) == Exit.OK
    page, errors = capsys.readouterr()
    assert errors == ""
    assert page.splitlines()[0].startswith("gradcalc: ")
    assert sum(line.startswith("  gradcalc ") for line in page.splitlines()) == 3
    for name, entry in COMMANDS.items():
        assert page.index(f"\n{entry.purpose}:\n") < page.index(f"\n  {name} ")


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_h_is_help(name: str, capsys: Captured) -> None:
    pages = []
    for option in ("-h", "--help"):
        assert run([name, option] if name else [option]) == Exit.OK
        pages.append(capsys.readouterr().out)
    assert pages[0] == pages[1]
    assert "130 interrupted" in " ".join(pages[0].split())


@pytest.mark.parametrize(("columns", "name"), [*product((40, 80, 200), ["", *COMMANDS])])
def test_help_fits_the_terminal(
    columns: int, name: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """Only lines to paste, which are never wrapped, may be longer."""
    monkeypatch.setenv("COLUMNS", str(columns))
    assert run([name, "--help"] if name else []) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= min(columns, 80) or " gradcalc " in line for line in lines)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_help_is_spelt_out_where_characters_lack(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No character is replaced by a question mark, and none is sent in another encoding."""
    for line in ([], ["-h"], *([name, "-h"] for name in COMMANDS), *(["help", t] for t in TOPICS)):
        marks = []
        for each in (encoding, "utf-8"):
            written = io.BytesIO()
            monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=each))
            assert run(line) == Exit.OK
            marks.append(written.getvalue().decode(each).count("?"))
        assert marks[0] == marks[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_panels_and_examples(name: str, capsys: Captured) -> None:
    assert run([name, "--help"]) == Exit.OK
    page = capsys.readouterr().out
    examples = COMMANDS[name].examples
    assert len(examples) == 3
    assert all(f"  {example}\n" in page for example in examples)
    headings = [line for line in page.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings[:2] == ["Examples:", "Common options:"]


# no command ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("x^2", *POINT),
        (*POINT, "x^2"),
        ("-q", "x^2", *POINT),
        ("x^2", "x=3"),
        ("x=3", "x^2"),
        ("--", "x^2", "x=3"),
        ("--at=x=3", "--", "x^2"),
    ],
)
def test_a_line_without_a_command_is_evaluated(arguments: Any, capsys: Captured) -> None:
    line = arguments if "--" in arguments else (*arguments, "-q")
    if "--" in arguments:
        line = ("-q", *arguments)
    assert run(list(line)) == Exit.OK
    assert capsys.readouterr().out == SQUARE


@pytest.mark.parametrize(("text", "answer"), [("-x^2", "-9\n-6\n"), ("-cosh(x)*0 - x", "-3\n-1\n")])
def test_a_first_word_with_a_dash_may_be_a_formula(
    text: str, answer: str, capsys: Captured
) -> None:
    assert run([text, *POINT, "-q"]) == Exit.OK
    assert capsys.readouterr().out == answer


def slips_of(word: str) -> set[str]:
    """A word with one slip: a letter dropped, doubled or swapped with the next, upper case."""
    slips = {word.upper(), word.capitalize()}
    for k in range(1, len(word)):
        slips |= {word[:k] + word[k + 1 :], word[:k] + word[k] + word[k:]}
        slips.add(word[: k - 1] + word[k] + word[k - 1] + word[k + 1 :])
    return {slip for slip in slips if slip not in COMMANDS and len(slip) > 2}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_near_miss_of_a_command_is_no_formula(name: str, capsys: Captured) -> None:
    for slip in sorted(slips_of(name)):
        message = refused(capsys, slip, "x^2", *POINT)
        assert f"unknown command '{slip}'" in message
        assert "did you mean" in message
        close = message.rpartition("did you mean ")[2].partition("?")[0]
        assert close == name or close in COMMANDS
        assert f"for a formula, write gradcalc eval {slip}\n" in message


def test_the_start_of_a_command_is_recognised(capsys: Captured) -> None:
    assert "did you mean jacobian?" in refused(capsys, "jac", "x^2", *POINT)
    assert "did you mean functions?" in refused(capsys, "func")


def test_a_word_before_a_formula_is_an_unknown_command(capsys: Captured) -> None:
    assert "unknown command 'derive'" in refused(capsys, "derive", "x^2", *POINT)


@pytest.mark.parametrize("name", ["x", "pi", "e", "mu", "rate"])
def test_a_name_alone_is_a_formula(name: str, capsys: Captured) -> None:
    assert run([name, "--at", f"{name}=3", "-q"]) == Exit.OK
    assert capsys.readouterr().out == "3\n1\n"


# points -------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [("x=3", "y=2"), ("x=3,y=2",), ("x=3", "--at", "y=2")])
def test_values_behind_the_formula_are_the_point(values: Any, capsys: Captured) -> None:
    assert run(["eval", "x*y", *values, "-q"]) == Exit.OK
    assert capsys.readouterr().out == "6\n2\n3\n"


def test_an_assignment_with_blanks_is_a_program(capsys: Captured) -> None:
    assert run(["eval", "y = 3", "-q"]) == Exit.OK
    assert capsys.readouterr().out == "3\n"


def test_a_box_behind_the_formula_is_searched(capsys: Captured) -> None:
    run(["hunt", "log(x)", "--over", "x=-1:1", "--json"])
    told = capsys.readouterr().out
    run(["hunt", "log(x)", "x=-1:1", "--json"])
    assert capsys.readouterr().out == told


def test_assignments_and_comparisons_are_formulas(capsys: Captured) -> None:
    assert run(["eval", "y = x^2; y", "x=3", "-q"]) == Exit.OK
    assert capsys.readouterr().out == SQUARE
    assert "unexpected argument 'x==3'" in refused(capsys, "eval", "x", "x==3")


@pytest.mark.parametrize("option", [("--x", "3"), ("--x=3",), ("--x", "-3"), ("--x", ".5")])
def test_an_option_with_the_name_of_an_input(option: Any, capsys: Captured) -> None:
    value = option[-1].removeprefix("--x=")
    assert f"write --at x={value}\n" in refused(capsys, "eval", "x^2", *option)


def test_without_a_point_the_hint_gives_one(capsys: Captured) -> None:
    message = refused(capsys, "eval", "x^2")
    assert 'add --at x=…; gradcalc diff "x^2" gives the derivative as a formula' in message
    assert "gradcalc diff" not in refused(capsys, "eval", "x*y", *POINT)
    assert "gradcalc diff" not in refused(capsys, "x +")


# files and stdin ----------------------------------------------------------------------------


def test_a_grad_file_in_place_of_a_formula_is_read(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "square.grad"
    path.write_text("x^2\n", encoding="utf-8")
    for arguments in (["eval", str(path)], [str(path)], ["eval", "-f", str(path)]):
        assert run([*arguments, "x=3", "-q"]) == Exit.OK
        assert capsys.readouterr().out == SQUARE
    missing = refused(capsys, "eval", str(tmp_path / "cube.grad"), status=Exit.FILE)
    assert "cube.grad" in missing


@pytest.mark.parametrize("name", ["model.txt", "sub/model.py", "data.csv", "nowhere.txt"])
def test_another_file_in_place_of_a_formula_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    os.makedirs("sub")
    if name != "nowhere.txt":
        Path(name).write_text("x^2\n", encoding="utf-8")
    assert f"write -f {name}\n" in refused(capsys, "eval", name, *POINT)


def test_a_file_with_the_name_of_an_input_is_not_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x").write_text("1/0", encoding="utf-8")
    assert run(["x", *POINT, "-q"]) == Exit.OK
    assert capsys.readouterr().out == "3\n1\n"
    assert "add --at x=…" in refused(capsys, "x")


@pytest.mark.parametrize(
    "arguments",
    [["eval", *POINT, "-q"], [*POINT, "-q"], ["eval", "-", *POINT, "-q"], ["-q", *POINT]],
)
def test_stdin_is_read_where_there_is_no_formula(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x^2\n"))
    assert run(arguments) == Exit.OK
    assert capsys.readouterr().out == SQUARE


@pytest.mark.parametrize(
    "name", ["eval", "jacobian", "hessian", "jvp", "vjp", "hvp", "check", "hunt", "diff", "explain"]
)
@pytest.mark.parametrize("stdin", [Terminal(), io.StringIO(" \n")])
def test_no_formula_shows_how_to_write_one(
    name: str, stdin: io.StringIO, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A terminal is not read, and a stream may be empty."""
    monkeypatch.setattr("sys.stdin", stdin)
    message = refused(capsys, name)
    assert message.startswith(f"error[usage]: no formula\n  │ write gradcalc {name} ")


# slips with options -------------------------------------------------------------------------

NAMES = [
    (name, option, max(option.opts, key=len))
    for name in COMMANDS
    for option in command(name).params
    if isinstance(option, TyperOption)
]
IDS = [f"{name} {spelling}" for name, _, spelling in NAMES]
EACH_OPTION = pytest.mark.parametrize(("name", "option", "spelling"), NAMES, ids=IDS)


@EACH_OPTION
def test_a_slip_in_an_option_is_recognised(
    name: str, option: TyperOption, spelling: str, capsys: Captured
) -> None:
    if len(spelling) < 5:
        return
    known = {spelling for other, _, spelling in NAMES if other == name}
    for slip in (spelling + spelling[-1], spelling[:3] + spelling[2:]):
        if slip not in known:
            message = refused(capsys, name, "x^2", slip, "1")
            assert f"{name} has no option {slip}" in message
            assert f"did you mean {spelling}?" in message


@EACH_OPTION
def test_an_option_with_one_dash_of_two_is_recognised(
    name: str, option: TyperOption, spelling: str, capsys: Captured
) -> None:
    if len(spelling) < 4 or command(name).params[0].nargs < 0:  # of `map`, files
        return
    for slip in (spelling[1:], f"{spelling[1:]}=1"):
        message = refused(capsys, name, "x^2", slip)
        assert f"did you mean {spelling}?" in message


@EACH_OPTION
def test_an_option_takes_no_other_for_its_value(
    name: str, option: TyperOption, spelling: str, tmp_path: Path, capsys: Captured
) -> None:
    os.chdir(tmp_path)
    if option.is_flag:
        return
    for following in (["--"], ["--", "x^2"], ["--json"], ["-j"], ["--help"]):
        message = refused_in_any_form(capsys, name, "x^2", spelling, *following)
        assert f"{spelling} needs a value" in message
    assert not os.listdir(tmp_path)


def refused_in_any_form(capsys: Captured, *arguments: str) -> str:
    assert run(list(arguments)) == Exit.REQUEST
    return capsys.readouterr().err


def test_minus_x_is_a_formula_where_no_names_follow(tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("x\n3\n", encoding="utf-8")
    for line in (["eval", "-x", "x=3"], ["-x", *POINT], ["eval", *POINT, "-x"]):
        assert run([*line, "-q"]) == Exit.OK
        assert capsys.readouterr().out == "-3\n-1\n"
    assert run(["map", "-x", str(table), "-q"]) == Exit.OK
    assert capsys.readouterr().out == "x,value,d_x\n3,-3,-1\n"
    assert "-x needs a value" in refused(capsys, "eval", "x^2", *POINT, "-x")
    assert "-x needs a value" in refused(capsys, "eval", *POINT, "-x", "--", "x^2")


def test_short_options_are_written_one_by_one(capsys: Captured) -> None:
    assert "write short options one by one: -q -j" in refused(capsys, "eval", "x", "-qj", *POINT)


def test_a_dashed_option_alone_may_be_a_formula(capsys: Captured) -> None:
    assert run(["eval", "-at", "--at", "at=3", "-q"]) == Exit.OK
    assert capsys.readouterr().out == "-3\n-1\n"
    assert "did you mean --at?" in refused(capsys, "eval", "-at", "x=3")


def test_an_option_of_another_command_is_named(capsys: Captured) -> None:
    assert "it is an option of explain and check" in refused(
        capsys, "eval", "x", "--claim", "x=1", *POINT
    )


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["x", "+", "2"], 'put quotes around the formula: gradcalc eval "x + 2"'),
        (["x^2", "y^2"], 'gradcalc eval "x^2" --at x=3'),
        (["x^2", "3"], 'gradcalc eval "x^2" --at x=3'),
    ],
)
def test_several_formulas(arguments: list[str], hint: str, capsys: Captured) -> None:
    assert hint in refused(capsys, "eval", *arguments, *POINT)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["eval", "x", "--color", "purple"], "--color can't be 'purple'"),
        (["eval", "x", "--format", "xml"], "--format can't be 'xml'"),
        (["check", "x", "--dtype", "foo"], "--dtype can't be 'foo'"),
        (["hunt", "x", "--color", "on"], "write --color auto, always or never"),
        (["eval", "x", "--digits", "many"], "--digits: 'many' is not an integer\n"),
        (["eval", "x", "--atol", "small"], "--atol: 'small' is not a number\n"),
        (["eval", "x", "--order", "0"], "--order: 0 is not in the range 1<=x<=20\n"),
        (["--verison"], "unknown option --verison\n  │ did you mean --version?"),
        (["functions", "tan", "tanh"], "gradcalc functions --help lists its options"),
        (["eval", "x", "--jsonl"], "--jsonl can't be combined with a formula"),
        (["eval", "-f", "x.grad", "--jsonl"], "--jsonl can't be combined with --file"),
        (["eval", "--jsonl", "--at", "x=1"], "--jsonl can't be combined with --at"),
        (["eval", "x", "--json", "--format", "csv"], "--json and --format csv can't be combined"),
        (["check", "s.toml", "--json", "--junit", "-"], "--junit - can't be combined with --json"),
        (["check", "x", "-j", "--record", "s.toml"], "--record can't be combined with --json"),
        (["jacobian", "x", "-o", "answer.json"], "write --save answer.npz"),
    ],
)
def test_values_that_options_do_not_have(
    arguments: list[str], named: str, capsys: Captured
) -> None:
    assert named in refused_in_any_form(capsys, *arguments)


@pytest.mark.parametrize(
    "wrt", [["--wrt", "x", "--wrt", "y"], ["-x", "x,y"], ["-x", "x", "-x", "y"]]
)
def test_wrt_repeats(wrt: list[str], capsys: Captured) -> None:
    assert run(["x*y*z", "--at", "x=2,y=3,z=5", *wrt, "-q"]) == Exit.OK
    assert capsys.readouterr().out == "30\n15\n10\n"


def test_short_forms_mean_the_long_ones(capsys: Captured) -> None:
    long = ["x*y", "--at", "x=2,y=3", "--wrt", "x", "--json"]
    assert run(long) == Exit.OK
    told = capsys.readouterr().out
    assert run(["x*y", "x=2", "y=3", "-x", "x", "-j"]) == Exit.OK
    assert capsys.readouterr().out == told
    assert run(["x*y", "x=2", "y=3", "--trace", "off"]) == Exit.OK
    told = capsys.readouterr().out
    assert run(["x*y", "x=2", "y=3", "--no-trace"]) == Exit.OK
    assert capsys.readouterr().out == told


# JSON ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [["--json"], ["-j"], ["--format", "json"], ["--format=json"]])
@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["eval", "1/2x"], Exit.REQUEST, "ambiguous-product"),
        (["x +"], Exit.REQUEST, "missing-value"),
        (["x", "--att", "x=1"], Exit.REQUEST, "usage"),
        (["x", "--digits", "many"], Exit.REQUEST, "usage"),
        (["evla", "x"], Exit.REQUEST, "usage"),
        (["eval"], Exit.REQUEST, "usage"),
        (["eval", "-f", "nowhere"], Exit.FILE, "file"),
        (["jacobian", "x +"], Exit.REQUEST, "missing-value"),
        (["check", "x^2"], Exit.REQUEST, "usage"),
        (["check", "nowhere.toml"], Exit.FILE, "file"),
        (["hunt", "x^2"], Exit.REQUEST, "usage"),
        (["functions", "sinn"], Exit.REQUEST, "unknown-name"),
        (["map", "x", "nowhere.csv"], Exit.FILE, "file"),
    ],
)
def test_an_error_is_an_object_too(
    arguments: list[str], status: Exit, code: str, asked: list[str], capsys: Captured
) -> None:
    """Commands without --format say so, in JSON."""
    known = asked[0] in ("--json", "-j") or arguments[0] not in ("hunt", "map")
    status, code = (status, code) if known else (Exit.REQUEST, "usage")
    assert run([*arguments, *asked]) == status
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert list(answer) == ["schema", "expr", "error"]
    assert answer["schema"] == "gradcalc.error/1"
    assert (answer["error"]["code"], answer["error"]["exit"]) == (code, status)
    assert err.startswith(f"error[{code}]: {answer['error']['message']}")
    if answer["error"]["span"]:
        start, end = answer["error"]["span"]
        assert answer["expr"][start:end].strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["x^2", *POINT],
        ["x^2", *POINT, "-q"],
        ["1/x", "--at", "x=0"],
        ["jacobian", "x^2", *POINT],
        ["check", "x^2", "--claim", "2*x"],
        ["check", "x^2", "--claim", "x"],
        ["hunt", "x^2", "--over", "x=0:1"],
        ["functions"],
        ["functions", "tanh"],
    ],
)
def test_json_is_one_object_with_a_schema(arguments: list[str], capsys: Captured) -> None:
    run([*arguments, "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"].startswith("gradcalc.")


def test_the_summary_of_a_table_is_where_the_table_is_not(tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "points.csv"
    table.write_text("x\n1\n2\n", encoding="utf-8")
    assert run(["map", "x^2", str(table), "--json"]) == Exit.OK
    out, err = capsys.readouterr()
    assert out.startswith("x,value,d_x\n")
    told = json.loads(err)
    assert run(["map", "x^2", str(table), "--json", "-o", str(tmp_path / "out.csv")]) == Exit.OK
    out, err = capsys.readouterr()
    assert err == ""
    assert {**json.loads(out), "seconds": 0} == {**told, "seconds": 0}
