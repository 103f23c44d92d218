"""What people do to workbooks: rows copied and deleted, codes typed over, cells merged, columns and notes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Final

from openpyxl.cell import Cell
from openpyxl.comments import Comment

from pipeline.questionnaire import layout
from tests.planted.bench import Bench
from tests.planted.planting import pick, pick_row, plant

OPTIONAL: Final = (
    *("law_changes", "requests", "pt1_good_practice", "pt2_good_practice", "pt3_good_practice", "pt4_good_practice"),
    *("confidence", "mix"),
)
"""Questions that need no answer, and that no condition or check looks at."""

_REQUIRED: Final = ("hotline", "hash_lists", "contact_point", "curriculum", "private_agreement", "priorities")
_WITH_UNIT: Final = ("unit_staff_previous", "campaign_reach_previous", "practices_shared_previous", "campaigns_target")
_SHEETS: Final = ("identification", "pt1", "pt2", "pt3", "pt4", "overall")


def _pick_sheet(bench: Bench, chance: Random, sections: Iterable[str], *, untouched: bool = False) -> str | None:
    """A sheet whose layout is as it was, and on which no plant was if it is to be ``untouched``; it is taken."""
    fit = [section for section in sections if f"sheet {section}" not in bench.taken]
    if untouched:
        busy = {one.question for one in bench.expected}
        fit = [
            one for one in fit if _is_untouched(bench, one) and not busy & {q.code for q in bench.form.in_section(one)}
        ]
    if not fit:
        return None
    section = chance.choice(fit)
    bench.taken.add(f"sheet {section}")
    return section


def _is_untouched(bench: Bench, section: str) -> bool:
    rows = dict.fromkeys(row for row, code in bench.answers if bench.question(code).section == section)
    codes = [question.code for question in bench.form.in_section(section) if question.is_answered_by_member]
    return all(bench.is_free(code, row) for code in codes for row in rows)


def _below(bench: Bench, code: str, marker: str) -> Cell:
    """The cell in the first empty row of the sheet of a question."""
    sheet = bench.sheet_of(code)
    cell = sheet.cell(sheet.max_row + 1, bench.paper.cell(code, "", marker).column)
    assert isinstance(cell, Cell)
    return cell


def _pick_in_layout(bench: Bench, chance: Random, codes: Iterable[str]) -> str | None:
    """A free question on a sheet whose layout is as it was."""
    fit = [code for code in codes if f"sheet {bench.question(code).section}" not in bench.taken]
    return pick(bench, chance, fit)


# ---- rows


@plant(4)
def duplicate_row(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, OPTIONAL)
    if not code:
        return False
    key = _below(bench, code, layout.CODE)
    key.value = code
    answer = bench.sheet_of(code).cell(key.row, bench.paper.cell(code).column)
    answer.value = bench.paper.cell(code).value
    bench.expect("duplicate_row", code, severity="warning", cell=key)
    return True


@plant(3)
def duplicate_row_of_commitment(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance)
    if not row:
        return False
    sheet = bench.sheet_of("c_status")
    number = sheet.max_row + 1
    key = sheet.cell(number, bench.paper.cell("commitments", row, layout.ROW).column)
    assert isinstance(key, Cell)
    key.value = row
    for question in bench.form.in_repeat("commitments"):
        if question.is_answered_by_member:
            original = bench.paper.cell(question.code, row)
            copy = sheet.cell(number, original.column)
            copy.value, copy.number_format = original.value, original.number_format
    bench.expect("duplicate_row", row=row, severity="warning", cell=key)
    return True


@plant(4)
def conflicting_rows(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(
        bench, chance, ("law_changes", "requests", "pt1_good_practice", "pt4_good_practice", "hotline")
    )
    if not code:
        return False
    key = _below(bench, code, layout.CODE)
    key.value = code
    answer = bench.sheet_of(code).cell(key.row, bench.paper.cell(code).column)
    assert isinstance(answer, Cell)
    answer.value = "something else"
    bench.scrawl(code, bench.paper.cell(code).value)
    bench.expect("conflicting_rows", code, severity="error", cell=answer)
    return True


@plant(4)
def missing_row(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, OPTIONAL)
    if code:
        bench.remove_question(code)
        bench.expect("missing_row", code, severity="warning", sheet=bench.sheet_of(code), cell="")
    return bool(code)


@plant(3)
def missing_row_of_what_is_required(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, _REQUIRED)
    if code:
        bench.remove_question(code)
        bench.expect("missing_row", code, severity="warning", sheet=bench.sheet_of(code), cell="")
        bench.expect("required_answer", code, sheet=bench.sheet_of(code), cell="")
    return bool(code)


@plant(3)
def uncoded_row(bench: Bench, chance: Random) -> bool:
    section = _pick_sheet(bench, chance, _SHEETS)
    if section:
        code = next(question.code for question in bench.form.in_section(section) if question.is_answered_by_member)
        answer = _below(bench, code, layout.ANSWER)
        answer.value = "See also our letter of May."
        bench.expect("uncoded_row", severity="warning", cell=answer)
    return bool(section)


@plant(3)
def unkeyed_row(bench: Bench, chance: Random) -> bool:
    """The key of a document is gone; the first key that is free is its own."""
    return _unkey(bench, pick_row(bench, chance, "e_title", if_=lambda row: row != "NEW-1"))


@plant(3)
def unkeyed_first_row(bench: Bench, chance: Random) -> bool:
    """The key of the first document is gone, and only what stands in its row tells it from the headings above."""
    return _unkey(bench, pick_row(bench, chance, "e_title", if_=lambda row: row == "NEW-1"))


def _unkey(bench: Bench, row: str | None) -> bool:
    if row:
        key = bench.paper.cell("evidence", row, layout.ROW)
        key.value = None
        bench.expect("unkeyed_row", row=row, severity="query", cell=key)
        bench.taken.add("section evidence")
    return bool(row)


@plant(3)
def foreign_row(bench: Bench, chance: Random) -> bool:
    row = "NEW-9"
    key = bench.paper.cell("commitments", row, layout.ROW)
    if key.value != row:
        return False
    key.value = "ZZZ-01"
    bench.paper.type_in("c_title", "A commitment of somebody else", row)
    bench.expect("foreign_row", row="ZZZ-01", severity="warning", cell=key)
    return True


# ---- codes and markers


@plant(3)
def unknown_code(bench: Bench, chance: Random) -> bool:
    return _recode(bench, chance, "unknown_code", "no_such_question")


@plant(3)
def misplaced_code(bench: Bench, chance: Random) -> bool:
    return _recode(bench, chance, "misplaced_code", "c_title")


def _recode(bench: Bench, chance: Random, note: str, code: str) -> bool:
    asked = _pick_in_layout(bench, chance, OPTIONAL)
    if not asked:
        return False
    cell = bench.paper.cell(asked, "", layout.CODE)
    cell.value = code
    bench.expect(note, severity="warning", cell=cell)
    bench.expect("missing_row", asked, severity="warning", sheet=bench.sheet_of(asked), cell="")
    bench.answers.pop(("", asked), None)
    return True


@plant(3)
def conflicting_codes(bench: Bench, chance: Random) -> bool:
    """A column of codes was copied, and one of the copies says something else."""
    asked = _pick_in_layout(bench, chance, OPTIONAL)
    if not asked:
        return False
    section = bench.question(asked).section
    bench.taken.add(f"sheet {section}")
    sheet, column = bench.paper.sheets[section], bench.paper.spare_column(section)
    code = bench.paper.cell(asked, "", layout.CODE)
    sheet.cell(bench.paper.markers[section][layout.CODE].row, column, layout.CODE)
    sheet.cell(code.row, column, "another_code")
    bench.expect("conflicting_codes", severity="error", cell=code)
    bench.expect("missing_row", asked, severity="warning", sheet=sheet, cell="")
    bench.answers.pop(("", asked), None)
    return True


@plant(2)
def conflicting_markers(bench: Bench, chance: Random) -> bool:
    """Above the row of markers stands another one that names the columns in another order."""
    section = _pick_sheet(bench, chance, ("evidence",), untouched=True)
    if not section:
        return False
    sheet, markers = bench.paper.sheets[section], bench.paper.markers[section]
    words = {cell.column: str(cell.value) for cell in markers.values()}
    sheet.insert_rows(1)
    for merged in sheet.merged_cells.ranges:
        merged.shift(row_shift=1)
    first, second = markers["e_title"].column, markers["e_link"].column
    words[first], words[second] = words[second], words[first]
    for column, word in words.items():
        sheet.cell(1, column, word)
    bench.taken.add(f"section {section}")
    bench.answers = {place: value for place, value in bench.answers.items() if not place[1].startswith("e_")}
    bench.expect("conflicting_markers", severity="error", cell=markers[layout.ROW])
    return True


def _lost_markers(section: str) -> Callable[[Bench, Random], bool]:
    def put(bench: Bench, chance: Random) -> bool:
        if not _pick_sheet(bench, chance, (section,)):
            return False
        for cell in bench.paper.markers[section].values():
            cell.value = None
        bench.expect("lost_markers", severity="warning", sheet=bench.paper.sheets[section], cell="")
        return True

    return put


for _section in (*_SHEETS, "sign_off"):
    plant(1, f"lost markers of {_section}")(_lost_markers(_section))


@plant(3)
def missing_column(bench: Bench, chance: Random) -> bool:
    """The column of reasons or comments has lost its name; nothing stood in it."""
    section = _pick_sheet(bench, chance, ("pt1", "pt2", "pt3", "pt4"), untouched=True)
    if not section:
        return False
    marker = chance.choice((layout.REASON, layout.COMMENT))
    for question in bench.form.in_section(section):
        if question.is_answered_by_member:
            bench.paper.cell(question.code, "", marker).value = None
    bench.paper.markers[section][marker].value = None
    bench.taken.add(f"section {section}")
    bench.expect("missing_column", severity="warning", sheet=bench.paper.sheets[section], cell="")
    return True


@plant(3)
def missing_column_of_repeat(bench: Bench, chance: Random) -> bool:
    section = _pick_sheet(bench, chance, ("evidence",), untouched=True)
    if not section:
        return False
    bench.paper.markers[section]["e_public"].value = None
    for row in {row for row, code in bench.answers if code == "e_public"}:
        bench.empty("e_public", row)
    bench.taken.add(f"section {section}")
    bench.expect("missing_column", "e_public", severity="warning", sheet=bench.paper.sheets[section], cell="")
    return True


@plant(3)
def missing_section(bench: Bench, chance: Random) -> bool:
    """The sheet of documents, which nobody has to fill in, or the sign-off, of which each answer is required."""
    section = _pick_sheet(bench, chance, ("evidence", "sign_off"), untouched=True)
    if not section:
        return False
    title = str(bench.paper.sheets[section].title)
    if section == "sign_off" and not bench.is_free("signed_on"):
        return False
    bench.take("signed_on")
    bench.remove_section(section)
    bench.taken.add(f"section {section}")
    bench.expect("missing_section", severity="warning", sheet="", cell="")
    for code in ("declaration", "signatory", "signed_on") if section == "sign_off" else ():
        bench.expect("required_answer", code, sheet=title, cell="")
    return True


# ---- what stands in the wrong place


@plant(4)
def answer_beside(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, _WITH_UNIT)
    if code:
        cell = bench.paper.cell(code, "", layout.UNIT)
        cell.value = 1_234_567
        bench.empty(code)
        bench.expect("answer_beside", code, severity="warning", cell=cell)
    return bool(code)


@plant(3)
def foreign_column(bench: Bench, chance: Random) -> bool:
    section = _pick_sheet(bench, chance, _SHEETS)
    if not section:
        return False
    asked = [question.code for question in bench.form.in_section(section) if ("", question.code) in bench.answers]
    sheet, column = bench.paper.sheets[section], bench.paper.spare_column(section)
    cells = [sheet.cell(bench.paper.cell(code).row, column) for code in asked[1:3]]
    for cell in cells:
        cell.value = f"Internal remark {column}"
    first = cells[0]
    assert isinstance(first, Cell)
    bench.expect("foreign_column", severity="query", cell=first)
    return True


@plant(3)
def merged_cells(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, OPTIONAL)
    if code:
        answer, unit = bench.paper.cell(code), bench.paper.cell(code, "", layout.UNIT)
        bench.sheet_of(code).merge_cells(f"{answer.coordinate}:{unit.coordinate}")
        bench.expect("merged_cells", code, severity="warning")
        # openpyxl moves no merged ranges along with the cells, and neither row must move any more.
        bench.taken.add(f"sheet {bench.question(code).section}")
    return bool(code)


@plant(4)
def formula_in_comment(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, OPTIONAL)
    if code:
        cell = bench.paper.cell(code, "", layout.COMMENT)
        cell.value = "=A1"
        bench.expect("formula_without_value", code, severity="warning", cell=cell)
    return bool(code)


@plant(2)
def formula_in_comment_of_row(bench: Bench, chance: Random) -> bool:
    row = pick_row(bench, chance)
    if row:
        cell = bench.paper.cell("commitments", row, layout.COMMENT)
        cell.value = "=A1"
        bench.expect("formula_without_value", row=row, severity="warning", cell=cell)
    return bool(row)


@plant(4)
def unknown_reason(bench: Bench, chance: Random) -> bool:
    code = _pick_in_layout(bench, chance, OPTIONAL)
    if code:
        bench.empty(code)
        bench.paper.cell(code, "", layout.REASON).value = "because"
        bench.expect("unknown_reason", code, severity="error")
    return bool(code)


@plant(2)
def unknown_reason_of_row(bench: Bench, chance: Random) -> bool:
    """The reason of a row is about all of it, and stands in its own column."""
    row = pick_row(bench, chance)
    if row:
        cell = bench.paper.cell("commitments", row, layout.REASON)
        cell.value = "because"
        bench.expect("unknown_reason", row=row, severity="error", cell=cell)
    return bool(row)


@plant(3)
def stray_note(bench: Bench, chance: Random) -> bool:
    if "notes" in bench.taken:
        return False
    bench.taken.add("notes")
    cell = bench.paper.book.worksheets[0].cell(4, 2)
    assert isinstance(cell, Cell)
    cell.comment = Comment("Whom should we ask?", "Desk")
    bench.expect("stray_note", severity="query", cell=cell)
    return True


@plant(2)
def notes_not_read(bench: Bench, chance: Random) -> bool:
    """Where the notes are damaged, nothing else is known that only the file's own parts tell: merged cells, formulas."""
    busy = {one.rule for one in bench.expected} & {"merged_cells", "formula_without_value"}
    if "notes" in bench.taken or busy:
        return False
    bench.taken.add("notes")
    bench.paper.cell("authority").comment = Comment("Nobody will ever read this.", "Desk")
    bench.breaks_notes = True
    bench.expect("notes_not_read", severity="warning", sheet="", cell="")
    return True
