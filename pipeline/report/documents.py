"""The documents that members give as evidence of their commitments, as far as they may be published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pipeline.questionnaire.form import Form

Answers = Mapping[tuple[str, str, str], Mapping[str, Any]]
"""Rows of the table ``answers`` by member, row and question."""

_WEB: Final = ("https://", "http://")


@dataclass(frozen=True)
class Document:
    """One document that is open to the public.

    Attributes:
        commitment: Id of the commitment that it is evidence of, as the member gives it.
        title: Its title, '' where the member gives none.
        link: Its web address, '' where there is none.
        day: Its date.
    """

    commitment: str
    title: str
    link: str
    day: date | None


def public_documents(form: Form, answers: Answers) -> dict[str, list[Document]]:
    """The documents per member that it says are open to the public.

    Whether the member agrees to the publication of its answers at all is not looked at here.

    Args:
        form: The questionnaire.
        answers: The answers of all members.

    Returns:
        Per member first the documents in the rows of its commitments, then the further ones, each in the order of
        their rows. A document without a title and a web address, of no commitment, or of which the member does not
        say that it is public is left out.
    """
    found: dict[str, list[Document]] = {}
    for repeat in (form.commitments_repeat, _further(form)):
        codes = {question.role: question.code for question in form.in_repeat(repeat)} if repeat else {}
        for member, row in sorted(_public_rows(codes.get("evidence_public"), answers), key=_natural):
            document = _document(codes, answers, member, row, is_further=repeat != form.commitments_repeat)
            if document.commitment and (document.title or document.link):
                found.setdefault(member, []).append(document)
    return found


def _further(form: Form) -> str | None:
    return next((question.repeat for question in form.asked if question.role == "evidence_of"), None)


def _public_rows(code: str | None, answers: Answers) -> Iterator[tuple[str, str]]:
    for (member, row, question), answer in answers.items():
        if question == code and row and answer["value"] == "yes":
            yield member, row


def _natural(place: tuple[str, str]) -> tuple[str, list[int], str]:
    member, row = place
    return member, [int(digits) for digits in re.findall(r"[0-9]{1,9}", row)], row


def _document(
    codes: Mapping[str | None, str], answers: Answers, member: str, row: str, *, is_further: bool
) -> Document:
    def said(role: str) -> Mapping[str, Any]:
        return answers.get((member, row, codes.get(role, "")), {})

    link = str(said("evidence_link").get("value") or "")
    return Document(
        commitment=str(said("evidence_of").get("value") or "") if is_further else row,
        title=str(said("evidence_title").get("value") or ""),
        # An attachment of a web form is a name that nobody else can open.
        link=link if link.lower().startswith(_WEB) else "",
        day=said("evidence_date").get("date"),
    )
