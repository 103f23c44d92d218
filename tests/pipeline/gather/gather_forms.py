"""A tiny form, made by hand, for the tests of gathering."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.questionnaire.form import Choice, Form, Question, QuestionType, Section, Texts
from tests import samples

LANGUAGES = ("en", "fr", "es")


def texts(*labels: str) -> Texts:
    return Texts({("label", language): label for language, label in zip(LANGUAGES, labels, strict=False)}, "en")


def question(code: str, type: QuestionType, **given: Any) -> Question:
    path = f"/data/{given.get('section', 'pt1')}/{code}"
    return samples.question(code, type=type, path=path, **given)


CHOICES = {
    "yes_no": (Choice("yes", texts("Yes", "Oui", "Sí")), Choice("no", texts("No", "Non", "No"))),
    "status": (
        Choice("not_started", texts("Not started", "Non commencé", "Sin empezar")),
        Choice("limited", texts("Limited", "Limité", "Limitado")),
        Choice("complete", texts("Complete", "Achevé", "Completo")),
    ),
    "obstacles": (
        Choice("legal", texts("Legal, or constitutional", "Juridiques", "Jurídicos")),
        Choice("resources", texts("Resources", "Moyens", "Recursos")),
        Choice("data", texts("Data", "Données", "Datos")),
    ),
    "missing_reason": (
        Choice("not_available", texts("Not available", "Non disponible", "No disponible")),
        Choice("not_applicable", texts("Not applicable", "Sans objet", "No aplicable")),
        Choice("not_yet", texts("Not yet", "Pas encore", "Todavía no")),
        Choice("confidential", texts("Confidential", "Confidentiel", "Confidencial")),
    ),
}


def form() -> Form:
    asked = [
        question("victims", "integer", unit="victims"),
        question("hours", "decimal", unit="hours"),
        question("share", "decimal", unit="%"),
        question("adopted_on", "date"),
        question("in_place", "select_one", choices="yes_no"),
        question("obstacles", "select_multiple", choices="obstacles"),
        question("remarks", "text"),
        question("about", "note"),
        question("total", "calculate"),
        question("c_title", "text", section="commitments", repeat="commitments"),
        question(
            "c_status", "select_one", choices="status", section="commitments", repeat="commitments", role="status"
        ),
        question("c_due", "date", section="commitments", repeat="commitments"),
    ]
    return Form(
        id="test",
        version="2014-1",
        title={"en": "Test"},
        languages=LANGUAGES,
        sections=(Section("pt1", None, texts("Target 1")), Section("commitments", "commitments", texts("Commitments"))),
        questions=tuple(replace(question, position=position) for position, question in enumerate(asked, 1)),
        choices=CHOICES,
        checks=(),
    )
