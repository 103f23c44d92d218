"""What an alliance is made of. Everything here is data that the secretariat decides; nothing is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd

from pipeline.composite.settings import CompositeSettings
from pipeline.composite.structure import Structure
from pipeline.questionnaire.form import Form


@dataclass(frozen=True)
class Dated:
    """Something that holds from a day on, until a day (both included); ``None`` means open."""

    since: date | None
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it holds on ``day``."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Membership(Dated):
    """A time in which a country is a member.

    Attributes:
        member: ISO 3166-1 alpha-3 code; XKX for Kosovo.
        language: Language of correspondence.
        time_zone: IANA time zone in which deadlines are stated to it.
    """

    member: str
    language: str
    time_zone: str


@dataclass(frozen=True)
class NameOverride(Dated):
    """A name that the alliance uses instead of CLDR's, in one language, for a time."""

    member: str
    language: str
    name: str


@dataclass(frozen=True)
class Footnote(Dated):
    """A footnote that a member's name carries in official texts, in one language, for a time."""

    member: str
    language: str
    text: str


@dataclass(frozen=True)
class GroupMembership(Dated):
    """A time in which a member belongs to a group such as the EU."""

    group: str
    member: str


@dataclass(frozen=True)
class Goal:
    """A policy target or an operational goal.

    Attributes:
        code: E.g. PT1 or OG1.1.
        kind: ``policy_target`` or ``operational_goal``.
        parent: The policy target of an operational goal, else None.
        texts: Wording per language.
        wording: ``official`` or ``paraphrase``: what the English wording is.
        source: Where it was published.
    """

    code: str
    kind: Literal["policy_target", "operational_goal"]
    parent: str | None
    texts: Mapping[str, str]
    wording: Literal["official", "paraphrase"]
    source: str

    def text(self, language: str) -> str:
        """The wording in ``language``, or in English where there is none."""
        return self.texts.get(language) or self.texts["en"]


@dataclass(frozen=True)
class FocalPoint:
    """A person or office of a member to whom letters go. ``role`` is ``focal_point`` or ``deputy``."""

    member: str
    role: str
    name: str
    address: str
    language: str


@dataclass(frozen=True)
class Cycle:
    """A reporting cycle.

    Attributes:
        name: Its name and partition key, e.g. ``2014``.
        title: Title per language, e.g. "Second progress report".
        reference: Reference of the report, e.g. GA-CSAO/2014/1.
        period_start: First day reported on.
        period_end: Last day reported on.
        opens: Day on which the questionnaire goes out.
        reminder: Day on which reminders are prepared.
        deadline: Last day for answers, in each member's time zone.
        cut_off: Last day on which data are taken into the report.
        report_date: Date of the report; membership, names and groups are those of this day.
        secretariat: Who holds the secretariat.
        successor: Who takes over; empty where nobody does.
        demonstration: The answers are made up; every page and letter says so.
        status: ``draft`` (every page says so), ``final`` or ``revision``.
    """

    name: str
    title: Mapping[str, str]
    reference: str
    period_start: date
    period_end: date
    opens: date
    reminder: date
    deadline: date
    cut_off: date
    report_date: date
    secretariat: str
    successor: str
    demonstration: bool
    status: Literal["draft", "final", "revision"] = "draft"


@dataclass(frozen=True)
class Phrase:
    """A text that, standing alone, answers no question.

    Attributes:
        language: Language that it is in; members are held to the phrases of all of them.
        text: The phrase; its case, accents and signs do not count.
        kind: ``empty`` where it says nothing, ``elsewhere`` where it refers to something else.
    """

    language: str
    text: str
    kind: str


@dataclass(frozen=True)
class Mailbox:
    """A mailbox to which countries reply, read by IMAP; the password comes from the environment.

    Attributes:
        host: Name of the server.
        port: Its port, 993 for TLS from the start and 143 for STARTTLS as a rule.
        security: ``tls`` or ``starttls``; without either nothing is sent.
        user: Name to sign in with.
        folder: Folder of the mailbox, e.g. INBOX.
    """

    host: str
    port: int
    security: Literal["tls", "starttls"]
    user: str
    folder: str


@dataclass(frozen=True)
class FormServer:
    """A server on which members fill in the same form on the web; its password or token comes from the environment.

    Attributes:
        url: Address of the server, https except on this machine.
        user: Name to sign in with; '' where a token does.
        forms: Cycle -> where its answers are: ``<project>/<form id>`` for ODK Central, the asset's uid for KoboToolbox.
        submitters: Name under which the server knows who submitted -> member.
    """

    url: str
    user: str
    forms: Mapping[str, str]
    submitters: Mapping[str, str]


@dataclass(frozen=True)
class WaysIn:
    """By which ways answers come in, beside the folder of the inbox; None for a way that is not used.

    Attributes:
        mailbox: See the class.
        odk_central: A server of ODK Central.
        kobotoolbox: A server of KoboToolbox.
        member_column: Heading of the column that names the member in exports that staff put into the folder
            ``exports`` of a cycle's inbox.
    """

    mailbox: Mailbox | None = None
    odk_central: FormServer | None = None
    kobotoolbox: FormServer | None = None
    member_column: str = "member"


