"""An outsider with the public report in hand: every number read out of the Word file, and what follows from them.

Shares no code with stocktake. It reads tables and prose by python-docx, writes down every equation that holds between the
published numbers and the unknown ratings of the members whose pages say that details are withheld, and eliminates exactly.
"""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

WORDS = ("achieved", "on track", "acceleration needed", "limited", "deterioration", "not available")
Unknown = tuple[str, str, str]
"""Member, goal, rating: how many of the member's commitments to the goal have the rating."""
Equation = tuple[dict[Unknown, Fraction], Fraction]


@dataclass
class Reading:
    """What the report says.

    Attributes:
        goals: Operational goals by policy target.
        shown: Per member whose page has its commitments: goal and rating of each.
        silent: Per member without a workbook: number of commitments by goal.
        withheld: Members whose details are withheld.
        statements: Goals, ratings, and how many commitments to these goals have one of these ratings.
    """

    goals: dict[str, list[str]] = field(default_factory=dict)
    shown: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    silent: dict[str, Counter[str]] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)
    statements: list[tuple[list[str], tuple[str, ...], int]] = field(default_factory=list)


def read(content: bytes) -> Reading:
    """Read a report."""
    document = docx.Document(io.BytesIO(content))
    parts = list(document.iter_inner_content())
    reading = Reading()
    tables = [part for part in parts if isinstance(part, Table)]
    for table in tables:
        for row in rows(table) if head(table)[:3] == ["Goal", "Text", "Wording"] else ():
            target = "PT" + row[0].removeprefix("OG").split(".")[0]
            reading.goals.setdefault(target, []).append(row[0])
    _read_pages(reading, parts)
    for table in tables:
        _read_table(reading, table)
    prose = "\n".join(part.text for part in parts if isinstance(part, Paragraph) and part.text)
    _read_prose(reading, prose)
    return reading


def head(table: Table) -> list[str]:
    return [word(cell.text) for cell in table.rows[0].cells]


def word(text: str) -> str:
    """A heading or rating without the symbol before it."""
    return re.sub(r"^[^A-Za-z0-9]+", "", text)


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows[1:]]


def _read_pages(reading: Reading, parts: Iterable[Paragraph | Table]) -> None:
    member = ""
    for part in parts:
        if isinstance(part, Paragraph):
            style = part.style.name if part.style else ""
            if style == "Member heading":
                member = part.text.rstrip("*")
            elif style == "Annex heading":
                member = ""
            elif member and part.text.startswith("Details are withheld"):
                reading.withheld.append(member)
            elif member and "sent no workbook" in part.text:
                reading.silent[member] = Counter()
        elif member and head(part)[0] == "Id" and "Goal" in head(part):
            found = [(row[2], word(row[4])) for row in rows(part)]
            reading.shown.setdefault(member, []).extend(found)


def _read_table(reading: Reading, table: Table) -> None:
    columns = head(table)
    if columns == ["Goal", *WORDS, "Rated"]:
        for row in rows(table):
            for rating, cell in zip(WORDS, row[1:7], strict=True):
                if cell.isdigit():
                    reading.statements.append(([row[0]], (rating,), int(cell)))
            _of(reading, [row[0]], row[7])
    elif columns[:1] == ["Member"] and len(columns) > 1 and columns[1].startswith("OG"):
        for row in rows(table):
            for goal, cell in zip(columns[1:], row[1:], strict=True):
                if row[0].startswith("All members"):
                    _of(reading, [goal], cell)
                elif row[0].rstrip("*") in reading.silent and (found := re.search(r"0/(\d+)", cell)):
                    reading.silent[row[0].rstrip("*")][goal] = int(found[1])


def _of(reading: Reading, goals: list[str], text: str) -> None:
    if found := re.fullmatch(r"([\d,]+) of ([\d,]+)", text):
        rated, total = (int(number.replace(",", "")) for number in found.groups())
        reading.statements.append((goals, WORDS[:5], rated))
        reading.statements.append((goals, WORDS, total))


COUNTS = (
    (r"(\d+) (?:is |are )?achieved", ("achieved",)),
    (r"(\d+) (?:is |are )?on track", ("on track",)),
    (r"(\d+) needs? acceleration", ("acceleration needed",)),
    (r"(\d+) shows? limited", ("limited",)),
    (r"(\d+) shows? deterioration", ("deterioration",)),
    (r"(\d+) (?:has|have) no rating", ("not available",)),
)


