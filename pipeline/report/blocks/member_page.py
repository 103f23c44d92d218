"""The page of one member: what it sent, its commitments and their ratings, its indicators and its own words.

What a member did not agree to publish is withheld here, and the page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from pipeline.report.block import Block, widths
from pipeline.report.documents import Document
from pipeline.report.indicators import indicator_rows, indicators_missing
from pipeline.report.material import Material, Row
from pipeline.report.notation import day, percent, short_day
from pipeline.report.reasons import reason_words
from pipeline.report.scale import BY_CODE, MARKS, Mark
from pipeline.report.wml import Cell, cell, heading, paragraph, run, table

WORDS = (
    ("achievements", "Main achievements"),
    ("obstacles", "Obstacles"),
    ("priorities", "Priorities"),
    ("profile_comment", "Comment on the previous profile"),
)
SEVERITIES = (("error", "error", "errors"), ("warning", "warning", "warnings"), ("query", "query", "queries"))


def build(material: Material, about: str) -> Iterator[Markup]:
    """The whole page of the member ``about``; begins with a heading that starts a new page."""
    row = material.member[about]
    yield heading(material.name(about), "MemberHeading", f"member_{about}")
    if row["footnote"]:
        yield paragraph(f"* {row['footnote']}", style="Note")
    if about not in material.accepted:
        yield from _silent(material, about)
    elif not material.shows(about):
        yield from _withheld(material, about)
    else:
        yield from _full(material, about)


def _facts(rows: list[tuple[str, str]]) -> Markup:
    filled = [[cell(name, style="TableLabel"), cell(value)] for name, value in rows]
    return table("What the member sent", widths(4.8, 11.7), ["Item", "State"], filled)


def _silent(material: Material, code: str) -> Iterator[Markup]:
    files = [row for row in material.submissions if row["member"] == code]
    facts = [("Workbook", "none received" if not files else "received, but none that could be used")]
    facts += [("Reason", reason_words(row)) for row in files[-1:] if material.edition.arrivals]
    facts.append(("Commitments in the register", str(len(material.scores_of_member.get((code,), [])))))
    yield _facts(facts)
    until = day(material.cycle.cut_off)
    yield paragraph(
        f"{BY_CODE['not_available'].label}: the member sent no workbook that could be used until {until}. "
        "Its commitments are not rated; this says nothing about what was done.",
        style="Grey",
    )


def _withheld(material: Material, code: str) -> Iterator[Markup]:
    yield _facts(
        [
            *_receipt(material, code),
            *_registered(material, code),
        ]
    )
    if material.consent[code] == "aggregate":
        why = "the member agreed to the publication of its answers in aggregates only"
    else:
        why = "the member did not say whether its answers may be published"
    counted = "the totals of this report" if material.edition.whole else "totals of commitments that do not tell them"
    yield paragraph(f"Details are withheld: {why}. Its answers count in {counted}.", style="Grey")


def _registered(material: Material, code: str) -> list[tuple[str, str]]:
    count = str(len(material.scores_of_member.get((code,), [])))
    return [("Commitments in the register", count)] if material.edition.whole else []


def _receipt(material: Material, code: str) -> list[tuple[str, str]]:
    accepted = material.accepted[code]
    if not material.edition.arrivals:
        return [("Workbook", "accepted")]
    late = "after the deadline" if accepted["late"] else "in time"
    version = accepted["version"] or 1
    return [("Workbook", f"accepted; received on {day(accepted['received'].date())}, {late}; version {version}")]


def _full(material: Material, code: str) -> Iterator[Markup]:
    scores = material.scores_of_member.get((code,), [])
    authority = material.value(code, "authority") or "not stated"
    yield _facts(
        [
            ("Competent authority", authority),
            *_receipt(material, code),
            *_completeness(material, code),
            *([("Open findings", _findings(material, code))] if material.edition.whole else []),
            ("Commitments", _ratings(scores)),
        ]
    )
    yield heading("Commitments", "Heading3")
    yield _commitments(material, code, scores) if scores else paragraph("The register has no commitment of the member.")
    yield from _documents(material, code, scores)
    yield from _indicators(material, code)
    yield from _words(material, code)


def _documents(material: Material, code: str, scores: list[Row]) -> Iterator[Markup]:
    """The evidence that is open to the public, commitment by commitment in the order of the table above."""
    order = {row["commitment"]: place for place, row in enumerate(scores)}
    shown = [document for document in material.documents.get(code, ()) if document.commitment in order]
    if shown:
        yield heading("Evidence open to the public", "Heading3")
        yield table(
            f"Documents that {material.member[code]['name_en']} gives as evidence, with commitment and date",
            widths(1.65, 12.75, 2.1),
            ["Id", "Document, as the member gives it", "Date"],
            [_document(document) for document in sorted(shown, key=lambda document: order[document.commitment])],
        )


def _document(document: Document) -> list[Cell | str]:
    link = (paragraph(document.link, style="TableNote"),) if document.link and document.title else ()
    told = cell(document.title or document.link, *link)
    return [document.commitment, told, short_day(document.day) if document.day else "–"]


def _indicators(material: Material, code: str) -> Iterator[Markup]:
    indicators, missing = list(indicator_rows(material, code)), indicators_missing(material, code)
    if indicators or missing:
        yield heading("Indicators", "Heading3")
    if indicators:
        yield table(
            f"Indicators as reported by {material.member[code]['name_en']}",
            widths(10.7, 1.1, 2.7, 2.0),
            ["Indicator", "#Year", "#Value", "#Year before"],
            indicators,
        )
    if missing:
        yield paragraph(missing, style="Note")


def _words(material: Material, code: str) -> Iterator[Markup]:
    said = [(title, text) for role, title in WORDS if (text := material.value(code, role))]
    if said:
        yield heading("In the member’s words", "Heading3")
    for title, text in said:
        yield paragraph(run(f"{title}. ", "Strong"), text, style="MemberWords")


def _completeness(material: Material, code: str) -> list[tuple[str, str]]:
    row = material.completeness[code, "all", ""]
    asked = row["asked"]
    answered, accounted = (f"{row[key]} ({percent(row[key], asked)})" for key in ("answered", "accounted"))
    return [("Completeness", f"of {asked} questions, {answered} answered and {accounted} accounted for")]


def _findings(material: Material, code: str) -> str:
    found = Counter(row["severity"] for row in material.findings_of_member.get((code,), []))
    if not found:
        return "none"
    return ", ".join(f"{found[key] or 'no'} {one if found[key] == 1 else many}" for key, one, many in SEVERITIES)


def _ratings(scores: list[Row]) -> str:
    found = Counter(row["rating"] for row in scores)
    rated = len(scores) - found["not_available"]
    each = ", ".join(f"{mark.label} {found[mark.code]}" for mark in MARKS if found[mark.code])
    return f"{rated} of {len(scores)} rated" + (f": {each}" if each else "")


def _commitments(material: Material, code: str, scores: list[Row]) -> Markup:
    return table(
        f"Commitments of {material.member[code]['name_en']} with goal, due date, rating and its explanation",
        widths(1.65, 8.8, 1.25, 2.1, 2.7),
        ["Id", "Commitment, and how it is rated", "Goal", "Due", "#Rating"],
        [_commitment(material, row) for row in scores],
    )


def _commitment(material: Material, row: Row) -> list[Cell | str]:
    mark = BY_CODE[row["rating"]]
    title = material.commitments.get(row["commitment"], {}).get("title") or "–"
    due = short_day(row["due_date"]) if row["due_date"] else str(row["target_year"] or "–")
    told = cell(title, paragraph(_explanation(row, mark), style="TableNote"))
    return [row["commitment"], told, row["goal"], due, cell(mark.label, style=mark.style)]


def _explanation(row: Row, mark: Mark) -> str:
    """The explanation without the rating's word, which stands beside it."""
    told = row["explanation"].removeprefix(f"{mark.word.capitalize()}: ")
    return told[:1].upper() + told[1:]


BLOCK = Block("page", build, per="member")
