"""Letters from the templates that staff edit: sandboxed, escaped, and with errors that name file and line.

Two environments read the same folder. In the one for HTML everything is escaped, in the one for text nothing is; the
wording that both share (``wording.j2``) is loaded by each in its own way.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pipeline.errors import AllianceError, Problem
from pipeline.feedback.content import Letter
from pipeline.text import clean_text
from pipeline.translations import Catalogue

HTML_TEMPLATE: Final = "letter.html.j2"
TEXT_TEMPLATE: Final = "letter.txt.j2"
WORDING: Final = "wording.j2"
_BLANK_LINES: Final = re.compile(r"\n{3,}")
# What a template can come to by mistake beside Jinja's own errors: a wrong argument, a missing value, a division.
_FAULTS: Final = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


@dataclass(frozen=True)
class Rendered:
    """A letter in words: the subject line, the plain text, and a whole HTML document that says the same."""

    subject: str
    text: str
    html: str


@lru_cache(maxsize=8)
def letter_environment(folder: Path, *, html: bool) -> Environment:
    """The environment in which the templates of ``folder`` are rendered.

    Templates can neither reach Python behind the values they are given nor change these; a name that is not there is
    an error, never an empty place in a letter. Compiled templates are kept for as long as their files do not change.

    Args:
        folder: Folder ``letters`` of the report templates.
        html: Escape everything that is inserted.
    """
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


class LetterTemplates:
    """The templates of a folder, compiled once for all letters."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._html = letter_environment(folder, html=True)
        self._text = letter_environment(folder, html=False)

    def render(self, letter: Letter, catalogue: Catalogue) -> Rendered:
        """Render a letter in the language of ``catalogue``.

        Args:
            letter: What it says.
            catalogue: Words of its language; templates call it as ``_('...', name=value)`` and
                ``ngettext('...', '...', count)``.

        Raises:
            AllianceError: A template has a mistake; names its file and line.
        """
        words = {"letter": letter, **catalogue_words(catalogue)}
        html = fill_template(self._html, self._folder, HTML_TEMPLATE, words)
        text = fill_template(self._text, self._folder, TEXT_TEMPLATE, words)
        # The first line of the text part is the subject, so that its wording stands in the templates as well.
        subject, _, body = text.partition("\n")
        return Rendered(subject.strip(), _BLANK_LINES.sub("\n\n", body).strip("\n") + "\n", html)

    def say(self, catalogue: Catalogue, macro: str, *values: object) -> str:
        """Say something that is no letter in the words of the letters, on one line.

        Args:
            catalogue: Words of the language.
            macro: A macro of ``wording.j2`` that looks at no letter, e.g. ``why``.
            *values: What it takes, e.g. the reason of a refusal.

        Raises:
            AllianceError: The template has a mistake; names its file and line.
        """
        try:
            wording: Any = self._text.get_template(WORDING).make_module(dict(catalogue_words(catalogue)))
            return " ".join(clean_text(getattr(wording, macro)(*values)).split())
        except _FAULTS as error:
            raise AllianceError([_problem(self._folder, WORDING, error)]) from error


def catalogue_words(catalogue: Catalogue) -> Mapping[str, object]:
    """What templates call for words of a language: ``_('...', name=value)`` and ``ngettext('...', '...', count)``."""
    return {"_": _plainly(catalogue.text), "ngettext": _plainly(catalogue.plural)}


def fill_template(environment: Environment, folder: Path, template: str, words: Mapping[str, object]) -> str:
    """Fill in a template that staff edit.

    Args:
        environment: See :func:`letter_environment`.
        folder: Folder of the template, for messages.
        template: Its name there.
        words: What it may show.

    Raises:
        AllianceError: The template has a mistake; names its file and line.
    """
    try:
        return clean_text(environment.get_template(template).render(words))
    except _FAULTS as error:
        raise AllianceError([_problem(folder, template, error)]) from error


def _problem(folder: Path, name: str, error: Exception) -> Problem:
    if isinstance(error, TemplateSyntaxError):
        name, line = error.name or name, error.lineno
    else:
        # Jinja puts the template's own lines into the traceback; the innermost one is where it went wrong.
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
        name, line = (Path(frames[-1].filename).name, frames[-1].lineno) if frames else (name, None)
    seen = f"The template cannot be used: {str(error) or type(error).__name__}."
    mend = "Correct this line, or take the file from the last version that worked."
    return Problem(f"{folder.name}/{name}", seen.replace("..", "."), mend, row=line)


def _plainly(say: Callable[..., str]) -> Callable[..., str]:
    """Let a template hand on what one of its macros said: it is escaped already, and must not be so twice."""

    def plain(value: object) -> object:
        return value.unescape() if isinstance(value, Markup) else value

    def said(*messages: object, **values: object) -> str:
        return say(*map(plain, messages), **{name: plain(value) for name, value in values.items()})

    return said
