"""Every table of stocktake, declared once: its columns, their types, units and meaning.

From here come the Parquet schema, the column schema that the UI shows, and the data dictionary. A table holds all
members of one reporting cycle; its rows are sorted by its key wherever the alliance has no order of its own.

What belongs here: declarations. What does not: frames and files of a table (``pipeline/frames.py``), and how it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: Name in frames and files.
        kind: text, integer, number, boolean, date (a day) or time (a moment in UTC).
        meaning: What a reader of the data must know.
        unit: Unit of a number, empty where it has none.
        required: Whether every row must have a value.
    """

    name: str
    kind: str
    meaning: str
    unit: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A declared table: what a row stands for, what makes it unique, and its columns in order."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in their order."""
        return [column.name for column in self.columns]


def _text(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required=required)


def _number(name: str, meaning: str, unit: str = "") -> Column:
    return Column(name, "number", meaning, unit)


def _count(name: str, meaning: str, unit: str = "", *, required: bool = False) -> Column:
    return Column(name, "integer", meaning, unit, required)


def _flag(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "boolean", meaning, required=required)


def _date(name: str, meaning: str) -> Column:
    return Column(name, "date", meaning)


_MEMBER: Final = _text("member", "Code of the member (ISO 3166-1 alpha-3; XKX for Kosovo).", required=True)
_CYCLE: Final = _text("cycle", "Cycle of the workbook that it comes from.", required=True)
_ROW: Final = _text(
    "row", "Key of the row in a table of repeats, e.g. a commitment's id; '' outside of repeats.", required=True
)
_QUESTION: Final = _text("question", "Code of the question in the questionnaire.", required=True)
_RATINGS: Final = ("achieved", "on_track", "acceleration_needed", "limited", "deterioration", "not_available")

_SCOPE: Final = (
    _text("level", "alliance, target, goal, member or member_goal.", required=True),
    _text("member", "Member; '' above members.", required=True),
    _text(
        "goal",
        "Policy target or operational goal; '' for the alliance and for members as a whole.",
        required=True,
    ),
)
_CHANGES: Final = ("better", "same", "worse", "new", "ended", "not_comparable")
# What a commitment is held to; the words first, then what enters its rating.
_GOAL_POSTS: Final = (
    _text("title", "Title."),
    _text("description", "Description."),
    _date("start_date", "First day."),
    _date("due_date", "Due date."),
    _number("baseline_value", "y0.", "as in the commitment"),
    _count("baseline_year", "t0.", "year"),
    _number("target_value", "Y.", "as in the commitment"),
    _number("target_upper", "Upper end of a range to stay in.", "as in the commitment"),
    _count("target_year", "T.", "year"),
    _number("natural_limit", "L.", "as in the commitment"),
    _number("growth_rate", "Yearly growth to keep.", "share"),
    _text("growth_reading", "each_year or on_average."),
)

_ANSWER: Final = (
    _MEMBER,
    _ROW,
    _QUESTION,
    _text("raw", "What stands in the cell, as text."),
    _text("value", "The value in the form's own notation: choice codes, ISO dates, decimal point."),
    _number("number", "The value of integer and decimal questions.", "as in the question"),
    _date("date", "The value of date questions."),
    _text("read_as", "Rule by which the value was read, e.g. decimal_comma."),
    _text("problem", "Why no value could be read from raw, e.g. ambiguous_date; missing where all is well."),
    _text("missing_reason", "not_available, not_applicable, not_yet or confidential."),
    _text("comment", "The member's comment on the question."),
    _text("sheet", "Sheet where it stands in the member's workbook.", required=True),
    _text("cell", "Cell where it stands, e.g. D12.", required=True),
    _text("submission", "Submission that it comes from.", required=True),
)

_NOTE: Final = (
    _MEMBER,
    _text("note", "Code, e.g. duplicate_row, unknown_code, missing_row.", required=True),
    _text("sheet", "Sheet of the member's workbook; '' for the whole workbook.", required=True),
    _text("cell", "Cell; '' for the whole sheet.", required=True),
    _text("row", "Key of the row in a table of repeats; '' outside.", required=True),
    _text("question", "Question concerned."),
    _text("seen", "What was found."),
    _text("submission", "Submission that it comes from.", required=True),
)

