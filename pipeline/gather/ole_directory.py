"""What an old Office file is, by the names in its directory."""

from __future__ import annotations

import struct

from pipeline.gather.refusal import Format, Refusal, other_than_workbook, refuse

_OLE_NAMES = (
    "EncryptedPackage",
    "EncryptionInfo",
    "_VBA_PROJECT_CUR",
    "_VBA_PROJECT",
    "VBA",
    "WordDocument",
    "PowerPoint Document",
    "__properties_version1.0",
    "Workbook",
    "Book",
)


def inspect_ole(content: bytes) -> Refusal | Format:
    """Decide about a file in the old Office container (OLE2), which encrypted .xlsx files use too.

    Args:
        content: All bytes of the file. Source of the layout: [MS-CFB] 2.6.1, directory entries.
    """
    # Names of streams stand in directory entries of 128 bytes, as UTF-16; a text in a cell may hold the same letters,
    # but not at the start of such an entry with the length of the name at its byte 64.
    names = {name for name in _OLE_NAMES if _has_stream(content, name)}
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        return refuse("password_protected")
    if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"}:
        return refuse("macros")
    if "WordDocument" in names:
        return other_than_workbook("a Word document")
    if "PowerPoint Document" in names:
        return other_than_workbook("a PowerPoint presentation")
    if "__properties_version1.0" in names:
        return other_than_workbook("an Outlook message")
    return "xls" if names & {"Workbook", "Book"} else refuse("not_a_workbook")


def _has_stream(content: bytes, name: str) -> bool:
    wanted = name.encode("utf-16-le") + b"\x00\x00"
    at = content.find(wanted)
    while at >= 0:
        length = content[at + 64 : at + 66]
        if at % 128 == 0 and length == struct.pack("<H", len(wanted)):
            return True
        at = content.find(wanted, at + 1)
    return False
