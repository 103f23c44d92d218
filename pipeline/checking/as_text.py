"""The result of a check for a terminal: plain text, as wide as the terminal is, and nothing that could move its cursor."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from pipeline.checking.content import CheckReport, Group, Part
from pipeline.feedback.content import ShownFinding
from pipeline.feedback.rendering import LetterTemplates
from pipeline.text import clean_text
from pipeline.translations import Catalogue

NARROWEST: Final = 40
WIDEST: Final = 100
# Not the blanks that hold words together, as before a French colon or within a number.
_BLANKS: Final = re.compile("[^\\S\u00a0\u202f]+")
# Marks that turn the direction of the text around them would turn the lines of the report.
_DIRECTION_MARKS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def render_text(report: CheckReport, catalogue: Catalogue, letters: LetterTemplates, width: int) -> str:
    """Write a check as plain text.

    Args:
        report: What is told.
        catalogue: Words of its language.
        letters: The templates of the letters, whose words are used.
        width: Columns of the terminal; lines are as long as that, from 40 to 100.

    Raises:
        AllianceError: A template has a mistake.
    """
    width = min(max(width, NARROWEST), WIDEST)
    lines: list[str] = []
    for indent, text in _paragraphs(report, catalogue, letters):
        lines += wrap(text, width, indent) if text else [""]
    return "\n".join(lines) + "\n"


def wrap(text: str, width: int, indent: int = 0) -> list[str]:
    """Break a text into lines between words, and within a word that is longer than a line.

    Args:
        text: The text; its own line breaks are kept, control characters and marks of direction are not.
        width: Columns of a line; a letter of East Asian scripts takes two, an accent of its own none.
        indent: Columns that stay empty on the left.
    """
    lines: list[str] = []
    for paragraph in _DIRECTION_MARKS.sub("", clean_text(text)).splitlines() or [""]:
        line = ""
        for word in _BLANKS.split(paragraph.strip()):
            for piece in _pieces(word, width - indent):
                if line and _columns(line) + 1 + _columns(piece) > width - indent:
                    lines.append(" " * indent + line)
                    line = piece
                else:
                    line = f"{line} {piece}" if line else piece
        lines.append(" " * indent + line)
    return [line.rstrip() for line in lines]


def _pieces(word: str, width: int) -> Iterator[str]:
    """A word, or the parts of one that fits on no line."""
    piece = ""
    for letter in word:
        if piece and _columns(piece) + _columns(letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _paragraphs(report: CheckReport, catalogue: Catalogue, letters: LetterTemplates) -> Iterator[tuple[int, str]]:
    """Each paragraph with its indent; '' is an empty line."""

    def field(label: str, value: str) -> str:
        return letters.say(catalogue, "field", label, value)

    yield 0, report.alliance
    yield 0, field(catalogue.text("Check of the workbook"), report.file)
    if report.demonstration:
        yield 0, f"*** {letters.say(catalogue, 'demonstration')} ***"
    yield 0, ""
    for label, value in report.facts:
        yield 0, field(label, value)
    yield from ((0, text) for text in (report.identification, "", report.verdict) if text or report.proof)
    for obstacle in (report.refusal, report.problem):
        if obstacle:
            yield 2, field(catalogue.text("Why"), obstacle.why)
            yield 2, field(catalogue.text("What to do"), obstacle.mend)
    for notice in report.notices:
        yield 0, notice
    for group in report.groups:
        yield from _group(group, catalogue, letters)
    if report.overall:
        yield from _completeness(report, report.overall, catalogue, letters)
    if report.footnote:
        yield 0, ""
        yield 0, f"* {report.footnote}"


def _group(group: Group, catalogue: Catalogue, letters: LetterTemplates) -> Iterator[tuple[int, str]]:
    title = f"{group.title} ({len(group.findings)})"
    yield 0, ""
    yield 0, title
    yield 0, "-" * min(len(title), NARROWEST)
    yield 0, group.note
    for finding in group.findings:
        yield 0, ""
        yield from _finding(finding, catalogue, letters)


def _finding(finding: ShownFinding, catalogue: Catalogue, letters: LetterTemplates) -> Iterator[tuple[int, str]]:
    yield 0, letters.say(catalogue, "place", finding)
    about = " ".join(part for part in (finding.row, finding.question, finding.label) if part)
    if about:
        yield 2, about
    seen = " ".join(finding.seen) or letters.say(catalogue, "nothing_seen")
    yield 2, letters.say(catalogue, "field", catalogue.text("What we read"), seen)
    yield 2, finding.message


def _completeness(
    report: CheckReport, overall: Part, catalogue: Catalogue, letters: LetterTemplates
) -> Iterator[tuple[int, str]]:
    title = catalogue.text("Completeness")
    yield 0, ""
    yield 0, title
    yield 0, "-" * len(title)
    yield 0, letters.say(catalogue, "completeness_note")
    for part in (*report.parts, overall):
        yield 0, ""
        yield 0, part.label or catalogue.text("All")
        yield 2, letters.say(catalogue, "field", catalogue.text("Answered"), part.answered_share)
        yield 2, letters.say(catalogue, "field", catalogue.text("Accounted for"), part.accounted_share)
