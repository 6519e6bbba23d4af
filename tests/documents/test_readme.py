"""What README.md and the samples' READMEs show is what happens, and what they point at is there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from tests.documents.pages import PAGES, PYTHON, ROOT, Block, blocks, shell, text

README = ROOT / "README.md"
BLOCKS = blocks()
LINK = re.compile(r"\]\(([^)\s]+)\)")
EACH_PAGE = pytest.mark.parametrize(
    "page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES]
)


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text(page), flags=re.S), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_shows_commands() -> None:
    assert sum(block.page == "README.md" for block in BLOCKS) >= 5


@pytest.mark.parametrize("block", [pytest.param(b, id=f"{b.page}: {b.command}") for b in BLOCKS])
def test_commands_print_what_the_page_shows(block: Block) -> None:
    assert shell(block.command).stdout == block.output


@EACH_PAGE
def test_python_answers_what_the_page_shows(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    example = doctest.DocTestParser().get_doctest(
        "".join(PYTHON.findall(text(page))), {}, page.name, None, 0
    )
    result = doctest.DocTestRunner().run(example)
    assert result.failed == 0
    assert result.attempted >= 4 or page != README


@EACH_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(text(page)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        target = target / "README.md" if target.is_dir() else target
        assert not anchor or anchor in anchors(target), link


def test_the_readme_fits_on_one_page() -> None:
    assert len(text(README).splitlines()) <= 300


def test_every_sample_has_its_line_in_the_readme() -> None:
    links = {link.rstrip("/") for link in LINK.findall(text(README))}
    topics = {f"samples/{path.name}" for path in (ROOT / "samples").iterdir()}
    assert topics <= links


def test_the_picture_names_every_room() -> None:
    (picture,) = re.findall(r"## How it works.*?```text\n(.*?)```", text(README), re.DOTALL)
    rooms = {path.parent.name for path in (ROOT / "gradcalc").glob("*/__init__.py")}
    assert rooms <= set(re.findall(r"^[ ▲]*([a-z]+) ", picture, re.MULTILINE))


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("gradcalc eval 'log(x)' --at x=-1", 3),
        ("gradcalc eval '1/2x' --at x=1", 2),
        ("gradcalc eval 'x' --chek full", 2),
        ("gradcalc eval 'abs(x)' --at x=0 --strict", 4),
        ("gradcalc eval '(1-cos(x))/x^2' --at x=1e-9 --min-digits 8", 1),
        ("gradcalc eval -f /nonexistent/file", 6),
        ("gradcalc eval 'sin(x)' --at x=1 | head -1", 0),
        ("gradcalc functions sinn", 2),
    ],
)
def test_exit_statuses(command: str, status: int) -> None:
    done = shell(command)
    assert done.returncode == status
    assert "Traceback" not in done.stderr
