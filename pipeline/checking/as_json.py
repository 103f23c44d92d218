"""The result of a check for programs.

The document is an object with the members below, described formally in ``docs/check.schema.json``. Members may be added;
what a member means changes only with ``version``. Words are in the language that ``language`` names; codes never change
with it.

==================  ===================================================================================================
``format``          always ``stocktake-check``
``version``         1
``file``            name of the file
``language``        language of the words
``exit_code``       0: nothing to correct, 1: something to correct, 2: the file cannot be read
``verdict``         the same in words
``demonstration``   whether the answers of the cycle are made up
``refusal``         null, or ``reason`` (code), ``why`` and ``mend``: why the file cannot be read
``identity``        null where the file cannot be read, else: ``proof`` (genuine, not_genuine, not_checked, none),
                    ``problem`` (null, or as ``refusal``: why the workbook would not be accepted), and what the
                    workbook says about itself: ``alliance``, ``member``, ``cycle``, ``form_version``, ``language``,
                    each null where it says nothing; ``member_name``, the ``footnote`` that must go with that name, and
                    ``cycle_title``, each null where the alliance has none
``form_version``    version of the alliance's questionnaire now
``assessed``        whether the answers were held to the rules
``compared``        whether they were compared with the member's answers of earlier cycles
``notices``         further sentences for the reader
``counts``          number of findings: ``error``, ``warning``, ``query``
``findings``        one object each: ``id`` (stable over versions of the workbook), ``severity``, ``rule``, ``question``,
                    ``row``, ``sheet``, ``cell`` ('' where there is none), ``label``, ``seen`` (an excerpt of what was
                    read), ``message`` (what is wrong and what to do)
``completeness``    null where not assessed, or nothing is asked; else: ``all`` and ``sections``, each with ``asked``,
                    ``answered`` and ``accounted`` (questions); sections also with ``section`` (code) and ``label``
==================  ===================================================================================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from pipeline.checking.content import CheckReport, Part
from pipeline.feedback.content import ShownFinding
from pipeline.questionnaire.identity import Token

FORMAT = "stocktake-check"
VERSION = 1
_SAID = tuple(field.name for field in fields(Token))


def render_json(report: CheckReport) -> str:
    """Write a check as JSON: the same report, the same text."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "file": report.file,
        "language": report.language,
        "exit_code": report.exit_code,
        "verdict": report.verdict,
        "demonstration": report.demonstration,
        "refusal": asdict(report.refusal) if report.refusal else None,
        "identity": _identity(report),
        "form_version": report.form_version,
        "assessed": report.assessed,
        "compared": report.compared,
        "notices": list(report.notices),
        "counts": report.counts,
        "findings": [_finding(finding) for group in report.groups for finding in group.findings],
        "completeness": _completeness(report),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _identity(report: CheckReport) -> Mapping[str, Any] | None:
    if report.proof is None:
        return None
    return {
        "proof": report.proof,
        "problem": asdict(report.problem) if report.problem else None,
        **{name: report.said.get(name) for name in _SAID},
        "member_name": report.member_name or None,
        "footnote": report.footnote or None,
        "cycle_title": report.cycle_title or None,
    }


def _finding(finding: ShownFinding) -> Mapping[str, str]:
    shown = ("id", "severity", "rule", "question", "row", "sheet", "cell", "label")
    return {
        **{name: getattr(finding, name) for name in shown},
        "seen": "\n".join(finding.seen),
        "message": finding.message,
    }


def _completeness(report: CheckReport) -> Mapping[str, Any] | None:
    if report.overall is None:
        return None
    sections = [{"section": part.section, "label": part.label, **_counts(part)} for part in report.parts]
    return {"all": _counts(report.overall), "sections": sections}


def _counts(part: Part) -> Mapping[str, int]:
    return {"asked": part.asked, "answered": part.answered, "accounted": part.accounted}
