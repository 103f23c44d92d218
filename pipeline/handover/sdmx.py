"""Scores as SDMX: one cube, as SDMX-CSV 2.0, with its structure as SDMX-ML 3.0.

An observation belongs to a commitment, to a goal or policy target, to a member, to a member's goal, or to the alliance: what
it is not broken down by is ``_T``, the code for a total. Ratings are an attribute of the scores; a score that is missing has
no value and the status ``M``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from pipeline.alliance.model import Alliance, Cycle
from pipeline.handover.data_csv import quoted, write_csv
from pipeline.tables import RATINGS

DIMENSIONS: Final = ("FREQ", "REF_AREA", "GOAL", "COMMITMENT", "INDICATOR", "TIME_PERIOD")
ATTRIBUTES: Final = ("UNIT_MEASURE", "OBS_STATUS", "RATING", "REASON", "METHOD", "METHOD_VERSION")
HEADINGS: Final = ("STRUCTURE", "STRUCTURE_ID", "ACTION", *DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)
_TOTAL: Final = "_T"
_VERSION: Final = "1.0"

_CONCEPTS: Final[Mapping[str, str]] = {
    "FREQ": "Frequency",
    "REF_AREA": "Member",
    "GOAL": "Policy target or operational goal",
    "COMMITMENT": "Commitment",
    "INDICATOR": "What is observed",
    "TIME_PERIOD": "Year of the value, or of the report",
    "OBS_VALUE": "Value",
    "UNIT_MEASURE": "Unit of the value",
    "OBS_STATUS": "Whether there is a value",
    "RATING": "Rating that the score belongs to",
    "REASON": "Why there is no rating or score",
    "METHOD": "Method of the rating",
    "METHOD_VERSION": "Version of the method",
}
# Of a commitment: the column of its value, that of its year (of the report where there is none), and what it is.
_OF_COMMITMENTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "BASELINE": ("baseline_value", "baseline_year", "Value at the start"),
    "CURRENT": ("current_value", "current_year", "Latest value"),
    "TARGET": ("target_value", "target_year", "Value to reach"),
    "PROGRESS": ("progress_value", "", "Ratio, growth or share that the method rates"),
    "SCORE": ("score", "", "Score from -5 to 5"),
}
_OF_SCOPES: Final[Mapping[str, tuple[str, str]]] = {
    "COMMITMENTS": ("commitments", "Commitments in scope"),
    "RATED": ("rated", "Commitments with a rating"),
    **{f"N_{rating.upper()}": (rating, f"Commitments rated {rating.replace('_', ' ')}") for rating in RATINGS},
    "COVERAGE": ("coverage", "Share of commitments that are rated"),
    "ACCOUNTED": ("accounted_share", "Share of questions that are accounted for"),
    "MEAN_SCORE": ("mean_score", "Weighted mean of the scores"),
}
_SHARES: Final = ("COVERAGE", "ACCOUNTED")
_SCORES: Final = ("SCORE", "MEAN_SCORE")
_STATUSES: Final = {"A": "Normal value", "M": "Missing value; data cannot exist or are not available"}


@dataclass(frozen=True)
class Cube:
    """The data and the structure: bytes of ``scores.csv`` and of ``structure.xml``."""

    data: bytes
    structure: bytes


def scores_cube(alliance: Alliance, cycle: Cycle, tables: Mapping[str, pd.DataFrame]) -> Cube:
    """Write the scores of a cycle as SDMX.

    Args:
        alliance: The alliance; its code is the agency that maintains the structure.
        cycle: The cycle; the year of its report is the period of what has no year of its own.
        tables: ``members``, ``goals`` and, as far as an edition has them, ``commitment_scores`` and ``aggregate_scores``.
    """
    agency = alliance.code if alliance.code[0].isalpha() else f"A-{alliance.code}"
    scores, scopes = tables.get("commitment_scores"), tables.get("aggregate_scores")
    ids = _Ids()
    year = str(cycle.report_date.year)
    observed = [
        *(() if scopes is None else _of_scopes(scopes, year, ids)),
        *(() if scores is None else _of_commitments(scores, year, ids)),
    ]
    head = ["dataflow", f"{agency}:DF_PROGRESS({_VERSION})", "I"]
    rows = sorted([*head, *(quoted(cell) for cell in row)] for row in observed)
    commitments = (
        {} if scores is None else dict(zip(map(ids.of, scores["commitment"]), scores["commitment"], strict=True))
    )
    lists: dict[str, Mapping[str, str]] = {
        "FREQ": {"A": "Annual"},
        "REF_AREA": {_TOTAL: "All members", **_names(tables["members"], "member", "name_en", ids)},
        "GOAL": {_TOTAL: "All goals", **_names(tables["goals"], "goal", "text_en", ids)},
        "COMMITMENT": {_TOTAL: "All commitments", **commitments},
        "INDICATOR": {code: words for code, (*_, words) in (*_OF_COMMITMENTS.items(), *_OF_SCOPES.items())},
        "OBS_STATUS": _STATUSES,
        "RATING": {rating: rating.replace("_", " ").capitalize() for rating in RATINGS},
    }
    structure = _structure(agency, alliance.name["en"], cycle, lists)
    return Cube(write_csv(HEADINGS, rows), structure.encode("utf-8"))


class _Ids:
    """Ids that SDMX allows (no dots, no blanks) for the alliance's own codes, no two of them the same."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def of(self, code: str) -> str:
        if code not in self._given:
            plain = re.sub(r"[^A-Za-z0-9_-]", "_", code)
            taken = {_TOTAL, *self._given.values()}
            number = 2
            free = plain
            while free in taken:
                free, number = f"{plain}_{number}", number + 1
            self._given[code] = free
        return self._given[code]


