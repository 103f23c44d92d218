"""Which totals may be published: cases by hand, and an attacker who tries every world that fits what is published."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.editions.suppression import Result, publishable

TARGETS = {"A": ["a1"], "B": ["b1", "b2"]}
Structure = Sequence[tuple[str, str]]
Decide = Callable[[Sequence[Result], Mapping[str, Sequence[str]], int], set[str]]


def results(*rows: str) -> list[Result]:
    return [Result(*row.split()) for row in rows]


THREE_IN_A = ("M a1 limited", "N a1 achieved", "O a1 on_track")


def test_where_nobody_withholds_every_total_is_published():
    assert publishable([], TARGETS, 3) == {"", "A", "B", "a1", "b1", "b2"}


def test_a_goal_of_three_members_with_three_ratings_is_published():
    # 3 commitments, the commonest rating 1 of them: 2 others, more than any member has.
    assert publishable(results(*THREE_IN_A), TARGETS, 3) == {"", "A", "B", "a1", "b1", "b2"}


def test_a_goal_of_two_members_is_not_published_nor_is_what_it_could_be_subtracted_from():
    two = ("M b1 limited", "N b1 achieved")
    found = publishable(results(*THREE_IN_A, *two), TARGETS, 3)
    assert found == {"", "b2"}, "alliance less A would be B"


def test_what_two_goals_have_in_common_may_be_published_where_neither_may_be_alone():
    four = ("M b1 limited", "N b1 achieved", "O b2 on_track", "P b2 deterioration")
    assert publishable(results(*THREE_IN_A, *four), TARGETS, 3) == {"", "A", "B", "a1"}


def test_members_of_one_rating_are_not_told_apart_from_others():
    same = [f"{member} b1 limited" for member in "MNOPQ"]
    assert "b1" not in publishable(results(*THREE_IN_A, *same), TARGETS, 3)
    assert "B" not in publishable(results(*THREE_IN_A, *same), TARGETS, 3)


def test_nothing_is_published_where_all_that_is_withheld_has_one_rating():
    same = [f"{member} a1 limited" for member in "MNOPQ"]
    assert publishable(results(*same), TARGETS, 3) == {"B", "b1", "b2"}


def test_one_member_may_not_hold_all_that_differs():
    # M, who knows its own two, sees that all others are limited.
    found = publishable(results("M a1 achieved", "M a1 on_track", "N a1 limited", "O a1 limited"), TARGETS, 3)
    assert found == {"B", "b1", "b2"}


@pytest.mark.parametrize(("least", "published"), [(3, True), (4, False)])
def test_the_alliance_says_how_small_a_group_may_be(least: int, published: bool):
    assert ("a1" in publishable(results(*THREE_IN_A), TARGETS, least)) == published


def test_the_choice_of_what_is_given_up_hangs_on_the_register_and_not_on_ratings():
    fixed = ("M b1 limited", "N b1 achieved")
    for ratings in itertools.permutations(("limited", "achieved", "on_track", "deterioration")):
        of_a = [f"{member} a1 {rating}" for member, rating in zip("MNOP", ratings, strict=True)]
        assert publishable(results(*of_a, *fixed), TARGETS, 3) == {"", "b2"}


# The attacker knows the rules, the register (who has how many commitments to which goal), and all that is published;
# it may be one of the withheld members itself. It tries every assignment of ratings.


def published(found: Sequence[Result], decide: Decide) -> tuple[object, ...]:
    scopes = {"": ["a1", "b1", "b2"], **TARGETS, "a1": ["a1"], "b1": ["b1"], "b2": ["b2"]}
    return tuple(
        (scope, tuple(sorted(Counter(r.rating for r in found if r.goal in scopes[scope]).items())))
        for scope in sorted(decide(found, TARGETS, 3))
    )


def told(structure: Structure, ratings: int, decide: Decide) -> list[str]:
    """What the attacker learns for certain in any world: the ratings of a member in a goal."""
    worlds: defaultdict[object, list[tuple[int, ...]]] = defaultdict(list)
    for world in itertools.product(range(ratings), repeat=len(structure)):
        found = [Result(member, goal, str(rating)) for (member, goal), rating in zip(structure, world, strict=True)]
        worlds[published(found, decide)].append(world)
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, place in enumerate(structure):
        cells[place].append(at)
    learned: list[str] = []
    for fitting in worlds.values():
        for insider in ("", *sorted({member for member, _ in structure})):
            own = [at for at, (member, _) in enumerate(structure) if member == insider]
            seen: defaultdict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
            for world in fitting:
                seen[tuple(world[at] for at in own)].append(world)
            for (member, goal), places in cells.items():
                for possible in seen.values():
                    values = {tuple(sorted(world[at] for at in places)) for world in possible}
                    if member != insider and len(values) == 1:
                        learned.append(f"{insider or 'anybody'} learns {member} {goal}")
    return learned


MEMBERS = st.sampled_from("MNOPQ")
STRUCTURES = st.lists(st.tuples(MEMBERS, st.sampled_from(["a1", "b1", "b2"])), min_size=3, max_size=7).map(sorted)


@settings(max_examples=40, deadline=None)
@given(STRUCTURES)
def test_no_attacker_who_tries_every_world_learns_a_rating(structure: Structure):
    assert told(structure, 3, publishable) == []


SPREAD = [("M", "a1"), ("M", "b1"), ("N", "a1"), ("N", "b1"), ("O", "a1"), ("P", "a1"), ("P", "b2"), ("Q", "b1"), ("Q", "b2")]  # fmt: skip


@pytest.mark.slow
def test_no_attacker_learns_a_rating_of_a_larger_group_of_which_much_is_published():
    worlds = itertools.product("012", repeat=len(SPREAD))
    counts = Counter(
        len(publishable([Result(m, g, r) for (m, g), r in zip(SPREAD, world, strict=True)], TARGETS, 3))
        for world in itertools.islice(worlds, 0, None, 7)
    )
    assert sum(count for scopes, count in counts.items() if scopes >= 4) > 500, "the bar must be about something"
    assert told(SPREAD, 3, publishable) == []


def without_complement(found: Sequence[Result], targets: Mapping[str, Sequence[str]], least: int) -> set[str]:
    """The mistake that this module is there to avoid: each scope judged by itself alone."""
    scopes = {"": [goal for goals in targets.values() for goal in goals], **targets}
    scopes.update({goal: [goal] for goals in targets.values() for goal in goals})
    inside = {scope: [r for r in found if r.goal in goals] for scope, goals in scopes.items()}
    return {scope for scope, rows in inside.items() if not rows or "" in publishable(rows, targets, least)}


def test_without_complementary_suppression_the_attack_succeeds():
    structure = [("M", "a1"), ("N", "a1"), ("O", "a1"), ("P", "b1")]
    assert "anybody learns P b1" in told(structure, 3, without_complement)
    assert told(structure, 3, publishable) == []


def test_without_any_suppression_the_attack_succeeds():
    def everything(_found: Sequence[Result], targets: Mapping[str, Sequence[str]], _least: int) -> set[str]:
        return {"", *targets, *(goal for goals in targets.values() for goal in goals)}

    structure = [("M", "a1"), ("N", "a1"), ("O", "b1")]
    learned = told(structure, 3, everything)
    assert "anybody learns O b1" in learned
    assert "M learns N a1" in learned