@dataclass(frozen=True)
class SmtpServer:
    """A mail server by which letters leave; the password comes from the environment.

    Attributes:
        host: Name of the server.
        port: Its port, 587 for STARTTLS and 465 for TLS from the start as a rule.
        security: ``starttls`` or ``tls``; ``none`` only towards this machine itself.
        user: Name to sign in with; '' where the server asks for none.
        letters_per_minute: Most letters that it is given in a minute.
        bounce_address: Address to which undeliverable letters return, with ``{token}`` where the sign of the letter
            stands; '' for the alliance's contact.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    letters_per_minute: int
    bounce_address: str


@dataclass(frozen=True)
class WaysOut:
    """How letters leave.

    Attributes:
        smtp: The mail server; None where nothing is ever sent.
        staff: Addresses of staff that are told when a run fails.
    """

    smtp: SmtpServer | None = None
    staff: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoringSettings:
    """How the alliance wants scores.

    Attributes:
        threshold: Least share of accounted-for data at which a score is shown (0..1).
        methods: Method per kind of commitment.
        goal_weights: Weight per operational goal; 1 where not named.
        units: Name of a unit per language, for units of the register that no question has.
        composite: How the composite of composite.csv is computed; None where nothing is said about it.
        oldest_value: By how many years a latest value may be older than the cut-off to be rated; None for any number.
    """

    threshold: float
    methods: Mapping[str, str]
    goal_weights: Mapping[str, float]
    units: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    composite: CompositeSettings | None = None
    oldest_value: int | None = None


@dataclass(frozen=True)
class Member:
    """A member as it is on one day.

    Attributes:
        code: ISO 3166-1 alpha-3 code; XKX for Kosovo.
        position: Place in the alliance's own order, from 1.
        names: Name per language.
        footnotes: Footnote per language; empty where the name carries none.
        language: Language of correspondence.
        time_zone: IANA time zone.
        groups: Groups it belongs to.
        since: First day of the membership that holds.
    """

    code: str
    position: int
    names: Mapping[str, str]
    footnotes: Mapping[str, str]
    language: str
    time_zone: str
    groups: tuple[str, ...]
    since: date


@dataclass(frozen=True)
class Alliance:
    """Everything that the files in ``alliance/`` say, checked.

    Attributes:
        folder: Where the files are.
        name: Name per language.
        short_name: Name for headers and file names, e.g. Global Alliance.
        code: Code for ids and tokens, e.g. GA-CSAO.
        languages: Languages that letters and workbooks come in; the first is the default.
        office: Name of the secretariat's office per language.
        contact: E-mail address of the secretariat.
        countries_total: Countries in the world as the alliance counts them, the denominator of its reach.
        memberships: In the alliance's own order.
        names, footnotes, groups, goals, focal_points, cycles, scoring, form: See the classes.
        register: All commitments ever made; columns of the table ``commitments``.
        ways_in: By which ways answers come in.
        ways_out: How letters leave.
        phrases: Texts that, standing alone, answer no question.
        composite: Which indicators make a composite, and how they hang together; None where none is wished.
        least_members: Least number of members that keep their results to themselves of which a group may consist whose
            total is published.
    """

    folder: Path
    name: Mapping[str, str]
    short_name: str
    code: str
    languages: tuple[str, ...]
    office: Mapping[str, str]
    contact: str
    countries_total: int
    memberships: tuple[Membership, ...]
    names: tuple[NameOverride, ...]
    footnotes: tuple[Footnote, ...]
    groups: tuple[GroupMembership, ...]
    goals: tuple[Goal, ...]
    focal_points: tuple[FocalPoint, ...]
    cycles: Mapping[str, Cycle]
    scoring: ScoringSettings
    form: Form
    register: pd.DataFrame
    ways_in: WaysIn = WaysIn()
    ways_out: WaysOut = WaysOut()
    phrases: tuple[Phrase, ...] = ()
    composite: Structure | None = None
    least_members: int = 3

    @property
    def policy_targets(self) -> tuple[Goal, ...]:
        """The policy targets in order."""
        return tuple(goal for goal in self.goals if goal.kind == "policy_target")

    def operational_goals(self, target: str | None = None) -> tuple[Goal, ...]:
        """The operational goals in order, of one policy target or of all."""
        return tuple(goal for goal in self.goals if goal.kind == "operational_goal" and target in (None, goal.parent))

    def cycle(self, name: str) -> Cycle:
        """The cycle of that name.

        Raises:
            KeyError: There is none; the message lists those that there are.
        """
        try:
            return self.cycles[name]
        except KeyError:
            raise KeyError(f"There is no cycle {name}; cycles.yaml has {', '.join(self.cycles)}.") from None

    def is_outdated(self, form_version: str, cycle: Cycle) -> bool:
        """Whether a version of the questionnaire is not the one that a cycle asks with.

        The files hold one questionnaire, that of the latest cycle; the answers of the cycles before were given to
        questionnaires of their own, and still count.
        """
        is_latest = all(other.report_date <= cycle.report_date for other in self.cycles.values())
        return is_latest and form_version != self.form.version

    def earlier_cycles(self, name: str) -> tuple[Cycle, ...]:
        """The cycles that were reported before the cycle ``name``, the oldest first."""
        day = self.cycle(name).report_date
        return tuple(sorted((c for c in self.cycles.values() if c.report_date < day), key=lambda c: c.report_date))
