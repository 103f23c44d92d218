"""The table ``score_changes``: each commitment's rating beside that of the last cycle, and what moved the goal posts.

Both ratings are computed today, by the methods of today: that of the last cycle from the answers of that cycle and of
those before it, never from what an earlier run stored.

| change | when |
|---|---|
| better, same, worse | the rating against that of the last cycle; the band decides, not the score within it |
| new | not in force in the last cycle, and no successor of one that was |
| ended | in force then and not any more: ``withdrawn`` by the member, or ``member_left`` |
| not_comparable | all else, with the reason |

A commitment that continues another one is compared with it. Reasons of ``not_comparable``, of which the first that
holds is given: ``no_cycle_before``; ``predecessor_not_in_force`` (in the last cycle); ``kind_differs``,
``method_differs``, ``unit_differs``, ``direction_differs`` (the two ratings do not mean the same);
``not_available_before``, ``not_available_now``, ``not_available`` (in neither cycle; a break in the series or figures that
cannot be compared make a rating not available); ``goal_post_moved``.

Goal-post guard: where a goal post moved that enters the rating, this cycle's values are rated against the goal posts of
the last cycle as well (``rating_with_posts_before``). The change counts only where it is the same against both; else it
is the goal posts that moved, and not the commitment. The words of a milestone are its goal post: where they changed, a
better rating does not count either.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.alliance.frames import commitments_table
from pipeline.alliance.model import Alliance, Cycle
from pipeline.frames import conform, frame
from pipeline.questionnaire.form import Form
from pipeline.score.commitments import merged_flags, rate_commitments
from pipeline.score.facts import read_facts, subjects
from pipeline.score.predecessors import lines
from pipeline.tables import GOAL_POSTS, RATINGS

GOAL_POST_MOVED: Final = "goal_post_moved"
_WORDS: Final = ("title", "description")
_RATED_BY: Final = tuple(name for name in GOAL_POSTS if name not in _WORDS)
_SIDES: Final = ("before", "now")
MEANING: Final = ("kind", "method", "unit", "direction")
_STEP: Final = {rating: position for position, rating in enumerate(RATINGS)}


def score_changes(
    alliance: Alliance,
    cycle: Cycle,
    commitments: pd.DataFrame,
    answers: pd.DataFrame,
    earlier_answers: pd.DataFrame,
    submissions: pd.DataFrame,
    scores: pd.DataFrame,
) -> pd.DataFrame:
    """Compare the rating of each commitment with that of the last cycle.

    Args:
        alliance: The alliance.
        cycle: The reporting cycle.
        commitments: Table ``commitments``.
        answers: Table ``answers``.
        earlier_answers: Table ``earlier_answers``.
        submissions: Table ``submissions``.
        scores: Table ``commitment_scores`` of the cycle.

    Returns:
        Table ``score_changes``: the commitments in force in their order, then those that ended with their member.
    """
    earlier = alliance.earlier_cycles(cycle.name)
    if not earlier:
        known = scores[["commitment", "member", "goal", "kind"]]
        told = {"rating_now": scores["rating"], "score_now": scores["score"], "change": "not_comparable"}
        return _conformed(known.assign(**told, reason="no_cycle_before"))
    last = earlier[-1]
    then = commitments_table(alliance, last)
    before = _with_posts(then, _rated(alliance, last, then, earlier_answers))
    now = _with_posts(commitments, scores)
    pairs = _pairs(now, before, alliance.register)
    wrote = [earlier_answers[earlier_answers["cycle"] == last.name], answers]
    pairs = _with_own_words(alliance.form, pairs, wrote)
    pairs["goal_posts_moved"] = _moved(pairs)
    shifted = _entering(pairs)
    if shifted.any():
        old = _against(pairs[shifted], commitments)
        now_said, earlier_said, sent = (
            told[told["member"].isin(old["member"])] for told in (answers, earlier_answers, submissions)
        )
        again = rate_commitments(
            alliance.form, cycle, alliance.scoring, old, now_said, earlier_said, sent, alliance.register
        )
        ratings = dict(zip(again["commitment"], again["rating"], strict=True))
        pairs["rating_with_posts_before"] = pairs["commitment"].where(shifted).map(ratings)
    pairs["change"], pairs["reason"] = _change(pairs, shifted)
    left = before[~before["commitment"].isin([*commitments["commitment"], *pairs["compared_with"].dropna()])]
    gone = _side(left, "before").assign(change="ended", reason="member_left", compared_with=left["commitment"])
    both = pd.concat([pairs, gone], ignore_index=True)
    return _conformed(both.assign(cycle_before=last.name))


def with_moved_posts(scores: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Flag with ``goal_post_moved`` the ratings that look better than they would against the last cycle's goal posts.

    Args:
        scores: Table ``commitment_scores``.
        changes: Table ``score_changes``.

    Returns:
        The scores, flagged. A goal post that was put further away is no reason for the flag.
    """
    step = changes["rating_now"].map(_STEP)
    flattered = (step < changes["rating_before"].map(_STEP)) | (step < changes["rating_with_posts_before"].map(_STEP))
    named = set(changes.loc[(changes["reason"] == GOAL_POST_MOVED) & flattered, "commitment"])
    flags = [
        merged_flags(codes, GOAL_POST_MOVED if commitment in named else None)
        for commitment, codes in zip(scores["commitment"], scores["flags"], strict=True)
    ]
    return conform("commitment_scores", scores.assign(flags=pd.Series(flags, index=scores.index, dtype=object)))


