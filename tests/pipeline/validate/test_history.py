"""What becomes of findings from one version of a submission to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.alliance.frames import commitments_table, members_table
from pipeline.alliance.load import load_alliance
from pipeline.frames import conform, frame
from pipeline.settings import PROJECT
from pipeline.tables import TABLES
from pipeline.validate.history import Life, trace
from pipeline.validate.validate import validate
from pipeline.validate.waivers import no_waivers, without_effect

Stood = Mapping[str, str]
"""What was seen in one version, by the id of the finding."""


def arrivals(**versions: Sequence[bool]) -> pd.DataFrame:
    """The arrivals of each member, one a day from 1 July on: whether each could be used as a version."""
    rows: list[dict[str, object]] = []
    for member, usable in versions.items():
        last = max((place for place, used in enumerate(usable) if used), default=-1)
        for place, used in enumerate(usable):
            status = "rejected" if not used else "accepted" if place == last else "superseded"
            rows.append(
                {
                    "submission": f"{member}{place}", "member": member, "file": f"{place}.xlsx", "way": "folder",
                    "received": f"2014-07-{place + 1:02}T12:00:00Z", "sha256": "0", "size": 1, "late": False,
                    "status": status, "round": place + 1, "version": sum(usable[: place + 1]) if used else None,
                }
            )  # fmt: skip
    return frame("submissions", rows)


def found(**versions: Sequence[Stood]) -> pd.DataFrame:
    """The findings of each member in each of its versions, the first version being 1."""
    rows = [
        {
            "finding": finding, "member": member, "rule": "constraint", "rule_version": 1, "severity": "error",
            "row": "", "question": "victims", "seen": seen or None, "message": "Wrong.", "status": "open",
            "version": number,
        }
        for member, stood in versions.items()
        for number, some in enumerate(stood, 1)
        for finding, seen in some.items()
    ]  # fmt: skip
    names = [*TABLES["findings"].names, "version"]
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype="object") for name in names})


def decisions(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Decisions of staff: finding, member, decision, day of July."""
    listed = [(*row[:3], "Desk A", f"2014-07-{row[3]}", "By telephone.") for row in rows]
    return pd.DataFrame(listed, columns=no_waivers().columns).astype(no_waivers().dtypes.to_dict())


def letters(*rows: tuple[str, int, str]) -> pd.DataFrame:
    return frame("told", [{"member": m, "round": r, "finding": f, "severity": "error"} for m, r, f in rows])


def story(life: Life, *columns: str) -> dict[str, tuple[object, ...]]:
    shown = life.history.astype(object).where(life.history.notna(), None).set_index("finding")
    return {str(finding): tuple(row) for finding, row in zip(shown.index, shown[list(columns)].to_numpy(), strict=True)}


NOBODY, NOTHING = no_waivers(), letters()


def test_a_finding_is_new_still_open_fixed_or_reopened() -> None:
    stood = [{"a": "1", "b": "2", "c": "3"}, {"a": "1", "d": "4"}, {"a": "1", "b": "2", "e": "5"}]
    life = trace(arrivals(FRA=[True, True, True]), found(FRA=stood), NOBODY, NOTHING)
    assert story(life, "status", "change", "first_round", "last_round") == {
        "a": ("open", "still_open", 1, 3),
        "b": ("open", "reopened", 1, 3),
        "c": ("fixed", None, 1, 1),
        "d": ("fixed", "fixed", 2, 2),
        "e": ("open", "new", 3, 3),
    }
    assert dict(zip(life.findings["finding"], life.findings["first_round"], strict=True)) == {"a": 1, "b": 1, "e": 3}
    assert set(life.findings["status"]) == {"open"}


def test_rounds_count_what_is_open_and_what_changed() -> None:
    stood = [{"a": "1", "b": "2", "c": "3"}, {"a": "1", "d": "4"}]
    life = trace(arrivals(FRA=[True, False, True]), found(FRA=stood), decisions(("b", "FRA", "waive", "02")), NOTHING)
    counts = ["round", "version", "errors", "new", "still_open", "fixed", "waived"]
    shown = life.rounds[counts].astype(object).where(life.rounds[counts].notna(), None)
    assert [tuple(row) for row in shown.to_numpy()] == [
        (1, 1, 2, 2, 0, 0, 1),
        (2, None, None, None, None, None, None),
        (3, 2, 2, 1, 1, 2, 0),
    ]


