"""The whole cycle as a plain script: the same work and the same files, without Dagster and Great Expectations.

It is the yardstick of ``make bench``, and an independent opinion on the rules: a test holds its findings against those
of Great Expectations. Run: ``python -m benchmarks.plain CYCLE``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import pandas as pd

from pipeline.alliance.frames import commitments_table, goals_table, members_table, questions_table
from pipeline.alliance.load import load_alliance
from pipeline.composite.members import member_composite
from pipeline.feedback.ledger import Ledger
from pipeline.feedback.letters import LetterTables, prepare_letters
from pipeline.feedback.letters_overview import overview_files
from pipeline.files import write_atomically, write_folder
from pipeline.frames import write_table
from pipeline.gather.archive import Archive
from pipeline.gather.gather import gather, gather_earlier
from pipeline.gather.receive import receive
from pipeline.gather.versions import read_superseded
from pipeline.gather.waivers import waivers_of
from pipeline.overview import run_summary
from pipeline.report.editions import edition_reports
from pipeline.report.tables import Tables
from pipeline.score.score import score
from pipeline.settings import Settings, signing_key
from pipeline.translations import load_catalogue
from pipeline.validate.expectations import Checked, Outcome
from pipeline.validate.history import trace
from pipeline.validate.rule_book import all_rules
from pipeline.validate.soundness import faults as unsound
from pipeline.validate.validate import validate

KEY = ["member", "subject", "row", "question"]
PRIVATE_ENDINGS = ("localhost", "local", "lan", "internal", "intranet", "corp", "home")
PRIVATE_NETWORKS = tuple(
    ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)


def change(data: pd.DataFrame) -> pd.Series:
    """The relative change since the last cycle, infinite from zero; missing for what other rules speak of."""
    difference = (data["number"] - data["previous"]).abs()
    relative = (difference / data["previous"].abs()).round(12).mask(difference == 0, 0.0)
    fell = (data["role"] == "stock") & (data["number"] < data["previous"])
    kept = data["role"].isin(["baseline_value", "baseline_year", "target_value"])
    return relative.mask(_broken(data) | fell | kept)


# Each rule as a mask of the rows that break it, written down again from its published text.
BROKEN: Mapping[str, Callable[[pd.DataFrame, pd.Series], pd.Series]] = {
    "baseline_changed": lambda d, q: (
        _sound(d, q) & d["role"].isin(["baseline_value", "baseline_year"]) & _differs(d["number"], d["previous"])
    ),
    "choice_not_offered": lambda d, q: q & d["answered"] & d["relevant"] & (d["offered"] == False),  # noqa: E712
    "complete_without_evidence": lambda d, q: (
        _sound(d, q)
        & (d["role"] == "status")
        & (d["value"] == "complete")
        & (d["row"] != "")
        & ~_has_evidence(d, q)
        & _is_asked_for_evidence(d, q)
    ),
    "completion_outside_period": lambda d, q: (
        _sound(d, q) & (d["role"] == "completed_on") & (d["in_time"] == False)  # noqa: E712
    ),
    "constraint": lambda d, q: q & d["answered"] & (d["holds"] == False),  # noqa: E712 - missing is not False
    "cross_check": lambda d, q: ~q & d["relevant"] & (d["holds"] == False),  # noqa: E712
    "date_out_of_range": lambda d, q: (
        q
        & (d["type"] == "date")
        & d["holds"].isna()
        & ((d["date"] < pd.Timestamp("1900-01-01")) | (d["date"] > pd.Timestamp("2100-12-31")))
    ),
    "due_date_moved": lambda d, q: (
        _sound(d, q) & (d["role"] == "due") & d["present"] & _differs(d["date"], d["previous_date"])
    ),
    "empty_phrase": lambda d, q: _sound(d, q) & (d["type"] == "text") & (d["phrase"] == "empty"),
    "evidence_undated": lambda d, q: (
        q
        & d["relevant"]
        & (d["role"] == "evidence_date")
        & ~d["filled"]
        & ~d["accounted"]
        & ~d["needed"]
        & _in_rows_of(d, q & d["role"].isin(["evidence_title", "evidence_link"]) & d["answered"])
    ),
    "irrelevant_answer": lambda d, q: (
        q & ~d["relevant"] & d["filled"] & d["missing_reason"].isna() & (d["problem"].fillna("") != "no_value_word")
    ),
    "jump_since_last_cycle": lambda d, q: q & d["answered"] & d["relevant"] & (change(d) > d["tolerance"]),
    "link_not_on_the_web": lambda d, q: (
        _sound(d, q) & (d["type"] == "file") & d["value"].map(_is_private, na_action="ignore").fillna(value=False)
    ),
    "negative_count": lambda d, q: (
        q
        & (d["type"] == "integer")
        & d["role"].isin(["value", "previous_value", "stock", "baseline_value", "target_value"])
        & d["holds"].isna()
        & (d["number"] < 0)
    ),
    "reason_beside_answer": lambda d, q: q & d["answered"] & d["missing_reason"].notna(),
    "refers_elsewhere": lambda d, q: _sound(d, q) & (d["type"] == "text") & (d["phrase"] == "elsewhere"),
    "repeated_commitment": lambda d, q: _repeated(d, q & (d["role"] == "title") & (d["row"] != "") & d["answered"]),
    "required_answer": lambda d, q: q & d["needed"] & ~d["filled"] & ~d["accounted"] & d["present"].fillna(value=True),
    "same_link_everywhere": lambda d, q: _sound(d, q) & (d["role"] == "evidence_link") & _in_three_rows(d, q),
    "same_text_as_before": lambda d, q: (
        _sound(d, q)
        & (d["type"] == "text")
        & (d["role"].isna() | d["role"].isin(["change", "achievements", "obstacles", "priorities"]))
        & (_folded(d["value"]) == _folded(d["previous_text"]))
        & (_folded(d["value"]).str.len() >= 40)
    ),
    "stock_fell": lambda d, q: _sound(d, q) & (d["role"] == "stock") & (d["number"] < d["previous"]),
    "target_moved": lambda d, q: _sound(d, q) & (d["role"] == "target_value") & _differs(d["number"], d["previous"]),
    "too_few_accounted": lambda d, q: q & d["relevant"] & (d["row"] == "") & (d["enough"] == False),  # noqa: E712
    "unknown_commitment": lambda d, q: (
        q & (d["role"] == "evidence_of") & d["answered"] & ~_broken(d) & ~_names_a_commitment(d)
    ),
    "unreadable_answer": lambda d, q: (
        q & d["relevant"] & d["filled"] & d["problem"].notna() & (d["problem"] != "conflicting_rows")
    ),
    "vanished_commitment": lambda d, q: q & d["relevant"] & (d["role"] == "status") & (d["present"] == False),  # noqa: E712
    "year_out_of_range": lambda d, q: (
        q
        & d["role"].isin(["year", "baseline_year", "value_year"])
        & d["holds"].isna()
        & ((d["number"] < 1900) | (d["number"] > 2100))
    ),
}


def _repeated(data: pd.DataFrame, where: pd.Series) -> pd.Series:
    chosen = data[where.fillna(value=False)]
    return chosen.duplicated(["member", "question", "value"], keep=False).reindex(data.index, fill_value=False)


def _sound(data: pd.DataFrame, questions: pd.Series) -> pd.Series:
    return questions & data["relevant"] & data["answered"] & ~_broken(data)


def _differs(now: pd.Series, before: pd.Series) -> pd.Series:
    return now.notna() & before.notna() & (now != before)


def _in_rows_of(data: pd.DataFrame, where: pd.Series) -> pd.Series:
    """The rows of tables of repeats in which a question meets a condition."""
    rows = data["member"] + "|" + data["section"] + "|" + data["row"]
    return rows.isin(rows[where.fillna(value=False) & (data["row"] != "")]) & (data["row"] != "")


def _has_evidence(data: pd.DataFrame, questions: pd.Series) -> pd.Series:
    named = data[questions & (data["role"] == "evidence_of") & data["answered"]]
    own = questions & data["role"].isin(["evidence_title", "evidence_link"]) & data["answered"]
    return _in_rows_of(data, own) | (data["member"] + " " + data["row"]).isin(named["member"] + " " + named["value"])


def _is_asked_for_evidence(data: pd.DataFrame, questions: pd.Series) -> pd.Series:
    own = questions & data["role"].isin(["evidence_title", "evidence_link"])
    return _in_rows_of(data, own) | data["member"].isin(data.loc[questions & (data["role"] == "evidence_of"), "member"])


def _in_three_rows(data: pd.DataFrame, questions: pd.Series) -> pd.Series:
    links = data[questions & (data["role"] == "evidence_link") & data["answered"] & (data["row"] != "")]
    counts = (links["member"] + " " + links["value"]).value_counts()
    return (data["row"] != "") & (data["member"] + " " + data["value"]).isin(counts[counts >= 3].index)


def _is_private(link: str) -> bool:
    host = (urlsplit(link).hostname or "").rstrip(".").lower()
    try:
        address = ip_address(host)
    except ValueError:
        ending = host.rpartition(".")[2]
        return host != "" and ("." not in host or ending in PRIVATE_ENDINGS)
    return any(address in network for network in PRIVATE_NETWORKS if address.version == network.version)


def _folded(texts: pd.Series) -> pd.Series:
    return texts.str.casefold().str.split().str.join(" ")


def _broken(data: pd.DataFrame) -> pd.Series:
    return (data["holds"] == False).fillna(value=False)  # noqa: E712


def _names_a_commitment(data: pd.DataFrame) -> pd.Series:
    rows = data[(data["role"] == "status") & (data["row"] != "")]
    return (data["member"] + " " + data["value"].fillna("")).isin(rows["member"] + " " + rows["row"])


def check(assessment: pd.DataFrame) -> Checked:
    """What :func:`pipeline.validate.expectations.check` finds, found with masks.

    Raises:
        KeyError: There is a rule that is not written down here.
    """
    asked = assessment["subject"] == "question"
    outcomes: list[Outcome] = []
    for rule in all_rules():
        broken = BROKEN[rule.name](assessment, asked).fillna(value=False).astype(bool)
        rows = assessment.loc[broken, KEY]
        rows.insert(0, "rule", rows["subject"].where(rows["subject"] != "question", rule.name))
        outcomes.append(Outcome(rule, int(asked.sum()), rows))
    return Checked(tuple(outcomes))


def run(settings: Settings, name: str) -> Mapping[str, pd.DataFrame]:
    """Run a cycle and write its tables and outputs.

    Args:
        settings: The folders.
        name: Name of the cycle.

    Returns:
        All tables by name.
    """
    alliance = load_alliance(settings.alliance)
    cycle = alliance.cycle(name)
    archive = Archive(settings.archive)
    for each in (*alliance.earlier_cycles(name), cycle):
        receive(alliance, each, settings.inbox, archive)
    gathered = gather(alliance, cycle, archive, signing_key(cycle), settings.cache)
    before = gather_earlier(alliance, cycle, archive, signing_key, settings.cache)
    earlier = before.answers
    members, commitments = members_table(alliance, cycle), commitments_table(alliance, cycle)
    goals, questions = goals_table(alliance), questions_table(alliance)

    superseded = read_superseded(alliance, cycle, archive, settings.cache, gathered.submissions)
    validated = validate(
        alliance,
        cycle,
        members,
        commitments,
        gathered.submissions,
        gathered.answers,
        gathered.places,
        earlier,
        gathered.intake_notes,
        superseded,
        check=check,
    )
    complete = validated.completeness
    waivers = waivers_of(alliance, cycle, archive)
    with Ledger.open(settings.ledger) as ledger:
        sent, told = ledger.letters(name), ledger.told(name)
    life = trace(gathered.submissions, validated.found, waivers, told)
    wrong = unsound(
        alliance.form, commitments, gathered.submissions, gathered.answers, validated.assessment, life.findings
    )
    if wrong:
        sys.exit("\n".join(wrong))

    about = LetterTables(members, gathered.submissions, life.findings, life.history, complete)
    key = signing_key(cycle)
    prepared = prepare_letters(alliance, name, about, commitments, gathered.answers, earlier, settings.templates, key)
    overview = overview_files(alliance, cycle, prepared, settings.templates)
    write_folder(settings.output(name) / "letters", {**prepared.files, **overview})

    words = [load_catalogue(settings.templates / "translations", code) for code in ("fr", "es")]
    rated_from = (members, goals, commitments, gathered.submissions, gathered.answers, earlier, complete)
    scored = score(alliance, cycle, *rated_from, words)
    tables = Tables(
        members=members,
        goals=goals,
        questions=questions,
        commitments=commitments,
        submissions=gathered.submissions,
        answers=gathered.answers,
        assessment=validated.assessment,
        findings=life.findings,
        completeness=complete,
        letters=prepared.letters,
        commitment_scores=scored.commitment_scores,
        aggregate_scores=scored.aggregate_scores,
    )
    for report in edition_reports(alliance, cycle, tables, settings.templates):
        write_atomically(settings.output(name) / report.file, report.content)
        tables = replace(tables, figures=report.tables.figures) if report.edition.whole else tables
        tables = replace(tables, withheld_results=report.tables.withheld_results)
        if report.faults:
            print("\n".join(report.faults), file=sys.stderr)

    frames = {
        **vars(tables),
        "intake_notes": gathered.intake_notes,
        "places": gathered.places,
        "finding_history": life.history,
        "rounds": life.rounds,
        "ledger": sent,
        "told": told,
        "score_changes": scored.score_changes,
        "change_counts": scored.change_counts,
        "composite_scores": member_composite(alliance, members, gathered.answers, gathered.submissions),
        "earlier_answers": earlier,
        "earlier_notes": before.notes,
    }
    for table, data in frames.items():
        write_table(settings.table(name, table), table, data)
    return frames


def main() -> None:
    """Run the cycle that the command line names and print the same summary as the product."""
    frames = run(Settings.from_environment(), sys.argv[1])
    summary = ("members", "submissions", "findings", "commitment_scores", "letters")
    for label, value in run_summary(**{name: frames[name] for name in summary}).items():
        print(f"{label:<13}{value}")


if __name__ == "__main__":
    main()