def _read_prose(reading: Reading, prose: str) -> None:
    everything = [goal for goals in reading.goals.values() for goal in goals]
    for line in prose.split("\n"):
        named = re.match(r"(PT\d)\. ", line) or re.search(r"under (PT\d)", line)
        goals = reading.goals[named[1]] if named else everything
        for found in re.finditer(r"(\d+ of \d+)\)? (?:under PT\d |commitments )?could be rated", line):
            _of(reading, goals, found[1])
        if found := re.search(r"\((\d+) of (\d+)\) are achieved or on track", line):
            reading.statements.append((goals, WORDS[:2], int(found[1])))
            reading.statements.append((goals, WORDS[:5], int(found[2])))
            for pattern, ratings in COUNTS if not line.startswith("PT") else ():
                if counted := re.search(pattern, line):
                    reading.statements.append((goals, ratings, int(counted[1])))
        if found := re.search(r"\((\d+) of (\d+)\) could not be rated", line):
            reading.statements.append((goals, ("not available",), int(found[1])))
            reading.statements.append((goals, WORDS, int(found[2])))


def equations(reading: Reading, register: Mapping[tuple[str, str], int]) -> list[Equation]:
    """All that an outsider knows of the unknown ratings.

    Args:
        reading: The report.
        register: Number of commitments by member (its name) and goal: the outsider has seen the register too.
    """
    places = [(member, goal) for (member, goal), count in register.items() if count and member in reading.withheld]
    known: Counter[tuple[str, str]] = Counter()
    for found in reading.shown.values():
        known.update(found)
    for counts in reading.silent.values():
        known.update({(goal, "not available"): count for goal, count in counts.items()})
    system: list[Equation] = []
    for goals, ratings, number in reading.statements:
        left = number - sum(known[goal, rating] for goal in goals for rating in ratings)
        unknowns = {(m, g, rating): Fraction(1) for m, g in places if g in goals for rating in ratings}
        system.append((unknowns, Fraction(left)))
    for member, goal in places:
        system.append(({(member, goal, rating): Fraction(1) for rating in WORDS}, Fraction(register[member, goal])))
    return system


def derived(system: Iterable[Equation]) -> dict[Unknown, Fraction]:
    """Every unknown that the equations determine, by exact elimination.

    What is left of a total is a count: where it is nothing, each of its parts is nothing. That is used too, again and
    again, so that this is more than sums and differences.
    """
    values: dict[Unknown, Fraction] = {}
    system = [(dict(unknowns), value) for unknowns, value in system]
    while True:
        found = _eliminated(system)
        for unknowns, value in system:
            if not value and all(factor > 0 for factor in unknowns.values()):
                found.update(dict.fromkeys(unknowns, Fraction(0)))
        new = {unknown: value for unknown, value in found.items() if unknown not in values}
        if not new:
            return values
        values |= new
        system = [
            (
                {u: factor for u, factor in unknowns.items() if u not in new},
                value - sum((factor * new[u] for u, factor in unknowns.items() if u in new), Fraction(0)),
            )
            for unknowns, value in system
        ]


def _eliminated(system: Iterable[Equation]) -> dict[Unknown, Fraction]:
    solved: dict[Unknown, Equation] = {}
    for given, number in system:
        unknowns, value = dict(given), number
        for pivot in [u for u in unknowns if u in solved]:
            factor = unknowns.get(pivot)
            if factor:
                value = _subtract(unknowns, value, solved[pivot], factor)
        if not unknowns:
            assert value == 0, "The report contradicts itself, or was read wrongly."
            continue
        pivot = min(unknowns)
        scale = unknowns[pivot]
        row = {u: factor / scale for u, factor in unknowns.items()}, value / scale
        for other, (others, other_value) in solved.items():
            if factor := others.get(pivot):
                changed = dict(others)
                solved[other] = changed, _subtract(changed, other_value, row, factor)
        solved[pivot] = row
    return {pivot: value for pivot, (unknowns, value) in solved.items() if len(unknowns) == 1}


def _subtract(unknowns: dict[Unknown, Fraction], value: Fraction, row: Equation, factor: Fraction) -> Fraction:
    for u, other in row[0].items():
        left = unknowns.get(u, Fraction(0)) - factor * other
        if left:
            unknowns[u] = left
        else:
            unknowns.pop(u, None)
    return value - factor * row[1]


def disclosed(
    reading: Reading, register: Mapping[tuple[str, str], int], own: Mapping[Unknown, int] | None = None
) -> dict[tuple[str, str], dict[str, int]]:
    """The results of withheld members that follow from the report: by member and goal, commitments by rating.

    Args:
        reading: The report.
        register: See :func:`equations`.
        own: What the attacker knows of itself, where it is one of the withheld members; that is no result.
    """
    system = equations(reading, register)
    system += [({unknown: Fraction(1)}, Fraction(value)) for unknown, value in (own or {}).items()]
    by_place: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for unknown, value in derived(system).items():
        if unknown not in (own or {}):
            by_place[unknown[:2]][unknown[2]] = int(value)
    return {place: found for place, found in by_place.items() if sum(found.values()) == register[place]}


def determined_by_sums(reading: Reading, register: Mapping[tuple[str, str], int]) -> dict[Unknown, Fraction]:
    """The single unknowns that sums and differences alone determine."""
    return _eliminated(equations(reading, register))
