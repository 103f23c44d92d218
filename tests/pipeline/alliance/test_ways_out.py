"""ways_out.yaml: nothing in it means that nothing is sent; each fault is told once, with its line, and no secret is shown."""

from __future__ import annotations

import pytest
from alliance_folder import Folder

from pipeline.alliance.model import SmtpServer, WaysOut

FILE = "ways_out.yaml"
HOST = "smtp:\n  host: smtp.tiny.example\n"


def told(folder: Folder, text: str) -> list[tuple[int | None, str, str]]:
    """Line, entry and words of every problem that a file gives."""
    (folder.path / FILE).write_text(text, encoding="utf-8")
    problems = folder.problems()
    assert {problem.file for problem in problems} == {FILE}
    assert all(problem.mend.endswith((".", "?")) for problem in problems), "the mend is a sentence"
    return [(problem.row, problem.column, f"{problem.seen} {problem.mend}") for problem in problems]


@pytest.mark.parametrize("text", [None, "", "# smtp:\n#   host: x\n", "smtp:\n", "smtp: ~\nstaff:\n", "staff: []\n"])
def test_without_entries_nothing_is_ever_sent(folder: Folder, text: str | None) -> None:
    if text is not None:
        (folder.path / FILE).write_text(text, encoding="utf-8")
    assert folder.load().ways_out == WaysOut()


def test_everything_is_set_up_as_the_file_says(folder: Folder) -> None:
    text = (
        "smtp:\n  host: smtp.tiny.example\n  port: 2465\n  security: tls\n  user: office@tiny.example\n"
        "  letters_per_minute: 12\n  bounce_address: bounces+{token}@tiny.example\nstaff: [a@tiny.example, b@tiny.example]\n"
    )
    (folder.path / FILE).write_text(text, encoding="utf-8")
    server = SmtpServer("smtp.tiny.example", 2465, "tls", "office@tiny.example", 12, "bounces+{token}@tiny.example")
    assert folder.load().ways_out == WaysOut(server, ("a@tiny.example", "b@tiny.example"))


@pytest.mark.parametrize(
    ("lines", "port", "security"),
    [
        (f"{HOST}", 587, "starttls"),
        (f"{HOST}  security: tls\n", 465, "tls"),
        ("smtp:\n  host: 127.0.0.1\n  security: none\n", 25, "none"),
    ],
)
def test_what_is_left_out_is_what_providers_have_as_a_rule(
    folder: Folder, lines: str, port: int, security: str
) -> None:
    (folder.path / FILE).write_text(lines, encoding="utf-8")
    server = folder.load().ways_out.smtp
    assert server is not None
    assert (server.port, server.security, server.letters_per_minute) == (port, security, 30)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("smtp:\n  port: 587\n", 1, "smtp.host", "missing"),
        ("smtp: smtp.tiny.example\n", 1, "smtp", "no entries"),
        ("smtp:\n  host: https://smtp.tiny.example\n", 2, "smtp.host", "not the name of a server"),
        (f"{HOST}  security: ssl\n", 3, "smtp.security", "starttls, tls, none"),
        (f"{HOST}  security: none\n", 3, "smtp.security", "could be read on the way"),
        (f"{HOST}  port: 465\n", 3, "smtp.port", "not the port of starttls"),
        (f"{HOST}  port: 0\n", 3, "smtp.port", "from 1 to 65535"),
        (f"{HOST}  letters_per_minute: 0\n", 3, "smtp.letters_per_minute", "from 1 to 6000"),
        (f"{HOST}  letters_per_minute: many\n", 3, "smtp.letters_per_minute", "not a number"),
        (f"{HOST}  bounce_address: '{{token}}'\n", 3, "smtp.bounce_address", "bounces+{token}@alliance.example"),
        (f"{HOST}  bounce_address: a+{{token}}{{token}}@b.example\n", 3, "smtp.bounce_address", "return to"),
        (f"{HOST}  bounce_adress: a@b.example\n", 3, "smtp.bounce_adress", "Did you mean smtp.bounce_address?"),
        ("staff:\n  - someone\n", 1, "staff", "'someone' is not an address"),
        ("- smtp:\n    host: a.example\n- staff: a@b.example\n", None, "", "2 entries in a list"),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_mend(
    folder: Folder, text: str, line: int | None, column: str, words: str
) -> None:
    ((row, entry, said),) = told(folder, text)
    assert (row, entry) == (line, column)
    assert words in said


@pytest.mark.parametrize("key", ["password", "Token", "secret"])
def test_a_password_in_the_file_is_told_without_showing_it(folder: Folder, key: str) -> None:
    ((row, entry, said),) = told(folder, f"{HOST}  {key}: hunter2\n")
    assert (row, entry) == (3, f"smtp.{key}")
    assert "STOCKTAKE_SMTP_PASSWORD" in said
    assert "hunter2" not in said


def test_all_faults_are_told_at_once(folder: Folder) -> None:
    lines = "  port: 0\n  security: ssl\n  letters_per_minute: 0\nstaff: [x]\n"
    assert len(told(folder, f"{HOST}{lines}")) == 4
