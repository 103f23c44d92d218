"""Every number that the prose of the report states, as a row of the table ``figures``.

The shell names a figure by its key; so the number in the prose, in the tables of the report and in the data package is
the same one. Keys of a policy target or goal begin with its code in small letters: ``pt1_commitments``, ``og1_1_rated``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.editions.edition import SECRETARIAT, Edition
from pipeline.frames import frame
from pipeline.report.material import Material, Ratings, Row
from pipeline.report.notation import exact_percent, number, percent
from pipeline.report.scale import MARKS, WITHHELD_NUMBER
from pipeline.report.sensitivity import flips
from pipeline.report.tables import Tables

Rows = Iterator[Row]
ADEQUATE = ("achieved", "on_track")
STATUSES = ("complete", "substantial", "limited", "not_started", "no_evidence", "withdrawn")


def figures(alliance: Alliance, cycle: Cycle, tables: Tables, edition: Edition = SECRETARIAT) -> pd.DataFrame:
    """Compute every figure of the prose of an edition.

    Args:
        alliance: The alliance.
        cycle: The cycle reported on.
        tables: All tables of the cycle, as far as the edition has them; ``figures`` is not looked at.
        edition: The edition.

    Returns:
        Table ``figures``: one row per figure, in the order of the report. A count out of N has N as denominator and a
        second figure with ``_percent`` behind its key. What the edition withholds has neither value nor denominator.
    """
    material = Material(alliance, cycle, tables, edition)
    rows = [
        *_membership(material),
        *_participation(material),
        *_answers(material),
        *(_findings(material) if edition.whole else map(_withheld, _findings(material))),
        *_results(material, "", "", "all commitments"),
        *_methods(material),
    ]
    for goal in alliance.goals:
        rows += _results(material, prefix(goal.code), goal.code, f"commitments to {goal.code}")
    return frame("figures", rows)


def _withheld(row: Row) -> Row:
    return {**row, "value": None, "denominator": None, "shown": WITHHELD_NUMBER}


def prefix(code: str) -> str:
    """How the keys of a policy target's or goal's figures begin, e.g. ``og1_1_`` for OG1.1."""
    return code.lower().replace(".", "_") + "_"


def _count(key: str, value: int, table: str, selection: str, unit: str) -> Row:
    return {"figure": key, "value": value, "shown": number(value), "unit": unit, "table": table, "selection": selection}


def _share(key: str, part: int, whole: int, table: str, selection: str, unit: str) -> Rows:
    yield {**_count(key, part, table, selection, unit), "denominator": whole}
    exact = float(exact_percent(part, whole)) if whole else None
    yield {
        "figure": f"{key}_percent",
        "value": exact,
        "shown": percent(part, whole),
        "unit": "%",
        "denominator": whole,
        "table": table,
        "selection": f"{selection}, in percent",
    }


def _membership(material: Material) -> Rows:
    total = len(material.members)
    day = material.cycle.report_date.isoformat()
    world = material.alliance.countries_total
    yield from _share("members", total, world, "members", f"members on {day}, of all countries", "members")
    yield _count("non_members", world - total, "members", f"countries that are not members on {day}", "countries")
    joined, left = changes(material)
    yield _count("joined", len(joined), "members", "memberships that began since the last report", "members")
    yield _count("left", len(left), "members", "memberships that ended since the last report", "members")
    yield _count("targets", len(material.alliance.policy_targets), "goals", "policy targets", "targets")
    yield _count("goals", len(material.goals), "goals", "operational goals", "goals")


def changes(material: Material) -> tuple[list[str], list[str]]:
    """Who joined and who left since the last report (since the beginning, where there is none).

    Returns:
        Two lists of member codes in the alliance's own order: members now and not then; members then and not now.
    """
    memberships = material.alliance.memberships
    earlier = material.alliance.earlier_cycles(material.cycle.name)
    day = earlier[-1].report_date if earlier else min(m.since for m in memberships if m.since)
    then = {m.member for m in memberships if m.holds_on(day)}
    joined = [row["member"] for row in material.members if row["member"] not in then]
    gone = [m.member for m in memberships if m.holds_on(day) and m.member not in material.member]
    return joined, gone


def _participation(material: Material) -> Rows:
    total = len(material.members)
    accepted = material.accepted
    late = sum(1 for row in accepted.values() if row["late"])
    heard = {row["member"] for row in material.submissions if row["member"]}
    yield from _share("answered", len(accepted), total, "submissions", "members with an accepted submission", "members")
    yield from _share(
        "late", late, len(accepted), "submissions", "accepted submissions that arrived after the deadline", "members"
    )
    unusable = len([code for code in material.member if code in heard and code not in accepted])
    yield from _share(
        "unusable", unusable, total, "submissions", "members that sent files of which none was accepted", "members"
    )
    silent = total - len(accepted) - unusable
    yield from _share("silent", silent, total, "submissions", "members from which no file is known", "members")
    for kind in ("full", "aggregate"):
        count = sum(1 for code in accepted if material.consent[code] == kind)
        yield from _share(
            f"consent_{kind}", count, len(accepted), "answers", f"members whose consent is {kind}", "members"
        )
    unsaid = sum(1 for code in accepted if material.consent[code] not in ("full", "aggregate"))
    yield from _share(
        "consent_unsaid", unsaid, len(accepted), "answers", "accepted submissions without consent", "members"
    )
    yield from _pages(material)
    yield from _files(material)


def _pages(material: Material) -> Rows:
    total, reported = len(material.members), len(material.accepted)
    full = sum(1 for code in material.accepted if material.shows(code))
    for key, count, words in (
        ("full", full, "members that agreed to the publication of their own results"),
        ("withheld", reported - full, "members with an accepted submission and without that consent"),
        ("grey", total - reported, "members without an accepted submission"),
    ):
        yield from _share(f"pages_{key}", count, total, "submissions", words, "members")


def _files(material: Material) -> Rows:
    total = len(material.submissions)
    yield _count("files", total, "submissions", "all files received", "files")
    for status in ("accepted", "superseded", "duplicate", "quarantined", "rejected"):
        count = sum(1 for row in material.submissions if row["status"] == status)
        yield from _share(f"files_{status}", count, total, "submissions", f"status is {status}", "files")
    refused = sum(1 for row in material.submissions if row["status"] in ("quarantined", "rejected"))
    yield from _share("files_refused", refused, total, "submissions", "status is quarantined or rejected", "files")


def _answers(material: Material) -> Rows:
    rows = [
        row for (code, kind, _), row in material.completeness.items() if kind == "all" and code in material.accepted
    ]
    asked = sum(row["asked"] for row in rows)
    reported = f"scope all, members with an accepted submission{material.aside}"
    words = f"{reported}: questions asked"
    yield _count("questions_asked", asked, "completeness", words, "questions")
    for key, what in (
        ("answered", "a readable answer"),
        ("accounted", "an answer or an accepted reason for its absence"),
    ):
        yield from _share(
            f"questions_{key}",
            sum(row[key] for row in rows),
            asked,
            "completeness",
            f"{reported}: questions with {what}",
            "questions",
        )
    threshold = material.alliance.scoring.threshold
    yield {
        "figure": "threshold",
        "value": threshold * 100,
        "shown": percent(round(threshold * 10_000), 10_000),
        "unit": "%",
        "table": "aggregate_scores",
        "selection": "least share of accounted-for data at which a score is shown (alliance.yaml)",
    }


def _findings(material: Material) -> Rows:
    found = material.findings
    reporting = len(material.accepted)
    yield _count("findings", len(found), "findings", "status is open", "findings")
    for severity, plural in (("error", "errors"), ("warning", "warnings"), ("query", "queries")):
        of_it = [row for row in found if row["severity"] == severity]
        yield from _share(
            f"findings_{plural}",
            len(of_it),
            len(found),
            "findings",
            f"status is open, severity is {severity}",
            "findings",
        )
        concerned = len({row["member"] for row in of_it} & set(material.accepted))
        yield from _share(
            f"members_with_{plural}", concerned, reporting, "findings", f"members with an open {severity}", "members"
        )
    clean = len(set(material.accepted) - {row["member"] for row in found})
    yield from _share(
        "members_without_findings", clean, reporting, "findings", "members without an open finding", "members"
    )
    yield _count("letters", len(material.tables.letters), "letters", "all letters prepared", "letters")


def _results(material: Material, key: str, scope: str, what: str) -> Rows:
    found = material.ratings(scope)
    rows = _ratings(material, key, found or Ratings(Counter(), 0), what)
    yield from rows if found else map(_withheld, rows)
    scores = material.scores_in(scope)
    of_shown = f"{what}{material.aside}"
    yield from _milestones(key, [row for row in scores if row["kind"] == "milestone"], of_shown)
    yield from _growth(key, [row for row in scores if row["kind"] == "growth_rule"], of_shown)


def _ratings(material: Material, key: str, found: Ratings, what: str) -> Rows:
    table, total = "commitment_scores", found.total
    yield _count(f"{key}commitments", total, table, what, "commitments")
    yield from _share(
        f"{key}with_commitments", found.members, len(material.members), table, f"members with {what}", "members"
    )
    yield from _share(f"{key}rated", found.rated, total, table, f"{what} with a rating", "commitments")
    for mark in MARKS:
        count = found.counts[mark.code]
        yield from _share(f"{key}{mark.code}", count, total, table, f"{what}: rating is {mark.code}", "commitments")
    adequate = sum(found.counts[code] for code in ADEQUATE)
    yield from _share(
        f"{key}adequate", adequate, found.rated, table, f"rated {what}: achieved or on track", "commitments"
    )


def _milestones(key: str, scores: list[Row], what: str) -> Rows:
    table = "commitment_scores"
    yield _count(f"{key}milestones", len(scores), table, f"{what} of kind milestone", "commitments")
    overdue = sum(1 for row in scores if row["overdue"])
    yield from _share(f"{key}overdue", overdue, len(scores), table, f"{what} of kind milestone: overdue", "commitments")
    for status in STATUSES:
        count = sum(1 for row in scores if row["status"] == status)
        yield from _share(
            f"{key}status_{status}", count, len(scores), table, f"{what} of kind milestone: {status}", "commitments"
        )


def _growth(key: str, scores: list[Row], what: str) -> Rows:
    table = "commitment_scores"
    yield _count(f"{key}growth", len(scores), table, f"{what} of kind growth_rule", "commitments")
    for reading in ("each_year", "on_average"):
        column = f"meets_{reading}"
        able = [row for row in scores if row[column] in ("met", "not_met")]
        met = sum(1 for row in able if row[column] == "met")
        words = f"{what} of kind growth_rule, where {column} can be assessed: met"
        yield from _share(f"{key}growth_{reading}", met, len(able), table, words, "commitments")


def _methods(material: Material) -> Rows:
    compared = [row for row in material.scores if row["rating_growth_ratio"]]
    yield from _share(
        "flips",
        len(list(flips(compared))),
        len(compared),
        "commitment_scores",
        f"numeric commitments{material.aside} whose rating differs between methods",
        "commitments",
    )
