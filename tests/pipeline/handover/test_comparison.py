"""What differs is named down to table, row, column and both values."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from pipeline.handover.comparison import Difference, compare, read_manifest

TOLD = "member,round,finding,severity\r\nALB,1,f1,error\r\nALB,1,f2,\r\n"


def differences(tmp_path: Path, name: str, packed: bytes | None, remade: bytes | None) -> list[Difference]:
    digests: list[dict[str, str]] = []
    for side, content in (("packed", packed), ("remade", remade)):
        path = tmp_path / side / name
        path.parent.mkdir(parents=True)
        if content is not None:
            path.write_bytes(content)
        digests.append({} if content is None else {name: hashlib.sha256(content).hexdigest()})
    return list(compare(digests[0], digests[1], tmp_path / "packed", tmp_path / "remade"))


def docx(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return buffer.getvalue()


CASES: list[tuple[str, str, str, list[tuple[str, str, str, str]]]] = [
    (
        "a cell",
        "ALB,1,f1,error",
        "ALB,1,f1,warning",
        [("member ALB, round 1, finding f1", "severity", "'error'", "'warning'")],
    ),
    (
        "a missing value",
        "ALB,1,f2,",
        "ALB,1,f2,query",
        [("member ALB, round 1, finding f2", "severity", "nothing", "'query'")],
    ),
    ("a row less", "ALB,1,f2,\r\n", "", [("member ALB, round 1, finding f2", "", "there", "not there")]),
    (
        "a row more",
        "ALB,1,f2,\r\n",
        "ALB,1,f2,\r\nBEL,1,f3,\r\n",
        [("member BEL, round 1, finding f3", "", "not there", "there")],
    ),
    (
        "a key",
        "ALB,1,f1",
        "ALB,2,f1",
        [
            ("member ALB, round 1, finding f1", "", "there", "not there"),
            ("member ALB, round 2, finding f1", "", "not there", "there"),
        ],
    ),
    (
        "the order",
        "ALB,1,f1,error\r\nALB,1,f2,\r\n",
        "ALB,1,f2,\r\nALB,1,f1,error\r\n",
        [("order of the rows", "", "one", "another")],
    ),
    (
        "a column",
        "finding,severity",
        "finding,gravity",
        [("", "severity", "there", "not there"), ("", "gravity", "not there", "there")],
    ),
]


@pytest.mark.parametrize(("what", "old", "new", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_table_is_compared_by_key_and_column(
    tmp_path: Path, what: str, old: str, new: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert old in TOLD
    found = differences(tmp_path, "data/told.csv", TOLD.encode(), TOLD.replace(old, new).encode())
    assert [(each.place, each.column, each.packed, each.remade) for each in found] == expected


def test_of_a_word_file_the_part_and_the_text_around_the_first_difference_are_named(tmp_path: Path) -> None:
    one = docx(a="<w:t>48 of 54 members answered</w:t>", b="x")
    other = docx(a="<w:t>47 of 54 members answered</w:t>", b="x", c="y")
    found = differences(tmp_path, "report/r.docx", one, other)
    assert [str(each) for each in found] == [
        "report/r.docx, a: '<w:t>48 of 54 members answered</w:t>' in the package, "
        "'<w:t>47 of 54 members answered</w:t>' made again",
        "report/r.docx, c: not there in the package, there made again",
    ]


def test_a_word_file_with_the_same_parts_and_other_bytes_is_told_apart(tmp_path: Path) -> None:
    one = docx(a="x" * 1000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a", "x" * 1000)
    (found,) = differences(tmp_path, "report/r.docx", one, buffer.getvalue())
    assert "every part is the same" in str(found)


@pytest.mark.parametrize(
    ("packed", "remade", "said"),
    [(b"a", None, "there in the package, not made again"), (None, b"a", "not there in the package, there made again")],
)
def test_a_file_that_is_on_one_side_only_is_named(
    tmp_path: Path, packed: bytes | None, remade: bytes | None, said: str
) -> None:
    (found,) = differences(tmp_path, "README.md", packed, remade)
    assert str(found) == f"README.md: {said}"


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b'a\r\n"', b"", b"member,round\r\nALB,1\r\nALB,1\r\n", b"a,b\r\n1\r\n"]
)
def test_a_table_that_cannot_be_read_differs_and_stops_nothing(tmp_path: Path, content: bytes) -> None:
    assert differences(tmp_path, "data/told.csv", content, TOLD.encode())


@pytest.mark.parametrize("content", [b"", b"no zip", docx(a="x")[:-5], b"PK\x05\x06" + b"\0" * 18])
def test_a_word_file_that_cannot_be_read_differs_and_stops_nothing(tmp_path: Path, content: bytes) -> None:
    assert differences(tmp_path, "report/r.docx", content, docx(a="x"))


def test_hostile_texts_stand_on_one_line_in_a_receipt(tmp_path: Path) -> None:
    new = TOLD.replace("error", '"\x1b[31mred\n\n' + "x" * 5_000 + '"')
    (found,) = differences(tmp_path, "data/told.csv", TOLD.encode(), new.encode())
    assert "\x1b" not in str(found)
    assert "\n" not in str(found)
    assert len(str(found)) < 500


def test_very_many_differences_are_cut_off_and_counted(tmp_path: Path) -> None:
    head = "member,round,finding,severity\r\n"
    one = head + "".join(f"ALB,{number},f,error\r\n" for number in range(3_000))
    found = differences(tmp_path, "data/told.csv", one.encode(), one.replace("error", "query").encode())
    assert len(found) == 1_001
    assert "and 2,000 more" in str(found[-1])


@pytest.mark.parametrize(
    "line", ["abc  name", "A" * 64 + "  name", "0" * 64 + " name", "0" * 64 + "  name\n" + "0" * 64 + "  name", "\xff"]
)
def test_what_is_no_manifest_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_manifest(line.encode("latin-1"))