_FINDING: Final = (
    _text("finding", "Stable id over resubmissions: from member, row, question and rule.", required=True),
    _MEMBER,
    _text("rule", "Name of the rule or check.", required=True),
    _count("rule_version", "Version of the rule.", required=True),
    _text("severity", "error, warning or query.", required=True),
    _text("row", "Key of the repeat row; '' outside.", required=True),
    _text("question", "Question concerned; missing for a whole workbook or sheet."),
    _text("section", "Section of the question."),
    _text("goal", "Operational goal concerned."),
    _text("sheet", "Sheet of the member's workbook."),
    _text("cell", "Cell of the member's workbook."),
    _text("seen", "What was read there."),
    _text("problem", "Code of what is wrong, where the rule has several, e.g. ambiguous_date."),
    _number("previous", "The number of the last cycle that it was compared with.", "as in the question"),
    _date("previous_date", "The day of the last cycle, or of the register, that it was compared with."),
    _text("message", "What is wrong and how to mend it, in English.", required=True),
)

_LETTER: Final = (
    _MEMBER,
    _text("kind", "corrections, receipt, reminder, refusal or thanks.", required=True),
    _count("round", "Round of the member that it answers; 0 where nothing has arrived yet.", required=True),
    _text("language", "Language of the letter.", required=True),
    _text("recipients", "Addresses of the focal points, separated by blanks."),
    _text("subject", "Subject line.", required=True),
    _count("errors", "Findings to correct.", required=True),
    _count("warnings", "Findings to confirm or correct.", required=True),
    _count("queries", "Questions to the member.", required=True),
    _text("attachment", "Name of the workbook that goes with it; missing where none does."),
    _text("file", "Name of the .eml file among the outputs.", required=True),
    _text("message_id", "Message-ID, a function of cycle, member and content.", required=True),
    _text("sha256", "SHA-256 of the .eml file.", required=True),
)

