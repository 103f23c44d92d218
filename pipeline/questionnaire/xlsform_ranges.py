"""What a question of type ``range`` accepts, and the same as a constraint."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import cast

from pipeline.questionnaire.form import NumberRange


def read_range(parameters: str) -> NumberRange | None:
    """The range that the column ``parameters`` declares.

    Args:
        parameters: E.g. ``start=0 end=100 step=5``; what is left out is what pyxform takes for it.

    Returns:
        The range with the lower end as its start, or None where pyxform will say what is wrong.
    """
    from pyxform.errors import PyXFormError
    from pyxform.parsing.parameters import parse
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    defaults = cast("Mapping[str, str]", QUESTION_TYPE_DICT["range"]["parameters"])
    try:
        given = {**defaults, **parse(parameters, 0)}
        start, end, step = (Decimal(given[name]) for name in ("start", "end", "step"))
    except (PyXFormError, InvalidOperation):
        return None
    if not (start.is_finite() and end.is_finite() and step.is_finite()):
        return None
    if step < 0 or start > end:
        # Counted downwards from the start, the numbers are the same.
        step, start, end = abs(step), *_upwards(start, end, abs(step))
    return NumberRange(float(start), float(end), float(step)) if step else None


def _upwards(start: Decimal, end: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
    if start <= end or not step:
        return start, end
    return start - (start - end) // step * step, start


def range_constraint(number_range: NumberRange) -> str:
    """The range as an XPath constraint.

    Args:
        number_range: What the question accepts.
    """
    start, end, step = (_plain(value) for value in (number_range.start, number_range.end, number_range.step))
    steps = f"((. - {start}) div {step})"
    # Tenths and the like have no exact binary form: steps are counted to a millionth.
    return f". >= {start} and . <= {end} and abs({steps} - round({steps})) < 0.000001"


def _plain(value: float) -> str:
    """A number as XPath writes it: without an exponent, and without a decimal point where it is whole."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
