"""Loading an alliance from its folder, with every problem of every file reported at once."""

from __future__ import annotations

from pathlib import Path

from pipeline.alliance.about import About, read_about
from pipeline.alliance.checks import Contents, check_contents
from pipeline.alliance.commitments import read_register, register_frame
from pipeline.alliance.composite import read_composite
from pipeline.alliance.cycles import read_cycles
from pipeline.alliance.focal_points import read_focal_points
from pipeline.alliance.footnotes import read_footnotes
from pipeline.alliance.goals import read_goals
from pipeline.alliance.groups import read_groups
from pipeline.alliance.memberships import read_memberships
from pipeline.alliance.model import Alliance
from pipeline.alliance.names import read_names
from pipeline.alliance.phrases import read_phrases
from pipeline.alliance.ways_in import read_ways_in
from pipeline.alliance.ways_out import read_ways_out
from pipeline.composite.structure import structure_of
from pipeline.errors import AllianceError, Problem
from pipeline.questionnaire.form import Form

QUESTIONNAIRE = "questionnaire.xlsx"


def load_alliance(folder: Path) -> Alliance:
    """Read and check everything in an alliance's folder.

    Args:
        folder: The folder that holds alliance.yaml, the tables and the two workbooks; its README.md says what each is.

    Returns:
        The alliance, in which every reference from one file to another holds.

    Raises:
        AllianceError: Anything is wrong; it carries all problems of all files, each with its place and the mend.
    """
    if not folder.is_dir():
        mend = "Put the alliance's files there, or correct the setting STOCKTAKE_ALLIANCE."
        raise AllianceError([Problem(str(folder), "There is no such folder.", mend)])
    problems: list[Problem] = []
    contents = _read(folder, problems)
    check_contents(contents, problems)
    if problems or contents.about is None or contents.form is None:
        raise AllianceError(problems)
    return _alliance(folder, contents, contents.about.item, contents.form)


def _read(folder: Path, problems: list[Problem]) -> Contents:
    about = read_about(folder, problems)
    languages = about.item.languages if about else ()
    return Contents(
        about=about,
        cycles=read_cycles(folder, languages, problems),
        memberships=read_memberships(folder, languages, problems),
        names=read_names(folder, languages, problems),
        footnotes=read_footnotes(folder, languages, problems),
        groups=read_groups(folder, problems),
        goals=read_goals(folder, languages, problems),
        focal_points=read_focal_points(folder, languages, problems),
        form=_read_form(folder, problems),
        register=read_register(folder, problems),
        ways_in=read_ways_in(folder, problems),
        ways_out=read_ways_out(folder, problems),
        phrases=read_phrases(folder, languages, problems),
        composite=read_composite(folder, problems),
    )


def _read_form(folder: Path, problems: list[Problem]) -> Form | None:
    from pipeline.questionnaire.xlsform import load_form

    path = folder / QUESTIONNAIRE
    if not path.is_file():
        problems.append(Problem(QUESTIONNAIRE, "The file is missing.", "Put the questionnaire there, as an XLSForm."))
        return None
    try:
        return load_form(path)
    except AllianceError as error:
        problems.extend(error.problems)
        return None


def _alliance(folder: Path, contents: Contents, about: About, form: Form) -> Alliance:
    return Alliance(
        folder=folder,
        name=about.name,
        short_name=about.short_name,
        code=about.code,
        languages=about.languages,
        office=about.office,
        contact=about.contact,
        countries_total=about.countries_total,
        memberships=contents.memberships.items,
        names=contents.names.items,
        footnotes=contents.footnotes.items,
        groups=contents.groups.items,
        goals=contents.goals.items,
        focal_points=contents.focal_points.items,
        cycles={cycle.name: cycle for cycle in contents.cycles.items},
        scoring=about.scoring,
        least_members=about.least_members,
        form=form,
        register=register_frame(contents.register.items),
        ways_in=contents.ways_in.item,
        ways_out=contents.ways_out,
        phrases=contents.phrases.items,
        composite=None if contents.composite is None else structure_of(contents.composite.items),
    )
