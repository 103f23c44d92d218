"""The archive keeps everything, byte for byte, whatever happens."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from gather_alliances import received

from pipeline.gather.archive import Archive, ArchiveError, Receipt
from pipeline.gather.guard import FILE_LIMIT
from pipeline.gather.intake import InboxError

ROOT = Path(__file__).parents[3]
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
NOON = dt.datetime(2014, 6, 30, 12, tzinfo=dt.UTC)


def receipt(file: str = "a.xlsx", received: dt.datetime = NOON, sha256: str = ABC) -> Receipt:
    return Receipt("2014", file, "folder", None, received, sha256, 3)


def test_a_content_comes_back_under_its_sha256(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.store(b"abc") == ABC
    assert archive.store(b"abc") == ABC
    assert archive.read(ABC) == b"abc"
    assert (tmp_path / "objects" / "ba" / ABC).read_bytes() == b"abc"


def test_the_id_is_a_function_of_the_arrival() -> None:
    import hashlib

    expected = hashlib.sha256(f"2014|folder|a.xlsx|{ABC}".encode()).hexdigest()[:12]
    assert receipt().id == expected
    assert receipt(received=NOON + dt.timedelta(days=1)).id == expected
    assert receipt(file="b.xlsx").id != expected


def test_the_first_receipt_of_an_arrival_stays(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.store(b"abc")
    first = archive.record(receipt())
    assert archive.record(receipt(received=NOON + dt.timedelta(days=9))) == first
    assert archive.receipts("2014") == [first]
    assert archive.receipts("2013") == []


@pytest.mark.parametrize("change", [("folder", "mailbox"), ("a.xlsx", "b.xlsx"), (ABC, "0" * 64), ("2014", "2013")])
def test_a_receipt_that_was_changed_to_that_of_another_arrival_is_told(tmp_path: Path, change: tuple[str, str]) -> None:
    archive = Archive(tmp_path)
    archive.store(b"abc")
    archive.record(receipt())
    (kept,) = (tmp_path / "receipts" / "2014").iterdir()
    kept.write_text(kept.read_text().replace(f'"{change[0]}"', f'"{change[1]}"'))
    with pytest.raises(ArchiveError, match="no receipt as stocktake writes them"):
        archive.receipts("2014")


def test_receipts_come_in_the_order_of_arrival(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.store(b"abc")
    for file, hours in (("c.xlsx", 0), ("b.xlsx", 2), ("a.xlsx", 2)):
        archive.record(receipt(file, NOON - dt.timedelta(hours=hours)))
    assert [kept.file for kept in archive.receipts("2014")] == ["a.xlsx", "b.xlsx", "c.xlsx"]


def test_a_receipt_needs_its_content(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no content"):
        Archive(tmp_path).record(receipt())


def test_a_changed_or_missing_content_is_noticed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.store(b"abc")
    path = tmp_path / "objects" / "ba" / ABC
    path.write_bytes(b"abd")
    with pytest.raises(ArchiveError, match="Restore"):
        archive.read(ABC)
    with pytest.raises(ArchiveError, match="Restore"):
        archive.store(b"abc")
    path.unlink()
    with pytest.raises(ArchiveError, match="missing"):
        archive.read(ABC)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "..", "/etc"])
def test_no_name_of_a_cycle_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="folder"):
        Archive(tmp_path).receipts(name)


def inbox(folder: Path, files: int = 30) -> Path:
    (folder / "inbox" / "2014").mkdir(parents=True)
    for number in range(files):
        path = folder / "inbox" / "2014" / f"answer {number:02}.xlsx"
        path.write_bytes(random.Random(number).randbytes(20_000))
        os.utime(path, (1_404_000_000 + number, 1_404_000_000 + number))
    return folder / "inbox"


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.slow
def test_killed_at_any_moment_and_started_again_gives_the_same_archive(tmp_path: Path) -> None:
    box = inbox(tmp_path)
    received(box, Archive(tmp_path / "undisturbed"))
    expected = everything(tmp_path / "undisturbed")
    assert len(expected) == 60
    code = (
        f"import sys; from pathlib import Path; sys.path.insert(0, {str(Path(__file__).parent)!r}); "
        "from gather_alliances import received; from pipeline.gather.archive import Archive; "
        "print('ready', flush=True); received(Path(sys.argv[1]), Archive(Path(sys.argv[2])))"
    )
    draw = random.Random(4)
    interrupted = 0
    for trial in range(12):
        target = tmp_path / f"trial {trial}"
        process = subprocess.Popen([sys.executable, "-c", code, box, target], cwd=ROOT, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(draw.uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        interrupted += process.returncode == -signal.SIGKILL
        received(box, Archive(target))
        kept = {name: data for name, data in everything(target).items() if not name.endswith(".part")}
        assert kept == expected
        assert len(Archive(target).receipts("2014")) == 30
    assert interrupted


def test_receiving_again_changes_nothing(tmp_path: Path) -> None:
    box = inbox(tmp_path, 3)
    archive = Archive(tmp_path / "archive")
    first = received(box, archive)
    before = everything(tmp_path / "archive")
    assert received(box, archive) == first
    assert everything(tmp_path / "archive") == before
    assert received(box, archive, "1999").receipts == ()


def test_only_what_was_handed_in_is_received(tmp_path: Path) -> None:
    folder = tmp_path / "inbox" / "2014"
    (folder / "sub").mkdir(parents=True)
    (folder / "exports").mkdir()
    (tmp_path / "secret.xlsx").write_bytes(b"secret")
    silent = ("~$Albania.xlsx", ".~lock.Albania.xlsx#", ".DS_Store", "Thumbs.db")
    for name in (".hidden", "sub/inner.xlsx", "Albania.xlsx", *silent):
        (folder / name).write_bytes(b"abc")
    (folder / "link.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (folder / "near.xlsx").symlink_to("Albania.xlsx")
    (folder / "nowhere.xlsx").symlink_to(tmp_path / "missing")
    os.mkfifo(folder / "pipe.xlsx")
    (folder.parent / "Belgium.xlsx").write_bytes(b"abc")
    (folder.parent / "2104").mkdir()
    (folder / "received.csv").write_text(
        "file,received,sender\nAlbania.xlsx,2014-06-30T17:45:00+02:00,fp@example.org\n"
    )
    found = received(tmp_path / "inbox", Archive(tmp_path / "archive"))
    assert tuple(receipt for receipt in found.receipts if receipt.way == "folder") == (
        Receipt(
            "2014", "Albania.xlsx", "folder", "fp@example.org", dt.datetime(2014, 6, 30, 15, 45, tzinfo=dt.UTC), ABC, 3
        ),
    )
    assert {item.file: item.reason.split(",")[0].split(".")[0] for item in found.left_out} == {
        "2014/.hidden": "It is hidden",
        "2014/link.xlsx": "It is a link",
        "2014/near.xlsx": "It is a link",
        "2014/nowhere.xlsx": "It is a link",
        "2014/pipe.xlsx": "It is no file that could be read",
        "2014/sub": "It is a folder",
        "2104": "It lies in no cycle's folder",
        "Belgium.xlsx": "It lies in no cycle's folder",
    }


def test_a_file_of_any_size_is_archived_without_being_held_in_memory(tmp_path: Path) -> None:
    box = inbox(tmp_path, 1)
    code = (
        f"import resource, sys; from pathlib import Path; sys.path.insert(0, {str(Path(__file__).parent)!r}); "
        "from gather_alliances import received; from pipeline.gather.archive import Archive; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
        "received(Path(sys.argv[1]), Archive(Path(sys.argv[2]))); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    with (box / "2014" / "film.mp4").open("wb") as file:
        file.truncate(300_000_000)
    assert FILE_LIMIT < 300_000_000
    command = [sys.executable, "-c", code, box, tmp_path / "archive"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 60_000  # kB
    (film,) = [r for r in received(box, Archive(tmp_path / "archive")).receipts if r.file == "film.mp4"]
    assert film.sha256 == hashlib.sha256(bytes(300_000_000)).hexdigest()
    assert film.size == 300_000_000
    assert (tmp_path / "archive" / "objects" / film.sha256[:2] / film.sha256).stat().st_size == 300_000_000


def test_without_a_list_the_time_is_that_of_the_file(tmp_path: Path) -> None:
    (receipt,) = received(inbox(tmp_path, 1), Archive(tmp_path / "archive")).receipts
    assert receipt.received == dt.datetime.fromtimestamp(1_404_000_000, dt.UTC)
    assert receipt.sender is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,received,sender\nnobody.xlsx,2014-06-30T12:00:00Z,\n", "line 2: there is no file 'nobody.xlsx'"),
        ("file,received,sender\nanswer 00.xlsx,30/06/2014,\n", "line 2: '30/06/2014' is no time"),
        ("file,received,sender\nanswer 00.xlsx,2014-06-30T12:00:00,\n", "line 2: '2014-06-30T12:00:00' is no time"),
        (
            "file,received,sender\nanswer 00.xlsx,0001-01-01T00:00:00+14:00,\n",
            "line 2: '0001-01-01T00:00:00+14:00' is no",
        ),
        ("name,when\nx,y\n", "line 1: found"),
        ("file,received,received\nanswer 00.xlsx,2014-06-30T12:00:00Z,\n", "line 1: found"),
        (
            "file,received,sender\nanswer 00.xlsx,2014-06-30T12:00:00Z,Doe, J. <doe@alb.example>\n",
            "line 2: there are more cells than headings",
        ),
        ('file,received,sender\nanswer 00.xlsx,2014-06-30T12:00:00Z,"Doe\n', "line 2: it is no CSV table"),
        (f"file,received,sender\nanswer 00.xlsx,{'9' * 200_000},\n", "line 2: it is no CSV table"),
        ("", "line 1: found"),
        (
            "file;received;sender\nanswer 00.xlsx;2014-06-30T12:00:00Z;\nanswer 00.xlsx;2014-06-30T12:00:00Z;\n",
            "line 3: 'answer 00.xlsx' stands on an earlier line",
        ),
    ],
)
def test_a_mistake_in_the_list_of_arrivals_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    box = inbox(tmp_path, 1)
    (box / "2014" / "received.csv").write_text(text)
    with pytest.raises(InboxError) as caught:
        received(box, Archive(tmp_path / "archive"))
    assert f"received.csv, {said}" in str(caught.value)


def test_all_mistakes_in_the_list_of_arrivals_are_told_at_once(tmp_path: Path) -> None:
    box = inbox(tmp_path, 1)
    (box / "2014" / "received.csv").write_text("file,received\nnobody.xlsx,2014-06-30T12:00:00Z\nanswer 00.xlsx,June\n")
    with pytest.raises(InboxError) as caught:
        received(box, Archive(tmp_path / "archive"))
    assert [line[:21] for line in str(caught.value).splitlines()] == ["received.csv, line 2:", "received.csv, line 3:"]


def test_an_inbox_that_is_not_there_is_no_inbox_in_which_nothing_arrived(tmp_path: Path) -> None:
    with pytest.raises(InboxError, match="no such folder"):
        received(tmp_path / "inbox", Archive(tmp_path / "archive"))


def test_a_file_that_cannot_be_opened_is_told_and_not_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = inbox(tmp_path, 2)
    whole = os.open

    def locked(path: str | Path, *arguments: int, **named: int) -> int:
        if Path(path).name == "answer 01.xlsx":
            raise PermissionError(13, "Permission denied")
        return whole(path, *arguments, **named)

    monkeypatch.setattr(os, "open", locked)
    with pytest.raises(InboxError, match=r"answer 01\.xlsx: the file cannot be opened \(Permission denied\)"):
        received(box, Archive(tmp_path / "archive"))


def test_a_large_file_that_changes_while_it_is_archived_is_told_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = inbox(tmp_path, 0)
    film = box / "2014" / "film.mp4"
    film.write_bytes(bytes(FILE_LIMIT + 1))
    whole, opened = os.open, []

    def growing(path: str | Path, *arguments: int, **named: int) -> int:
        if Path(path) == film:
            opened.append(path)
            if len(opened) == 3:  # once to collect it, once for its SHA-256, once to copy it
                film.write_bytes(bytes(FILE_LIMIT + 2))
        return whole(path, *arguments, **named)

    monkeypatch.setattr(os, "open", growing)
    archive = Archive(tmp_path / "archive")
    with pytest.raises(InboxError, match=r"film\.mp4: the file cannot be archived \(it changed while it was read\)"):
        received(box, archive)
    assert everything(tmp_path / "archive") == {}
    (receipt,) = received(box, archive).receipts
    assert receipt.size == FILE_LIMIT + 2


@pytest.mark.parametrize("name", ["received.csv", "decisions.csv"])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to(path.parent / "answer 00.xlsx")])
def test_a_file_of_staff_that_is_no_plain_file_is_told(
    tmp_path: Path, name: str, make: Callable[[Path], object]
) -> None:
    box = inbox(tmp_path, 1)
    make(box / "2014" / name)
    with pytest.raises(InboxError, match=f"{name}: the file cannot be opened"):
        received(box, Archive(tmp_path / "archive"))


def test_a_file_name_is_shown_on_one_line_in_the_direction_in_which_it_is_written(tmp_path: Path) -> None:
    box = inbox(tmp_path, 0)
    (box / "2014" / "a\nb \u202exslx.gpj").write_bytes(b"abc")
    (receipt,) = received(box, Archive(tmp_path / "archive")).receipts
    assert receipt.file == "a b xslx.gpj"