def _rated(alliance: Alliance, last: Cycle, then: pd.DataFrame, earlier_answers: pd.DataFrame) -> pd.DataFrame:
    # Answers of earlier cycles are those of accepted submissions alone.
    names = [cycle.name for cycle in alliance.earlier_cycles(last.name)]
    told = earlier_answers[earlier_answers["cycle"] == last.name]
    accepted = told[["member", "submission"]].drop_duplicates().assign(status="accepted")
    before = earlier_answers[earlier_answers["cycle"].isin(names)]
    return rate_commitments(alliance.form, last, alliance.scoring, then, told, before, accepted, alliance.register)


def _with_posts(commitments: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    # Scores carry the goal posts that were used; what they lack stands in the register.
    more = [name for name in GOAL_POSTS if name not in scores.columns]
    return scores.assign(**{name: commitments[name].to_numpy() for name in more})


def _side(rows: pd.DataFrame, suffix: str) -> pd.DataFrame:
    # One side of the comparison: what a commitment is, and the rest with a suffix.
    own = ["commitment", "member", "goal", "kind"]
    told = ["rating", "score", "reason", "flags", *MEANING, *GOAL_POSTS]
    return pd.concat([rows[own], rows[told].add_suffix(f"_{suffix}")], axis=1)


def _pairs(now: pd.DataFrame, before: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    # A row per commitment in force, beside itself in the last cycle, else the nearest that it continues.
    line = lines(register[register["member"].isin(now["member"])])
    itself = now[["commitment"]].assign(subject=now["commitment"], steps=0)
    line = pd.concat([itself, line[["commitment", "subject", "steps"]]])
    found = line[line["subject"].isin(before["commitment"])].sort_values("steps", kind="stable")
    nearest = found.drop_duplicates("commitment").set_index("commitment")["subject"]
    continues = set(line.loc[line["steps"] > 0, "commitment"])
    pairs = _side(now, "now")
    pairs["compared_with"] = pairs["commitment"].map(nearest).astype(object)
    pairs["continues"] = pairs["commitment"].isin(continues)
    other = _side(before, "before").drop(columns=["member", "goal", "kind"])
    return pairs.merge(other.rename(columns={"commitment": "compared_with"}), on="compared_with", how="left")


def _with_own_words(form: Form, pairs: pd.DataFrame, cycles: Sequence[pd.DataFrame]) -> pd.DataFrame:
    # The register has one row for all cycles, so the words that the member wrote in each are compared instead.
    itself = pairs["compared_with"] == pairs["commitment"]
    keys = subjects(pairs.assign(indicator=None), own_row=True)
    questions = [question.code for question in form.asked if question.role in _WORDS]
    facts = [read_facts(form, answers[answers["question"].isin(questions)]) for answers in cycles]
    for name in _WORDS:
        wrote = [told.of(name, keys)["value"].astype(object).reset_index(drop=True) for told in facts]
        both = itself & wrote[0].notna() & wrote[1].notna()
        for suffix, words in zip(("before", "now"), wrote, strict=True):
            pairs[f"{name}_{suffix}"] = pairs[f"{name}_{suffix}"].astype(object).where(~both, words)
    return pairs


def _moved(pairs: pd.DataFrame) -> list[str | None]:
    compared = pairs["compared_with"].notna()
    moved = {name: compared & _differs(pairs, name) for name in GOAL_POSTS}
    names = list(moved)
    return [
        " ".join(name for name, is_moved in zip(names, row, strict=True) if is_moved) or None
        for row in zip(*moved.values(), strict=True)
    ]


def _differs(pairs: pd.DataFrame, name: str) -> pd.Series:
    before, now = pairs[f"{name}_before"].astype(object), pairs[f"{name}_now"].astype(object)
    if name in _WORDS:
        before, now = before.map(_folded, na_action="ignore"), now.map(_folded, na_action="ignore")
    return ~((before == now).fillna(value=False).astype(bool) | (before.isna() & now.isna()))


def _folded(text: str) -> str:
    # Case, blanks and ways to write the same sign are no change of what was promised.
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _entering(pairs: pd.DataFrame) -> pd.Series:
    # Rated in both cycles, and a goal post moved that enters the rating.
    moved = np.any([_differs(pairs, name).to_numpy() for name in _RATED_BY], axis=0)
    rated = [pairs[f"rating_{suffix}"].notna() & (pairs[f"rating_{suffix}"] != "not_available") for suffix in _SIDES]
    return pd.Series(moved, index=pairs.index) & rated[0] & rated[1]


def _against(pairs: pd.DataFrame, commitments: pd.DataFrame) -> pd.DataFrame:
    # The commitments as if the goal posts stood where they stood in the last cycle.
    chosen = commitments.set_index("commitment", drop=False).loc[pairs["commitment"].tolist()]
    posts = {name: pairs[f"{name}_before"].to_numpy() for name in _RATED_BY}
    return conform("commitments", chosen.assign(**posts))


def _change(pairs: pd.DataFrame, shifted: pd.Series) -> tuple[Any, Any]:
    before, now = pairs["rating_before"], pairs["rating_now"]
    direction = _direction(before, now)
    without = _direction(before, pairs.get("rating_with_posts_before", now))
    rewritten = np.any([_differs(pairs, name).to_numpy() for name in _WORDS], axis=0) & (pairs["kind"] == "milestone")
    moved = (shifted & (direction != without)) | (rewritten & (direction == "better"))
    compared = pairs["compared_with"].notna()
    lost_before, lost_now = before == "not_available", now == "not_available"
    withdrawn = [(pairs[f"reason_{suffix}"] == "withdrawn").fillna(value=False).astype(bool) for suffix in _SIDES]
    steps: list[tuple[Any, str, str | None]] = [
        (~compared & pairs["continues"], "not_comparable", "predecessor_not_in_force"),
        (~compared, "new", None),
        (withdrawn[1] & ~withdrawn[0], "ended", "withdrawn"),
        *((_differs(pairs, name), "not_comparable", f"{name}_differs") for name in MEANING),
        (lost_before & lost_now, "not_comparable", "not_available"),
        (lost_before, "not_comparable", "not_available_before"),
        (lost_now, "not_comparable", "not_available_now"),
        (moved, "not_comparable", GOAL_POST_MOVED),
    ]
    masks = [np.asarray(mask.fillna(value=False), dtype=bool) for mask, _, _ in steps]
    change = np.select(masks, [np.full(len(pairs), name, dtype=object) for _, name, _ in steps], direction)
    none = np.full(len(pairs), None, dtype=object)
    reason = np.select(masks, [np.full(len(pairs), code, dtype=object) for _, _, code in steps], none)
    return change, reason


def _direction(before: pd.Series, now: pd.Series) -> Any:
    # The scale goes from the best to the worst.
    first, second = (ratings.map(_STEP).to_numpy(dtype="float64", na_value=np.nan) for ratings in (before, now))
    return np.select([second < first, second > first], ["better", "worse"], "same").astype(object)


def _conformed(rows: pd.DataFrame) -> pd.DataFrame:
    names = frame("score_changes", ()).columns
    return conform("score_changes", rows.reindex(columns=names))
