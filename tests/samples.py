"""What tests of several rooms make by hand."""

from __future__ import annotations

from typing import Any

from pipeline.questionnaire.form import Question, Texts


def question(code: str, **given: Any) -> Question:
    """A text question without any conditions, with what the test is about on top."""
    repeat = given.get("repeat")
    position = given.get("position", 1)
    plain: dict[str, Any] = {
        "position": 1,
        "row": position + 1,
        "type": "text",
        "section": repeat or "pt1",
        "repeat": None,
        "path": f"/data/{repeat}/{code}" if repeat else f"/data/{code}",
        "choices": None,
        "required": "",
        "relevant": "",
        "constraint": "",
        "calculate": "",
        "goal": None,
        "indicator": None,
        "role": None,
        "unit": "",
        "severity": "error",
        "tolerance": None,
        "texts": Texts({("label", "en"): f"Label of {code}"}, "en"),
    }
    return Question(code=code, **(plain | given))
