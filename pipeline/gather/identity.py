"""Whose something is that arrived, by what its way in proves, and whether it may count: each doubt with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.alliance.model import Member
from pipeline.gather.archive import Receipt
from pipeline.gather.desk import Desk
from pipeline.gather.reading import Reading
from pipeline.questionnaire.identity import Token, is_genuine, read_token
from pipeline.text import clean_text


@dataclass(frozen=True)
class Identity:
    """Whose something is.

    Attributes:
        member: Member whose it is by what proves it, else that of the focal point who sent it; None where neither says
            so or the two contradict each other.
        proven: Whether staff can rely on that.
        reason: Code of the doubt; '' where there is none.
        detail: The doubt in words for staff.
        language: Language that it is in, where it says so.
    """

    member: Member | None
    proven: bool = True
    reason: str = ""
    detail: str = ""
    language: str | None = None


def identify(receipt: Receipt, reading: Reading, desk: Desk) -> Identity:
    """Find out whose something is.

    Args:
        receipt: Of the arrival.
        reading: What it says; of its answers nothing is looked at.
        desk: What the decision rests on.

    Returns:
        The member, or the first doubt.
    """
    match desk.proof(receipt.way):
        case "submitter":
            return _by_submitter(receipt, reading, desk)
        case "column":
            return _by_column(reading, desk)
        case _:
            return _by_token(receipt, reading, desk)


def _by_token(receipt: Receipt, reading: Reading, desk: Desk) -> Identity:
    token = read_token(reading.token or "")
    sender = desk.sender(receipt)
    if token is None:
        return Identity(sender, False, "no_token", _UNSIGNED)
    if not is_genuine(token, reading.signature or "", desk.key):
        return Identity(sender, False, "forged_token", _FORGED)
    if token.alliance != desk.alliance.code:
        detail = f"The workbook is one of '{token.alliance}', not of '{desk.alliance.code}'."
        return Identity(sender, False, "other_alliance", detail)
    member = desk.members.get(token.member)
    if member is None:
        return _no_member("The workbook is that of", token.member, desk)
    reason, detail = _doubt_about_token(token, member, receipt, reading, desk)
    # Staff have to say whose it is where two members lay claim to it.
    disputed = reason in ("sender_of_another_member", "claims_another_member")
    return Identity(None if disputed else member, not disputed, reason, detail, token.language)


def _doubt_about_token(token: Token, member: Member, receipt: Receipt, reading: Reading, desk: Desk) -> tuple[str, str]:
    name = member.names["en"]
    if token.cycle != desk.cycle.name:
        return "other_cycle", f"The workbook of {name} is that of the cycle {token.cycle}, not {desk.cycle.name}."
    if desk.is_outdated(token.form_version):
        return "other_form_version", _other_version(f"The workbook of {name}", token.form_version, desk)
    if not desk.may_send(receipt, member):
        return "sender_of_another_member", _WRONG_SENDER.format(member=name, sender=receipt.sender)
    if desk.proof(receipt.way) == "focal_point" and not desk.knows_sender(receipt):
        return "unknown_sender", _UNKNOWN_SENDER.format(member=name, sender=receipt.sender or "its sender")
    return _other_claim(member, receipt, reading, desk)


def _by_submitter(receipt: Receipt, reading: Reading, desk: Desk) -> Identity:
    code = desk.submitter(receipt)
    if code is None:
        detail = _UNKNOWN_SUBMITTER.format(sender=_shown(receipt.sender or ""))
        return Identity(None, False, "unknown_submitter", detail)
    member = desk.members.get(code)
    if member is None:
        return _no_member("The response is that of", code, desk)
    doubt = _other_claim(member, receipt, reading, desk)
    if doubt[0]:
        return Identity(None, False, *doubt, reading.language)
    return Identity(member, True, *_doubt_about_response(member, reading, desk), reading.language)


def _by_column(reading: Reading, desk: Desk) -> Identity:
    if not (reading.member or "").strip():
        detail = f"Its row does not say whose it is: the column '{desk.alliance.ways_in.member_column}' is empty."
        return Identity(None, False, "no_member", detail, reading.language)
    member = desk.named(reading.member or "")
    if member is None:
        return _no_member("Its row is that of", _shown(reading.member or ""), desk)
    return Identity(member, True, *_doubt_about_response(member, reading, desk), reading.language)


def _doubt_about_response(member: Member, reading: Reading, desk: Desk) -> tuple[str, str]:
    name = member.names["en"]
    if reading.form_version is not None and desk.is_outdated(reading.form_version):
        return "other_form_version", _other_version(f"The response of {name}", _shown(reading.form_version or ""), desk)
    if reading.held_back:
        words = _HELD_BACK.get(reading.held_back, "The other side says that it must not count.")
        return reading.held_back, words
    return "", ""


def _other_claim(member: Member, receipt: Receipt, reading: Reading, desk: Desk) -> tuple[str, str]:
    """A doubt where the answers, or the name that we gave to the file, say that it is another member's."""
    ours = re.match(rf"([^-]+)-{re.escape(desk.cycle.name)}-[a-z]{{2,3}}\b", receipt.file)
    claims = (
        ("the answer to who it is from says", desk.named(reading.member or "")),
        ("its file name says", desk.members.get(ours[1]) if ours else None),
    )
    for where, other in claims:
        if other and other.code != member.code:
            detail = _OTHER_CLAIM.format(member=member.names["en"], where=where, other=other.names["en"])
            return "claims_another_member", detail
    return "", ""


def _no_member(says: str, code: str, desk: Desk) -> Identity:
    return Identity(None, False, "not_a_member", f"{says} {code}, which is no member on {desk.cycle.report_date}.")


def _other_version(what: str, version: str, desk: Desk) -> str:
    current = desk.alliance.form.version
    return (
        f"{what} was made from version {version} of the questionnaire; the current one is {current}. Please send the "
        "current one."
    )


def _shown(text: str) -> str:
    text = " ".join(clean_text(text).split())
    return f"'{text[:80]}...'" if len(text) > 80 else f"'{text}'"


_UNSIGNED = (
    "The workbook has lost the hidden sheet that says whose it is, perhaps because its sheets were copied into a new "
    "file. Please fill in the original workbook, or tell the secretariat whose it is."
)
_FORGED = (
    "The hidden sheet that says whose the workbook is was changed after the secretariat made it. Please fill in the "
    "original workbook."
)
_WRONG_SENDER = (
    "The workbook is that of {member}, but {sender} is the focal point of another member. Please ask both which of "
    "them it is from."
)
_UNKNOWN_SENDER = (
    "The workbook is that of {member}, but {sender} is no focal point that the alliance knows. Please ask the member "
    "whether it is theirs."
)
_UNKNOWN_SUBMITTER = (
    "{sender} is no submitter that ways_in.yaml gives a member for. Please add it there, or say whose the response is."
)
_OTHER_CLAIM = "It was made for {member}, but {where} {other}. Please ask both which of them it is from."
_HELD_BACK = {
    "unfinished": "It was saved on the server but never sent. Please ask the member to send it.",
    "rejected_there": "Those who review responses on the server rejected it.",
}
