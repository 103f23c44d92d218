"""The tables of an alliance of any size, made from the answers of the example inbox: what validation takes in.

Every member answers as one of the example's does, flaws included, but with numbers and texts of its own, so that hardly
two members give the same answer to a question that asks for more than a choice.
"""

from __future__ import annotations

import itertools
import re
import string
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from pipeline.alliance.frames import commitments_table, members_table
from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import conform, write_table
from pipeline.gather.archive import Archive
from pipeline.gather.gather import gather, gather_earlier
from pipeline.gather.receive import receive
from pipeline.questionnaire.form import Check, Form, Question
from pipeline.settings import PROJECT, signing_key

TABLES: Final = (
    "members",
    "commitments",
    "submissions",
    "answers",
    "places",
    "earlier_answers",
    "intake_notes",
)
"""What validation takes in, in the order in which it does."""

CYCLE: Final = "2014"
_WIDENED: Final = ("pt2", "pt4")
_SUFFIX: Final = "_again"
_COUNTS: Final = ("value", "previous_value", "stock", "baseline_value", "target_value")
_SEED: Final = 2014


def example() -> tuple[Alliance, dict[str, pd.DataFrame]]:
    """The example's alliance, and its tables as gathering gives them, of the members whose submissions are accepted."""
    alliance = load_alliance(PROJECT / "alliance")
    cycle = alliance.cycle(CYCLE)
    with tempfile.TemporaryDirectory(prefix="stocktake-bench-") as folder:
        archive = Archive(Path(folder) / "archive")
        for each in (*alliance.earlier_cycles(CYCLE), cycle):
            receive(alliance, each, PROJECT / "examples" / "inbox", archive)
        gathered = gather(alliance, cycle, archive, signing_key(cycle), Path(folder) / "cache")
        earlier = gather_earlier(alliance, cycle, archive, signing_key, Path(folder) / "cache").answers
    accepted = gathered.submissions[gathered.submissions["status"] == "accepted"]
    tables = {
        "members": members_table(alliance, cycle),
        "commitments": commitments_table(alliance, cycle),
        "submissions": accepted,
        "answers": gathered.answers,
        "places": gathered.places,
        "earlier_answers": earlier,
        "intake_notes": gathered.intake_notes,
    }
    return alliance, {
        name: table[table["member"].isin(accepted["member"])].reset_index(drop=True) for name, table in tables.items()
    }


def widened(alliance: Alliance, tables: Mapping[str, pd.DataFrame]) -> tuple[Alliance, dict[str, pd.DataFrame]]:
    """The same with two of its sections, their checks and their answers asked a second time."""
    form = alliance.form
    codes = {question.code for question in form.questions if question.section in _WIDENED}
    wide = dict(tables)
    for name in ("answers", "places", "earlier_answers"):
        again = tables[name][tables[name]["question"].isin(codes)]
        wide[name] = pd.concat([tables[name], again.assign(question=again["question"] + _SUFFIX)], ignore_index=True)
    return replace(alliance, form=_widened(form, codes)), wide


def _widened(form: Form, codes: set[str]) -> Form:
    names = re.compile(rf"\b({'|'.join(sorted(codes, key=len, reverse=True))})\b(?!-)")

    def again(expression: str) -> str:
        return names.sub(rf"\g<1>{_SUFFIX}", expression)

    def question(one: Question) -> Question:
        expressions = {name: again(getattr(one, name)) for name in ("required", "relevant", "constraint", "calculate")}
        return replace(one, code=one.code + _SUFFIX, path=one.path + _SUFFIX, **expressions)

    def check(one: Check) -> Check:
        name, code = one.name + _SUFFIX, one.question + _SUFFIX
        return replace(one, name=name, question=code, expression=again(one.expression), applies=again(one.applies))

    questions = [
        replace(one, position=position)
        for position, one in enumerate(
            itertools.chain(form.questions, (question(one) for one in form.questions if one.code in codes)), start=1
        )
    ]
    checks = (*form.checks, *(check(one) for one in form.checks if one.question in codes))
    return replace(form, questions=tuple(questions), checks=checks)


