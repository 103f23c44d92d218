"""docs/scoring.md tells readers every code there is, and its worked example comes out in a spreadsheet."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from pipeline.score.changes import MEANING
from pipeline.score.explanations import REASONS
from pipeline.score.flags import FLAGS
from pipeline.score.method import joined_flags, methods
from pipeline.tables import CHANGES, RATINGS

ROOT = Path(__file__).parents[3]
PUBLISHED = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
CODE = sorted((ROOT / "pipeline" / "score").rglob("*.py"))


def section(title: str) -> str:
    """The text of the section whose heading begins so."""
    return next(part for part in PUBLISHED.split("\n## ") if part.startswith(title))


def listed(title: str) -> list[str]:
    """The codes in the first column of a section's table."""
    return re.findall(r"^\| `(\w+)` \|", section(title), flags=re.MULTILINE)


def reasons_of(tree: ast.AST) -> Iterator[str]:
    """Codes of reasons as modules write them: (code, mask), reason=code, or the code after a mask."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in REASONS:
            yield node.value


def test_every_reason_is_published_with_its_meaning_and_no_other():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section("Why a rating is not available"), flags=re.MULTILINE)
    assert rows == sorted(REASONS.items())


def test_every_reason_that_can_be_explained_is_given_somewhere():
    given = {
        code
        for path in CODE
        if path.name != "explanations.py"
        for code in reasons_of(ast.parse(path.read_text("utf-8")))
    }
    # value_... are the member's own reasons for a missing answer.
    assert {code for code in REASONS if not code.startswith("value_")} - given == set()


def test_every_flag_is_published_with_its_meaning_and_no_other():
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", section("What a reader should know"), flags=re.MULTILINE)
    assert rows == sorted(FLAGS.items())


def test_every_flag_that_is_declared_is_raised_somewhere():
    texts = [path.read_text("utf-8") for path in CODE if path.name != "flags.py"]
    assert [code for code in FLAGS if not any(f'"{code}"' in text for text in texts)] == []


def test_a_flag_that_is_not_declared_is_refused():
    with pytest.raises(ValueError, match="declared: no_such_flag"):
        joined_flags(1, {"overdue": np.array([True]), "no_such_flag": np.array([True])})


def test_every_method_and_every_rating_is_published():
    assert set(listed("One scale for everything")) == set(RATINGS)
    assert all(f"(`{name}`)" in section("The methods") for name in methods())


@pytest.mark.slow
def test_the_worked_example_comes_out_in_a_spreadsheet(tool: Callable[[str], str], tmp_path: Path):
    cells = re.findall(
        r"^\| ([A-Z]\d) \| .+? \| (.+?) \| (\S+) \|$", section("Compute a row again"), flags=re.MULTILINE
    )
    assert len(cells) == 14
    book = Workbook()
    sheet = book.worksheets[0]
    for place, content, _ in cells:
        formula = content.strip("`")
        sheet[place] = formula if formula.startswith("=") else float(formula)
    book.save(tmp_path / "example.xlsx")
    command = [
        tool("soffice"),
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), str(tmp_path / "example.xlsx")], check=True, capture_output=True
    )
    made = load_workbook(tmp_path / "out" / "example.xlsx", data_only=True).worksheets[0]
    for place, _, result in cells:
        value = made[place].value
        assert value == result if place == "F3" else value == pytest.approx(float(result), abs=1e-10), place


def test_every_change_reason_and_goal_post_is_in_the_guide():
    text = section("What became of a rating since the last cycle")
    source = (ROOT / "pipeline" / "score" / "changes.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'"not_comparable", "(\w+)"', source)) | {f"{name}_differs" for name in MEANING}
    assert len(reasons) >= 8
    named = {*CHANGES, *reasons, "goal_post_moved", "no_cycle_before", "withdrawn", "member_left"}
    assert {name for name in named if f"`{name}`" not in text} == set()
