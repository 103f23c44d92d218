"""Drives LibreOffice for the round-trip tests; run by a Python that has ``uno``, which the tests' own need not have.

Reads a line of JSON per workbook from the standard input: ``{"open": path, "steps": [[name, argument, ...], ...],
"save": {format: path}}``, does the steps the way the menus do, saves, and answers with a line of JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.table import CellAddress, CellRangeAddress  # type: ignore[import-not-found]

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "xls": "MS Excel 97"}


def properties(**values: Any) -> tuple[Any, ...]:
    made = []
    for name, value in values.items():
        made.append(PropertyValue())
        made[-1].Name, made[-1].Value = name, value
    return tuple(made)


def connect(soffice: str, profile: str) -> tuple[subprocess.Popen[bytes], Any]:
    """Start LibreOffice and give its desktop."""
    pipe = f"stocktake-{Path(profile).name}"
    office = subprocess.Popen(
        [
            soffice,
            "--headless",
            "--norestore",
            f"-env:UserInstallation=file://{profile}",
            f"--accept=pipe,name={pipe};urp;",
        ],
        # What is started is a script: LibreOffice itself is a child of it, in the same group.
        start_new_session=True,
    )
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    for _ in range(600):
        try:
            remote = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            time.sleep(0.1)
        else:
            return office, remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    raise TimeoutError("LibreOffice did not come up in a minute.")


class Steps:
    """What people do to a workbook; sheets are named by their first position, which stays theirs."""

    def __init__(self, document: Any):
        self.sheets = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
        self.document = document
        for sheet in self.sheets:
            if sheet.isProtected():
                sheet.unprotect("")

    def type(self, sheet: int, row: int, column: int, value: Any) -> None:
        cell = self.sheets[sheet].getCellByPosition(column, row)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def insert_rows(self, sheet: int, row: int, count: int) -> None:
        self.sheets[sheet].Rows.insertByIndex(row, count)

    def insert_columns(self, sheet: int, column: int, count: int) -> None:
        self.sheets[sheet].Columns.insertByIndex(column, count)

    def delete_rows(self, sheet: int, row: int, count: int) -> None:
        self.sheets[sheet].Rows.removeByIndex(row, count)

    def delete_columns(self, sheet: int, column: int, count: int) -> None:
        self.sheets[sheet].Columns.removeByIndex(column, count)

    def cut(self, sheet: int, row: int, count: int, target: int, to: int) -> None:
        """Cut whole rows and paste them, from the first column on."""
        source = CellRangeAddress()
        source.Sheet, source.StartRow, source.EndRow = self._index(sheet), row, row + count - 1
        source.StartColumn, source.EndColumn = 0, 200
        place = CellAddress()
        place.Sheet, place.Column, place.Row = self._index(target), 0, to
        self.sheets[sheet].moveRange(place, source)

    def rename(self, sheet: int, name: str) -> None:
        self.sheets[sheet].Name = name

    def move(self, sheet: int, position: int) -> None:
        self.document.Sheets.moveByName(self.sheets[sheet].Name, position)

    def copy(self, sheet: int, name: str) -> None:
        self.document.Sheets.copyByName(self.sheets[sheet].Name, name, self.document.Sheets.Count)

    def _index(self, sheet: int) -> int:
        return int(self.sheets[sheet].RangeAddress.Sheet)


def work(desktop: Any, order: dict[str, Any]) -> None:
    hidden = properties(Hidden=True)
    document = desktop.loadComponentFromURL(Path(order["open"]).as_uri(), "_blank", 0, hidden)
    try:
        steps = Steps(document)
        for name, *arguments in order["steps"]:
            getattr(steps, name)(*arguments)
        for kind, path in order["save"].items():
            document.storeToURL(Path(path).as_uri(), properties(FilterName=FILTERS[kind], Overwrite=True))
    finally:
        document.close(True)


def answer(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> None:
    office, desktop = connect(sys.argv[1], sys.argv[2])
    try:
        answer({"ready": True})
        for line in sys.stdin:
            try:
                work(desktop, json.loads(line))
            except Exception as error:  # noqa: BLE001 - the test that asked is told, whatever it is
                answer({"error": f"{type(error).__name__}: {error}"})
            else:
                answer({"done": True})
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()


if __name__ == "__main__":
    main()
