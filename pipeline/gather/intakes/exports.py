"""Exports of survey systems that staff put into ``inbox/<cycle>/exports/``: answers of several members in one file.

A file arrived when it was last changed; each response in it may say of itself when it was sent. Hidden files,
sub-folders, links and whatever else is no plain file are left out, and staff are told.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.gather.inbox_files import handed_in, open_file
from pipeline.gather.intake import EXPORTS, Incoming, Intake, LeftOut, Round
from pipeline.text import one_line


def collect(round: Round) -> Iterator[Incoming | LeftOut]:
    """Yield the exports of a cycle, in the order of their names.

    Args:
        round: The cycle, and the inbox with a sub-folder per cycle.

    Yields:
        One item per file, whatever it holds, and one per thing that is no such file, with the reason. Nothing where
        there is no such folder.

    Raises:
        InboxError: A file cannot be opened.
    """
    folder = round.inbox / round.cycle.name / EXPORTS
    if folder.is_symlink() or not folder.is_dir():
        if folder.is_symlink() or folder.exists():
            yield LeftOut(
                f"{round.cycle.name}/{EXPORTS}", "It is no folder of its own. Make one, and put exports there."
            )
        return
    paths, left_out = handed_in(folder, f"{round.cycle.name}/{EXPORTS}")
    yield from left_out
    for path in paths:
        content, changed = open_file(path)
        yield Incoming(one_line(path.name), content, changed, None, INTAKE.name)


INTAKE = Intake("exports", collect, kind="response", proof="column")
