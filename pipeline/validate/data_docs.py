"""Data Docs: what Great Expectations has to say about a cycle, as one page that staff open in a browser.

Great Expectations renders each rule's result; the page around them is ours (``report_templates/data_docs``), because its
own loads styles, scripts and pictures from six places on the web. Rows are named, answers are not shown: Great
Expectations puts values into its pages as mark-up, and texts from countries are none.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from pipeline.alliance.model import Alliance, Cycle
from pipeline.errors import AllianceError, Problem
from pipeline.validate.expectations import Outcome, assess_rules
from pipeline.validate.rule import Rule
from pipeline.validate.rule_book import all_rules

TEMPLATE: Final = "data_docs.html.j2"
MOST_ROWS: Final = 20
"""So many failing rows of a rule are listed; the table ``findings`` has all of them."""

_KEPT: Final = ("element_count", "missing_count", "missing_percent", "unexpected_count", "unexpected_percent")


def write_data_docs(assessment: pd.DataFrame, title: str, templates: Path, *, demonstration: bool) -> bytes:
    """Hold a cycle to all rules once more, and tell the result as a page.

    Args:
        assessment: Table ``assessment``.
        title: Heading of the page.
        templates: Folder with ``data_docs``.
        demonstration: Say that the answers are made up.

    Returns:
        An HTML document that refers to nothing outside of itself; the same assessment gives the same bytes.

    Raises:
        AllianceError: The template has a mistake.
        ExpectationError: See :func:`pipeline.validate.expectations.assess_rules`.
    """
    from great_expectations.render.components import RenderedDocumentContent
    from great_expectations.render.view.view import DefaultJinjaPageView

    rules = all_rules()
    outcomes, reports = assess_rules(assessment, rules)
    sections = [_section(outcome, reports.get(outcome.rule)) for outcome in outcomes]
    document = RenderedDocumentContent(sections=sections, page_title=title)
    view = DefaultJinjaPageView(custom_views_directory=str(templates / "data_docs"))
    view.env = _sandboxed(view.env)
    try:
        return view.render(document, template=TEMPLATE, demonstration=demonstration).encode("utf-8")
    except TemplateError as error:
        mend = "Correct it, or take the template as stocktake came with it."
        raise AllianceError([Problem(f"data_docs/{TEMPLATE}", f"Cannot be filled in ({error}).", mend)]) from error


def _sandboxed(environment: Environment) -> Environment:
    """The same environment, in which a template shows what it is given and reaches nothing else of the program."""
    sandboxed = SandboxedEnvironment(
        loader=environment.loader, autoescape=environment.autoescape, extensions=["jinja2.ext.do"]
    )
    sandboxed.filters.update(environment.filters)
    sandboxed.globals.update(environment.globals)
    return sandboxed


def cycle_data_docs(alliance: Alliance, cycle: Cycle, assessment: pd.DataFrame, templates: Path) -> bytes:
    """The page of a cycle, under its own title; see :func:`write_data_docs`."""
    title = f"{alliance.short_name}, cycle {cycle.name}: the rules and where they are not met"
    return write_data_docs(assessment, title, templates, demonstration=cycle.demonstration)


def _section(outcome: Outcome, report: Any) -> Any:
    """One rule: its name, its published text, what Great Expectations reports, and where it is not met."""
    from great_expectations.render.components import RenderedSectionContent
    from great_expectations.render.renderer.column_section_renderer import ValidationResultsColumnSectionRenderer

    blocks = [_words("h2", outcome.rule), *(_words("p", text) for text in _paragraphs(outcome.definition))]
    if report is not None:
        rendered = ValidationResultsColumnSectionRenderer().render(validation_results=[_counts_only(report)])
        blocks += rendered.content_blocks[1:]  # the first one is a heading with the name of the column
    if outcome.failing:
        blocks += _places(outcome)
    return RenderedSectionContent(section_name=outcome.rule, content_blocks=blocks)


def _counts_only(report: Any) -> Any:
    """A result without its rows, of which there may be a million."""
    kept = deepcopy(report)
    kept.result = {name: value for name, value in report.result.items() if name in _KEPT}
    return kept


def _paragraphs(rule: Rule) -> list[str]:
    parts = (rule.description or "").strip().split("\n\n")
    return [" ".join(part.replace("``", "").split()) for part in parts]


def _words(tag: str, text: str) -> Any:
    from great_expectations.render.components import RenderedStringTemplateContent

    # Only parameters are escaped.
    return RenderedStringTemplateContent(
        string_template={"template": "$words", "params": {"words": text}, "tag": tag, "styling": {}}
    )


def _places(outcome: Outcome) -> list[Any]:
    from html import escape

    from great_expectations.render.components import RenderedTableContent

    counts = outcome.rows["member"].value_counts(sort=False)
    members = " · ".join(f"{member} {count}" for member, count in counts.items())
    shown = outcome.rows[["member", "row", "question", "rule"]].head(MOST_ROWS)
    heading = "Rows not met" if len(shown) == outcome.failing else f"Rows not met, {len(shown)} of {outcome.failing}"
    table = RenderedTableContent(
        header=heading,
        header_row=["member", "row", "question", "rule or check"],
        table=[
            [escape(cell) for cell in cells] for cells in zip(*(shown[name].tolist() for name in shown), strict=True)
        ],
    )
    return [_words("p", f"Members concerned: {members}"), table]
