"""The words of the product: insertion, plurals, dates and numbers, and that nothing is left untranslated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from pipeline.errors import AllianceError
from pipeline.report.quantifiers import messages as share_messages
from pipeline.score.explanations import messages as score_messages
from pipeline.translations import Catalogue, load_catalogue
from pipeline.validate.findings import messages as finding_messages

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "report_templates" / "translations"
TEMPLATES = [ROOT / "report_templates" / folder for folder in ("letters", "check")]
# Modules that say messages by variable; each lists its messages itself, see listed_messages().
SAYS_BY_VARIABLE = {"pipeline/report/quantifiers.py", "pipeline/score/explanations.py", "pipeline/validate/findings.py"}
HEADER = """msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


def said_by(node: ast.expr) -> str:
    """ "text" or "plural" where an expression is that method of something named catalogue, else ""."""
    if isinstance(node, ast.Attribute) and node.attr in ("text", "plural"):
        owner = ast.unparse(node.value).rpartition(".")[2].lower()
        return node.attr if "catalogue" in owner else ""
    return ""


def parts_of(node: ast.expr) -> list[ast.expr]:
    """What a tuple consists of; anything else is its own only part."""
    return node.elts if isinstance(node, ast.Tuple) else [node]


def calls_on_catalogues(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """The calls of such methods, also under another name as in ``text = book.catalogue.text``."""
    names = {
        target.id: said_by(value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for given in node.targets
        for target, value in zip(parts_of(given), parts_of(node.value), strict=False)
        if isinstance(target, ast.Name) and said_by(value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            method = said_by(node.func) or (names.get(node.func.id, "") if isinstance(node.func, ast.Name) else "")
            if method:
                yield method, node


def messages_of_code() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        for method, call in calls_on_catalogues(ast.parse(path.read_text(encoding="utf-8"))):
            given = call.args[: 2 if method == "plural" else 1]
            forms = tuple(arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
            if len(forms) == len(given):
                found[forms] = f"{place}:{call.lineno}"
            else:
                assert place in SAYS_BY_VARIABLE, f"{place}:{call.lineno} says a message that is no literal"
    return found


def messages_of_templates() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for path in sorted(path for folder in TEMPLATES for path in folder.glob("*.j2")):
        tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
        for line, _, said in extract_from_ast(tree, ("_", "ngettext")):
            forms = (said,) if isinstance(said, str) else tuple(text for text in said if text is not None)
            found[forms] = f"{path.name}:{line}"
    return found


def listed_messages() -> dict[tuple[str, ...], str]:
    findings = {(message,): "pipeline/validate" for message in finding_messages()}
    shares = {(message,): "pipeline/report" for message in share_messages()}
    return findings | shares | {(message,): "pipeline/score" for message in score_messages()}


def all_messages() -> dict[tuple[str, ...], str]:
    return {**listed_messages(), **messages_of_code(), **messages_of_templates()}


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_message_of_code_and_templates_is_translated(language: str) -> None:
    translated = load_catalogue(TRANSLATIONS, language).translated
    missing = {forms[0]: place for forms, place in all_messages().items() if forms not in translated}
    assert missing == {}


@pytest.mark.parametrize("language", ["fr", "es"])
def test_no_translation_is_left_over_from_a_message_that_nobody_says_any_more(language: str) -> None:
    assert set(load_catalogue(TRANSLATIONS, language).translated) - set(all_messages()) == set()


def test_the_collection_sees_messages_of_letters_and_of_findings() -> None:
    found = all_messages()
    assert ("Dear colleagues,",) in found
    assert ("%(n)s question", "%(n)s questions") in found
    assert ("This question has no answer yet.",) in found


def test_the_collection_sees_calls_on_anything_named_catalogue_and_on_its_methods_under_other_names() -> None:
    tree = ast.parse(
        "say = book.catalogue.text; say('a'); self.catalogue.plural('b', 'c', n); row.text('d')\n"
        "n, tell = 1, words.catalogue.text; tell('e'); n('f')"
    )
    assert sorted(ast.unparse(call.args[0]) for _, call in calls_on_catalogues(tree)) == ["'a'", "'b'", "'e'"]


def test_french_text_has_a_no_break_space_before_high_punctuation() -> None:
    translated = load_catalogue(TRANSLATIONS, "fr").translated
    bare = re.compile(r"[ \w)][?!;»]| :|\w: |« | %(?!\()")
    assert [form for forms in translated.values() for form in forms if bare.search(form)] == []


def test_a_message_without_translation_is_said_in_english() -> None:
    assert load_catalogue(TRANSLATIONS, "fr").text("Nobody translated %(this)s.", this="me") == "Nobody translated me."


def test_english_needs_no_catalogue(tmp_path: Path) -> None:
    assert load_catalogue(tmp_path, "en").text("Plain") == "Plain"


def test_percent_signs_that_are_no_placeholders_stay() -> None:
    assert Catalogue("en").text("10 % of %(n)s, 5%s, %(n)d", n=3) == "10 % of 3, 5%s, %(n)d"


@given(st.text(), st.text())
def test_values_are_inserted_as_they_are_and_never_read_again(first: str, second: str) -> None:
    assert Catalogue("en").text("%(a)s|%(b)s", a=first, b=second) == f"{first}|{second}"


def test_a_placeholder_without_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"%\(name\)s.*Hello"):
        Catalogue("en").text("Hello %(name)s", nam="x")


def write(folder: Path, entries: str, header: str = HEADER) -> Path:
    (folder / "fr.po").write_text(header + entries, encoding="utf-8")
    return folder


def test_plural_forms_follow_the_rule_of_the_catalogue(tmp_path: Path) -> None:
    entry = 'msgid "%(n)s file"\nmsgid_plural "%(n)s files"\nmsgstr[0] "%(n)s fichier"\nmsgstr[1] "%(n)s fichiers"\n'
    french = load_catalogue(write(tmp_path, entry), "fr")
    # French counts nothing in the singular, English in the plural.
    said = [french.plural("%(n)s file", "%(n)s files", n) for n in (0, 1, 2, 1500)]
    assert said == ["0 fichier", "1 fichier", "2 fichiers", "1\u202f500 fichiers"]
    assert [Catalogue("en").plural("%(n)s file", "%(n)s files", n) for n in (0, 1)] == ["0 files", "1 file"]


def test_a_rule_with_three_plural_forms_is_followed(tmp_path: Path) -> None:
    header = HEADER.replace("nplurals=2; plural=(n > 1)", "nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2)")
    entry = 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "y"\nmsgstr[2] "z"\n'
    catalogue = load_catalogue(write(tmp_path, entry, header), "fr")
    assert [catalogue.plural("a", "b", n) for n in (1, 2, 5)] == ["x", "y", "z"]


def test_a_translation_that_lacks_a_placeholder_is_refused_with_file_line_and_mend(tmp_path: Path) -> None:
    entries = 'msgid "Fine"\nmsgstr "Bien"\n\nmsgid "By %(day)s"\nmsgstr "Avant %(jour)s"\n'
    with pytest.raises(AllianceError) as caught:
        load_catalogue(write(tmp_path, entries), "fr")
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == ("fr.po", 10)
    assert "lacks %(day)s" in problem.seen
    assert "%(jour)s is not in the message" in problem.seen
    assert problem.mend


def test_all_faulty_translations_are_named_at_once(tmp_path: Path) -> None:
    entries = "".join(f'msgid "{n} %(a)s"\nmsgstr "{n}"\n\n' for n in range(3))
    with pytest.raises(AllianceError) as caught:
        load_catalogue(write(tmp_path, entries), "fr")
    assert len(caught.value.problems) == 3


def test_a_plural_may_leave_out_the_count_only_where_english_does(tmp_path: Path) -> None:
    entry = 'msgid "One file"\nmsgid_plural "%(n)s files"\nmsgstr[0] "Un fichier"\nmsgstr[1] "%(n)s fichiers"\n'
    assert load_catalogue(write(tmp_path, entry), "fr").plural("One file", "%(n)s files", 1) == "Un fichier"


def test_a_half_translated_plural_is_refused(tmp_path: Path) -> None:
    entry = 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] ""\n'
    with pytest.raises(AllianceError, match="it is empty"):
        load_catalogue(write(tmp_path, entry), "fr")


def test_fuzzy_and_empty_translations_are_said_in_english(tmp_path: Path) -> None:
    entries = '#, fuzzy\nmsgid "Yes"\nmsgstr "Non"\n\nmsgid "No"\nmsgstr ""\n'
    french = load_catalogue(write(tmp_path, entries), "fr")
    assert (french.text("Yes"), french.text("No")) == ("Yes", "No")


@pytest.mark.parametrize(
    ("header", "entry", "seen"),
    [
        (HEADER, "msgid Yes\n", "row 7"),
        (HEADER, 'msgid "a"\nmsgstr "une réponse\n', "row 8"),
        (HEADER, 'msgid "a"\nmsgstr ""\n"une "réponse""\n', "row 9"),
        (HEADER.replace("(n > 1)", "(n >)"), 'msgid "a"\nmsgstr "b"\n', "plural rule"),
        (HEADER.replace("(n > 1)", "__import__('os')"), 'msgid "a"\nmsgstr "b"\n', "plural rule"),
        (HEADER.replace("(n > 1)", "(n % 3)"), 'msgid "a"\nmsgstr "b"\n', "beyond nplurals"),
    ],
)
def test_a_damaged_catalogue_is_refused(tmp_path: Path, header: str, entry: str, seen: str) -> None:
    with pytest.raises(AllianceError, match=seen):
        load_catalogue(write(tmp_path, entry, header), "fr")


def test_a_missing_catalogue_is_named(tmp_path: Path) -> None:
    with pytest.raises(AllianceError, match=r"es\.po"):
        load_catalogue(tmp_path, "es")


def test_a_catalogue_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr.po").write_bytes((HEADER + 'msgid "a"\nmsgstr "é"\n').encode("latin-1"))
    with pytest.raises(AllianceError, match="UTF-8"):
        load_catalogue(tmp_path, "fr")


@pytest.mark.parametrize(
    ("language", "number", "share", "day"),
    [
        ("en", "1,234.5", "67%", "30 June 2014"),
        ("fr", "1\u202f234,5", "67\xa0%", "30 juin 2014"),
        ("es", "1234,5", "67\xa0%", "30 de junio de 2014"),
    ],
)
def test_numbers_days_and_lists_are_written_as_the_language_does(
    language: str, number: str, share: str, day: str
) -> None:
    catalogue = Catalogue(language)
    assert catalogue.number(1234.5) == number
    assert catalogue.percent(2 / 3) == share
    assert catalogue.day(date(2014, 6, 30)) == day


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2013, 10, 1), "1er octobre 2013"),
        (date(2011, 1, 1), "1er janvier 2011"),
        (date(2013, 10, 11), "11 octobre 2013"),
        (date(2013, 10, 21), "21 octobre 2013"),
        (date(2001, 1, 2), "2 janvier 2001"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_number_in_french_and_no_other_day(day: date, told: str) -> None:
    assert Catalogue("fr").day(day) == told


def test_the_first_of_a_month_is_a_plain_number_in_spanish_and_english() -> None:
    assert (Catalogue("es").day(date(2013, 10, 1)), Catalogue("en").day(date(2013, 10, 1))) == (
        "1 de octubre de 2013",
        "1 October 2013",
    )


def test_a_moment_on_the_first_of_a_month_says_it_as_a_day_does() -> None:
    moment = datetime(2014, 6, 1, 12, 5, tzinfo=UTC)
    assert Catalogue("fr").moment(moment, "Europe/Paris").startswith("1er juin 2014, 14:05")


def test_spanish_groups_thousands_from_five_digits_on() -> None:
    assert [Catalogue("es").number(n) for n in (9999, -9999, 10_000)] == ["9999", "-9999", "10.000"]


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.001, "1%"), (0.996, "99%"), (1.0, "100%"), (0.5, "50%"), (1.2, "120%")]
)
def test_only_all_is_a_hundred_per_cent_and_only_nothing_is_zero(share: float, said: str) -> None:
    assert Catalogue("en").percent(share) == said


def test_a_moment_is_told_in_the_time_zone_of_the_reader() -> None:
    moment = datetime(2014, 7, 10, 22, 30, tzinfo=UTC)
    assert Catalogue("en").moment(moment, "Europe/Tirane") == "11 July 2014, 00:30 (UTC+02:00)"
    assert Catalogue("es").moment(moment, "America/New_York") == "10 de julio de 2014, 18:30 (UTC-04:00)"
    assert Catalogue("en").moment(moment, "Asia/Kolkata") == "11 July 2014, 04:00 (UTC+05:30)"
