"""Reading cells in a process of its own, which a file may kill without harm."""

from __future__ import annotations

import datetime as dt
import io
import sys
import threading
from collections.abc import Callable

import hostile
import pytest
import xlsxwriter

from pipeline.gather.cells import CellReader, Sheets, read_cells
from pipeline.gather.refusal import Refusal

DEADLY: dict[str, Callable[[], bytes]] = {
    "far corner": hostile.far_corner_cell,
    "row of two milliards": hostile.huge_row_number,
    "four milliards of strings": hostile.string_count,
    "cut off": lambda: hostile.workbook()[:3000],
}


def read(content: bytes) -> Sheets:
    sheets = read_cells(content, "xlsx")
    assert not isinstance(sheets, Refusal)
    return sheets


@pytest.mark.parametrize("name", DEADLY)
def test_what_kills_the_parser_does_not_kill_us(name: str) -> None:
    """The guard would have refused these; here it is left out on purpose."""
    begin = hostile.processor_seconds()
    with CellReader() as reader:
        assert isinstance(reader.read(DEADLY[name](), "xlsx"), Refusal)
        good = reader.read(hostile.workbook(), "xlsx")
    assert not isinstance(good, Refusal)
    assert good[0].cells == {(0, 0): "hello", (1, 1): 12.5}
    assert hostile.processor_seconds() - begin < 2


def test_every_kind_of_cell_arrives_as_it_is() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "date_1904": True})
    sheet = book.add_worksheet("Añadido")
    sheet.write_datetime("C2", dt.date(2014, 3, 4), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_boolean("C3", True)
    sheet.write_string("C4", "=1+1 _x000B_ \x0b 😀 שלום")
    sheet.write_number("C5", -0.25)
    sheet.write_formula("C6", "=1+1", None, 2)
    sheet.write_formula("C7", "=1+1", None, "")
    sheet.write_formula("C8", "=1/0", None, "#DIV/0!")
    sheet.merge_range("E1:F3", "merged")
    book.add_worksheet("hidden").very_hidden()
    book.close()
    sheets = read(buffer.getvalue())
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("Añadido", False), ("hidden", True)]
    assert sheets[0].cells == {
        (0, 4): "merged",
        (1, 2): dt.date(2014, 3, 4),
        (2, 2): True,
        (3, 2): "=1+1 _x000B_ \x0b 😀 שלום",
        (4, 2): -0.25,
        (5, 2): 2.0,
        (7, 2): "#DIV/0!",
    }
    assert sheets[0].unset == ((6, 2),)
    assert sheets[0].from_1904
    assert sheets[0].merged == ((0, 4, 2, 5),)


def test_the_worker_can_be_used_while_other_threads_hold_locks() -> None:
    stop = threading.Event()

    def write_all_the_time() -> None:
        while not stop.is_set():
            sys.stdout.flush()

    threads = [threading.Thread(target=write_all_the_time) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        with CellReader() as reader:
            for _ in range(10):
                assert not isinstance(reader.read(hostile.workbook(), "xlsx"), Refusal)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_worker_that_was_killed_is_replaced() -> None:
    with CellReader() as reader:
        assert not isinstance(reader.read(hostile.workbook(), "xlsx"), Refusal)
        assert reader._worker is not None
        reader._worker.kill()
        reader._worker.wait()
        assert not isinstance(reader.read(hostile.workbook(), "xlsx"), Refusal)


def test_fifty_four_workbooks_are_read_in_time() -> None:
    content = hostile.workbook({f"{column}{row}": f"text {row}" for column in "ABCDEFG" for row in range(1, 150)})
    begin = hostile.processor_seconds()
    with CellReader() as reader:
        for _ in range(54):
            assert not isinstance(reader.read(content, "xlsx"), Refusal)
    assert hostile.processor_seconds() - begin < 2
