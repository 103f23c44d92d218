"""Findings: what a member is asked to correct or to confirm, under an id that stays the same over resubmissions."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pipeline.frames import conform
from pipeline.questionnaire.form import MISSING_REASONS, Form, Question
from pipeline.validate.expectations import Checked
from pipeline.validate.notes import NOTES, VERSION
from pipeline.validate.rule import Rule, Words
from pipeline.validate.rule_book import all_rules

if TYPE_CHECKING:
    from pipeline.translations import Catalogue

_DIGITS: Final = 10
_DIGITS_ON_COLLISION: Final = 20
_LONGEST_EXCERPT: Final = 120
_MOST_CHOICES: Final = 12
# Marks that turn the direction of the text around them: in an excerpt they would turn our own sentence.
_DIRECTION_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def make_findings(form: Form, assessment: pd.DataFrame, checked: Checked, intake_notes: pd.DataFrame) -> pd.DataFrame:
    """Turn what the rules found and what was noticed on reading into findings.

    The id of a finding is the beginning of the SHA-256 over member|row|question|rule; see :func:`finding_ids`.

    Args:
        form: The questionnaire.
        assessment: Table ``assessment``.
        checked: Results of :func:`pipeline.validate.expectations.check` on it.
        intake_notes: Table ``intake_notes``.

    Returns:
        Table ``findings``: one row per failing row of each rule and one per note, but for what the form switches off; in the
        order of ``assessment``; a member's intake notes come before its other findings.
        ``message`` is in English; :func:`explain` says the same in other languages. All of them are open, as if nothing
        had been said of them before: see :mod:`pipeline.validate.history`.

    Raises:
        KeyError: A note has no words in :data:`pipeline.validate.notes.NOTES`.
    """
    from pipeline.translations import Catalogue

    order = {member: place for place, member in enumerate(assessment["member"].unique())}
    notes = _of_notes(form, assessment, intake_notes)
    found = _as_decided(form, pd.concat([notes, _of_rules(assessment, checked)], ignore_index=True))
    found["order"] = found["member"].map(order)
    found = found.sort_values(["order", "place"], kind="stable", ignore_index=True)
    columns = (found[name].fillna("") for name in ("member", "row", "question", "rule"))
    found["finding"] = finding_ids(["|".join(parts) for parts in zip(*columns, strict=True)])
    english = Catalogue("en")
    found["message"] = [explain(finding, form, english, "en") for finding in found.to_dict("records")]
    return conform("findings", found.assign(status="open", first_round=None, waiver=None))


def finding_ids(keys: Sequence[str], versions: Sequence[str] | None = None) -> list[str]:
    """Ids for findings: the first 10 hexadecimal digits of the SHA-256 over each key.

    Where a key stands several times (two notes of one kind without a question), the second is followed by ``|2``, the
    third by ``|3``. Where two keys have the same 10 digits, which happens to one set of 10,000 findings in 20,000,
    both get 20 digits.

    Args:
        keys: member|row|question|rule per finding.
        versions: What it is a finding about: in two versions of a submission the same key is the same finding.

    Returns:
        As many ids, no two of one version equal; each depends on the keys, not on their order.
    """
    seen: Counter[tuple[str, str]] = Counter()
    digests: list[str] = []
    for key, version in zip(keys, versions or [""] * len(keys), strict=True):
        seen[version, key] += 1
        text = key if seen[version, key] == 1 else f"{key}|{seen[version, key]}"
        digests.append(hashlib.sha256(text.encode("utf-8")).hexdigest())
    short = Counter(digest[:_DIGITS] for digest in set(digests))
    return [digest[: _DIGITS if short[digest[:_DIGITS]] == 1 else _DIGITS_ON_COLLISION] for digest in digests]


def explain(finding: Mapping[Any, Any], form: Form, catalogue: Catalogue, language: str) -> str:
    """Say what is wrong and how to mend it.

    Texts of the form (what a constraint asks, the message of a check) are said in the language, else in the form's
    first language. What the member wrote is shown as an excerpt of at most 120 characters, as plain text.

    Args:
        finding: A row of the table ``findings``; of its columns rule, row, question, seen, problem, previous,
            previous_date are used.
        form: The questionnaire.
        catalogue: The words of stocktake in ``language``. The placeholders of its messages are seen, what (the question,
            section or row concerned), row, previous, choices (the labels of the question's list), reasons (the labels of
            the reasons for missing answers), and start, end and step of a question of type range.
        language: Language of the form's texts.

    Raises:
        KeyError: There is no such rule, note or check.
    """
    name, question = str(finding["rule"]), form.by_code.get(_text(finding["question"]))
    said = {check.name: check for check in form.checks}.get(name)
    if said is not None:
        own = said.texts.get("message", language)
        return _sentence(own) if own else _both(_rules()["cross_check"].words, catalogue, {})
    values = {
        **_range(question, catalogue),
        "seen": _excerpt(_text(finding["seen"])),
        "what": _concerned(finding, question, form, language),
        "row": _excerpt(_text(finding["row"])),
        "previous": _previous(finding, catalogue),
        "choices": _labels(form, question.choices if question else None, language),
        "reasons": _labels(form, "missing_reason", language),
    }
    rule = _rules().get(name)
    if rule is None:
        return _both(NOTES[name].words, catalogue, values)
    words = rule.words_by_problem.get(_text(finding["problem"])) or _words_by_type(rule, question)
    own = question.texts.get(rule.form_text, language) if question and rule.form_text else ""
    wrong, mend = catalogue.text(words.wrong, **values), catalogue.text(words.mend, **values)
    if own and rule.form_text_says == "mend":
        return f"{wrong} {_sentence(own)}"
    return f"{_sentence(own) if own else wrong} {mend}"


def messages() -> tuple[str, ...]:
    """Every English sentence that :func:`explain` takes from the catalogues, for translators, each once, sorted."""
    words = [note.words for note in NOTES.values()]
    for rule in _rules().values():
        words += rule.all_words
    return tuple(sorted({sentence for one in words for sentence in (one.wrong, one.mend)}))


@cache
def _rules() -> Mapping[str, Rule]:
    return {rule.name: rule for rule in all_rules()}


def _of_rules(assessment: pd.DataFrame, checked: Checked) -> pd.DataFrame:
    """The findings of rules and checks, without id and message; ``place`` is the row of ``assessment``."""
    blocks = [
        outcome.rows[["rule"]].assign(
            place=outcome.rows.index,
            rule_version=outcome.definition.version,
            rule_severity=pd.Series(outcome.definition.severity, index=outcome.rows.index, dtype="str"),
        )
        for outcome in checked.outcomes
    ]
    found = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=["rule", "place", "rule_version"])
    about = assessment.take(found["place"].to_numpy()).reset_index(drop=True).rename(columns={"raw": "seen"})
    found = pd.concat([about, found], axis="columns")
    return found.assign(severity=found.pop("rule_severity").fillna(found["severity"]))


def _as_decided(form: Form, found: pd.DataFrame) -> pd.DataFrame:
    """The findings as serious as the alliance wants them, without those of rules that it has switched off."""
    decided = found["rule"].map({one.rule: one.severity for one in form.rule_severities}).astype("str")
    return found.assign(severity=decided.fillna(found["severity"])).loc[decided.fillna("") != "off"]


def _of_notes(form: Form, assessment: pd.DataFrame, intake_notes: pd.DataFrame) -> pd.DataFrame:
    """The findings of intake notes, without id and message, in the order of sheets and cells."""
    notes = intake_notes.sort_values(
        ["member", "note", "sheet", "cell", "row", "question"], kind="stable", ignore_index=True
    )
    unknown = sorted(set(notes["note"]) - set(NOTES))
    if unknown:
        raise KeyError(f"pipeline/validate/notes.py has no words for {', '.join(unknown)}.")
    asked = form.by_code
    # A row that is gone stands on no sheet; what helps its member is the sheet where it should be.
    concerned = assessment["member"].isin(notes["member"].unique()) & assessment["question"].isin(
        notes["question"].unique()
    )
    theirs = assessment[["member", "question", "sheet"]].loc[concerned].drop_duplicates(["member", "question"])
    sheets = theirs.set_index(["member", "question"])["sheet"]
    should_be = sheets.reindex(pd.MultiIndex.from_frame(notes[["member", "question"]])).set_axis(notes.index)
    return notes.rename(columns={"note": "rule"}).assign(
        sheet=notes["sheet"].mask((notes["sheet"] == "") & should_be.notna(), should_be),
        place=-1,
        rule_version=VERSION,
        severity=notes["note"].map({name: note.severity for name, note in NOTES.items()}),
        section=notes["question"].map({code: question.section for code, question in asked.items()}),
        goal=notes["question"].map({code: question.goal for code, question in asked.items()}),
        problem=pd.Series(index=notes.index, dtype="str"),
        previous=pd.Series(index=notes.index, dtype="float64"),
        previous_date=pd.Series(index=notes.index, dtype="datetime64[s]"),
    )


def _both(words: Words, catalogue: Catalogue, values: Mapping[str, str]) -> str:
    return f"{catalogue.text(words.wrong, **values)} {catalogue.text(words.mend, **values)}"


def _concerned(finding: Mapping[Any, Any], question: Question | None, form: Form, language: str) -> str:
    """What a finding is about: the wording of the question, the title of the section, the key of the row."""
    if question is not None:
        return _excerpt(question.texts.get("label", language))
    seen = _text(finding["seen"])
    titles = {section.code: section.texts.get("label", language) for section in form.sections}
    return _excerpt(titles.get(seen) or _text(finding["row"]) or seen)


def _previous(finding: Mapping[Any, Any], catalogue: Catalogue) -> str:
    """The number, or else the day, that the answer was compared with; '' where there is neither."""
    if not pd.isna(finding["previous"]):
        return catalogue.number(float(finding["previous"]))
    day = finding.get("previous_date")
    return "" if pd.isna(day) else catalogue.day(day)


def _words_by_type(rule: Rule, question: Question | None) -> Words:
    return rule.words_by_type.get(question.type, rule.words) if question else rule.words


def _range(question: Question | None, catalogue: Catalogue) -> dict[str, str]:
    if question is None or question.number_range is None:
        return {}
    return {name: catalogue.number(value) for name, value in vars(question.number_range).items()}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def _excerpt(text: str) -> str:
    shown = " ".join(_DIRECTION_MARKS.sub("", text).split())
    return shown if len(shown) <= _LONGEST_EXCERPT else f"{shown[: _LONGEST_EXCERPT - 1].rstrip()}…"


def _labels(form: Form, choices: str | None, language: str) -> str:
    listed = form.choices.get(choices, ()) if choices else ()
    if choices == "missing_reason":
        listed = tuple(choice for choice in listed if choice.code in MISSING_REASONS)
    labels = [choice.texts.get("label", language) or choice.code for choice in listed]
    return "; ".join([*labels[:_MOST_CHOICES], *(["…"] if len(labels) > _MOST_CHOICES else [])])
