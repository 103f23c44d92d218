"""A cycle made again from its sources alone: every table and every file that the jobs make, without inbox and network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import pandas as pd

from pipeline.alliance.frames import commitments_table, goals_table, members_table, questions_table
from pipeline.alliance.model import Alliance, Cycle
from pipeline.composite.members import member_composite
from pipeline.feedback.ledger import Ledger
from pipeline.feedback.letters import LetterTables, Prepared, prepare_letters
from pipeline.feedback.letters_overview import overview_files
from pipeline.gather.archive import Archive
from pipeline.gather.gather import gather, gather_earlier
from pipeline.gather.versions import read_superseded
from pipeline.gather.waivers import waivers_of
from pipeline.report.editions import edition_reports
from pipeline.report.tables import STAGE_TABLES, Tables
from pipeline.score.score import score
from pipeline.settings import Settings, signing_key
from pipeline.translations import load_catalogue
from pipeline.validate.data_docs import cycle_data_docs
from pipeline.validate.history import trace
from pipeline.validate.validate import validate

Frames = dict[str, pd.DataFrame]

OF_LETTERS: Final = ("overview.csv", "overview.html")
"""What of the prepared letters a package holds: all texts; the messages follow from them and from the workbooks."""


@dataclass(frozen=True)
class Rebuilt:
    """A cycle made again.

    Attributes:
        tables: All tables that a package holds.
        outputs: Reports and Data Docs, by name within the output folder of the cycle.
        letters: The files of the folder of letters.
    """

    tables: Mapping[str, pd.DataFrame]
    outputs: Mapping[str, bytes]
    letters: Mapping[str, bytes]


def rebuild(alliance: Alliance, cycle: Cycle, settings: Settings) -> Rebuilt:
    """Make a cycle again.

    Args:
        alliance: The alliance.
        cycle: The cycle.
        settings: Where archive, ledger, templates and cache are; the inbox is not looked at, and nothing is written
            but the cache.

    Raises:
        AllianceError: A template has a mistake.
        ArchiveError: The archive is not whole.
        InboxError: What staff decided about what was received cannot be done.
        SettingsError: The key that signed the workbooks is missing.
    """
    tables = _prepared(alliance, cycle) | _gathered(alliance, cycle, settings)
    tables |= _validated(alliance, cycle, settings, tables)
    letters = _letters(alliance, cycle, settings, tables)
    tables["letters"] = letters.letters
    tables |= _scored(alliance, cycle, settings, tables)
    known = Tables(**{name: tables[name] for name in STAGE_TABLES})
    reports = list(edition_reports(alliance, cycle, known, settings.templates))
    tables["figures"] = reports[0].tables.figures
    tables["withheld_results"] = reports[-1].tables.withheld_results
    outputs = {
        **{report.file: report.content for report in reports},
        "data_docs/index.html": cycle_data_docs(alliance, cycle, tables["assessment"], settings.templates),
    }
    overview = overview_files(alliance, cycle, letters, settings.templates)
    return Rebuilt(tables, outputs, {**letters.files, **overview})


def _prepared(alliance: Alliance, cycle: Cycle) -> Frames:
    return {
        "members": members_table(alliance, cycle),
        "goals": goals_table(alliance),
        "questions": questions_table(alliance),
        "commitments": commitments_table(alliance, cycle),
    }


def _gathered(alliance: Alliance, cycle: Cycle, settings: Settings) -> Frames:
    archive = Archive(settings.archive)
    gathered = gather(alliance, cycle, archive, signing_key(cycle), settings.cache)
    earlier = gather_earlier(alliance, cycle, archive, signing_key, settings.cache)
    with Ledger.open(settings.ledger) as ledger:
        said = {"ledger": ledger.letters(cycle.name), "told": ledger.told(cycle.name)}
    return {
        "submissions": gathered.submissions,
        "answers": gathered.answers,
        "intake_notes": gathered.intake_notes,
        "places": gathered.places,
        "earlier_answers": earlier.answers,
        "earlier_notes": earlier.notes,
        **said,
    }


def _validated(alliance: Alliance, cycle: Cycle, settings: Settings, tables: Frames) -> Frames:
    archive = Archive(settings.archive)
    superseded = read_superseded(alliance, cycle, archive, settings.cache, tables["submissions"])
    names = ("members", "commitments", "submissions", "answers", "places", "earlier_answers", "intake_notes")
    result = validate(alliance, cycle, *(tables[name] for name in names), superseded=superseded)
    life = trace(tables["submissions"], result.found, waivers_of(alliance, cycle, archive), tables["told"])
    return {
        "assessment": result.assessment,
        "findings": life.findings,
        "finding_history": life.history,
        "rounds": life.rounds,
        "completeness": result.completeness,
    }


def _letters(alliance: Alliance, cycle: Cycle, settings: Settings, tables: Frames) -> Prepared:
    about = LetterTables(*(tables[field.name] for field in fields(LetterTables)))
    workbooks = (tables[name] for name in ("commitments", "answers", "earlier_answers"))
    return prepare_letters(
        alliance, cycle.name, about, *workbooks, templates=settings.templates, key=signing_key(cycle)
    )


def _scored(alliance: Alliance, cycle: Cycle, settings: Settings, tables: Frames) -> Frames:
    words = [load_catalogue(settings.templates / "translations", code) for code in ("fr", "es")]
    names = ("members", "goals", "commitments", "submissions", "answers", "earlier_answers", "completeness")
    scored = score(alliance, cycle, *(tables[name] for name in names), catalogues=words)
    return {
        "commitment_scores": scored.commitment_scores,
        "aggregate_scores": scored.aggregate_scores,
        "score_changes": scored.score_changes,
        "change_counts": scored.change_counts,
        "composite_scores": member_composite(alliance, tables["members"], tables["answers"], tables["submissions"]),
    }
