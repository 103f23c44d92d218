"""What the reader of a check is told, in one language and in the words of the letters: made once, for all formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from pipeline.alliance.model import Alliance
from pipeline.checking.check import CheckedFile
from pipeline.checking.whose import Proof, Whose
from pipeline.feedback.content import footnote
from pipeline.feedback.member_rows import records
from pipeline.feedback.rendering import LetterTemplates
from pipeline.feedback.shown import SEVERITIES, ShownFinding, shown_findings
from pipeline.feedback.wording import one_line, shorten
from pipeline.questionnaire.form import Form
from pipeline.translations import Catalogue
from pipeline.validate.findings import explain

_LONGEST: Final = 120


@dataclass(frozen=True)
class Obstacle:
    """Why a file cannot be read or would not be accepted: a code, the reason in words, and what to do."""

    reason: str
    why: str
    mend: str


@dataclass(frozen=True)
class Part:
    """How many questions of a section (or of all: ``section`` is then '') are asked, answered and accounted for.

    The shares say the counts in words: 12 of 16 (75%).
    """

    section: str
    label: str
    asked: int
    answered: int
    accounted: int
    answered_share: str
    accounted_share: str


@dataclass(frozen=True)
class Group:
    """The findings of one severity, with a heading and a sentence on what is asked of the member."""

    severity: str
    title: str
    note: str
    findings: Sequence[ShownFinding]


@dataclass(frozen=True)
class CheckReport:
    """Everything that is told about a checked file.

    Attributes:
        language: Language of all words.
        alliance: Name of the alliance.
        file: Name of the file.
        exit_code: See :attr:`pipeline.checking.check.CheckedFile.exit_code`.
        demonstration: Whether the answers of the workbook's cycle are made up.
        proof: Whether the identification is genuine, see :class:`pipeline.checking.whose.Whose`; None where the file
            cannot be read.
        said: What the workbook says about itself, by the fields of its token; empty where it says nothing.
        member_name: Name of the member; '' where it is not known.
        marked_name: The same with a star where it carries a footnote, as people are shown it.
        footnote: The footnote.
        cycle_title: Title of the cycle; '' where it is not known.
        form_version: Version of the alliance's questionnaire.
        facts: What it says in words, as label and value.
        identification: What is known of whether the identification is genuine, as a sentence; '' where it says nothing.
        refusal: Why the file cannot be read.
        problem: Why it would not be accepted as it is.
        assessed: Whether the answers were held to the rules.
        compared: Whether they were compared with earlier answers.
        verdict: The result in one or two sentences.
        notices: What else the reader should know, a sentence each.
        groups: The findings by severity, those that there are.
        overall: Completeness of the whole; None where the answers were not assessed, or nothing is asked.
        parts: Completeness by section, of the sections in which something is asked.
    """

    language: str
    alliance: str
    file: str
    exit_code: int
    demonstration: bool
    proof: Proof | None
    said: Mapping[str, str]
    member_name: str
    marked_name: str
    footnote: str
    cycle_title: str
    form_version: str
    facts: Sequence[tuple[str, str]]
    identification: str
    refusal: Obstacle | None
    problem: Obstacle | None
    assessed: bool
    compared: bool
    verdict: str
    notices: Sequence[str]
    groups: Sequence[Group]
    overall: Part | None
    parts: Sequence[Part]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many findings there are of each severity."""
        found = {group.severity: len(group.findings) for group in self.groups}
        return {severity: found.get(severity, 0) for severity in SEVERITIES}


def report_on(checked: CheckedFile, alliance: Alliance, catalogue: Catalogue, letters: LetterTemplates) -> CheckReport:
    """Say in words what was found in a file.

    Args:
        checked: What was found.
        alliance: The alliance.
        catalogue: Words of the reader's language.
        letters: The templates of the letters, whose words for refusals are used.

    Raises:
        AllianceError: A template has a mistake.
    """
    form, language, whose = alliance.form, catalogue.language, checked.whose
    cycle, member = (whose.cycle, whose.member) if whose else (None, None)
    note = footnote(alliance, cycle, member.code, language) if cycle and member else ""
    assessed = not checked.completeness.empty
    parts = _parts(checked, form, catalogue, letters)
    # Anybody may have written it.
    said = {name: one_line(shorten(value, _LONGEST)) for name, value in _token(whose).items()}
    shown = shown_findings(records(checked.findings), form, catalogue, explain)
    member_name = _in(member.names, language) if member else ""
    marked_name = f"{member_name}*" if note else member_name
    cycle_title = _in(cycle.title, language) if cycle else ""
    return CheckReport(
        language=language,
        alliance=_in(alliance.name, language),
        file=one_line(shorten(checked.file, _LONGEST)),
        exit_code=checked.exit_code,
        demonstration=cycle.demonstration if cycle else False,
        proof=whose.proof if whose else None,
        said=said,
        member_name=member_name,
        marked_name=marked_name,
        footnote=note,
        cycle_title=cycle_title,
        form_version=form.version,
        facts=_facts(said, marked_name, cycle_title, form, catalogue) if said else [],
        identification=_identification(whose, catalogue),
        refusal=_obstacle(checked.refusal.reason if checked.refusal else None, letters, catalogue),
        problem=_obstacle(whose.problem if whose else None, letters, catalogue),
        assessed=assessed,
        compared=checked.compared,
        verdict=_verdict(checked, shown, catalogue),
        notices=list(_notices(checked, assessed, catalogue)),
        groups=_groups(shown, letters, catalogue),
        overall=next((part for part in parts if not part.section), None),
        parts=[part for part in parts if part.section],
    )


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()))


