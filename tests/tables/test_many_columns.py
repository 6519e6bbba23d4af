"""Tables of very many columns: each name is looked at a few times, and messages stay short."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from gradcalc import compile as compiled
from gradcalc.batch.naming import output_columns
from gradcalc.batch.options import MapOptions
from gradcalc.cli import run
from gradcalc.errors import GradcalcError, listed
from gradcalc.tables.titles import named_blanks
from tests.counted import Name

Captured = pytest.CaptureFixture[str]
COUNT = 300  # columns, of which no message names more than a few
MAX_MESSAGE_CHARACTERS = 1000
NAMES = [f"c{k}" for k in range(COUNT)]
ROWS = [dict.fromkeys(NAMES, 1.0), dict.fromkeys(NAMES, 2.0)]


@pytest.mark.parametrize("keep", [None, "all", "some"])
def test_names_are_compared_a_few_times_each(keep: str | None) -> None:
    count = 2_000
    columns = tuple(Name(f"c{k}") for k in range(count))
    kept = {None: None, "all": columns, "some": columns[::2]}[keep]
    reader: Any = SimpleNamespace(columns=columns)
    Name.compared = 0
    options = MapOptions(keep=kept)
    assert len(output_columns(compiled("c1*c2"), options, reader)) == len(kept or columns) + 3
    assert Name.compared < 20 * count


def _csv() -> str:
    text = [",".join(map(str, row.values())) for row in ROWS]
    Path("t.csv").write_text("\n".join([",".join(NAMES), *text]) + "\n")
    return "t.csv"


def _jsonl() -> str:
    rows = [*ROWS, {"other": 1}]
    Path("t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return "t.jsonl"


def _npz() -> str:
    np.savez("t.npz", **{name: np.ones(2) for name in NAMES})
    return "t.npz"


def _toml() -> str:
    at = ", ".join(f"{name} = 1" for name in NAMES)
    text = f'[[case]]\nexpr = "{"+".join(NAMES)}"\nat = {{{at}}}\nvalue = 7\n'
    Path("s.toml").write_text(text)
    return "s.toml"


COMMANDS: dict[str, Callable[[], list[str]]] = {
    "map, no such input": lambda: ["map", "z", _csv()],
    "map, nothing to keep": lambda: ["map", "c1", _csv(), "--keep", "z"],
    "map, nothing to rename": lambda: ["map", "c1", _csv(), "--rename", "z=y"],
    "map, taken": lambda: ["map", "c1", _csv(), "--prefix", "c"],
    "map, no uncertainty": lambda: ["map", "c1", _csv(), "--propagate"],
    "map, a key": lambda: ["map", "c1", _jsonl()],
    "map, missing": lambda: ["map", "+".join(NAMES), _missing(), "--on-error", "fail"],
    "map, counted": lambda: ["map", "+".join(NAMES), _missing(), "-q", "--json", "-o", "o.csv"],
    "fit, no such column": lambda: ["fit", "a*c1", _csv(), "--target", "z"],
    "fit, nothing to predict": lambda: [
        *("fit", "a*z+b", _other(), "--target", "y", "--start", "a=1,b=1", "--predict", _csv())
    ],
    "fit, no such parameter": lambda: [
        *("fit", "*".join(NAMES), _other(), "--target", "y", "--fix", "q=1")
    ],
    "check, no such column": lambda: ["check", "x", "--against", _csv()],
    "check, a claim too many": lambda: ["check", "+".join(NAMES), "--claim", "z=1"],
    "eval, several arrays": lambda: ["eval", "sum(v)", "--at", f"v=@{_npz()}"],
    "eval, no values": lambda: ["eval", "+".join(NAMES)],
    "eval, no such input": lambda: ["eval", "+".join(NAMES), "--at", _at(), "--wrt", "z"],
    "eval, not read": lambda: ["eval", "x", "--no-check", "-q", "--at", "x=1," + _at()],
    "bound, not read": lambda: ["bound", "x", "--over", "x=0:1", "--at", _at()],
    "jvp, no such input": lambda: ["jvp", "+".join(NAMES), "--at", _at(), "--along", "z=1"],
    "solve, too few equations": lambda: ["solve", "+".join(NAMES), "--at", _at()],
    "minimize, a constraint": lambda: [
        *("minimize", "+".join(NAMES), "--at", _at(), "--subject", "z > 1")
    ],
    "a suite": lambda: ["check", _toml()],
}


def _missing() -> str:
    Path("m.csv").write_text(",".join(NAMES) + "\n" + ",".join(["NA"] * COUNT) + "\n")
    return "m.csv"


def _other() -> str:
    Path("u.csv").write_text("z,y\n1,2\n2,4.5\n3,6\n4,8\n")
    return "u.csv"


def _at() -> str:
    return ",".join(f"{name}=1" for name in NAMES)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_message_lists_them_all(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.chdir(tmp_path)
    status = run(COMMANDS[command]())
    err = capsys.readouterr().err
    assert len(err) < MAX_MESSAGE_CHARACTERS, (status, err)


def test_kernels_of_many_columns() -> None:
    with pytest.raises(GradcalcError) as raised:
        compiled("z")({name: np.ones(2) for name in NAMES})
    assert len(str(raised.value)) < MAX_MESSAGE_CHARACTERS


def test_how_a_list_is_cut() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(NAMES).endswith("c18, c19 and 280 more")


def test_blank_titles_are_numbered_in_one_pass() -> None:
    count = 2_000
    names, _ = named_blanks([Name("c1"), *[Name()] * count])
    assert len(set(names)) == count + 1
    Name.compared = 0
    named_blanks([Name("c1"), *[Name()] * count])
    assert Name.compared < 20 * count
