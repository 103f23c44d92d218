"""Pictures for staff in the UI, as SVG: ratings per goal, members × goals, and what changed since the last cycle.

Nothing is told by colour alone: each piece and cell has its symbol and numbers, the legend has the words. Colours are
those of the report. Rows stand in the alliance's order and never by result; same tables, same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import pandas as pd

from pipeline.report.scale import MARKS, WITHHELD, Look
from pipeline.text import one_line

_BAR: Final = 640
_ROW: Final = 26
_DIGIT: Final = 7.0
_LONGEST_NAME: Final = 40
_HEADINGS_EVERY: Final = 30
# The UI cuts what is wider; what is longer makes its pages slow.
_WIDEST: Final = 1120
_MOST_MEMBERS: Final = 250
_INK: Final = "222222"
_STYLE: Final = (
    "text{font:12px Calibri,Carlito,'Segoe UI','DejaVu Sans',sans-serif;fill:#222222}"
    ".m{text-anchor:middle}.e{text-anchor:end}.b{font-weight:bold}"
)
# Code of a change -> symbol, word, and the rating whose colours it has.
_CHANGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "better": ("↑", "better", "achieved"),
    "same": ("=", "same", "not_available"),
    "worse": ("↓", "worse", "deterioration"),
    "new": ("+", "new", "on_track"),
    "ended": ("×", "ended", "limited"),
    "not_comparable": ("?", "not comparable", WITHHELD),
}


@dataclass(frozen=True)
class _Kind:
    """What a piece of a bar or a cell stands for, and how it looks."""

    code: str
    symbol: str
    word: str
    look: Look


def distribution(aggregates: pd.DataFrame, looks: Mapping[str, Look]) -> str:
    """Bars of the ratings of each operational goal, with how many of its commitments are rated.

    Args:
        aggregates: Table ``aggregate_scores``.
        looks: Colours per rating code, as the report has them.
    """
    goals = aggregates[aggregates["level"] == "goal"]
    told = [f"{n} of {of} rated" for n, of in zip(goals["rated"], goals["commitments"], strict=True)]
    return _bars("Ratings per goal", goals, _ratings(looks), told)


def changes(counts: pd.DataFrame, looks: Mapping[str, Look]) -> str:
    """Bars of the changes of each operational goal, with how many of its commitments can be compared.

    Args:
        counts: Table ``change_counts``.
        looks: Colours per rating code and of what is withheld, as the report has them.
    """
    kinds = [_Kind(code, symbol, word, looks[of]) for code, (symbol, word, of) in _CHANGES.items()]
    goals = counts[counts["level"] == "goal"]
    compared = goals[["better", "same", "worse"]].sum(axis=1)
    told = [f"{n} of {of} compared" for n, of in zip(compared, goals["commitments"], strict=True)]
    return _bars("Change since the last cycle, per goal", goals, kinds, told)


def heat_map(aggregates: pd.DataFrame, members: pd.DataFrame, goals: Sequence[str], looks: Mapping[str, Look]) -> str:
    """Members × operational goals: the median rating of each with n of N; blank where there is no commitment.

    Args:
        aggregates: Table ``aggregate_scores``.
        members: Table ``members``; gives the order of the rows.
        goals: Codes of the operational goals, the columns.
        looks: Colours per rating code, as the report has them.
    """
    kinds = {kind.code: kind for kind in _ratings(looks)}
    cells = aggregates[aggregates["level"] == "member_goal"].set_index(["member", "goal"])
    found = {
        key: (kinds[rating], n, of)
        for key, rating, n, of in zip(cells.index, cells["rating"], cells["rated"], cells["commitments"], strict=True)
    }
    shown = members.head(_MOST_MEMBERS)
    names = [_short(name) for name in shown["name_en"]]
    left = 16 + int(_DIGIT * max(map(len, names), default=0))
    width, height = min(max((_WIDEST - left) // max(len(goals), 1), 48), 78), 20
    cut = f"; the first {len(shown)} of {len(members):,} members" if len(shown) < len(members) else ""
    parts, top = _legend([*kinds.values()], f"n/N: rated of all commitments{cut}")
    for at, (code, name) in enumerate(zip(shown["member"], names, strict=True)):
        if at % _HEADINGS_EVERY == 0:
            top += height
            parts += [_text(left + width * (n + 0.5), top - 6, goal, "m b") for n, goal in enumerate(goals)]
        parts.append(_text(left - 8, top + 14, name, "e"))
        for n, goal in enumerate(goals):
            if (code, goal) in found:
                kind, rated, of = found[code, goal]
                parts += _box(kind, left + width * n + 1, top + 1, width - 2, height - 2, f"{kind.symbol} {rated}/{of}")
        top += height
    return _svg("Ratings of members and goals", max(left + width * len(goals), _BAR) + 16, top + 8, parts)


def _ratings(looks: Mapping[str, Look]) -> list[_Kind]:
    return [_Kind(mark.code, mark.symbol, mark.word, looks[mark.code]) for mark in MARKS]


def _bars(title: str, rows: pd.DataFrame, kinds: Sequence[_Kind], told: Sequence[str]) -> str:
    names = [_short(goal) for goal in rows["goal"]]
    left = 16 + int(_DIGIT * max(map(len, names), default=0))
    parts, top = _legend(kinds)
    for at, name in enumerate(names):
        parts.append(_text(left - 8, top + 17, name, "e b"))
        counted = [(kind, int(rows[kind.code].iloc[at])) for kind in kinds]
        x = float(left)
        for (kind, count), width in zip(counted, _widths([count for _, count in counted]), strict=True):
            if count:
                wide = width >= 20 + _DIGIT * len(f"{count}")
                parts += _box(kind, x, top + 2, width - 1, _ROW - 4, f"{kind.symbol} {count}" if wide else f"{count}")
                x += width
        parts.append(_text(left + _BAR + 8, top + 17, told[at]))
        top += _ROW
    return _svg(title, left + _BAR + 140, top + 8, parts)


def _widths(counts: Sequence[int]) -> list[float]:
    # Each piece gets room for its number; what is left is shared out in proportion.
    least = [_DIGIT * len(f"{count}") + 8 if count else 0.0 for count in counts]
    total = max(sum(counts), 1)
    return [room + (_BAR - sum(least)) * count / total for room, count in zip(least, counts, strict=True)]


def _legend(kinds: Sequence[_Kind], note: str = "") -> tuple[list[str], int]:
    parts: list[str] = []
    x, y = 16.0, 8
    for kind in kinds:
        text = f"{kind.symbol} {kind.word}"
        width = _DIGIT * len(text) + 14
        if x + width > _BAR + 120:
            x, y = 16.0, y + 24
        parts += _box(kind, x, y, width, 20, text)
        x += width + 6
    if note:
        y += 24
        parts.append(_text(16, y + 14, note))
    return parts, y + 30


def _box(kind: _Kind, x: float, y: float, width: float, height: float, text: str) -> list[str]:
    fill, ink = kind.look.fill, kind.look.ink
    edge = f' stroke="#{ink}"' if fill.upper() == "FFFFFF" else ""
    return [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="#{fill}"{edge}/>',
        _text(x + width / 2, y + height / 2 + 4, text, "m", ink),
    ]


def _text(x: float, y: float, text: str, style: str = "", ink: str = _INK) -> str:
    styled = f' class="{style}"' if style else ""
    coloured = f' style="fill:#{ink}"' if ink != _INK else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{styled}{coloured}>{escape(text)}</text>'


def _short(name: str) -> str:
    line = one_line(name)
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f'<rect width="100%" height="100%" fill="#FFFFFF"/>{"".join(parts)}</svg>'
    )
