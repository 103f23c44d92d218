"""The report's shell: the Word file that staff edit, and the filling in of its places.

The places are Jinja2 tags as docxtpl reads them: ``{{ figure.answered }}`` in a sentence, ``{%p for target in targets %}``
and ``{{p heat_map }}`` in a paragraph of their own. Templates run in a sandbox, with autoescape, and a name that does not
exist is an error that says where it stands.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from pipeline.errors import AllianceError, Problem
from pipeline.report.scale import MARKS, WITHHELD_MARK, Look
from pipeline.text import clean_text

SHELL = "report.docx"
# What a tag can come to by mistake beside Jinja's own errors: a wrong argument, a call of a number, a division.
_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)
_FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_TAG = re.compile(r"<[^>]+>")
_PLACE = re.compile(r"<\?place ([A-Za-z0-9_]+) ?([A-Za-z0-9_.-]*)\?>")
_PLACE_INSIDE = re.compile(r"<w:t(?: [^>]*)?>[^<]*<\?place (\w+)")


@dataclass(frozen=True)
class Shell:
    """The shell as it stands in its file.

    Attributes:
        file: Its name, for messages to its editors.
        parts: Content of each part of the package, in the order of the file.
    """

    file: str
    parts: Mapping[str, bytes]

    def text(self, part: str) -> str:
        """A part as text."""
        return self.parts[part].decode("utf-8")


def read_shell(path: Path) -> Shell:
    """Read the shell.

    Raises:
        AllianceError: The file is missing or is no Word document.
    """
    try:
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except FileNotFoundError:
        seen = "There is no Word document of this name."
        raise AllianceError([Problem(path.name, seen, "Put the report's shell back in report_templates.")]) from None
    except (zipfile.BadZipFile, zlib.error) as error:
        seen = f"The file is no Word document, or is damaged ({error})."
        raise AllianceError([Problem(path.name, seen, "Take it from the last version that worked.")]) from None
    if "word/document.xml" not in parts:
        raise AllianceError([Problem(path.name, "The file is no Word document.", "Save it as .docx.")])
    return Shell(path.name, parts)


def place(name: str, about: str = "") -> Markup:
    """The mark that stands for a block until the blocks are put in; no text can be mistaken for it."""
    return Markup(f"<?place {name} {about}?>" if about else f"<?place {name}?>")  # noqa: S704 - our own names only


def fill(shell: Shell, context: Mapping[str, Any]) -> dict[str, str]:
    """Fill in every tag of the shell.

    Args:
        shell: The shell.
        context: What the tags may name.

    Returns:
        The filled text of the document, headers, footers and notes, by part; blocks are still marks of :func:`place`.

    Raises:
        AllianceError: A tag is wrong; says in which part, by what text it stands, and how to mend it.
    """
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_clean)
    environment.filters["sentence"] = _sentence
    return {name: _fill_part(shell, name, environment, context) for name in shell.parts if _FILLED.fullmatch(name)}


def _clean(value: object) -> object:
    return value if isinstance(value, Markup) else clean_text(str(value))


def _sentence(text: object) -> str:
    """A text with a capital letter at its beginning."""
    words = str(text)
    return words[:1].upper() + words[1:]


def _fill_part(shell: Shell, part: str, environment: ImmutableSandboxedEnvironment, context: Mapping[str, Any]) -> str:
    source = shell.text(part)
    if "{{" not in source and "{%" not in source and "{#" not in source and "{<" not in source:
        return source
    patched = _patch(source)
    if patched.count("<w:sectPr") < source.count("<w:sectPr"):
        seen = "A paragraph that holds a block or a {%p ... %} tag also holds a section break, which would be lost."
        raise AllianceError([_problem(shell, part, seen, "Put the section break in a paragraph of its own.")])
    # One paragraph per line, so that the line of an error tells the paragraph.
    lines = re.sub(r"<w:p([ >])", r"\n<w:p\1", patched)
    try:
        filled = environment.from_string(lines).render(context)
    except _FAULTS as error:
        raise AllianceError([_explain(shell, part, lines, error)]) from error
    _check_well_formed(shell, part, filled)
    inside = _PLACE_INSIDE.search(filled)
    if inside:
        seen = f"The block {inside[1]} stands within a sentence."
        mend = f"Give it a paragraph of its own and write {{{{p {inside[1]} }}}}."
        raise AllianceError([_problem(shell, part, seen, mend)])
    return re.sub(r"\n<w:p([ >])", r"<w:p\1", filled)


def _check_well_formed(shell: Shell, part: str, filled: str) -> None:
    from lxml import etree

    try:
        etree.fromstring(filled.encode("utf-8"))
    except etree.XMLSyntaxError as error:
        seen = f"What its tags leave is no Word document any more ({error.msg})."
        mend = "Let each {%p if %} or {%p for %} begin and end in paragraphs of the same text, table cell or box."
        raise AllianceError([_problem(shell, part, seen, mend)]) from error


def _patch(source: str) -> str:
    # docxtpl joins tags that Word has split over runs, and lifts {%p %} and {{p }} out of their paragraphs.
    from docxtpl import DocxTemplate

    return DocxTemplate(io.BytesIO()).patch_xml(source)


def _explain(shell: Shell, part: str, lines: str, error: Exception) -> Problem:
    number = error.lineno if isinstance(error, TemplateSyntaxError) else _line(error.__traceback__)
    paragraphs = lines.split("\n")
    near = _TAG.sub("", paragraphs[number - 1]).strip() if number and number <= len(paragraphs) else ""
    where = f" near “{near[:120]}”" if near else ""
    mend = "Correct the tag; report.md beside it names every figure, text and block that it may use."
    return _problem(shell, part, f"{str(error).rstrip('.')}{where}.", mend)


def _line(trace: TracebackType | None) -> int | None:
    found = None
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _problem(shell: Shell, part: str, seen: str, mend: str) -> Problem:
    where = part.removeprefix("word/").removesuffix(".xml")
    return Problem(shell.file, seen, mend, sheet="" if where == "document" else where)


def put_in(text: str, build: Callable[[str, str], str]) -> str:
    """Replace every mark of :func:`place` by what ``build(name, about)`` gives."""
    return _PLACE.sub(lambda match: build(match[1], match[2]), text)


def looks(shell: Shell, styles: Mapping[str, str]) -> dict[str, Look]:
    """Read the colours of the ratings from the shell's styles.

    Args:
        shell: The shell.
        styles: Style id per rating code.

    Raises:
        AllianceError: Styles are missing, or have no shading or font colour.
    """
    from lxml import etree

    namespace = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = etree.fromstring(shell.parts["word/styles.xml"])
    by_id = {style.get(f"{namespace}styleId"): style for style in root.iter(f"{namespace}style")}
    found: dict[str, Look] = {}
    problems: list[Problem] = []
    for code, style_id in styles.items():
        style = by_id.get(style_id)
        fill = None if style is None else style.find(f".//{namespace}shd")
        ink = None if style is None else style.find(f".//{namespace}color")
        if fill is None or ink is None:
            seen = f"The style {style_id} is missing or lacks shading or font colour."
            problems.append(Problem(shell.file, seen, "Add it as a paragraph style with both."))
        else:
            found[code] = Look(str(fill.get(f"{namespace}fill")), str(ink.get(f"{namespace}val")))
    if problems:
        raise AllianceError(problems)
    return found


def rating_looks(shell: Shell) -> dict[str, Look]:
    """The colours of every rating, and of what is withheld, by code; see :func:`looks`."""
    return looks(shell, {mark.code: mark.style for mark in (*MARKS, WITHHELD_MARK)})
