"""From an open workbook to the file that arrives: saved by Excel or LibreOffice, encrypted, or no workbook at all."""

from __future__ import annotations

import re
import subprocess
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

from openpyxl import Workbook

_MOMENT: Final = (2014, 1, 1, 0, 0, 0)
_CHANGED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_ODF_DATES: Final = re.compile(rb"(<(?:meta:creation-date|dc:date)>)[^<]*(<)")
_FILTERS: Final = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}


def saved(book: Workbook) -> bytes:
    """The workbook as .xlsx; the same workbook gives the same bytes."""
    output = BytesIO()
    book.save(output)
    return with_fixed_times(output.getvalue())


def with_fixed_times(content: bytes) -> bytes:
    """A zip file with all times in it set to one moment, packed as tightly as possible."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(output, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename in ("docProps/core.xml", "meta.xml"):
                data = _CHANGED.sub(rb"\g<1>2014-01-01T00:00:00Z\g<2>", data)
                data = _ODF_DATES.sub(rb"\g<1>2014-01-01T00:00:00\g<2>", data)
            fresh = zipfile.ZipInfo(part.filename, _MOMENT)
            fresh.compress_type = part.compress_type
            fresh.external_attr = 0o644 << 16
            target.writestr(fresh, data, compresslevel=9)
    return output.getvalue()


def through_office(content: bytes, suffix: str, soffice: str) -> bytes:
    """Let LibreOffice open a workbook and save it.

    Args:
        content: A .xlsx file.
        suffix: xlsx, ods or xls.
        soffice: Path of the program.

    Returns:
        The file that LibreOffice wrote; times inside of .xlsx and .ods are fixed.

    Raises:
        FileNotFoundError: LibreOffice wrote nothing.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "book.xlsx").write_bytes(content)
        command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
        command += [f"{suffix}:{_FILTERS[suffix]}", "--outdir", str(folder / "out"), str(folder / "book.xlsx")]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        written = (folder / "out" / f"book.{suffix}").read_bytes()
    return written if suffix == "xls" else with_fixed_times(written)


def encrypted(content: bytes, password: str) -> bytes:
    """The workbook encrypted with a password, as Excel does it (ECMA-376 agile encryption)."""
    from msoffcrypto.format.ooxml import OOXMLFile

    output = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, output)
    return output.getvalue()


def decrypted(content: bytes, password: str) -> bytes | None:
    """The workbook inside of an encrypted one; None where it cannot be opened with that password."""
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

    output = BytesIO()
    try:
        file = msoffcrypto.OfficeFile(BytesIO(content))
        file.load_key(password=password)
        file.decrypt(output)
    except (DecryptionError, FileFormatError, InvalidKeyError):
        return None
    return output.getvalue()


def picture() -> bytes:
    """What is left of a scanned page: the beginning of a JPEG file, sent under the name of a workbook."""
    head = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
    return head + bytes((index * 37) % 251 for index in range(4_000)) + bytes.fromhex("ffd9")


def same_cells(one: bytes, other: bytes) -> bool:
    """Whether two workbooks hold the same cells, sheet by sheet, whatever else differs in their files."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        books = [CalamineWorkbook.from_filelike(BytesIO(content)) for content in (one, other)]
    except CalamineError:
        return False
    first, second = ({name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names} for book in books)
    return first == second
