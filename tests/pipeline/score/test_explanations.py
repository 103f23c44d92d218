"""The sentences that explain ratings, in the three languages; every expected sentence is written by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.alliance.load import load_alliance
from pipeline.score.explanations import COLUMNS, HEADS, REASONS, explain, explanations, words_of
from pipeline.score.method import methods
from pipeline.score.wording import Words, percent, shown
from pipeline.tables import RATINGS, TABLES
from pipeline.translations import Catalogue, load_catalogue

ROOT = Path(__file__).parents[3]
ALLIANCE = load_alliance(ROOT / "alliance")
CATALOGUES = {code: load_catalogue(ROOT / "report_templates" / "translations", code) for code in COLUMNS}
WORDS = {code: words_of(ALLIANCE.form, words, ALLIANCE.scoring.units) for code, words in CATALOGUES.items()}
NUMERIC = {
    "kind": "numeric", "method": "growth_ratio", "direction": -1, "baseline_value": 14.5, "baseline_year": 2015,
    "current_value": 10.2, "current_year": 2023, "target_value": 7.25, "target_year": 2030, "unit": "hours",
    "progress_value": 0.9525901792, "rating": "on_track",
}  # fmt: skip
GROWTH = {
    "kind": "growth_rule", "method": "growth_rule", "series": "2011=1000 2012=1300 2013=1310", "growth_rate": 0.1,
    "growth_reading": "on_average", "required_value": 1210, "meets_each_year": "not_met", "meets_on_average": "met",
    "progress_value": 310 / 210, "rating": "on_track", "unit": "victims",
}  # fmt: skip
DIRECTIONAL = {
    "kind": "directional", "method": "directional", "direction": 1, "baseline_value": 90.0, "baseline_year": 2015,
    "current_value": 93.2, "current_year": 2021, "progress_value": 0.005839995229728, "rating": "on_track",
    "unit": "percent",
}  # fmt: skip
MILESTONE = {
    "kind": "milestone", "method": "milestone", "status": "substantial", "rating": "on_track",
    "due_date": date(2014, 10, 1), "overdue": False,
}  # fmt: skip
CHECKLIST = {
    "kind": "checklist", "method": "checklist", "elements_in_place": 4, "elements_total": 6,
    "elements_missing": "law_grooming law_livestreaming", "rating": "on_track",
}  # fmt: skip


def row(case: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return dict.fromkeys(TABLES["commitment_scores"].names) | dict(case) | more


def said(language: str, case: Mapping[str, Any], **more: Any) -> str:
    told = row(case, **more)
    # No-break spaces are written as plain ones in what is expected here; their places have a test of their own.
    return explain(WORDS[language], told, methods()[told["method"]]).replace("\u00a0", " ").replace("\u202f", " ")


EXPECTED = [
    (
        row(NUMERIC),
        "On track: from 14.5 in 2015 to 10.2 (hours) in 2023, with the target of 7.25 or less by 2030, growth so far is "
        "95 % of the growth required.",
        "En bonne voie : de 14,5 en 2015 à 10,2 (heures) en 2023 ; au regard de la cible de 7,25 ou moins pour 2030, le "
        "rythme de progression à ce jour représente 95 % du rythme requis.",
        "Bien encaminado: de 14,5 en 2015 a 10,2 (horas) en 2023; con respecto a la meta de 7,25 o menos para 2030, el "
        "ritmo de avance hasta la fecha equivale al 95 % del ritmo necesario.",
    ),
    (
        row(NUMERIC, rating="achieved", direction=1, current_value=12345, target_value=12000, unit="victims"),
        "Achieved: the target of 12,000 or more by 2030 is reached with 12,345 (victims) in 2023.",
        "Atteint : la cible de 12 000 ou plus pour 2030 est atteinte, avec 12 345 (victimes) en 2023.",
        "Alcanzado: la meta de 12.000 o más para 2030 se ha alcanzado, con 12.345 (víctimas) en 2023.",
    ),
    (
        row(NUMERIC, rating="deterioration", current_value=1015.5, progress_value=-0.25, target_year=None, unit=None),
        "Deterioration: from 14.5 in 2015 to 1,015.5 in 2023, with the target of 7.25 or less, values moved away from it "
        "(ratio -0.25).",
        "Détérioration : de 14,5 en 2015 à 1 015,5 en 2023, les valeurs se sont éloignées de la cible de 7,25 ou moins "
        "(ratio de -0,25).",
        "Deterioro: de 14,5 en 2015 a 1015,5 en 2023, los valores se han alejado de la meta de 7,25 o menos (razón de "
        "-0,25).",
    ),
    (
        row(NUMERIC, rating="deterioration", progress_value=None, baseline_value=7.25, unit="days"),
        "Deterioration: from 7.25 in 2015 to 10.2 (days) in 2023, with the target of 7.25 or less by 2030, which the "
        "baseline had reached and the latest value has not.",
        "Détérioration : de 7,25 en 2015 à 10,2 (jours) en 2023, au regard de la cible de 7,25 ou moins pour 2030, que la "
        "valeur de référence avait atteinte et que la dernière valeur n’atteint pas.",
        "Deterioro: de 7,25 en 2015 a 10,2 (días) en 2023, con respecto a la meta de 7,25 o menos para 2030, que el valor "
        "de referencia había alcanzado y el último valor no alcanza.",
    ),
    (
        row(NUMERIC, method="projection", progress_value=0.25, rating="acceleration_needed"),
        "Acceleration needed: from 14.5 in 2015 to 10.2 (hours) in 2023, with the target of 7.25 or less by 2030, past "
        "growth would cover 25 % of the way by then.",
        "Accélération nécessaire : de 14,5 en 2015 à 10,2 (heures) en 2023 ; au regard de la cible de 7,25 ou moins pour "
        "2030, la tendance passée permettrait de parcourir 25 % du chemin d’ici là.",
        "Es necesario acelerar: de 14,5 en 2015 a 10,2 (horas) en 2023; con respecto a la meta de 7,25 o menos para 2030, "
        "la tendencia pasada permitiría recorrer para entonces el 25 % del camino.",
    ),
    (
        row(NUMERIC, method="linear_gap", progress_value=0.5, rating="limited"),
        "Limited: from 14.5 in 2015 to 10.2 (hours) in 2023, with the target of 7.25 or less by 2030, distance covered is "
        "50 % of what the time used asks for.",
        "Progrès limités : de 14,5 en 2015 à 10,2 (heures) en 2023 ; au regard de la cible de 7,25 ou moins pour 2030, la "
        "distance parcourue représente 50 % de ce qu’exige le temps écoulé.",
        "Avance limitado: de 14,5 en 2015 a 10,2 (horas) en 2023; con respecto a la meta de 7,25 o menos para 2030, la "
        "distancia recorrida equivale al 50 % de lo que exige el tiempo transcurrido.",
    ),
    (
        row(DIRECTIONAL),
        "On track: from 90 in 2015 to 93.2 (percent) in 2021, where an increase is wanted: growth in that direction is "
        "0.58 % a year.",
        "En bonne voie : de 90 en 2015 à 93,2 (%) en 2021, une hausse étant souhaitée ; l’évolution dans ce sens est de "
        "0,58 % par an.",
        "Bien encaminado: de 90 en 2015 a 93,2 (%) en 2021, siendo deseable un aumento; la variación en ese sentido es del "
        "0,58 % anual.",
    ),
    (
        row(DIRECTIONAL, direction=-1, progress_value=-0.0058, rating="deterioration", unit=None),
        "Deterioration: from 90 in 2015 to 93.2 in 2021, where a decrease is wanted: growth in that direction is -0.58 % a "
        "year.",
        "Détérioration : de 90 en 2015 à 93,2 en 2021, une baisse étant souhaitée ; l’évolution dans ce sens est de -0,58 % "
        "par an.",
        "Deterioro: de 90 en 2015 a 93,2 en 2021, siendo deseable una disminución; la variación en ese sentido es del "
        "-0,58 % anual.",
    ),
    (
        row(GROWTH),
        "On track: from 1,000 in 2011 to 1,310 (victims) in 2013, where 1,210 was required; growth of 10 % a year was kept "
        "on average; it was not kept in each year.",
        "En bonne voie : de 1 000 en 2011 à 1 310 (victimes) en 2013, la valeur requise étant de 1 210 ; la croissance de "
        "10 % par an a été respectée en moyenne ; année par année, elle n’a pas été respectée.",
        "Bien encaminado: de 1000 en 2011 a 1310 (víctimas) en 2013, siendo 1210 el valor requerido; el crecimiento del "
        "10 % anual se cumplió en promedio; año por año, no se cumplió.",
    ),
    (
        row(GROWTH, growth_reading="each_year", rating="acceleration_needed", progress_value=0.948),
        "Acceleration needed: from 1,000 in 2011 to 1,310 (victims) in 2013, where 1,210 was required; 94.8 % of the growth "
        "required was reached; growth of 10 % a year was not kept in each year; it was kept on average.",
        "Accélération nécessaire : de 1 000 en 2011 à 1 310 (victimes) en 2013, la valeur requise étant de 1 210 ; le "
        "résultat représente 94,8 % de la croissance requise ; la croissance de 10 % par an n’a pas été respectée chaque "
        "année ; en moyenne, elle a été respectée.",
        "Es necesario acelerar: de 1000 en 2011 a 1310 (víctimas) en 2013, siendo 1210 el valor requerido; se alcanzó el "
        "94,8 % del crecimiento requerido; el crecimiento del 10 % anual no se cumplió todos los años; en promedio, se "
        "cumplió.",
    ),
    (
        row(GROWTH, growth_reading="each_year", meets_each_year="met", meets_on_average="not_assessable",
            required_value=None, series="2012=0 2013=7", unit=None),
        "On track: from 0 in 2012 to 7 in 2013; growth of 10 % a year was kept in each year; the average cannot be "
        "assessed.",
        "En bonne voie : de 0 en 2012 à 7 en 2013 ; la croissance de 10 % par an a été respectée chaque année ; la lecture "
        "en moyenne n’est pas possible.",
        "Bien encaminado: de 0 en 2012 a 7 en 2013; el crecimiento del 10 % anual se cumplió todos los años; no es posible "
        "la lectura en promedio.",
    ),
    (
        row(GROWTH, meets_on_average="not_met", meets_each_year="not_assessable", rating="deterioration",
            progress_value=-0.1, series="2011=1000 2013=979"),
        "Deterioration: from 1,000 in 2011 to 979 (victims) in 2013, where 1,210 was required; values moved the other way; "
        "growth of 10 % a year was not kept on average; each year alone cannot be assessed.",
        "Détérioration : de 1 000 en 2011 à 979 (victimes) en 2013, la valeur requise étant de 1 210 ; les valeurs ont "
        "évolué dans l’autre sens ; la croissance de 10 % par an n’a pas été respectée en moyenne ; la lecture année par "
        "année n’est pas possible.",
        "Deterioro: de 1000 en 2011 a 979 (víctimas) en 2013, siendo 1210 el valor requerido; los valores evolucionaron en "
        "sentido contrario; el crecimiento del 10 % anual no se cumplió en promedio; no es posible la lectura año por año.",
    ),
    (
        row(MILESTONE),
        "On track: the status is “Substantial progress”, due on 1 October 2014.",
        "En bonne voie : l’état d’avancement est « Progrès substantiels », échéance fixée au 1er octobre 2014.",
        "Bien encaminado: el estado es «Avance sustancial», con plazo hasta el 1 de octubre de 2014.",
    ),
    (
        row(MILESTONE, status="limited", rating="deterioration", overdue=True, flags="overdue status_went_back",
            due_date=date(2014, 3, 31)),
        "Deterioration: the status is “Limited progress”, overdue since 31 March 2014; an earlier cycle had reported more.",
        "Détérioration : l’état d’avancement est « Progrès limités », échéance dépassée depuis le 31 mars 2014 ; un cycle "
        "précédent faisait état d’un avancement supérieur.",
        "Deterioro: el estado es «Avance limitado», con el plazo vencido desde el 31 de marzo de 2014; en un ciclo anterior "
        "se había comunicado un avance mayor.",
    ),
    (
        row(MILESTONE, status="complete", rating="achieved", flags="no_evidence_given"),
        "Achieved: the status is “Complete”; the member gave no evidence.",
        "Atteint : l’état d’avancement est « Achevé » ; le membre n’a pas fourni de justificatif.",
        "Alcanzado: el estado es «Concluido»; el miembro no aportó pruebas.",
    ),
    (
        row(MILESTONE, status="not_started", flags="before_start", due_date=None),
        "On track: the status is “Not started”; its agreed start is still to come.",
        "En bonne voie : l’état d’avancement est « Pas commencé » ; la date de début convenue est encore à venir.",
        "Bien encaminado: el estado es «No iniciado»; la fecha de inicio acordada aún no ha llegado.",
    ),
    (
        row(CHECKLIST),
        "On track: 4 of 6 elements are in place; not in place: grooming, live-streaming.",
        "En bonne voie : 4 éléments sur 6 sont en place ; ne sont pas en place : sollicitation en ligne (« grooming »), "
        "diffusion en direct.",
        "Bien encaminado: 4 de los 6 elementos están establecidos; no están establecidos: embaucamiento en línea "
        "(«grooming»), transmisión en directo.",
    ),
    (
        row(CHECKLIST, elements_in_place=1, elements_total=3, elements_missing="law_production", rating="deterioration",
            baseline_value=2, due_date=date(2014, 3, 1), overdue=True),
        "Deterioration: 1 of 3 elements is in place, overdue since 1 March 2014; not in place: production; 1 element is not "
        "answered; at the start 2 were in place.",
        "Détérioration : 1 élément sur 3 est en place, échéance dépassée depuis le 1er mars 2014 ; n’est pas en place : "
        "production ; 1 élément est resté sans réponse ; au départ, 2 étaient en place.",
        "Deterioro: 1 de los 3 elementos está establecido, con el plazo vencido desde el 1 de marzo de 2014; no está "
        "establecido: producción; 1 elemento quedó sin respuesta; al principio, 2 estaban establecidos.",
    ),
    (
        row(CHECKLIST, elements_in_place=0, elements_total=6, elements_missing="law_production", rating="limited"),
        "Limited: 0 of 6 elements are in place; not in place: production; 5 elements are not answered.",
        "Progrès limités : 0 élément sur 6 est en place ; n’est pas en place : production ; 5 éléments sont restés sans "
        "réponse.",
        "Avance limitado: 0 de los 6 elementos están establecidos; no está establecido: producción; 5 elementos quedaron "
        "sin respuesta.",
    ),
    (
        row(CHECKLIST, elements_in_place=0, rating="deterioration", elements_missing="law_production " * 6,
            baseline_value=1, elements_total=6) | {"elements_missing": None, "elements_total": 1},
        "Deterioration: the only element is not in place; 1 element is not answered; at the start 1 was in place.",
        "Détérioration : le seul élément n’est pas en place ; 1 élément est resté sans réponse ; au départ, 1 était en "
        "place.",
        "Deterioro: el único elemento no está establecido; 1 elemento quedó sin respuesta; al principio, 1 estaba "
        "establecido.",
    ),
    (
        row(CHECKLIST, elements_in_place=1, elements_total=1, elements_missing=None, rating="achieved"),
        "Achieved: the only element is in place.",
        "Atteint : le seul élément est en place.",
        "Alcanzado: el único elemento está establecido.",
    ),
    (
        row(GROWTH, rating="not_available", reason="growth_undefined", series="2012=0 2013=1207"),
        "Not available: growth from zero or from a negative value has no rate; the change from 2012 to 2013 is +1,207.",
        "Non disponible : une croissance à partir de zéro ou d’une valeur négative n’a pas de taux ; la variation de 2012 à "
        "2013 est de +1 207.",
        "No disponible: el crecimiento a partir de cero o de un valor negativo no tiene tasa; la variación de 2012 a 2013 "
        "es de +1207.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("case", "en", "fr", "es"), EXPECTED)
def test_every_kind_of_rating_is_explained_in_every_language(case, en, fr, es):
    assert (said("en", case), said("fr", case), said("es", case)) == (en, fr, es)


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_a_sentence_of_its_own_in_every_language(reason):
    case = row(GROWTH, rating="not_available", reason=reason)
    told = {language: said(language, case) for language in COLUMNS}
    assert told["en"].startswith(f"Not available: {REASONS[reason]}")
    assert told["fr"].startswith("Non disponible : ")
    assert told["es"].startswith("No disponible: ")
    assert all(text.endswith(".") and "%(" not in text and "  " not in text for text in told.values())
    assert len(set(told.values())) == 3


def test_every_rating_has_a_head_and_every_language_its_column():
    assert set(HEADS) == set(RATINGS)
    assert set(COLUMNS.values()) <= set(TABLES["commitment_scores"].names)


@pytest.mark.parametrize("language", COLUMNS)
@pytest.mark.parametrize("case", [case for case, *_ in EXPECTED])
def test_no_sentence_has_gaps_leftovers_or_another_languages_signs(language, case):
    text = explain(WORDS[language], case, methods()[case["method"]])
    assert not re.search(r"  |%\(|None|nan| [,.]|\.\.|;\.", text)
    decimals = re.findall(r"\d([.,])\d{1,2}(?!\d)", text)
    assert set(decimals) <= ({"."} if language == "en" else {","})
    if language == "fr":
        assert not re.search(r"(?<!\u00a0)[:;»%](?!\))|«(?!\u00a0)", text)
    english = r"\b(the|from|of|was|is|are|in place|by|hours|victims|days|percent)\b"
    assert language == "en" or not re.search(english, text)


def test_a_value_that_misses_the_target_by_little_is_not_rounded_to_be_the_target():
    missed = {"direction": 1, "current_value": 199.99999, "target_value": 200, "progress_value": 0.9499999}
    assert "to 199.99999 (hours) in 2023, with the target of 200 or more" in said("en", NUMERIC, **missed)
    assert "à 199,99999 (heures) en 2023" in said("fr", NUMERIC, **missed)


def test_a_range_to_stay_in_is_said_with_both_ends_and_no_value_outside_is_rounded_into_it():
    between = {"direction": 0, "target_value": 7.0, "target_upper": 8.0, "current_value": 8.00001}
    assert said("en", NUMERIC, **between).startswith(
        "On track: from 14.5 in 2015 to 8.00001 (hours) in 2023, with the range from 7 to 8 by 2030, growth so far"
    )
    assert "à 8,00001 (heures) en 2023 ; au regard de la fourchette de 7 à 8 pour 2030, le" in said(
        "fr", NUMERIC, **between
    )
    assert said("es", NUMERIC, **between, rating="achieved", target_year=None).startswith(
        "Alcanzado: la franja de 7 a 8 se ha alcanzado, con"
    )


@pytest.mark.parametrize("language", COLUMNS)
@pytest.mark.parametrize(
    ("share", "digits"),
    [
        (0.9496, "94.96"), (0.95, "95"), (0.9499999, "94.99999"), (0.599, "59.9"), (0.6, "60"), (0.0004, "0.04"),
        (-0.0004, "-0.04"), (0.0999, "9.99"), (0.1, "10"), (0.9999, "99.99"), (1.0, "100"), (0.0, "0"), (0.777, "78"),
    ],
)  # fmt: skip
def test_a_percentage_is_never_rounded_across_a_boundary_in_any_language(language, share, digits):
    sign = {"en": " %", "fr": "\u00a0%", "es": "\u00a0%"}[language]
    expected = digits if language == "en" else digits.replace(".", ",")
    assert percent(WORDS[language], share) == expected + sign


@pytest.mark.parametrize(
    ("value", "en", "fr", "es"),
    [
        (1234.5, "1,234.5", "1\u202f234,5", "1234,5"),
        (-1234567.25, "-1,234,567.25", "-1\u202f234\u202f567,25", "-1.234.567,25"),
        (0.00012345, "0.000123", "0,000123", "0,000123"),
        (5e-324, "4.94e-324", "4,94e-324", "4,94e-324"),
        (-0.0, "0", "0", "0"),
        (10000.0, "10,000", "10\u202f000", "10.000"),
        (2.50004, "2.5", "2,5", "2,5"),
    ],
)
def test_values_are_written_as_the_language_does(value, en, fr, es):
    assert tuple(shown(WORDS[language], value) for language in ("en", "fr", "es")) == (en, fr, es)


def test_the_sign_of_a_change_is_shown_and_that_of_no_change_is_not():
    assert [shown(WORDS["fr"], value, signed=True) for value in (7.5, -7.5, 0.0)] == ["+7,5", "-7,5", "0"]


def test_every_unit_element_and_status_of_the_alliance_has_its_name_in_every_language():
    units = set(ALLIANCE.register["unit"].dropna())
    for language in ("fr", "es"):
        words = WORDS[language]
        assert units - set(words.units) == set()
        for names in (words.elements, words.statuses):
            assert names
            assert all(names.values())
            assert set(names) == set(WORDS["en"].statuses if names is words.statuses else WORDS["en"].elements)


def test_what_the_form_does_not_name_is_said_by_its_code():
    bare = Words(Catalogue("en"))
    text = explain(bare, row(MILESTONE, status="not_started"), methods()["milestone"])
    assert text == "On track: the status is “not started”, due on 1 October 2014."
    other = replace(bare, units={})
    assert "(parsecs)" in explain(other, row(NUMERIC, unit="parsecs"), methods()["growth_ratio"])


def test_labels_are_inserted_as_they_are_and_never_read_as_a_message():
    words = replace(WORDS["fr"], elements={"law_grooming": "100 %(n)s {0} %s"})
    text = explain(words, row(CHECKLIST, elements_missing="law_grooming"), methods()["checklist"])
    assert "100 %(n)s {0} %s" in text


def test_the_columns_are_in_the_order_of_the_rows():
    table = pd.DataFrame([row(MILESTONE), row(CHECKLIST), row(NUMERIC)])
    made = explanations(table, methods(), [WORDS["fr"], WORDS["es"]])
    assert list(made) == ["explanation_fr", "explanation_es"]
    assert [text.partition(": ")[2][:9] for text in made["explanation_es"]] == ["el estado", "4 de los ", "de 14,5 e"]


def test_the_unit_of_measure_is_said_as_the_form_says_it():
    assert WORDS["es"].units["victims"] == "víctimas"
    assert "(victimes)" in said("fr", GROWTH)
