"""Numbers, words for shares, and the table of figures."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import sample

from pipeline.report.notation import day, number, percent, rounded, short_day
from pipeline.report.quantifiers import NOUNS, quantified, quantifier
from pipeline.report.tables import records
from pipeline.settings import PROJECT
from pipeline.translations import load_catalogue

TEMPLATES = PROJECT / "report_templates"


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-0.5, 0, "-1"), (-2.5, 0, "-3"),
        (2.675, 2, "2.68"), (1.005, 2, "1.01"), (0.45, 1, "0.5"), (1e-9, 2, "0.00"),
    ],
)  # fmt: skip
def test_rounding_goes_half_away_from_zero(value: float, places: int, shown: str):
    assert str(rounded(value, places)) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1234567, "1,234,567"), (0.1 + 0.2, "0.3"), (12.0, "12"), (-3.25, "−3.25"), (100, "100")]
)
def test_numbers_are_written_the_british_way(value: float, shown: str):
    assert number(value) == shown


def test_a_percentage_comes_from_the_unrounded_share_and_never_from_nothing():
    assert percent(1, 8) == "13\u00a0%"
    assert percent(42, 54) == "78\u00a0%"
    assert percent(1, 200) == "1\u00a0%"
    assert percent(0, 0) == "–"


def test_days_are_written_in_full_and_short():
    assert day(date(2014, 9, 30)) == "30 September 2014"
    assert short_day(date(2014, 12, 5)) == "5\u00a0Dec\u00a02014"


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [
        (0, 54, "no"), (1, 54, "a few"), (5, 54, "a few"), (99, 1000, "a few"), (10, 100, "some"), (40, 100, "some"),
        (404, 1000, "some"), (405, 1000, "many"), (41, 100, "many"), (70, 100, "many"), (704, 1000, "many"),
        (705, 1000, "most"), (71, 100, "most"), (90, 100, "most"), (901, 1000, "almost all"),
        (999, 1000, "almost all"), (54, 54, "all"), (1, 1, "all"), (0, 0, "no"),
    ],
)  # fmt: skip
def test_words_for_shares_follow_the_bands(part: int, whole: int, word: str):
    assert quantifier(part, whole) == word


@given(st.integers(1, 400), st.data())
def test_a_larger_share_never_gets_a_smaller_word(whole: int, data: st.DataObject):
    order = ["no", "a few", "some", "many", "most", "almost all", "all"]
    part = data.draw(st.integers(0, whole - 1))
    assert order.index(quantifier(part, whole)) <= order.index(quantifier(part + 1, whole))


@pytest.mark.parametrize(("part", "whole"), [(3, 2), (-1, 2)])
def test_what_is_no_share_has_no_word(part: int, whole: int):
    with pytest.raises(ValueError, match="is no share"):
        quantifier(part, whole)


def test_a_word_always_stands_with_its_numbers():
    assert quantified(42, 54, "members") == "most members (42 of 54)"


@pytest.mark.parametrize(
    ("part", "whole", "noun", "french", "spanish"),
    [
        (0, 54, "members", "aucun membre (0 sur 54)", "ningún miembro (0 de 54)"),
        (0, 54, "questions", "aucune question (0 sur 54)", "ninguna pregunta (0 de 54)"),
        (5, 54, "members", "quelques membres (5 sur 54)", "unos pocos miembros (5 de 54)"),
        (5, 54, "questions", "quelques questions (5 sur 54)", "unas pocas preguntas (5 de 54)"),
        (4, 10, "questions", "certaines questions (4 sur 10)", "algunas preguntas (4 de 10)"),
        (4, 10, "commitments", "certains engagements (4 sur 10)", "algunos compromisos (4 de 10)"),
        (7, 10, "milestones", "de nombreux jalons (7 sur 10)", "muchos hitos (7 de 10)"),
        (7, 10, "questions", "de nombreuses questions (7 sur 10)", "muchas preguntas (7 de 10)"),
        (42, 54, "members", "la plupart des membres (42 sur 54)", "la mayoría de los miembros (42 de 54)"),
        (8, 10, "questions", "la plupart des questions (8 sur 10)", "la mayoría de las preguntas (8 de 10)"),
        (
            95, 100, "rated commitments",
            "presque tous les engagements évalués (95 sur 100)", "casi todos los compromisos evaluados (95 de 100)",
        ),
        (95, 100, "questions", "presque toutes les questions (95 sur 100)", "casi todas las preguntas (95 de 100)"),
        (
            47, 47, "members that reported",
            "tous les membres ayant répondu (47 sur 47)", "todos los miembros que respondieron (47 de 47)",
        ),
        (
            1234, 12345, "questions",
            "quelques questions (1\u202f234 sur 12\u202f345)", "unas pocas preguntas (1234 de 12.345)",
        ),
    ],
)  # fmt: skip
def test_words_for_shares_agree_with_what_is_counted_in_each_language(
    part: int, whole: int, noun: str, french: str, spanish: str
):
    said = [quantified(part, whole, noun, load_catalogue(TEMPLATES / "translations", code)) for code in ("fr", "es")]
    assert said == [french, spanish]


def test_every_noun_that_the_shell_counts_by_itself_is_said_in_each_language():
    french = load_catalogue(TEMPLATES / "translations", "fr")
    for noun in NOUNS:
        assert " sur " in quantified(1, 2, noun, french)


def test_a_noun_without_words_in_a_language_is_refused_with_those_that_have_them():
    with pytest.raises(ValueError, match="'cats' in fr; of members, members that reported"):
        quantified(1, 2, "cats", load_catalogue(TEMPLATES / "translations", "fr"))


@pytest.mark.parametrize(
    ("part", "whole", "word"),
    [
        (99_999, 1_000_000, "a few"), (404_999, 1_000_000, "some"), (405_000, 1_000_000, "many"),
        (704_999, 1_000_000, "many"), (705_000, 1_000_000, "most"), (900_001, 1_000_000, "almost all"),
        (405 * 10**20 - 1, 10**23, "some"), (405 * 10**20, 10**23, "many"), (10**30 - 1, 10**30, "almost all"),
    ],
)  # fmt: skip
def test_words_for_shares_are_decided_exactly(part: int, whole: int, word: str):
    assert quantifier(part, whole) == word


# Counted by hand from report_samples: figure, shown, denominator.
BY_HAND = [
    ("members", "5", 196), ("members_percent", "3\u00a0%", 196), ("non_members", "191", None), ("joined", "1", None),
    ("left", "1", None), ("targets", "2", None), ("goals", "3", None),
    ("answered", "3", 5), ("answered_percent", "60\u00a0%", 5), ("late", "1", 3), ("unusable", "1", 5),
    ("silent", "1", 5), ("consent_full", "1", 3), ("consent_aggregate", "1", 3), ("consent_unsaid", "1", 3),
    ("pages_full", "1", 5), ("pages_withheld", "2", 5), ("pages_grey", "2", 5),
    ("files", "5", None), ("files_accepted", "3", 5), ("files_superseded", "1", 5), ("files_refused", "1", 5),
    ("questions_asked", "27", None), ("questions_answered", "14", 27), ("questions_answered_percent", "52\u00a0%", 27),
    ("questions_accounted", "15", 27), ("threshold", "60\u00a0%", None),
    ("findings", "3", None), ("findings_errors", "2", 3), ("findings_warnings", "1", 3), ("findings_queries", "0", 3),
    ("members_with_errors", "1", 3), ("members_without_findings", "1", 3), ("letters", "0", None),
    ("commitments", "6", None), ("rated", "5", 6), ("adequate", "2", 5), ("achieved", "1", 6), ("not_available", "1", 6),
    ("milestones", "2", None), ("overdue", "1", 2), ("status_complete", "1", 2),
    ("growth", "1", None), ("growth_each_year", "0", 1), ("growth_on_average", "1", 1), ("flips", "2", 2),
    ("pt2_commitments", "5", None), ("pt2_rated", "4", 5), ("pt2_with_commitments", "4", 5), ("pt2_adequate", "1", 4),
    ("og2_1_commitments", "3", None), ("og2_1_rated", "2", 3), ("og1_1_growth_on_average", "1", 1),
]  # fmt: skip


@pytest.mark.parametrize(("key", "shown", "denominator"), BY_HAND)
def test_figures_are_what_one_counts_by_hand(key: str, shown: str, denominator: int | None):
    _, _, tables = sample()
    (row,) = [row for row in records(tables.figures) if row["figure"] == key]
    assert (row["shown"], row["denominator"]) == (shown, denominator)


def test_every_figure_says_where_it_comes_from():
    _, _, tables = sample()
    for row in records(tables.figures):
        assert hasattr(tables, row["table"]), row
        assert row["selection"]


def test_figures_of_an_alliance_without_answers_are_zero_and_not_missing():
    from pipeline.frames import frame

    empty = ("submissions", "answers", "assessment", "findings", "completeness", "commitment_scores")
    _, _, tables = sample(**{name: frame(name, []) for name in empty})
    rows = {row["figure"]: row for row in records(tables.figures)}
    assert rows["answered"]["shown"] == "0"
    assert rows["questions_answered_percent"]["shown"] == "–"
    assert rows["silent"]["shown"] == "5"