def _names(table: pd.DataFrame, key: str, name: str, ids: _Ids) -> dict[str, str]:
    return {ids.of(code): words for code, words in zip(table[key], table[name], strict=True)}


def _of_commitments(scores: pd.DataFrame, year: str, ids: _Ids) -> Iterator[list[str]]:
    for row in scores.to_dict("records"):
        for indicator, (column, year_column, _) in _OF_COMMITMENTS.items():
            value = row[column]
            is_score = indicator == "SCORE"
            if pd.isna(value) and not is_score:
                continue
            when = _text(row[year_column]) if year_column else year
            place = [ids.of(row["member"]), ids.of(row["goal"]), ids.of(row["commitment"]), indicator, when or year]
            unit = _text(row["unit"]) if year_column else "points" if is_score else "ratio"
            about = [_text(row[name]) if is_score else "" for name in ("rating", "reason")]
            yield _observation(place, value, unit, [*about, row["method"], _text(row["method_version"])])


def _of_scopes(scopes: pd.DataFrame, year: str, ids: _Ids) -> Iterator[list[str]]:
    for row in scopes.to_dict("records"):
        area = ids.of(row["member"]) if row["member"] else _TOTAL
        goal = ids.of(row["goal"]) if row["goal"] else _TOTAL
        for indicator, (column, _) in _OF_SCOPES.items():
            is_score = indicator == "MEAN_SCORE"
            unit = "points" if is_score else "share" if indicator in _SHARES else "commitments"
            about = [_text(row[name]) if is_score else "" for name in ("rating", "reason")]
            yield _observation([area, goal, _TOTAL, indicator, year], row[column], unit, [*about, "", ""])


def _observation(place: Sequence[str], value: Any, unit: str, about: Sequence[str]) -> list[str]:
    there = not pd.isna(value)
    return ["A", *place, repr(float(value)) if there else "", unit, "A" if there else "M", *about]


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


_SCHEMAS: Final = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
_URN: Final = "urn:sdmx:org.sdmx.infomodel"


