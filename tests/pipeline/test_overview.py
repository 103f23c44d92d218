"""What staff see first counts open findings, shows beside them what was waived, and lists what changed."""

from __future__ import annotations

from typing import Any

from pipeline.frames import frame
from pipeline.overview import change_list, member_overview, run_summary

MEMBER = {"position": 1, "name_en": "France", "name_fr": "France", "name_es": "Francia", "language": "fr"}
MEMBERS = frame("members", [{**MEMBER, "member": "FRA", "time_zone": "Europe/Paris"}])


def finding(key: str, severity: str, status: str, **more: Any) -> dict[str, Any]:
    fixed = {"member": "FRA", "rule": "constraint", "rule_version": 1, "row": "", "message": "Wrong."}
    return {**fixed, "finding": key, "severity": severity, "status": status, **more}


FOUND = frame(
    "findings",
    [
        finding("a", "error", "open"),
        finding("b", "error", "waived"),
        finding("c", "warning", "withdrawn"),
        finding("d", "query", "open"),
    ],
)


def test_a_member_is_shown_with_its_open_findings_and_those_set_aside() -> None:
    (row,) = member_overview(MEMBERS, frame("submissions", []), frame("completeness", []), FOUND).to_dict("records")
    assert (row["errors"], row["warnings"], row["queries"], row["waived"]) == (1, 0, 1, 2)


def test_the_summary_of_a_run_counts_open_findings_and_says_what_was_waived() -> None:
    nothing = frame("submissions", []), frame("commitment_scores", []), frame("letters", [])
    summary = run_summary(MEMBERS, nothing[0], FOUND, *nothing[1:])
    assert summary["findings"] == "1 errors · 0 warnings · 1 queries · 2 waived or withdrawn"
    summary = run_summary(MEMBERS, nothing[0], FOUND.head(1), *nothing[1:])
    assert summary["findings"] == "1 errors · 0 warnings · 0 queries"


def test_the_list_of_changes_leaves_out_first_versions_and_what_is_still_open() -> None:
    spans = {"first_round": 1, "last_round": 2}
    history = frame(
        "finding_history",
        [
            finding("a", "error", "open", change="still_open", **spans),
            finding("b", "error", "fixed", change="fixed", **spans),
            finding("c", "error", "open", change="new", **spans),
            finding("d", "error", "fixed", change=None, **spans),
            finding("e", "error", "open", change="new", **(spans | {"member": "ALB"})),
            finding("f", "error", "waived", change="waived", **(spans | {"member": "ALB"})),
        ],
    )
    arrival = {"submission": "s", "file": "f.xlsx", "received": "2014-07-01T00:00:00Z", "status": "accepted"}
    rounds = frame(
        "rounds",
        [
            {**arrival, "member": "FRA", "round": 2, "version": 2},
            {**arrival, "member": "ALB", "round": 1, "version": 1},
        ],
    )
    changes = change_list(history, rounds)
    assert changes[["member", "change"]].to_numpy().tolist() == [["FRA", "fixed"], ["FRA", "new"], ["ALB", "waived"]]