_DECLARED: Final = (
    Table(
        "members",
        "one row per member of the alliance on the cycle's membership date",
        ("member",),
        (
            _MEMBER,
            _count("position", "Place in the alliance's own order, from 1.", required=True),
            _text("name_en", "Name in English on the membership date.", required=True),
            _text("name_fr", "Name in French.", required=True),
            _text("name_es", "Name in Spanish.", required=True),
            _text("footnote", "Footnote that the name carries in official texts, in English."),
            _text("language", "Language of correspondence (en, fr, es).", required=True),
            _text("groups", "Groups it belongs to on the membership date, e.g. EU, separated by blanks."),
            _date("since", "First day of the current membership."),
            _text("time_zone", "IANA time zone in which deadlines are stated.", required=True),
        ),
    ),
    Table(
        "goals",
        "one row per policy target and per operational goal",
        ("goal",),
        (
            _text("goal", "Code, e.g. PT1 or OG1.1.", required=True),
            _count("position", "Order in the alliance's files, from 1.", required=True),
            _text("kind", "policy_target or operational_goal.", required=True),
            _text("parent", "Policy target of an operational goal."),
            _text("text_en", "Wording in English.", required=True),
            _text(
                "wording", "official or paraphrase: whether the English wording is the published one.", required=True
            ),
        ),
    ),
    Table(
        "questions",
        "one row per question of the questionnaire",
        ("question",),
        (
            _QUESTION,
            _count("position", "Order in the questionnaire, from 1.", required=True),
            _text("section", "Code of the section, which is a sheet of the workbook.", required=True),
            _text("repeat", "Name of the repeat it belongs to; missing outside of repeats."),
            _text("type", "XLSForm type: text, integer, decimal, date, select_one, select_multiple.", required=True),
            _text("choices", "Name of the list of choices."),
            _text("goal", "Operational goal that the question informs."),
            _text("indicator", "Indicator that the question belongs to."),
            _text("role", "What the answer is to the indicator or commitment: value, year, status, ..."),
            _text("unit", "Unit of the answer."),
            _text("severity", "Severity of findings about it: error, warning or query.", required=True),
            _text("label_en", "Wording in English.", required=True),
        ),
    ),
    Table(
        "commitments",
        "one row per commitment in force in the cycle, as the register has it",
        ("commitment",),
        (
            _text("commitment", "Id, never used again, e.g. ALB-03.", required=True),
            _MEMBER,
            _text("goal", "Operational goal.", required=True),
            _text("title", "Title in the member's words.", required=True),
            _text("description", "What will be done."),
            _text("kind", "numeric, growth_rule, directional, milestone or checklist.", required=True),
            _text("method", "Scoring method, where it differs from the kind's default."),
            _text(
                "action",
                "legislative, institutional, operational, capacity, awareness, private_sector or international.",
            ),
            _text("lead_body", "Body that leads."),
            _text(
                "indicator", "Indicator whose answers feed it; missing where the commitment's own row has the value."
            ),
            _text("unit", "Unit of baseline and target."),
            _text("figures", "yearly: figures of a year, as where it is missing; cumulative: the total up to then."),
            _count("direction", "1: higher is better; -1: lower is better; 0: a range to stay in."),
            _count("sign", "-1 where the series has negative values, else 1."),
            _number("baseline_value", "Value at the start.", "as in unit"),
            _count("baseline_year", "Year of the baseline.", "year"),
            _number("target_value", "Value to reach; of a range its lower end.", "as in unit"),
            _number("target_upper", "Upper end of a range to stay in.", "as in unit"),
            _count("target_year", "Year of the target.", "year"),
            _number("growth_rate", "Yearly growth to keep, 0.1 for 10 %.", "share"),
            _text("growth_reading", "each_year or on_average: which reading of the growth rule decides."),
            _number("natural_limit", "Value that the series cannot pass, e.g. 100 for a percentage.", "as in unit"),
            _date("start_date", "Agreed start."),
            _date("due_date", "Agreed due date."),
            _text("since_cycle", "Cycle in which it was made.", required=True),
            _text("predecessor", "Id of the commitment that it continues."),
            _number("weight", "Weight in aggregates; 1 unless the alliance says otherwise."),
        ),
    ),
    Table(
        "submissions",
        "one row per file received for the cycle, or per member in it where an export holds several",
        ("submission",),
        (
            _text(
                "submission",
                "Id: the first 12 digits of the SHA-256 over the receipt, with the part of the file where it holds the "
                "answers of several members.",
                required=True,
            ),
            _text(
                "member",
                "Member whose submission it is, by its signed identification, else by the focal point who sent it; "
                "missing where neither says so or they contradict each other.",
            ),
            _text("file", "Name of the file as it arrived.", required=True),
            _text("way", "How it arrived: folder, ...", required=True),
            _text("sender", "From whom, where known."),
            _text("reference", "What the other side calls it, e.g. the Message-ID of the e-mail."),
            Column("received", "time", "When it arrived.", required=True),
            _text("sha256", "SHA-256 of the file, its name in the archive.", required=True),
            _count("size", "Size of the file.", "bytes", required=True),
            _text("status", "accepted, superseded, quarantined, rejected or duplicate.", required=True),
            _text("reason", "Code of the reason for any status but accepted."),
            _text("detail", "The reason in words that staff understand."),
            _text("decision", "What staff decided about it, by whom and why; missing where they did not have to."),
            _flag("late", "Arrived after the deadline.", required=True),
            _count("version", "1 for the member's first readable workbook of the cycle, 2 for the next, ..."),
            _count(
                "round",
                "1 for the member's first arrival in the cycle, 2 for the next, readable or not; missing for duplicates "
                "and for files of nobody.",
            ),
            _text("language", "Language of the workbook."),
            _count("answers", "Cells with an answer, a reason or a comment that were read.", "cells"),
        ),
    ),
    Table(
        "answers",
        "one row per member, question and row that has an answer, a missing-reason or a comment",
        ("member", "row", "question"),
        _ANSWER,
    ),
    Table(
        "places",
        "one row per member, question and row that the member's workbook has a place for, answered or not",
        ("member", "row", "question"),
        (
            _MEMBER,
            _ROW,
            _QUESTION,
            _text("sheet", "Sheet where the answer stands or would stand.", required=True),
            _text("cell", "Cell, e.g. D12.", required=True),
        ),
    ),
    Table(
        "earlier_answers",
        "one row per answer of every earlier cycle",
        ("cycle", "member", "row", "question"),
        (_CYCLE, *_ANSWER),
    ),
    Table(
        "intake_notes",
        "one row per peculiarity of an accepted workbook that its member should hear of",
        ("member", "note", "sheet", "cell", "row", "question"),
        _NOTE,
    ),
    Table(
        "earlier_notes",
        "one row per peculiarity of an accepted workbook of an earlier cycle, seen with the questionnaire of today",
        ("cycle", "member", "note", "sheet", "cell", "row", "question"),
        (_CYCLE, *_NOTE),
    ),
    Table(
        "assessment",
        "one row per question (and repeat row) or check that a member with an accepted submission is held to",
        ("member", "subject", "row", "question"),
        (
            _MEMBER,
            _text("subject", "question, or the name of the check of the form's sheet 'checks'.", required=True),
            _ROW,
            _QUESTION,
            _text("section", "Section of the question.", required=True),
            _text("goal", "Operational goal of the question, or of the commitment in whose row it stands."),
            _text("type", "Type of the question.", required=True),
            _text("role", "What the answer is to its indicator or commitment: value, year, status, ..."),
            _text("severity", "error, warning or query.", required=True),
            _text("raw", "What stands in the cell."),
            _text("value", "The value read."),
            _number("number", "The value of integer and decimal questions.", "as in the question"),
            _date("date", "The value of date questions."),
            _text("problem", "Why no value could be read."),
            _text("missing_reason", "Reason that the member gave for a missing answer."),
            _text("sheet", "Sheet of the answer; where there is none, the sheet where it is asked."),
            _text("cell", "Cell of the answer; where there is none, the cell where it would stand."),
            _flag("relevant", "The form asks it, given the other answers.", required=True),
            _flag("needed", "The form requires it, given the other answers.", required=True),
            _flag("filled", "Something stands in the answer cell, readable or not.", required=True),
            _flag("answered", "There is a readable value.", required=True),
            _flag("accounted", "There is a readable value or an accepted reason for its absence.", required=True),
            _flag("holds", "The constraint or check is met; missing where it cannot be assessed."),
            _flag("offered", "What was chosen is offered, given the other answers; missing where all choices are."),
            _number("previous", "The number given in the last cycle that has one.", "as in the question"),
            _text("previous_text", "The value given in the last cycle that has one, in the form's own notation."),
            _date(
                "previous_date",
                "The date given in the last cycle that has one; for the due date of a commitment without one, the "
                "register's.",
            ),
            _flag(
                "present", "The workbook has the commitment's row; missing for what is no commitment of the register."
            ),
            _flag(
                "in_time",
                "At the day of completion of a complete commitment: whether the cycle and the commitment have that day; "
                "missing elsewhere.",
            ),
            _text("phrase", "What the whole text is, by phrases.csv: empty or elsewhere; missing for other answers."),
            _flag(
                "enough",
                "At the first question of a goal: whether the share of the goal's questions that are accounted for "
                "reaches the alliance's threshold; missing elsewhere.",
            ),
            _number("tolerance", "Largest relative change from the last cycle that needs no confirmation.", "share"),
        ),
    ),
    Table(
        "findings",
        "one row per finding about the submission of a member that counts",
        ("finding",),
        (
            *_FINDING,
            _text(
                "status",
                "open; waived where staff accepted what was seen; withdrawn where staff took the finding back.",
                required=True,
            ),
            _count("first_round", "Round of the member in whose version it stood first."),
            _text("waiver", "Why staff waived or withdrew it."),
        ),
    ),
    Table(
        "finding_history",
        "one row per finding ever raised in the cycle, about any version of a member's submission or in a letter",
        ("finding",),
        (
            *(replace(column, required=column.name in ("finding", "member")) for column in _FINDING),
            _text(
                "status",
                "open: it stands in the version that counts; waived: so it does, and staff accepted it; fixed: it stood in "
                "an earlier version and not in the one that counts; withdrawn: staff took it back, or a letter told it "
                "and the rules of today do not find it in the version that the letter was about.",
                required=True,
            ),
            _count("first_round", "Round of the member in whose version it stood first.", required=True),
            _count("last_round", "Round of the member in whose version it stood last.", required=True),
            _text(
                "change",
                "What became of it from the version before to the one that counts: new, still_open, reopened, fixed, "
                "waived or withdrawn; missing where it had been fixed before.",
            ),
            _count("told", "Round of the latest letter sent that named it; missing where none did."),
            _text("decided_by", "Who of the staff waived or withdrew it."),
            _date("decided_on", "When."),
            _text("reason", "Why."),
        ),
    ),
    Table(
        "rounds",
        "one row per arrival from a member that is no duplicate: the rounds of correspondence with it",
        ("member", "round"),
        (
            _MEMBER,
            _count("round", "1 for the member's first arrival in the cycle, 2 for the next, ...", required=True),
            _text("submission", "Submission that opened it.", required=True),
            _text("file", "Name of the file as it arrived.", required=True),
            Column("received", "time", "When it arrived.", required=True),
            _text("status", "What became of the submission, as in submissions.", required=True),
            _count("version", "Version of the member's submission; missing where it was not used."),
            _count("errors", "Open errors in that version; missing, as all that follows, where there is no version."),
            _count("warnings", "Open warnings in that version."),
            _count("queries", "Open queries in that version."),
            _count("new", "Of the open ones, those that did not stand in the version before."),
            _count("still_open", "Of the open ones, those that stood in the version before."),
            _count("fixed", "Findings of the version before that do not stand in this one."),
            _count("waived", "Findings that stand in that version and that staff waived or withdrew."),
        ),
    ),
    Table(
        "completeness",
        "one row per member and scope (all, a section, or an operational goal)",
        ("member", "scope_kind", "scope"),
        (
            _MEMBER,
            _text("scope_kind", "all, section or goal.", required=True),
            _text("scope", "Code of the section or goal; '' for all.", required=True),
            _count("asked", "Questions that the form asks of the member.", "questions", required=True),
            _count("answered", "Of these, with a readable answer.", "questions", required=True),
            _count(
                "accounted",
                "Of these, with an answer or an accepted reason for its absence.",
                "questions",
                required=True,
            ),
            _number("answered_share", "answered / asked; missing where nothing is asked.", "share"),
            _number("accounted_share", "accounted / asked; missing where nothing is asked.", "share"),
        ),
    ),
    Table("letters", "one row per letter prepared", ("member", "kind"), _LETTER),
    Table("closing_letters", "one row per letter of thanks prepared", ("member", "kind"), _LETTER),
    Table(
        "ledger",
        "one row per exact letter that was ever approved",
        ("message_id",),
        (
            _text("message_id", "Message-ID of the letter.", required=True),
            _text("cycle", "Cycle that the letter is about.", required=True),
            _MEMBER,
            _text("kind", "corrections, receipt, reminder, refusal or thanks.", required=True),
            _count("round", "Round of the member's conversation that the letter belongs to.", required=True),
            _text("language", "Language of the letter.", required=True),
            _text("recipients", "Addresses that it goes to, separated by blanks.", required=True),
            _text("subject", "Subject line.", required=True),
            _text("sha256", "SHA-256 of the letter as it was approved.", required=True),
            _text(
                "state",
                "approved, sending, sent, uncertain (it may have arrived), refused (for good), deferred (may be tried "
                "again) or changed (it is no longer what was approved).",
                required=True,
            ),
            Column("since", "time", "Since when it is in that state.", required=True),
            _count("attempts", "How often it was tried.", "attempts", required=True),
            _text("detail", "Why it is in that state, in words for staff."),
            _text("bounced", "What mail servers said that could not deliver it; missing where none did."),
            Column("auto_replied", "time", "When an automatic reply to it came last; missing where none did."),
        ),
    ),
    Table(
        "told",
        "one row per finding and round in which a letter that was sent named it",
        ("member", "round", "finding"),
        (
            _MEMBER,
            _count("round", "Round of the letter.", required=True),
            _text("finding", "Id of the finding.", required=True),
            _text("severity", "error, warning or query, as the letter said; missing where that is not known."),
        ),
    ),
    Table(
        "sending",
        "one row per letter prepared, and what became of it when letters were sent",
        ("member", "kind"),
        (
            _MEMBER,
            _text("kind", "corrections, receipt, reminder, refusal or thanks.", required=True),
            _text(
                "state",
                "held (it must not be sent), would_be_sent (in a dry run), or a state of the table ledger.",
                required=True,
            ),
            _text("detail", "Why, and what to do about it, in words for staff."),
        ),
    ),
    Table(
        "commitment_scores",
        "one row per commitment in force, with everything its rating was computed from",
        ("commitment",),
        (
            _text("commitment", "Id of the commitment.", required=True),
            _MEMBER,
            _text("goal", "Operational goal.", required=True),
            _text("kind", "numeric, growth_rule, directional, milestone or checklist.", required=True),
            _text("method", "Method that gave the rating.", required=True),
            _count("method_version", "Version of the method.", required=True),
            _number("baseline_value", "y0.", "as in unit"),
            _count("baseline_year", "t0.", "year"),
            _number("current_value", "y, the latest value.", "as in unit"),
            _count("current_year", "t.", "year"),
            _number("target_value", "Y; of a range its lower end.", "as in unit"),
            _number("target_upper", "Upper end of a range to stay in.", "as in unit"),
            _count("target_year", "T.", "year"),
            _count("direction", "1: higher is better; -1: lower is better; 0: a range to stay in."),
            _count("sign", "-1 where the series has negative values, else 1."),
            _number("natural_limit", "L.", "as in unit"),
            _number("growth_rate", "Yearly growth to keep.", "share"),
            _text("growth_reading", "each_year or on_average."),
            _text("series", "All values of a growth rule as year=value, separated by blanks."),
            _number(
                "required_value", "Value that a growth rule requires in the latest year (on average).", "as in unit"
            ),
            _text("meets_each_year", "Growth rule read for each year: met, not_met or not_assessable."),
            _text("meets_on_average", "Growth rule read on average: met, not_met or not_assessable."),
            _text("status", "Milestone: no_evidence, not_started, limited, substantial, complete or withdrawn."),
            _text("previous_status", "Milestone: its status in the latest earlier cycle that gave one."),
            _date("start_date", "Agreed start."),
            _date("due_date", "Due date."),
            _date("cut_off", "Cut-off of the cycle: what is due before and not complete is overdue."),
            _flag("overdue", "Due before the cut-off and not complete."),
            _count("elements_in_place", "Checklist: elements in place.", "elements"),
            _count("elements_total", "Checklist: elements asked for.", "elements"),
            _text("elements_missing", "Checklist: codes of elements not in place, separated by blanks."),
            _text("unit", "Unit of the values."),
            _number("progress_value", "The ratio, growth or share that the method rates.", "ratio"),
            _number("score", "Score from -5 to 5; missing for methods without one."),
            _text(
                "rating",
                "achieved, on_track, acceleration_needed, limited, deterioration or not_available.",
                required=True,
            ),
            _text("reason", "Why the rating is not available."),
            _text("flags", "Codes of what a reader should know, separated by blanks."),
            _text("explanation", "The rating explained in one English sentence.", required=True),
            _text("explanation_fr", "The same in French."),
            _text("explanation_es", "The same in Spanish."),
            _text(
                "sources",
                "Where the inputs come from: a JSON object with the column as key and as value either register or the "
                "question, sheet, cell and submission of the answer, its row in a table of repeats, and its cycle where "
                "that is an earlier one; series and elements hold one such value per year and per element.",
            ),
            _text("rating_growth_ratio", "Rating of a numeric commitment under growth_ratio."),
            _text("rating_projection", "Rating of a numeric commitment under projection."),
            _text("rating_linear_gap", "Rating of a numeric commitment under linear_gap."),
            _text("rating_each_year", "Rating of a growth rule, were it read for each year."),
            _text(
                "rating_on_average",
                "Rating of a growth rule, were it read on average. The other kinds (directional, milestone, checklist) "
                "have one published method each and no alternative.",
            ),
            _number("weight", "Weight in aggregates."),
        ),
    ),
    Table(
        "aggregate_scores",
        "one row per scope: the alliance, a policy target, a goal, a member, or a member's goal",
        ("level", "member", "goal"),
        (
            *_SCOPE,
            _count("commitments", "N: commitments in scope.", "commitments", required=True),
            _count("rated", "n: of these, with a rating other than not available.", "commitments", required=True),
            *(
                _count(name, f"Commitments rated {name.replace('_', ' ')}.", "commitments", required=True)
                for name in _RATINGS
            ),
            _number("coverage", "rated / commitments, by weight.", "share"),
            _number("accounted_share", "Share of the scope's questions that are accounted for.", "share"),
            _flag("sufficient", "Both shares reach the alliance's threshold: a score may be shown.", required=True),
            _text("reason", "Why no score is shown."),
            _text(
                "rating", "Median rating (the lower of two); not_available where data do not suffice.", required=True
            ),
            _number("mean_score", "Weighted mean of the scores on -5..5, where data suffice."),
            _number("low_score", "The mean if every missing score were -5."),
            _number("high_score", "The mean if every missing score were 5."),
        ),
    ),
    Table(
        "withheld_results",
        "one row per scope (the alliance, a policy target, a goal) with commitments of members whose results are withheld",
        ("goal",),
        (
            _text("goal", "Policy target or operational goal; '' for the alliance.", required=True),
            _flag(
                "shown",
                "The totals of the scope are published; otherwise they, as all that follows, would tell results of single "
                "members.",
                required=True,
            ),
            _count("members", "Members with commitments in scope whose results are withheld.", "members"),
            _count("commitments", "Their commitments in scope.", "commitments"),
            *(_count(name, f"Of these, rated {name.replace('_', ' ')}.", "commitments") for name in _RATINGS),
        ),
    ),
    Table(
        "score_changes",
        "one row per commitment in force in this cycle or in the last one",
        ("commitment",),
        (
            _text("commitment", "Id of the commitment.", required=True),
            _MEMBER,
            _text("goal", "Operational goal.", required=True),
            _text("kind", "numeric, growth_rule, directional, milestone or checklist.", required=True),
            _text("cycle_before", "The last cycle; missing, as all of that cycle, where there is none."),
            _text(
                "compared_with",
                "Commitment of the last cycle that it is compared with: itself, or the nearest that it continues.",
            ),
            _text("change", f"{', '.join(_CHANGES[:-1])} or {_CHANGES[-1]}.", required=True),
            _text("reason", "Why it ended (withdrawn, member_left), or why the ratings cannot be compared."),
            _text("rating_before", "Rating of the last cycle, by today's methods from the answers of that time."),
            _text("rating_now", "Rating of this cycle; missing where the commitment is not in force any more."),
            _number("score_before", "Score of the last cycle from -5 to 5, likewise."),
            _number("score_now", "Score of this cycle from -5 to 5."),
            _text("goal_posts_moved", "Goal posts that differ between the cycles, separated by blanks."),
            _text(
                "rating_with_posts_before",
                "Rating of this cycle's values against the goal posts of the last one, where one moved that enters it.",
            ),
            *(
                replace(post, name=f"{post.name}_{when}", meaning=f"{post.meaning[:-1]}, as of {cycle}.")
                for post in _GOAL_POSTS
                for when, cycle in (("before", "the last cycle"), ("now", "this cycle"))
            ),
        ),
    ),
    Table(
        "change_counts",
        "one row per scope: the alliance, a policy target, a goal, a member, or a member's goal",
        ("level", "member", "goal"),
        (
            *_SCOPE,
            _count(
                "commitments", "Commitments in force in this cycle or in the last one.", "commitments", required=True
            ),
            *(_count(name, f"Of these, {name.replace('_', ' ')}.", "commitments", required=True) for name in _CHANGES),
        ),
    ),
    Table(
        "composite_scores",
        "one row per member and indicator or aggregate of the composite, where the alliance wishes one",
        ("member", "code"),
        (
            _MEMBER,
            _text("code", "Indicator or aggregate, as composite.csv has it.", required=True),
            _text("parent", "The aggregate that it is part of; missing for a top."),
            _count("level", "1 for an indicator, more for an aggregate.", required=True),
            _number("weight", "Weight among the children of its parent, relative to theirs."),
            _text(
                "method",
                "How an indicator was normalised: minmax, goalposts or target; the mean that an aggregate is: "
                "arithmetic, geometric or harmonic.",
                required=True,
            ),
            _number("value", "The answered value of an indicator.", "as in the question"),
            _number("score", "Score on the normalised scale; missing where the reason says why.", "points"),
            _number("low", "The score if every missing value were at the worst end of the scale.", "points"),
            _number("high", "The score if every missing value were at the best end.", "points"),
            _number("p5", "5 % quantile of the sensitivity analysis; missing where there was none.", "points"),
            _number("p50", "Its median.", "points"),
            _number("p95", "Its 95 % quantile.", "points"),
            _number("coverage", "Share of the indicators below that have a value.", "share"),
            _text(
                "reason",
                "Why there is no score: of an indicator why there is no value, as in commitment_scores, or why it has no "
                "scale; of an aggregate no_submission, no_value, below_threshold, not_positive or no_weight.",
            ),
        ),
    ),
    Table(
        "figures",
        "one row per figure that the report states in its prose",
        ("figure",),
        (
            _text("figure", "Key by which the report's template names it.", required=True),
            _number("value", "The value, unrounded; missing where the edition withholds it."),
            _text("shown", "The value as the report shows it.", required=True),
            _text("unit", "Unit."),
            _number("denominator", "N, where the figure is a count out of N."),
            _text("table", "Table that it is computed from.", required=True),
            _text("selection", "The rows it counts, or how it is computed, in words.", required=True),
        ),
    ),
)

