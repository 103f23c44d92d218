"""The plain XForm: what a web form needs and nothing of our own, accepted by ODK Validate."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from questionnaire_forms import EN, FR, MESSAGE, ask, group, write_form

from pipeline.errors import AllianceError
from pipeline.questionnaire.xform import write_xform
from pipeline.questionnaire.xlsform import load_form

REAL = Path(__file__).parents[3] / "alliance" / "questionnaire.xlsx"
X = "{http://www.w3.org/2002/xforms}"
OWN = {
    "goal": "ours-goal",
    "indicator": "ours-indicator",
    "role": "ours-role",
    "unit": "ours-unit",
    "tolerance": "0.123456",
    "short::English (en)": "ours-short",
    "unit::Français (fr)": "ours-unite",
}


def every_part(folder: Path) -> Path:
    """A form with every part that is supported."""
    message = {"constraint_message::English (en)": "No & never", "constraint_message::Français (fr)": "Non"}
    required = {
        "required": "${n} > 1",
        "required_message::English (en)": "Needed",
        "required_message::Français (fr)": "Requis",
    }
    hints = {"hint::English (en)": "A < hint", "hint::Français (fr)": "Une aide"}
    first = [
        {"type": "start", "name": "begun"},
        {"type": "deviceid", "name": "machine"},
        ask("note", "welcome"),
        ask("text", "t", **hints, **OWN),
        ask("integer", "n", constraint=". >= 0 and . <= ${last-saved#n} * 10", **message),
        ask("decimal", "d", **required),
        ask("range", "r", parameters="start=0 end=5 step=0.5"),
        ask("date", "day", constraint=". <= today()", **message),
        ask("file", "proof"),
        {"type": "calculate", "name": "twice", "calculation": "${n} * 2"},
    ]
    second = [
        ask("select_one country", "land"),
        ask("select_one town", "place", choice_filter="country = ${land}"),
        ask("select_multiple town", "places"),
        ask("select_one yes_no or_other", "else"),
    ]
    inner = group("deep", ask("text", "why", relevant="${item} != ''"), relevant="${n} > 0")
    repeat = group("rows", ask("text", "item"), *inner, kind="repeat")
    choices = [
        {"list_name": "country", "name": "fr", EN: "France", FR: "France"},
        {"list_name": "town", "name": "lyon", EN: "Lyon", FR: "Lyon", "country": "fr"},
        {"list_name": "town", "name": "nice", EN: "Nice", FR: "Nice ville", "country": "fr"},
    ]
    checks = [{"name": "ours-check", "question": "n", "expression": "${n} > 1", MESSAGE: "ours-message"}]
    survey = [*first, *group("pt1", *second), *group("list", *repeat), ask("text", "last")]
    return write_form(folder / "questionnaire.xlsx", survey, choices=choices, checks=checks)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_xform(every_part(tmp_path_factory.mktemp("form")))


def accepted(xform: bytes, folder: Path, tool: Callable[[str], str]) -> None:
    import pyxform.validators.odk_validate as odk_validate

    file = folder / "form.xml"
    file.write_bytes(xform)
    jar = Path(odk_validate.__file__).parent / "bin" / "ODK_Validate.jar"
    done = subprocess.run(
        [tool("java"), "-jar", str(jar), str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Xform is valid" in done.stdout + done.stderr


@pytest.mark.slow
def test_odk_validate_accepts_the_real_questionnaire(tmp_path: Path, tool: Callable[[str], str]) -> None:
    accepted(write_xform(REAL), tmp_path, tool)


@pytest.mark.slow
def test_odk_validate_accepts_a_form_of_every_supported_part(
    plain: bytes, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    accepted(plain, tmp_path, tool)


@pytest.mark.slow
def test_odk_validate_refuses_what_is_no_form(tmp_path: Path, tool: Callable[[str], str], plain: bytes) -> None:
    with pytest.raises(AssertionError):
        accepted(plain.replace(b'calculate=" /data/n  * 2"', b'calculate=" nothing(/data/n)"'), tmp_path, tool)


def test_nothing_of_our_own_leaks(plain: bytes) -> None:
    words = plain.decode()
    leaks = ["ours-", "0.123456", "severity", "missing_reason", "not_available", "Confidential", "checks"]
    assert [word for word in leaks if word in words] == []


def test_the_real_questionnaire_leaks_nothing_either() -> None:
    tree = etree.fromstring(write_xform(REAL))
    columns = {etree.QName(node).localname for item in tree.iter(f"{X}item") for node in item}
    assert columns <= {"itextId", "name", "label", "value"}
    assert "missing_reason" not in {node.get("id") for node in tree.iter(f"{X}instance")}


@pytest.mark.parametrize("questionnaire", ["real", "every part"])
def test_every_text_of_every_language_is_in_it(questionnaire: str, tmp_path: Path) -> None:
    path = REAL if questionnaire == "real" else every_part(tmp_path)
    form, tree = load_form(path), etree.fromstring(write_xform(path))
    said = {translation.get("lang"): texts(translation) for translation in tree.iter(f"{X}translation")}
    assert sorted(name.rpartition("(")[2].rstrip(")") for name in said) == sorted(form.languages)
    for name, found in said.items():
        language = name.rpartition("(")[2].rstrip(")")
        for question in form.questions:
            for field in ("label", "hint", "constraint_message", "required_message"):
                words = question.texts.by_field.get((field, language))
                assert not words or " ".join(words.split()) in found or question.code == "else_other", (
                    question.code,
                    field,
                )


def texts(translation: Any) -> set[str]:
    return {" ".join("".join(value.itertext()).split()) for value in translation.iter(f"{X}value")}


def test_it_has_the_id_and_version_that_workbooks_carry(plain: bytes, tmp_path: Path) -> None:
    root = next(etree.fromstring(plain).iter(f"{X}instance"))[0]
    assert (root.get("id"), root.get("version")) == ("small", "1")
    path = write_form(tmp_path / "questionnaire.xlsx", [ask("text", "a")], settings={})
    root = next(etree.fromstring(write_xform(path)).iter(f"{X}instance"))[0]
    assert (root.get("id"), root.get("version")) == ("questionnaire", load_form(path).version)


def test_the_reasons_are_kept_where_a_question_offers_them(tmp_path: Path) -> None:
    path = write_form(tmp_path / "questionnaire.xlsx", [ask("select_one missing_reason", "a")])
    assert b"not_available" in write_xform(path)


@pytest.mark.slow
def test_the_same_questionnaire_gives_the_same_bytes_in_every_process(plain: bytes, tmp_path: Path) -> None:
    path = every_part(tmp_path)
    code = "import sys; from pathlib import Path; from pipeline.questionnaire.xform import write_xform; "
    code += "sys.stdout.buffer.write(write_xform(Path(sys.argv[1])))"
    for seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(REAL.parents[1])}
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, env=environment, check=True)
        assert done.stdout == plain


def test_what_the_product_cannot_assess_is_not_put_on_the_web_either(tmp_path: Path) -> None:
    path = write_form(tmp_path / "questionnaire.xlsx", [ask("text", "a", constraint="pulldata('a', 'b', 'c', .)")])
    with pytest.raises(AllianceError, match="row 2"):
        write_xform(path)
