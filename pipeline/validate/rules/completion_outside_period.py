"""A commitment was completed on a day that the cycle, or the commitment, does not have.

The day lies after the cycle's cut-off, or before the commitment's start, or before the period that the cycle reports on.
The latter is not assessed where the last cycle knew the commitment as complete or knew nothing of its status. Assessed for
the question with the role ``completed_on`` where the status in its row is ``complete``; not where the form's own rule is
broken.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="completion_outside_period",
    version=1,
    description=__doc__,
    severity="warning",
    where=(*IS_SOUND, Where("role", "==", "completed_on")),
    expectation="ExpectColumnValuesToBeInSet",
    arguments={"column": "in_time", "value_set": [True]},
    words=Words(
        "The day of completion, “%(seen)s”, is before the start of the commitment, or outside the period that you report on.",
        "Please correct the date, or the status if the commitment is not complete; if both are right, say so in the comment.",
    ),
)
