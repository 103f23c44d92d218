"""The public edition attacked, on alliances made at random, by an outsider and by every member that withholds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from edition_samples import CODES, OPERATIONAL, RATINGS, Promise, crowd, name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_samples import TEMPLATES

from pipeline.alliance.model import Alliance
from pipeline.editions import restrict
from pipeline.editions.edition import MEMBERS, PUBLIC, Edition
from pipeline.editions.suppression import Result, publishable
from pipeline.report.document import render_report
from pipeline.report.figures import figures
from pipeline.report.tables import Tables
from tests import attack

Consents = Mapping[str, str]
# A whole alliance that withholds nothing but the results of four members, in two goals of one target and one of another.
CONSENTS = dict(zip(CODES, ("full", "full", "silent", *["aggregate"] * 5, "unsaid"), strict=False))
A, B, C, D, E, F = (code for code, consent in CONSENTS.items() if consent in ("aggregate", "unsaid"))
SMALL = [
    (A, "OG1.1", "limited"), (B, "OG1.1", "achieved"), (C, "OG1.1", "on_track"), (D, "OG1.1", "deterioration"),
    (E, "OG2.1", "limited"), (A, "OG2.2", "limited"), (B, "OG2.2", "achieved"), (F, "OG2.2", "on_track"),
    (C, "OG2.2", "not_available"), ("ALB", "OG2.1", "achieved"), ("ALB", "OG1.1", "achieved"), ("AUS", "OG2.1", "not_available"),
]  # fmt: skip


def public(consents: Consents, promises: Sequence[Promise]) -> bytes:
    here, tables = crowd(consents, promises)
    return _of_edition(PUBLIC, here, tables)


def register_of(promises: Iterable[Promise]) -> Counter[tuple[str, str]]:
    return Counter((name(member), goal) for member, goal, _ in promises)


def truth_of(promises: Iterable[Promise]) -> Counter[attack.Unknown]:
    return Counter((name(member), goal, rating.replace("_", " ")) for member, goal, rating in promises)


def found_by_all(content: bytes, promises: Sequence[Promise]) -> dict[str, dict[tuple[str, str], dict[str, int]]]:
    """What an outsider (called '') and each withheld member find out, each equation having been held against the truth."""
    reading, register, truth = attack.read(content), register_of(promises), truth_of(promises)
    for unknowns, value in attack.equations(reading, register):
        assert sum(truth[unknown] for unknown in unknowns) == value
    found = {"": attack.disclosed(reading, register)}
    for insider in reading.withheld:
        own = {
            (insider, goal, word): truth[insider, goal, word]
            for member, goal in register
            if member == insider
            for word in attack.WORDS
        }
        found[insider] = attack.disclosed(reading, register, own)
    return {who: results for who, results in found.items() if results}


@st.composite
def alliances(draw: st.DrawFn) -> tuple[dict[str, str], list[Promise]]:
    consents = {code: draw(st.sampled_from(["full", "aggregate", "aggregate", "unsaid", "silent"])) for code in CODES}
    promises: list[Promise] = []
    for code, consent in consents.items():
        for goal in draw(st.lists(st.sampled_from(OPERATIONAL), max_size=4)):
            rating = (
                "not_available" if consent == "silent" else draw(st.sampled_from(RATINGS[: draw(st.integers(2, 6))]))
            )
            promises.append((code, goal, rating))
    return consents, promises


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(alliances())
def test_nobody_can_work_out_a_withheld_result_of_any_alliance(made: tuple[dict[str, str], list[Promise]]) -> None:
    content = public(*made)
    reading, register = attack.read(content), register_of(made[1])
    assert attack.determined_by_sums(reading, register) == {}
    assert found_by_all(content, made[1]) == {}


def test_the_attack_reads_every_number_of_the_report_right():
    content = public(CONSENTS, SMALL)
    reading = attack.read(content)
    assert reading.withheld == [name(code) for code in (A, B, C, D, E, F)]
    assert reading.shown[name("ALB")] == [("OG2.1", "achieved"), ("OG1.1", "achieved")]
    assert reading.silent[name("AUS")] == Counter({"OG2.1": 1})
    # Of the whole alliance twelve commitments, of which two have no rating.
    everything = list(OPERATIONAL)
    assert (everything, attack.WORDS, 12) in reading.statements
    assert (everything, ("not available",), 2) in reading.statements
    # OG1.1 has five commitments, of which two are achieved: in the prose, and in the tables of the overview and of PT1.
    assert reading.statements.count((["OG1.1"], ("achieved",), 2)) == 3
    assert reading.statements.count((["OG1.1"], ("not available",), 0)) == 2, "which no sentence says"
    # E alone is in OG2.1, so neither it nor OG2.2 is told; PT2 is.
    assert not [goals for goals, _, _ in reading.statements if goals in (["OG2.1"], ["OG2.2"])]
    assert (["OG2.1", "OG2.2"], ("on track",), 1) in reading.statements


def test_a_value_that_follows_from_three_totals_is_found_by_elimination():
    # x + y = 3, y + z = 5, x + z = 4: x is 1.
    x, y, z = (("M", goal, "limited") for goal in "abc")
    system = [
        ({p: attack.Fraction(1), q: attack.Fraction(1)}, attack.Fraction(n))
        for p, q, n in ((x, y, 3), (y, z, 5), (x, z, 4))
    ]
    assert attack.derived(system) == {x: 1, y: 2, z: 3}


def everything(_found: Sequence[Result], targets: Mapping[str, Sequence[str]], _least: int) -> set[str]:
    return {"", *targets, *(goal for goals in targets.values() for goal in goals)}


def each_by_itself(found: Sequence[Result], targets: Mapping[str, Sequence[str]], least: int) -> set[str]:
    """Small groups are suppressed, and nothing else."""
    scopes = {"": [goal for goals in targets.values() for goal in goals], **targets}
    scopes.update({goal: [goal] for goals in targets.values() for goal in goals})
    inside = {scope: [r for r in found if r.goal in goals] for scope, goals in scopes.items()}
    return {scope for scope, rows in inside.items() if not rows or "" in publishable(rows, targets, least)}


@pytest.mark.parametrize("rule", [everything, each_by_itself], ids=lambda rule: rule.__name__)
def test_without_complementary_suppression_the_attack_finds_the_very_rating(rule, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(restrict, "publishable", rule)
    found = found_by_all(public(CONSENTS, SMALL), SMALL)
    # E's one commitment to OG2.1 is what OG2.2 leaves of PT2.
    assert found[""][name(E), "OG2.1"] == {word: int(word == "limited") for word in attack.WORDS}


def test_with_it_the_attack_finds_nothing():
    content = public(CONSENTS, SMALL)
    assert found_by_all(content, SMALL) == {}
    assert attack.determined_by_sums(attack.read(content), register_of(SMALL)) == {}


@pytest.mark.parametrize("edition", [MEMBERS, PUBLIC], ids=lambda edition: edition.code)
def test_the_file_hangs_on_no_answer_of_a_member_that_withholds(edition, monkeypatch: pytest.MonkeyPatch):
    """Whatever they say, and whoever of them has which of the ratings of a group, every byte is the same.

    So nobody can tell the worlds apart, by whatever sums, tables, properties or parts of the file.
    """
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for at, (member, goal, _) in enumerate(SMALL):
        if CONSENTS[member] in ("aggregate", "unsaid"):
            groups["OG1.1" if goal == "OG1.1" else "PT2"].append(at)
    files: set[bytes] = set()
    held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for shift in range(max(len(places) for places in groups.values())):
        world = list(SMALL)
        for places in groups.values():
            for at, other in zip(places, places[shift % len(places) :] + places[: shift % len(places)], strict=True):
                world[at] = (*SMALL[at][:2], SMALL[other][2])
                held[SMALL[at][:2]].add(world[at][2])
        monkeypatch.setattr("edition_samples.number_of", lambda code, shift=shift: _number(code, shift))
        monkeypatch.setattr("edition_samples.private", lambda code, what, shift=shift: _private(code, what, shift))
        monkeypatch.setattr("edition_samples.answered_by", lambda code, shift=shift: _answered(code, shift))
        files.add(_of_edition(edition, *crowd(CONSENTS, world)))
    assert len(files) == 1
    assert all(len(ratings) > 1 for ratings in held.values()), "each withheld result was another in one of the worlds"


def _number(code: str, shift: int) -> int:
    return 500_000 + CODES.index(code) + (shift * 1000 if CONSENTS[code] in ("aggregate", "unsaid") else 0)


def _answered(code: str, shift: int) -> int:
    return (CODES.index(code) + (shift if CONSENTS[code] in ("aggregate", "unsaid") else 0)) % 9


def _private(code: str, what: str, shift: int) -> str:
    return f"{what} of {code} {shift if CONSENTS[code] in ('aggregate', 'unsaid') else 0}"


def _of_edition(edition: Edition, here: Alliance, tables: Tables) -> bytes:
    cycle, taken = here.cycle("2014"), restrict.edition_tables(here, tables, edition)
    taken = replace(taken, figures=figures(here, cycle, taken, edition))
    return render_report(here, cycle, taken, TEMPLATES, edition)