def crowd_of_answers(tables: Mapping[str, pd.DataFrame], members: int) -> dict[str, pd.DataFrame]:
    """The tables for as many members (at most 17,576), each after one of those of ``tables`` in turn.

    Args:
        tables: Tables as :func:`example` gives them.
        members: How many members.
    """
    models = tables["members"]["member"].tolist()
    letters = itertools.product(string.ascii_uppercase, repeat=3)
    codes = np.array(["".join(three) for three in itertools.islice(letters, members)], dtype=object)
    factors = np.random.default_rng(_SEED).uniform(0.2, 1.0, members)
    return {name: _copies(name, tables[name], models, codes, factors) for name in TABLES}


def _copies(name: str, table: pd.DataFrame, models: list[str], codes: np.ndarray, factors: np.ndarray) -> pd.DataFrame:
    rows = {model: np.flatnonzero(table["member"] == model) for model in models}
    each = [rows[models[number % len(models)]] for number in range(len(codes))]
    owner = np.repeat(np.arange(len(codes)), [len(taken) for taken in each])
    copied = table.iloc[np.concatenate(each)].reset_index(drop=True)
    before, own = copied["member"], pd.Series(codes[owner], dtype="str")
    copied["member"] = own
    match name:
        case "members":
            copied["position"] = np.arange(1, len(codes) + 1)
        case "commitments":
            copied["commitment"] = own + copied["commitment"].str[3:]
        case "submissions":
            copied["submission"] = own + copied["submission"]
        case "answers" | "earlier_answers":
            copied = _own_words(_own_rows(copied, before, own), own, factors[owner])
        case _:
            copied = _own_rows(copied, before, own)
    return conform(name, copied)


def _own_rows(table: pd.DataFrame, before: pd.Series, own: pd.Series) -> pd.DataFrame:
    """Rows of commitments, and documents that name them, under the ids of the member itself."""
    renamed: dict[str, pd.Series] = {}
    for column in {"row", "raw", "value"} & set(table.columns):
        is_id = table[column].str.fullmatch(r"[A-Z]{3}-\d+").fillna(value=False) & (table[column].str[:3] == before)
        renamed[column] = table[column].mask(is_id, own + table[column].str[3:])
    return table.assign(**renamed)


def _own_words(table: pd.DataFrame, own: pd.Series, factor: np.ndarray) -> pd.DataFrame:
    """Numbers of the member's own size, and texts that only this member writes."""
    is_long = table["value"].str.len() > 40
    counts = table["number"].notna() & (table["number"].abs() > 2) & ~table["number"].between(1900, 2100)
    number = table["number"].where(~counts, (table["number"] * factor).round())
    written = number.map("{:.0f}".format, na_action="ignore").astype("str")
    return table.assign(
        number=number,
        value=table["value"].mask(counts, written).mask(is_long, table["value"] + " " + own),
        raw=table["raw"].mask(counts, written).mask(is_long, table["raw"] + " " + own),
    )


def write_crowd(folder: Path, members: int, *, wide: bool) -> Alliance:
    """Write the tables for as many members into a folder, and give their alliance."""
    alliance, tables = example()
    if wide:
        alliance, tables = widened(alliance, tables)
    for name, table in crowd_of_answers(tables, members).items():
        write_table(folder / f"{name}.parquet", name, table)
    return alliance


def alliance_of_crowd(*, wide: bool) -> tuple[Alliance, Cycle]:
    """The alliance whose questionnaire the tables answer, and its cycle."""
    alliance = load_alliance(PROJECT / "alliance")
    if wide:
        alliance, _ = widened(alliance, dict.fromkeys(("answers", "places", "earlier_answers"), _NOTHING))
    return alliance, alliance.cycle(CYCLE)


_NOTHING: Final = pd.DataFrame({"question": pd.Series(dtype="str")})
