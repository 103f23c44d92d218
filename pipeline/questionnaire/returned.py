"""What stands in a workbook that goes back to its member: the answers as they are stored, each where it was given.

Whatever is written must read back as what is stored. So each answer is tried by the same reading that it will meet once
the workbook comes back, and what no cell can hold (two answers in two rows, say) is left to the remark at the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from pipeline.gather.parsed import Parsed
from pipeline.gather.values import parse_value
from pipeline.questionnaire import layout
from pipeline.questionnaire.book import CELL_LIMIT, cut
from pipeline.questionnaire.filling import Beside, Entry, Filling, register_entries, with_new_rows
from pipeline.questionnaire.form import Form, Question
from pipeline.questionnaire.value_cells import written_value
from pipeline.text import clean_text

Answer = Mapping[str, Any]


def returned_filling(form: Form, language: str, commitments: pd.DataFrame, answers: Iterable[Answer]) -> Filling:
    """What stands in the workbook that goes back to a member.

    Args:
        form: The questionnaire.
        language: Language of the workbook.
        commitments: The member's rows of the table ``commitments``, in the order in which they shall stand. One of which
            nothing is stored stands as in a blank workbook.
        answers: The member's rows of the table ``answers``.
    """
    said: dict[tuple[str | None, str], dict[str, Answer]] = {}
    for answer in answers:
        question = form.by_code.get(str(answer["question"]))
        if question is not None and question.is_answered_by_member:
            said.setdefault((question.repeat, str(answer["row"])), {})[question.code] = answer
    entries: dict[tuple[str, str], Entry] = {}
    beside: dict[tuple[str, str], Beside] = {}
    for code, answer in said.get((None, ""), {}).items():
        entries["", code] = _entry(form, language, form.by_code[code], answer)
        beside["", code] = Beside(_text(answer["missing_reason"]), _text(answer["comment"]))
    items: dict[str, list[str]] = {}
    for repeat in (section.repeat for section in form.sections if section.repeat):
        keys = [row for of, row in said if of == repeat]
        if repeat == form.commitments_repeat:
            listed = [str(key) for key in commitments["commitment"]]
            known = register_entries(form, commitments)
            entries |= {(row, code): entry for (row, code), entry in known.items() if row not in keys}
            keys = [*listed, *keys]
        items[repeat] = with_new_rows(keys)
        for key in keys:
            if (repeat, key) in said:
                beside[repeat, key] = _fill_row(form, language, repeat, key, said[repeat, key], entries)
    listed_repeats = frozenset({form.commitments_repeat} if form.commitments_repeat else ())
    return Filling(entries, beside, items, listed_repeats)


def _fill_row(
    form: Form,
    language: str,
    repeat: str,
    key: str,
    said: Mapping[str, Answer],
    entries: dict[tuple[str, str], Entry],
) -> Beside:
    """Fill the answers of one item into ``entries``; gives what stands beside them.

    A reason beside an item is one for all of its questions without a value, and a comment is one on its first. Where
    that is not what was said, a reason stands in the answer cell and a comment is a note at it.
    """
    questions = form.in_repeat(repeat)
    made = {code: _entry(form, language, form.by_code[code], answer) for code, answer in said.items()}
    reasons = {code: _text(said[code]["missing_reason"]) if code in said else "" for code in _codes(questions)}
    own = {code: _own_reason(form, language, form.by_code[code], made[code]) for code in made}
    without = [code for code in reasons if not made.get(code, Entry()).value]
    apart = {reasons[code] for code in without if reasons[code] != own.get(code, "")}
    for_all = len(apart) == 1 and all(reasons[code] for code in without)
    comment = ""
    for code, entry in made.items():
        is_first, note = code == questions[0].code, _text(said[code]["comment"])
        comment = note if is_first else comment
        typed = entry.typed
        if not (for_all or entry.value or typed) and reasons[code]:
            typed = form.choice_label(layout.MISSING_REASON_LIST, reasons[code], language) or reasons[code]
        entries[key, code] = Entry(entry.value, typed, entry.is_unset, "" if is_first else note)
    return Beside(apart.pop() if for_all else "", comment)


def _codes(questions: Sequence[Question]) -> list[str]:
    return [question.code for question in questions]


def _own_reason(form: Form, language: str, question: Question, entry: Entry) -> str:
    """The reason that the words in an answer cell give by themselves; '' for none."""
    parsed = parse_value(entry.typed, question, form, language) if entry.typed else None
    return parsed.missing_hint or "" if parsed else ""


def _entry(form: Form, language: str, question: Question, answer: Answer) -> Entry:
    """What is to be written for a stored answer."""
    value, raw, problem = (_text(answer[name]) for name in ("value", "raw", "problem"))
    written = _cell(written_value(form, language, question, value)) if value else ""
    if value and _is_read_as(value, parse_value(written, question, form, language)):
        return Entry(value)
    typed = cut(clean_text(raw), CELL_LIMIT)
    read = parse_value(typed, question, form, language)
    if value:
        # A number of a percentage, say, means something else without its sign.
        return Entry(value, typed) if _is_read_as(value, read) else Entry(value)
    if problem == "formula_without_value":
        return Entry(is_unset=True)
    return Entry(typed=typed) if read is None or read.value is None else Entry()


def _cell(written: float | datetime | str) -> float | datetime | str:
    """What is written, as the cell will hold it."""
    return cut(clean_text(written), CELL_LIMIT) if isinstance(written, str) else written


def _is_read_as(value: str, parsed: Parsed | None) -> bool:
    return parsed is not None and parsed.value == value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
