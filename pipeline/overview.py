"""What staff see first: a row per member, the ratings at a glance, and the summary of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.report.scale import BY_CODE
from pipeline.tables import CHANGES, RATINGS


def member_overview(
    members: pd.DataFrame, submissions: pd.DataFrame, completeness: pd.DataFrame, findings: pd.DataFrame
) -> pd.DataFrame:
    """One row per member: what arrived, how complete it is, what is wrong with it.

    Args:
        members: Table ``members``.
        submissions: Table ``submissions``.
        completeness: Table ``completeness``.
        findings: Table ``findings``.

    Returns:
        Columns ``member``, ``name``, ``received`` (UTC, of the accepted submission), ``version``, ``answered`` and
        ``accounted_for`` (n of N), ``errors``, ``warnings``, ``queries`` (open ones), ``waived`` (set aside by staff), in
        the alliance's order.
    """
    accepted = submissions[submissions["status"] == "accepted"].set_index("member")
    overall = completeness[completeness["scope_kind"] == "all"].set_index("member")
    is_open = findings["status"] == "open"
    counts = pd.crosstab(findings["member"], findings["severity"].where(is_open, "set aside"))
    rows: list[dict[str, object]] = []
    for code, name in zip(members["member"], members["name_en"], strict=True):
        submission = accepted.loc[code] if code in accepted.index else None
        scope = overall.loc[code] if code in overall.index else None
        rows.append(
            {
                "member": code,
                "name": name,
                "received": "" if submission is None else f"{submission['received']:%Y-%m-%d %H:%M}",
                "version": "" if submission is None else str(submission["version"]),
                "answered": "" if scope is None else f"{scope['answered']} of {scope['asked']}",
                "accounted_for": "" if scope is None else f"{scope['accounted']} of {scope['asked']}",
                "errors": _count(counts, code, "error"),
                "warnings": _count(counts, code, "warning"),
                "queries": _count(counts, code, "query"),
                "waived": _count(counts, code, "set aside"),
            }
        )
    return pd.DataFrame(rows)


def change_list(history: pd.DataFrame, rounds: pd.DataFrame) -> pd.DataFrame:
    """What changed for members that sent a further version: every finding that is not just still open.

    Args:
        history: Table ``finding_history``.
        rounds: Table ``rounds``.

    Returns:
        Columns ``member``, ``change``, ``severity``, ``rule``, ``question``, ``row``, ``seen``, ``first_round``,
        ``last_round``, in the order of ``history``. A first version changes nothing, so its findings do not stand here.
    """
    corrected = rounds.loc[rounds["version"] > 1, "member"]
    decided = history["status"].isin(["waived", "withdrawn"])
    changed = history["change"].notna() & (history["change"] != "still_open")
    shown = ["member", "change", "severity", "rule", "question", "row", "seen", "first_round", "last_round"]
    return history.loc[changed & (history["member"].isin(corrected) | decided), shown].reset_index(drop=True)


def _count(counts: pd.DataFrame, member: str, severity: str) -> int:
    if member not in counts.index or severity not in counts.columns:
        return 0
    return int(counts.loc[member, severity])  # type: ignore[arg-type]


def rating_counts(scores: pd.DataFrame) -> dict[str, int]:
    """How many commitments have each rating, in the order of the scale, ratings without any included.

    Args:
        scores: Table ``commitment_scores``.
    """
    counted = scores["rating"].value_counts()
    return {rating: int(counted.get(rating, 0)) for rating in RATINGS}


def change_totals(changes: pd.DataFrame) -> dict[str, int]:
    """How many commitments got better, stayed the same, ..., those without any included.

    Args:
        changes: Table ``score_changes``.
    """
    counted = changes["change"].value_counts()
    return {change: int(counted.get(change, 0)) for change in CHANGES}


def heat_map(aggregates: pd.DataFrame, members: pd.DataFrame, goals: Sequence[str]) -> pd.DataFrame:
    """Members × operational goals: the symbol and word of each median rating with n of N; '' without commitments.

    Args:
        aggregates: Table ``aggregate_scores``.
        members: Table ``members``; gives the order of the rows.
        goals: Codes of the operational goals, the columns after ``member``.
    """
    cells: Mapping[tuple[str, str], str] = {
        (row["member"], row["goal"]): f"{BY_CODE[row['rating']].label} ({row['rated']} of {row['commitments']})"
        for row in aggregates[aggregates["level"] == "member_goal"].to_dict("records")
    }
    rows = [
        {"member": name, **{goal: cells.get((code, goal), "") for goal in goals}}
        for code, name in zip(members["member"], members["name_en"], strict=True)
    ]
    return pd.DataFrame(rows, columns=pd.Index(["member", *goals]))


def run_summary(
    members: pd.DataFrame,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    commitment_scores: pd.DataFrame,
    letters: pd.DataFrame,
) -> dict[str, str]:
    """The result of a run in a few lines: label -> text.

    Args:
        members: Table ``members``.
        submissions: Table ``submissions``.
        findings: Table ``findings``.
        commitment_scores: Table ``commitment_scores``.
        letters: Table ``letters``.
    """
    status = submissions["status"].value_counts()
    is_open = findings["status"] == "open"
    severity, set_aside = findings.loc[is_open, "severity"].value_counts(), int((~is_open).sum())
    ratings = rating_counts(commitment_scores)
    turned_away = " · ".join(f"{status[name]} {name}" for name in ("rejected", "quarantined") if name in status)
    return {
        "members": str(len(members)),
        "answered": f"{int(status.get('accepted', 0))} of {len(members)}",
        "rejected": turned_away or "0",
        "findings": " · ".join(
            f"{int(severity.get(name, 0))} {label}"
            for name, label in (("error", "errors"), ("warning", "warnings"), ("query", "queries"))
        )
        + (f" · {set_aside} waived or withdrawn" if set_aside else ""),
        "letters": f"{len(letters)} prepared, none sent",
        "commitments": " · ".join(f"{count} {BY_CODE[rating].word}" for rating, count in ratings.items()),
    }