def _obstacle(reason: str | None, letters: LetterTemplates, catalogue: Catalogue) -> Obstacle | None:
    if reason is None:
        return None
    return Obstacle(reason, letters.say(catalogue, "why", reason), letters.say(catalogue, "mend", reason))


def _token(whose: Whose | None) -> Mapping[str, str]:
    return asdict(whose.token) if whose and whose.token else {}


def _facts(
    said: Mapping[str, str], name: str, cycle_title: str, form: Form, catalogue: Catalogue
) -> Sequence[tuple[str, str]]:
    member, cycle, version = said["member"], said["cycle"], said["form_version"]
    if version != form.version:
        version = catalogue.text("%(version)s (the current one is %(now)s)", version=version, now=form.version)
    return [
        (catalogue.text("Country"), f"{name} ({member})" if name else member),
        (catalogue.text("Cycle"), f"{cycle}, {cycle_title}" if cycle_title else cycle),
        (catalogue.text("Version of the questionnaire"), version),
    ]


def _identification(whose: Whose | None, catalogue: Catalogue) -> str:
    match whose.proof if whose else "none":
        case "genuine":
            return catalogue.text("The identification of the workbook is genuine.")
        case "not_checked":
            return catalogue.text(
                "Whether the identification is genuine was not checked, since only the secretariat has the key for that."
            )
        case "not_genuine":
            return catalogue.text("The identification of the workbook is not genuine.")
        case _:
            return ""


def _verdict(checked: CheckedFile, shown: Sequence[ShownFinding], catalogue: Catalogue) -> str:
    if checked.refusal:
        return catalogue.text("The file cannot be read.")
    if checked.whose and checked.whose.problem:
        return catalogue.text("The workbook would not be accepted as it is.")
    if checked.exit_code:
        return catalogue.text("Please correct the workbook before you send it.")
    if shown:
        return catalogue.text("There is nothing that must be corrected. Please look at the remarks before you send it.")
    return catalogue.text("There is nothing to correct: the workbook can be sent.")


def _notices(checked: CheckedFile, assessed: bool, catalogue: Catalogue) -> Sequence[str]:
    notices: list[str] = []
    if checked.refusal and checked.refusal.reason == "not_a_workbook":
        notices.append(
            catalogue.text(
                "Only workbooks of the questionnaire can be checked here. Tables such as CSV files, and answers given "
                "on the web, are checked when they arrive."
            )
        )
    if checked.whose and checked.whose.later_cycle:
        later = checked.whose.later_cycle
        notices.append(
            catalogue.text("There is a later cycle, %(cycle)s, and this is not the workbook for it.", cycle=later)
        )
    if checked.whose and not assessed:
        notices.append(catalogue.text("The answers were not checked, since it is not certain what was asked."))
    if assessed and not checked.compared:
        notices.append(
            catalogue.text(
                "The answers were not compared with those of earlier cycles, since there are none here. That is done "
                "when the workbook arrives."
            )
        )
    return notices


def _groups(shown: Sequence[ShownFinding], letters: LetterTemplates, catalogue: Catalogue) -> Sequence[Group]:
    titles = {
        "error": catalogue.text("To correct"),
        "warning": catalogue.text("To confirm or correct"),
        "query": catalogue.text("Questions"),
    }
    notes = {"error": "errors_note", "warning": "warnings_note", "query": "queries_note"}
    found = {severity: [one for one in shown if one.severity == severity] for severity in SEVERITIES}
    return [
        Group(severity, titles[severity], letters.say(catalogue, notes[severity]), findings)
        for severity, findings in found.items()
        if findings
    ]


def _parts(checked: CheckedFile, form: Form, catalogue: Catalogue, letters: LetterTemplates) -> Sequence[Part]:
    """The parts in which something is asked: the whole, then the sections in the form's order."""
    labels = {one.code: one.texts.get("label", catalogue.language) or one.code for one in form.sections}

    def share(number: int, asked: int) -> str:
        shown = catalogue.number(number), catalogue.number(asked), catalogue.percent(number / asked)
        return letters.say(catalogue, "share", *shown)

    def part(section: str, asked: int, answered: int, accounted: int) -> Part:
        shares = share(answered, asked), share(accounted, asked)
        return Part(section, labels.get(section, ""), asked, answered, accounted, *shares)

    return [
        part(str(row["scope"]), int(row["asked"]), int(row["answered"]), int(row["accounted"]))
        for row in records(checked.completeness)
        if row["scope_kind"] in ("all", "section") and row["asked"]
    ]
