"""The due date of a commitment is not the one given in the last cycle or, where there is none, that of the register.

A due date may be moved, and the report says then by whom it was: it is a query. Assessed for the question with the role
``due`` in the rows of commitments of the register, where the form's own rule is not broken.
"""

from __future__ import annotations

from pipeline.validate.rule import IS_SOUND, Rule, Where, Words

RULE = Rule(
    name="due_date_moved",
    version=1,
    description=__doc__,
    severity="query",
    where=(*IS_SOUND, Where("role", "==", "due"), Where("present", "==", True)),
    expectation="ExpectColumnPairValuesToBeEqual",
    arguments={"column_A": "date", "column_B": "previous_date", "ignore_row_if": "either_value_is_missing"},
    words=Words(
        "The due date is now “%(seen)s”; until now it was %(previous)s.",
        "Please confirm the new date and say in the comment why it was moved, or correct it.",
    ),
)