def _structure(agency: str, alliance: str, cycle: Cycle, lists: Mapping[str, Mapping[str, str]]) -> str:
    """The message with dataflow, code lists, concepts and data structure."""
    maintained = f'version="{_VERSION}" isExternalReference="false" agencyID={quoteattr(agency)}'
    title = f"{alliance}: progress by member, goal and commitment"
    code_lists = "".join(
        f'<str:Codelist id="CL_{name}" {maintained} isPartial="false">{_name(_CONCEPTS[name])}{_items("Code", codes)}'
        "</str:Codelist>"
        for name, codes in lists.items()
    )
    parts = [_dimension(agency, name, place) for place, name in enumerate(DIMENSIONS[:-1], start=1)]
    parts.append(
        f'<str:TimeDimension id="TIME_PERIOD">{_identity(agency, "TIME_PERIOD")}{_format("ObservationalTimePeriod")}'
    )
    attributes = "".join(_attribute(agency, name, coded=name in lists) for name in ATTRIBUTES)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mes:Structure xmlns:mes="{_SCHEMAS}/message" xmlns:str="{_SCHEMAS}/structure" xmlns:com="{_SCHEMAS}/common">'
        f"<mes:Header><mes:ID>{escape(agency)}-{escape(cycle.name)}</mes:ID><mes:Test>{str(cycle.demonstration).lower()}"
        f"</mes:Test><mes:Prepared>{cycle.report_date.isoformat()}T00:00:00Z</mes:Prepared>"
        f"<mes:Sender id={quoteattr(agency)}/></mes:Header>\n<mes:Structures>\n"
        f'<str:Dataflows><str:Dataflow id="DF_PROGRESS" {maintained}>{_name(title)}<str:Structure>{_URN}.datastructure.'
        f"DataStructure={escape(agency)}:DSD_PROGRESS({_VERSION})</str:Structure></str:Dataflow></str:Dataflows>\n"
        f"<str:Codelists>{code_lists}</str:Codelists>\n"
        f'<str:ConceptSchemes><str:ConceptScheme id="CS_PROGRESS" {maintained} isPartial="false">{_name("Concepts")}'
        f"{_items('Concept', _CONCEPTS)}</str:ConceptScheme></str:ConceptSchemes>\n"
        f'<str:DataStructures><str:DataStructure id="DSD_PROGRESS" {maintained}>{_name(title)}'
        f'<str:DataStructureComponents><str:DimensionList id="DimensionDescriptor">{"".join(parts)}</str:TimeDimension>'
        f'</str:DimensionList><str:AttributeList id="AttributeDescriptor">{attributes}</str:AttributeList>'
        f'<str:MeasureList id="MeasureDescriptor"><str:Measure id="OBS_VALUE">{_identity(agency, "OBS_VALUE")}'
        f"{_format('Double')}</str:Measure></str:MeasureList></str:DataStructureComponents></str:DataStructure>"
        "</str:DataStructures>\n</mes:Structures></mes:Structure>\n"
    )


def _dimension(agency: str, name: str, place: int) -> str:
    return (
        f'<str:Dimension id="{name}" position="{place}">{_identity(agency, name)}{_coded(agency, name)}</str:Dimension>'
    )


def _attribute(agency: str, name: str, *, coded: bool) -> str:
    return (
        f'<str:Attribute id="{name}" usage="optional">{_identity(agency, name)}'
        f"{_coded(agency, name) if coded else _format('String')}"
        "<str:AttributeRelationship><str:Observation/></str:AttributeRelationship>"
        "<str:MeasureRelationship><str:Measure>OBS_VALUE</str:Measure></str:MeasureRelationship></str:Attribute>"
    )


def _identity(agency: str, concept: str) -> str:
    place = f"{_URN}.conceptscheme.Concept={escape(agency)}:CS_PROGRESS({_VERSION}).{concept}"
    return f"<str:ConceptIdentity>{place}</str:ConceptIdentity>"


def _coded(agency: str, name: str) -> str:
    place = f"{_URN}.codelist.Codelist={escape(agency)}:CL_{name}({_VERSION})"
    return f"<str:LocalRepresentation><str:Enumeration>{place}</str:Enumeration></str:LocalRepresentation>"


def _format(kind: str) -> str:
    return f'<str:LocalRepresentation><str:TextFormat textType="{kind}"/></str:LocalRepresentation>'


def _items(kind: str, names: Mapping[str, str]) -> str:
    return "".join(f"<str:{kind} id={quoteattr(code)}>{_name(words)}</str:{kind}>" for code, words in names.items())


def _name(words: str) -> str:
    return f'<com:Name xml:lang="en">{escape(words)}</com:Name>'
