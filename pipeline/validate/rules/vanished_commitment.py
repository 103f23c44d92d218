"""The row of a commitment that is in force is gone from the workbook.

A commitment ends by its status, ``complete`` or ``withdrawn``, and never by its row being deleted. Assessed for the
commitments of the register; nothing is said then about the answers that are missing with the row.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_ASKED, Rule, Where, Words

RULE = Rule(
    name="vanished_commitment",
    version=1,
    description=__doc__,
    severity="error",
    where=(*IS_ASKED, Where("role", "==", "status")),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "present", "value_set": [True]},
    words=Words(
        "Your commitment %(row)s is missing in your workbook.",
        "Please put its row back, as it is in the workbook that we sent you, and say in its status if the commitment was withdrawn.",
    ),
)
