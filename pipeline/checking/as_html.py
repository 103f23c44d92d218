"""The result of a check as a web page that stands alone, from the template that staff edit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import FileSystemLoader

from pipeline.checking.content import CheckReport
from pipeline.feedback.rendering import catalogue_words, fill_template, letter_environment
from pipeline.translations import Catalogue

TEMPLATE: Final = "check.html.j2"


def render_html(report: CheckReport, catalogue: Catalogue, templates: Path) -> str:
    """Write a check as a whole HTML document without scripts, pictures or links to elsewhere.

    Args:
        report: What is told.
        catalogue: Words of its language.
        templates: Folder with ``check`` and, for words that both share, ``letters``.

    Raises:
        AllianceError: The template has a mistake; names its file and line.
    """
    folder = templates / "check"
    # Sandboxed and escaped as letters are; it finds the wording of the letters as well.
    environment = letter_environment(folder, html=True).overlay(
        loader=FileSystemLoader([folder, templates / "letters"])
    )
    return fill_template(environment, folder, TEMPLATE, {"check": report, **catalogue_words(catalogue)})
