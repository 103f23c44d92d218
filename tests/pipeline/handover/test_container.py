"""The zip of a package: any other program can open it, and nothing in it can be changed, added or left out unnoticed."""

from __future__ import annotations

import io
import random
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from pipeline.handover.container import contents, entries, pack, wrong_name
from pipeline.handover.refusals import ContainerError

FILES = {
    "MANIFEST.sha256": b"x" * 10,
    "a.txt": b"",
    "b/\u00e9.txt": "h\u00e9llo".encode(),
    "b/long.bin": bytes(range(256)) * 9,
}


def packed(files: dict[str, bytes]) -> bytes:
    return b"".join(pack(files))


def read(content: bytes) -> dict[str, bytes]:
    file = io.BytesIO(content)
    return {entry.name: b"".join(contents(file, entry)) for entry in entries(file, len(content))}


def refused(content: bytes) -> str:
    with pytest.raises(ContainerError) as caught:
        read(content)
    return str(caught.value)


def zipped(
    *files: tuple[str, bytes], change: Callable[[zipfile.ZipInfo], object] = lambda _: None, **how: int
) -> bytes:
    """A zip as other programs write it, uncompressed unless told otherwise."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how.get("method", zipfile.ZIP_STORED)) as archive:
        for name, content in files:
            about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            about.compress_type = how.get("method", zipfile.ZIP_STORED)
            change(about)
            archive.writestr(about, content)
    return buffer.getvalue()


def test_what_was_packed_comes_back() -> None:
    assert read(packed(FILES)) == FILES


def test_any_other_program_can_open_it() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(FILES))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {about.date_time for about in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_order_in_which_files_are_given_does_not_matter() -> None:
    assert packed(dict(reversed(FILES.items()))) == packed(FILES)


def test_every_byte_counts() -> None:
    """Each byte of the zip is changed in four ways: all of them are noticed."""
    content = packed({name: data[:40] for name, data in FILES.items()})
    for place in range(len(content)):
        for flip in (1, 32, 128, 255):
            changed = bytearray(content)
            changed[place] ^= flip
            assert refused(bytes(changed)), f"byte {place} ^ {flip}"


def test_a_changed_byte_of_a_file_is_named() -> None:
    content = packed(FILES)
    at = content.index(b"h\xc3\xa9llo")
    assert refused(content[:at] + b"H" + content[at + 1 :]).startswith("b/\u00e9.txt: ")


@pytest.mark.parametrize("cut", [1, 10, 22, 100, 2000])
def test_a_zip_that_was_cut_off_is_refused(cut: int) -> None:
    assert refused(packed(FILES)[:-cut])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7" + bytes(100), "no zip"),
        (packed(FILES) + b"\0", "added"),
        (b"\0" + packed(FILES), "no zip"),
        (packed(FILES) + packed(FILES), "damaged"),
        (zipped(("a", b"b" * 9), method=zipfile.ZIP_DEFLATED), "compressed"),
        (zipped(("a", b"b")), "another program"),
        (
            zipped(("a", b"b"), change=lambda about: setattr(about, "external_attr", (stat.S_IFLNK | 0o777) << 16)),
            "link",
        ),
        (zipped(("a", b"b"), change=lambda about: setattr(about, "comment", b"hello")), "another program"),
        (zipped(("a", b"b"), change=lambda about: setattr(about, "extra", b"\xfe\xca\0\0")), "another program"),
    ],
)
def test_what_no_package_is_like_is_refused(content: bytes, said: str) -> None:
    assert said in refused(content)


def test_a_zip_that_says_it_is_encrypted_is_refused() -> None:
    content = bytearray(packed({"a": b"b"}))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    assert "encrypted" in refused(bytes(content))


HOSTILE_NAMES = {
    "../a": "leads out",
    "a/../../b": "leads out",
    "./a": "leads out",
    "/etc/passwd": "signs",
    "a//b": "signs",
    "C:\\a": "signs",
    "c:/a": "signs",
    "a\\b": "signs",
    "a\0b": "signs",
    "a\nb": "signs",
    "a/": "signs",
    "": "signs",
    "con": "another system",
    "a/NUL.txt": "another system",
    "COM1": "another system",
    "a.": "leads out",
    "a /b": "leads out",
    "...": "leads out",
    "e\u0301": "signs",
    "a\u202egpj.exe": "signs",
    "a:b": "signs",
    "a*": "signs",
    "x" * 300: "too long",
}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_may_lead_astray_is_refused_when_packed_and_when_read(name: str) -> None:
    assert HOSTILE_NAMES[name] in (wrong_name(name) or "")
    with pytest.raises(ContainerError):
        packed({name: b""})
    assert refused(forged([(name, b"x")]))


@pytest.mark.parametrize(
    "names",
    [("a", "a"), ("A", "a"), ("stra\u00dfe", "strasse"), ("\ufb01", "fi"), ("a", "a/b"), ("a/B/c", "a/b"), ("b", "a")],
    ids=str,
)
def test_two_names_that_are_one_on_some_system_are_refused(names: tuple[str, str]) -> None:
    assert refused(forged([(name, b"x") for name in names]))


def test_files_that_share_their_bytes_are_refused() -> None:
    """A bomb of overlapping files: the second claims the place of the first."""
    one = forged([("a", b"x" * 50), ("b", b"x" * 50)])
    at = one.rindex(b"PK\x01\x02")
    assert refused(one[: at + 42] + struct.pack("<I", 0) + one[at + 46 :])


def test_a_zip_that_claims_to_be_huge_is_refused_at_once() -> None:
    content = bytearray(packed({"a": b"b"}))
    at = content.index(b"PK\x01\x02")
    content[at + 20 : at + 28] = b"\xff" * 8
    started = time.perf_counter()
    assert refused(bytes(content))
    assert time.perf_counter() - started < 1


def test_very_many_files_are_refused() -> None:
    with pytest.raises(ContainerError, match="60,000 files"):
        packed({f"f{number}": b"" for number in range(60_001)})


def test_whatever_bytes_come_they_are_read_or_refused() -> None:
    chance = random.Random(7)
    content = packed(FILES)
    for _ in range(2_000):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(changed))
            changed[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        if bytes(changed) != content:
            assert refused(bytes(changed))


def forged(files: list[tuple[str, bytes]]) -> bytes:
    """A zip that is right in every byte but for what its files are called."""
    from pipeline.handover import container

    body, directory = b"", b""
    for name, data in files:
        crc = zlib.crc32(data)
        directory += container._central(name, crc, len(data), len(body))  # pyright: ignore[reportPrivateUsage]
        body += container._local(name, crc, len(data)) + data  # pyright: ignore[reportPrivateUsage]
    end = container._end(len(files), len(directory), len(body))  # pyright: ignore[reportPrivateUsage]
    return body + directory + end
