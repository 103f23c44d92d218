"""The editions in which a report appears."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    """One edition.

    Attributes:
        code: Its code, e.g. ``public``.
        title: What the cover and the head of every page call it.
        suffix: What the name of its file ends with, before ``.docx``.
        whole: It counts every member in every number and holds what is for the secretariat alone: findings, letters,
            contacts, and the files that were refused. Otherwise results that were not given free are withheld.
        arrivals: It says when whose workbook arrived and why one could not be used.
    """

    code: str
    title: str
    suffix: str
    whole: bool
    arrivals: bool


SECRETARIAT = Edition("secretariat", "Secretariat’s edition", "", whole=True, arrivals=True)
MEMBERS = Edition("members", "Members’ edition", "-members", whole=False, arrivals=True)
PUBLIC = Edition("public", "Public edition", "-public", whole=False, arrivals=False)
EDITIONS = (SECRETARIAT, MEMBERS, PUBLIC)
