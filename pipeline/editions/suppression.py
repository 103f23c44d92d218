"""Which results may be counted together with those of members that keep their own results to themselves.

A reader knows every number of an edition, the rules of this module, the register, and the results of all members whose
results are shown. Subtracting the latter from a published total leaves what the withheld members have in it. So a total
of a policy target or goal is published only where that remainder, and what is left of the total above it once all
published parts are taken away, are *safe*: the commitments of at least ``least`` members, whose ratings differ, and still
differ where any one of these members takes its own away. Then any two ratings of the remainder can be exchanged between
two members without changing one published number, and nobody's rating is determined, not even for another withheld member.

Totals are nested (alliance, targets, goals), so what they tell apart are disjoint groups of commitments: no sum or
difference of totals tells more than the groups. This is sequential suppression as in GaussSuppression (Langsrud 2024),
with the distinct l-diversity of Machanavajjhala et al. (2007) asked of every group; docs/editions.md has the argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ALLIANCE = ""


@dataclass(frozen=True)
class Result:
    """One commitment of a member whose own results are withheld."""

    member: str
    goal: str
    rating: str


def publishable(results: Sequence[Result], targets: Mapping[str, Sequence[str]], least: int) -> set[str]:
    """The scopes whose totals may be published with the withheld members in them.

    Args:
        results: All commitments of the withheld members.
        targets: The operational goals of each policy target, in order.
        least: Least number of members of which a group may consist; at least 3.

    Returns:
        Codes of policy targets and goals, and '' for the alliance. A scope without withheld results is always among
        them: it tells nothing of anybody who withholds.
    """
    goals = [goal for of_target in targets.values() for goal in of_target]
    of_goal = {goal: [result for result in results if result.goal == goal] for goal in goals}
    of_target = {target: [r for goal in targets[target] for r in of_goal[goal]] for target in targets}
    open_scopes = {scope for scope, found in {ALLIANCE: results, **of_target, **of_goal}.items() if not found}
    if not results or not _is_safe(results, least):
        return open_scopes
    split = _told_apart(of_target, least)
    of_split = [goal for target in split for goal in _told_apart({g: of_goal[g] for g in targets[target]}, least)]
    return {*open_scopes, ALLIANCE, *split, *of_split}


def _told_apart(parts: Mapping[str, Sequence[Result]], least: int) -> list[str]:
    """The parts of a published whole that may be published too; the others stay together in one group that is safe."""
    parts = {code: results for code, results in parts.items() if results}
    alone = [code for code, results in parts.items() if _is_safe(results, least)]
    together = [code for code in parts if code not in alone]
    # Whom to give up follows from the register alone, so that the choice tells nothing about ratings.
    alone.sort(key=lambda code: -len(_members(parts[code])))
    while together and alone and not _is_safe([r for code in together for r in parts[code]], least):
        together.append(alone.pop())
    return [code for code in parts if code in alone]


def _members(results: Iterable[Result]) -> set[str]:
    return {result.member for result in results}


def _is_safe(results: Sequence[Result], least: int) -> bool:
    """Looks at nothing but the group's totals and the register, or what is published would tell more than its numbers."""
    held = Counter(result.member for result in results)
    rated = Counter(result.rating for result in results)
    return len(held) >= least and len(results) - max(rated.values()) > max(held.values())
