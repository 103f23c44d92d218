"""A whole cycle with errors in it, what must be found there, and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

# The kinds of errors are planted in this order: what changes a workbook's layout comes first, while all of it is free.
from tests.planted import plants_of_notes, plants_of_rules  # noqa: F401  # isort: skip
from tests.planted import plants_of_form  # noqa: F401  # isort: skip
from tests.planted.bench import Bench, Found
from tests.planted.planting import plant_all
from tests.planted.whole_cycle import Outcome, WholeCycle


@dataclass(frozen=True)
class Planted:
    """A planted cycle.

    Attributes:
        expected: What must be found, and how often.
        files: The workbooks, by name of the file.
        outcome: What the program made of them.
    """

    expected: Counter[Found]
    files: Mapping[str, bytes]
    outcome: Outcome

    @property
    def found(self) -> Counter[Found]:
        """What was found."""
        return found_in(self.outcome.validated.findings)


def plant_cycle(cycle: WholeCycle, seed: int) -> Planted:
    """Fill the workbook of every member, plant the errors of a seed, and run the cycle."""
    benches = [
        Bench.of(member, cycle.cycle, cycle.paper(code, reply), cycle.register(code), cycle.before.get(code), reply)
        for code, member in cycle.members.items()
        for reply in [cycle.now(code)]
    ]
    plant_all(benches, seed)
    for bench in benches:
        bench.expect_thin_goals(cycle.alliance.scoring.threshold)
    files = {f"{bench.member.code}.xlsx": bench.saved() for bench in benches}
    expected = Counter(found for bench in benches for found in bench.findings())
    return Planted(expected, files, cycle.run(f"seed {seed}", files))


def found_in(findings: pd.DataFrame) -> Counter[Found]:
    """The rows of the table ``findings``; what is missing is ''."""
    # Other rules may say in their own way what is wrong; only what cannot be read has a published list.
    findings = findings.assign(problem=findings["problem"].where(findings["rule"] == "unreadable_answer"))
    columns = (findings[name].astype("object").fillna("").tolist() for name in Found._fields)
    return Counter(Found(*parts) for parts in zip(*columns, strict=True))