def test_a_version_without_findings_counts_zero_and_not_nothing() -> None:
    life = trace(arrivals(FRA=[True, True]), found(FRA=[{"a": "1"}, {}]), NOBODY, NOTHING)
    assert life.rounds[["errors", "new", "still_open", "fixed"]].to_numpy().tolist() == [[1, 1, 0, 0], [0, 0, 0, 1]]
    assert life.findings.empty


def test_a_waiver_holds_for_what_was_seen_on_its_day_and_for_nothing_else() -> None:
    """Staff accepted 500 on 1 July; on 2 July the member writes 9999, and on 3 July 500 again."""
    waived = decisions(("a", "FRA", "waive", "01"))
    sent = [{"a": "500"}, {"a": "9999"}, {"a": "500"}]
    status = [
        trace(arrivals(FRA=[True] * number), found(FRA=sent[:number]), waived, NOTHING).findings["status"].tolist()
        for number in (1, 2, 3)
    ]
    assert status == [["waived"], ["open"], ["waived"]]
    later = decisions(("a", "FRA", "waive", "02"))
    assert trace(arrivals(FRA=[True, True]), found(FRA=sent[:2]), later, NOTHING).findings["status"].tolist() == [
        "waived"
    ]


def test_the_waiver_of_a_missing_answer_holds_as_long_as_it_is_missing() -> None:
    waived = decisions(("a", "FRA", "waive", "01"))
    life = trace(arrivals(FRA=[True, True]), found(FRA=[{"a": ""}, {"a": ""}]), waived, NOTHING)
    assert story(life, "status", "change", "decided_by", "reason") == {
        "a": ("waived", "waived", "Desk A", "By telephone.")
    }
    assert life.findings["waiver"].tolist() == ["By telephone."]


def test_what_staff_took_back_stays_withdrawn_when_it_is_gone_and_what_they_waived_is_then_fixed() -> None:
    waived = decisions(("a", "FRA", "withdraw", "01"), ("b", "FRA", "waive", "01"))
    life = trace(arrivals(FRA=[True, True]), found(FRA=[{"a": "1", "b": "1"}, {}]), waived, NOTHING)
    assert story(life, "status", "change") == {"a": ("withdrawn", "withdrawn"), "b": ("fixed", "fixed")}


def test_a_waiver_never_touches_the_finding_of_another_member() -> None:
    submissions, stood = arrivals(FRA=[True], ALB=[True]), found(FRA=[{"a": "1"}], ALB=[{"b": "1"}])
    waived = decisions(("a", "ALB", "waive", "01"))
    life = trace(submissions, stood, waived, NOTHING)
    assert set(life.findings["status"]) == {"open"}
    assert without_effect(life.standing, life.history, waived)["why"].tolist() == ["It is a finding of FRA."]


def test_waivers_that_fit_nothing_say_why() -> None:
    stood = [{"a": "1", "b": "1", "c": "1"}, {"a": "2", "c": "1", "d": "1"}]
    waived = decisions(
        ("a", "FRA", "waive", "01"),
        ("b", "FRA", "waive", "01"),
        ("c", "FRA", "waive", "01"),
        ("d", "FRA", "waive", "01"),
        ("e", "FRA", "waive", "01"),
    )
    life = trace(arrivals(FRA=[True, True]), found(FRA=stood), waived, NOTHING)
    idle = without_effect(life.standing, life.history, waived)
    assert dict(zip(idle["finding"], idle["why"], strict=True)) == {
        "a": "The answer is another one since, so it is open again: 2",
        "b": "It stands no more.",
        "d": "On that day it had not been found yet; it was first seen in what arrived on 2014-07-02.",
        "e": "There is no finding of that id.",
    }


