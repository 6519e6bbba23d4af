"""`map --propagate`: the uncertainty of each row from columns x and u_x."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradcalc
from gradcalc.cli import run
from gradcalc.errors import Exit, GradcalcError

TABLE = "id,V,u_V,I,u_I\na,5.00,0.02,2.00,0.05\nb,1,0,2,0\nc,1,0.1,0,0.1\nd,-3,0.01,4,0.02\n"
Captured = pytest.CaptureFixture[str]


def test_rows_are_propagated_like_single_points(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(TABLE, encoding="utf-8")
    found = gradcalc.map("V/I", path, propagate=True)
    assert list(found) == ["value", "d_V", "d_I", "u"]
    for k, at in ((0, {"V": "5±0.02", "I": "2±0.05"}), (3, {"V": "-3±0.01", "I": "4±0.02"})):
        alone = gradcalc.propagate("V/I", at, draws=0)
        assert found["u"][k] == pytest.approx(alone.u, rel=1e-15)
    assert found["u"][1] == 0
    assert not np.isfinite(found["u"][2])  # V/0


def test_an_uncertainty_may_be_the_same_in_all_rows() -> None:
    found = gradcalc.map("k*x^2", {"x": [1.0, 2.0]}, {"k": 2, "u_x": "1/10"}, propagate=True)
    assert found["u"].tolist() == [0.4, 0.8]
    assert "d_k" not in found  # which has no uncertainty


def test_command(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("x,u_x,y\n3,0.3,1\n4,0.4,2\n", encoding="utf-8")
    assert run(["map", "x*y", "t.csv", "--propagate", "--keep", "x", "-q"]) == 0
    assert capsys.readouterr().out == "x,value,d_x,u\n3,3,1,0.3\n4,8,2,0.8\n"
    assert run(["map", "x*y", "t.csv", "--propagate", "--wrt", "y", "--keep", "x", "-q"]) == 0
    assert capsys.readouterr().out == "x,value,d_y,d_x,u\n3,3,3,1,0.3\n4,8,4,2,0.8\n"


def test_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(GradcalcError, match="no column has an uncertainty, such as u_x beside x"):
        gradcalc.map("x^2", {"x": [1.0], "u": [1.0]}, propagate=True)
    path = tmp_path / "t.csv"
    path.write_text("x,u_x,u\n1,2,3\n", encoding="utf-8")
    assert run(["map", "x", str(path), "--propagate", "--keep", "u"]) == Exit.REQUEST
