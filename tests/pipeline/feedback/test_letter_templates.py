"""Templates that staff edit: mistakes are named with file and line, and nothing escapes the sandbox."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from conftest import TEMPLATES, Case

from pipeline.errors import AllianceError, Problem


@pytest.fixture
def edited(case: Case, tmp_path: Path) -> Case:
    """A case whose templates a test may edit."""
    case.templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, case.templates, ignore=lambda *_: ["report.docx"])
    return case


def edit(case: Case, name: str, old: str, new: str) -> int:
    """Replace text in a template and give the line where it stands."""
    path = case.templates / "letters" / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refused(case: Case) -> Problem:
    with pytest.raises(AllianceError) as caught:
        case.prepare()
    (problem,) = caught.value.problems
    assert problem.mend
    return problem


@pytest.mark.parametrize("name", ["letter.html.j2", "letter.txt.j2"])
def test_a_name_that_does_not_exist_is_an_error_with_file_and_line(edited: Case, name: str) -> None:
    line = edit(edited, name, "{{ letter.office }}", "{{ letter.offce }}")
    problem = refused(edited)
    assert (problem.file, problem.row) == (f"letters/{name}", line)
    assert "offce" in problem.seen


def test_a_mistake_in_the_shared_wording_is_named_there(edited: Case) -> None:
    line = edit(
        edited,
        "wording.j2",
        "to its questionnaire.', title=letter.title)",
        "to its questionnaire.', ttle=letter.title)",
    )
    problem = refused(edited)
    assert (problem.file, problem.row) == ("letters/wording.j2", line)
    assert "%(title)s" in problem.seen


def test_a_syntax_error_is_named_with_file_and_line(edited: Case) -> None:
    line = edit(edited, "letter.txt.j2", "{{ letter.office }}", "{{ letter.office }")
    problem = refused(edited)
    assert (problem.file, problem.row) == ("letters/letter.txt.j2", line)


def test_a_missing_template_is_named(edited: Case) -> None:
    (edited.templates / "letters" / "wording.j2").unlink()
    assert "wording.j2" in refused(edited).seen


@pytest.mark.parametrize(
    "attack",
    [
        "{{ letter.__class__.__mro__ }}",
        "{{ _.__globals__ }}",
        "{{ ''.format.__self__.__class__ }}",
        "{{ letter.files.append(1) }}",
        "{{ letter.files.__init__.__globals__ }}",
    ],
)
def test_a_template_cannot_reach_behind_its_values_or_change_them(edited: Case, attack: str) -> None:
    edit(edited, "letter.txt.j2", "{{ letter.office }}", attack)
    assert refused(edited).file == "letters/letter.txt.j2"


def test_a_new_sentence_of_staff_appears_in_both_parts_and_in_english_until_translated(edited: Case) -> None:
    edit(edited, "wording.j2", "{{ _('Dear colleagues,') }}", "{{ _('Dear colleagues & friends,') }}")
    content = edited.prepare().files["FRA-reminder.eml"].decode("ascii").replace("=\r\n", "")
    assert re.search(r"Dear colleagues & friends,", content)
    assert re.search(r"Dear colleagues &amp; friends,", content)