def test_what_a_letter_told_and_no_rule_finds_in_that_version_today_is_withdrawn() -> None:
    """b was told about version 2, where today's rules do not find it; c and d are found nowhere at all or fixed."""
    stood = [{"a": "1", "b": "1"}, {"d": "1"}, {"e": "1"}]
    told = letters(("FRA", 1, "a"), ("FRA", 2, "b"), ("FRA", 1, "c"), ("FRA", 2, "d"), ("FRA", 3, "e"))
    life = trace(arrivals(FRA=[True, True, True]), found(FRA=stood), NOBODY, told)
    assert story(life, "status", "change", "told", "severity", "first_round") == {
        "a": ("fixed", None, 1, "error", 1),
        "b": ("withdrawn", "withdrawn", 2, "error", 1),
        "c": ("withdrawn", "withdrawn", 1, "error", 1),
        "d": ("fixed", "fixed", 2, "error", 2),
        "e": ("open", "new", 3, "error", 3),
    }


def test_a_letter_about_a_refused_file_is_about_the_version_before() -> None:
    told = letters(("FRA", 2, "a"))
    life = trace(arrivals(FRA=[True, False, True]), found(FRA=[{"a": "1"}, {}]), NOBODY, told)
    assert story(life, "status", "last_round") == {"a": ("fixed", 1)}


def test_nothing_gives_nothing() -> None:
    life = trace(frame("submissions", ()), found(), NOBODY, NOTHING)
    assert life.findings.empty
    assert life.history.empty
    assert life.rounds.empty


VERSIONS = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "1", "2"])), min_size=1, max_size=4)
DECIDED = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.sampled_from(["waive", "withdraw"]), st.sampled_from(["01", "02", "09"]))
)


@settings(deadline=None, max_examples=40)
@given(VERSIONS, VERSIONS, DECIDED)
def test_every_finding_of_every_version_stands_once_in_the_history(
    french: list[Stood], albanian: list[Stood], decided: Mapping[str, tuple[str, str]]
) -> None:
    albanian = [{f"{finding}2": seen for finding, seen in some.items()} for some in albanian]
    submissions = arrivals(FRA=[True] * len(french), ALB=[True] * len(albanian))
    waived = decisions(*((finding, "FRA", what, day) for finding, (what, day) in decided.items()))
    life = trace(submissions, found(FRA=french, ALB=albanian), waived, NOTHING)
    raised = [finding for versions in (french, albanian) for some in versions for finding in some]
    assert sorted(life.history["finding"]) == sorted(set(raised))
    assert sorted(life.findings["finding"]) == sorted([*french[-1], *albanian[-1]])
    standing = life.history.loc[
        life.history["last_round"] == life.history["member"].map({"FRA": len(french), "ALB": len(albanian)})
    ]
    status = dict(zip(standing["finding"], standing["status"], strict=True))
    assert status == dict(zip(life.findings["finding"], life.findings["status"], strict=True))
    assert set(status.values()) <= {"open", "waived", "withdrawn"}
    counted = life.rounds[["errors", "waived"]].sum(axis=1).tolist()
    assert counted == [len(some) for some in (*albanian, *french)]
    assert life.rounds["errors"].tolist() == (life.rounds["new"] + life.rounds["still_open"]).tolist()


@settings(deadline=None, max_examples=25)
@given(VERSIONS, st.permutations(range(4)))
def test_the_order_of_rows_says_nothing(versions: list[Stood], order: Sequence[int]) -> None:
    submissions, rows = arrivals(FRA=[True] * len(versions)), found(FRA=versions)
    shuffled = pd.concat([rows[rows["version"] == number + 1] for number in order], ignore_index=True)
    one, other = (trace(submissions, some, NOBODY, NOTHING) for some in (rows, shuffled))
    for table in ("findings", "finding_history"):
        frames = [life.findings if table == "findings" else life.history for life in (one, other)]
        by_id = [conform(table, data.sort_values("finding")) for data in frames]
        pd.testing.assert_frame_equal(by_id[0], by_id[1])


def test_a_cycle_that_nobody_has_answered_yet_has_a_life_without_findings() -> None:
    alliance = load_alliance(PROJECT / "alliance")
    cycle = alliance.cycle("2014")
    members, commitments = members_table(alliance, cycle), commitments_table(alliance, cycle)
    names = ("submissions", "answers", "places", "earlier_answers", "intake_notes")
    validated = validate(alliance, cycle, members, commitments, *(frame(name, ()) for name in names))
    life = trace(frame("submissions", ()), validated.found, no_waivers(), frame("told", ()))
    assert (len(life.findings), len(life.history), len(life.rounds)) == (0, 0, 0)
    assert set(validated.completeness["answered"]) == {0}