TABLES: Final[Mapping[str, Table]] = {table.name: table for table in _DECLARED}
RATINGS: Final[tuple[str, ...]] = _RATINGS
CHANGES: Final[tuple[str, ...]] = _CHANGES
GOAL_POSTS: Final[tuple[str, ...]] = tuple(post.name for post in _GOAL_POSTS)

REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "commitments": {"member": "members", "goal": "goals"},
    "answers": {"member": "members", "question": "questions", "submission": "submissions"},
    "places": {"member": "members", "question": "questions"},
    "intake_notes": {"member": "members", "submission": "submissions"},
    "assessment": {"member": "members"},
    "findings": {"member": "members"},
    "finding_history": {"member": "members"},
    "rounds": {"member": "members", "submission": "submissions"},
    "completeness": {"member": "members"},
    "letters": {"member": "members"},
    "commitment_scores": {"commitment": "commitments", "member": "members", "goal": "goals"},
    "score_changes": {"goal": "goals"},
    "composite_scores": {"member": "members"},
}
"""Table -> column -> the table whose key the values of that column are; a missing value refers to nothing."""

CODES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    **{(table, "rating"): _RATINGS for table in ("commitment_scores", "aggregate_scores")},
    **{(table, "severity"): ("error", "warning", "query") for table in ("findings", "finding_history", "assessment")},
    ("score_changes", "change"): _CHANGES,
    ("submissions", "status"): ("accepted", "superseded", "quarantined", "rejected", "duplicate"),
    ("findings", "status"): ("open", "waived", "withdrawn"),
    ("finding_history", "status"): ("open", "waived", "fixed", "withdrawn"),
    ("answers", "missing_reason"): ("not_available", "not_applicable", "not_yet", "confidential"),
    ("goals", "kind"): ("policy_target", "operational_goal"),
    ("aggregate_scores", "level"): ("alliance", "target", "goal", "member", "member_goal"),
    ("change_counts", "level"): ("alliance", "target", "goal", "member", "member_goal"),
}
"""(table, column) -> every code that it may hold."""
