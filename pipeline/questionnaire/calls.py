"""What is checked of a call before it is rewritten: that the function exists, and what literal arguments say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.questionnaire.date_functions import wrong_escapes
from pipeline.questionnaire.expressions import Call, Expression, ExpressionError, Path, Text
from pipeline.questionnaire.functions import FUNCTIONS, REFUSED, Function
from pipeline.questionnaire.patterns import PatternError, compile_pattern

if TYPE_CHECKING:
    from pipeline.questionnaire.form import Form, Question


def known_function(call: Call) -> Function:
    """The function that is called.

    Args:
        call: The call.

    Raises:
        ExpressionError: There is none, it is refused, or the number of arguments is wrong.
    """
    if call.name in REFUSED:
        raise ExpressionError(f"The function {call.name}() is not supported.", REFUSED[call.name])
    function = FUNCTIONS.get(call.name)
    if function is None:
        known = ", ".join(sorted(FUNCTIONS))
        raise ExpressionError(f"The function {call.name}() is not supported.", f"There are {known}.")
    count = len(call.arguments)
    if count < function.least or (function.most is not None and count > function.most):
        wanted = (
            str(function.least) if function.most == function.least else f"{function.least} to {function.most or 'any'}"
        )
        raise ExpressionError(f"{call.name}() has {count} arguments.", f"Give it {wanted}.")
    if call.name == "weighted-checklist" and count % 2:
        raise ExpressionError(f"{call.name}() has {count} arguments.", "Give it a weight for each condition.")
    return function


def check_pattern(pattern: Expression) -> None:
    """Check the pattern of regex().

    Args:
        pattern: The second argument.

    Raises:
        ExpressionError: It is no literal text, or no pattern that stocktake understands as ODK does.
    """
    if not isinstance(pattern, Text):
        raise ExpressionError("The pattern of regex() is not a text.", "Write the pattern between quotes.")
    try:
        compile_pattern(pattern.value)
    except PatternError as error:
        raise ExpressionError(f"The pattern of regex() is wrong: {error}.", "Correct it.") from error


def check_date_pattern(name: str, pattern: Expression) -> None:
    """Check the pattern of format-date() and format-date-time(), where it is a literal.

    Args:
        name: The function.
        pattern: The second argument.

    Raises:
        ExpressionError: It has escapes that there are not.
    """
    wrong = wrong_escapes(pattern.value) if isinstance(pattern, Text) else []
    if wrong:
        seen = f"The pattern of {name}() has {', '.join(wrong)}."
        raise ExpressionError(seen, "There are %Y %y %m %n %d %e %b %a %H %h %M %S %3 %%.")


def choices_of_reference(form: Form, reference: Expression) -> str:
    """The list of choices that the second argument of jr:choice-name() leads to.

    Args:
        form: The questionnaire.
        reference: The argument: the path of a question, between quotes.

    Raises:
        ExpressionError: It is no text, or leads to no question with choices.
    """
    code = reference.value.strip().rpartition("/")[2] if isinstance(reference, Text) else ""
    question = form.by_code.get(code)
    if question is None or not question.choices:
        seen = "The second argument of jr:choice-name() is not a question with choices between quotes."
        raise ExpressionError(seen, "Write jr:choice-name(${code}, '${code}').")
    return question.choices


def question_of_rows(form: Form, answers: Expression, rows: Expression) -> Question:
    """The question that indexed-repeat() looks up.

    Args:
        form: The questionnaire.
        answers: Its first argument.
        rows: Its second argument.

    Raises:
        ExpressionError: The first is no question of a repeat, or the second not that repeat.
    """
    question = form.by_code.get(answers.steps[-1].test) if isinstance(answers, Path) and answers.steps else None
    if question is None or question.repeat is None:
        seen = "The first argument of indexed-repeat() is not a question of a repeat."
        raise ExpressionError(seen, "Write indexed-repeat(${code}, ${repeat}, number of the row).")
    if not isinstance(rows, Path) or not rows.steps or rows.steps[-1].test not in (question.repeat, ".."):
        seen = f"The second argument of indexed-repeat() is not the repeat '{question.repeat}'."
        raise ExpressionError(seen, f"Write ${{{question.repeat}}}.")
    return question
