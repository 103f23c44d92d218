"""ways_in.yaml: nothing in it means the folder alone; each fault is told once, with its line, and no secret is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from alliance_folder import Folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.alliance.load import load_alliance
from pipeline.alliance.model import FormServer, Mailbox, WaysIn

FILE = "ways_in.yaml"
ALL = """\
mailbox:
  host: imap.tiny.example
  user: office@tiny.example
odk_central:
  url: https://odk.tiny.example/
  user: office@tiny.example
  forms:
    2013: 3/tiny 2013
    "2014": 3/tiny.2014
  submitters:
    Ministry of Justice, v. 2.0: TUR
    "office: Pristina": XKX
kobotoolbox:
  url: https://kobo.tiny.example/sub
  forms: {2014: aSAvYreNzVEkrWg5Gdcvg}
  submitters:
    hrv.justice: HRV
exports:
  member_column: Country code
"""


def write(folder: Folder, text: str) -> None:
    (folder.path / FILE).write_text(text, encoding="utf-8")


def told(folder: Folder, text: str) -> list[tuple[int | None, str, str]]:
    """Line, entry and words of every problem that a file gives."""
    write(folder, text)
    problems = folder.problems()
    assert {problem.file for problem in problems} == {FILE}
    assert all(problem.mend.endswith((".", "?")) for problem in problems), "the mend is a sentence"
    return [(problem.row, problem.column, f"{problem.seen} {problem.mend}") for problem in problems]


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "# mailbox:\n#   host: x\n",
        "mailbox:\n",
        "mailbox:\n  # host: x\n",
        "exports: {}\n",
        "---\n",
        "odk_central: ~\nkobotoolbox:\n",
    ],
)
def test_without_entries_the_folder_is_the_only_way(folder: Folder, text: str | None) -> None:
    if text is not None:
        write(folder, text)
    assert folder.load().ways_in == WaysIn()


def test_every_way_is_set_up_as_its_section_says(folder: Folder) -> None:
    write(folder, ALL)
    assert folder.load().ways_in == WaysIn(
        mailbox=Mailbox("imap.tiny.example", 993, "tls", "office@tiny.example", "INBOX"),
        odk_central=FormServer(
            "https://odk.tiny.example",
            "office@tiny.example",
            {"2013": "3/tiny 2013", "2014": "3/tiny.2014"},
            {"Ministry of Justice, v. 2.0": "TUR", "office: Pristina": "XKX"},
        ),
        kobotoolbox=FormServer(
            "https://kobo.tiny.example/sub", "", {"2014": "aSAvYreNzVEkrWg5Gdcvg"}, {"hrv.justice": "HRV"}
        ),
        member_column="Country code",
    )


def test_a_mailbox_with_starttls_has_the_port_of_starttls(folder: Folder) -> None:
    write(folder, "mailbox:\n  host: imap.x.example\n  user: u\n  security: starttls\n  folder: Réponses/2014\n")
    assert folder.load().ways_in.mailbox == Mailbox("imap.x.example", 143, "starttls", "u", "Réponses/2014")


@pytest.mark.parametrize(
    ("old", "new", "line", "entry", "says"),
    [
        ("  host: imap.tiny.example\n", "", 1, "mailbox.host", "missing"),
        ("host: imap.tiny.example", "host: imaps://imap.tiny.example", 2, "mailbox.host", "name alone"),
        ("host: imap.tiny.example", "host: imap.tiny.example:993", 2, "mailbox.host", "name alone"),
        ("host: imap.tiny.example", "host: imap.tiny.example\n  port: 70000", 3, "mailbox.port", "1 to 65535"),
        ("host: imap.tiny.example", "host: imap.tiny.example\n  port: 143", 3, "mailbox.port", "993"),
        ("host: imap.tiny.example", "host: imap.tiny.example\n  port: imaps", 3, "mailbox.port", "not a number"),
        (
            "host: imap.tiny.example",
            "host: imap.tiny.example\n  security: none",
            3,
            "mailbox.security",
            "tls, starttls",
        ),
        ("host: imap.tiny.example", "host: imap.tiny.example\n  folder:", 3, "mailbox.folder", "empty"),
        ("host: imap.tiny.example", "hosts: imap.tiny.example\n  host: h", 2, "mailbox.hosts", "mailbox.host?"),
        (
            "mailbox:\n  host: imap.tiny.example\n",
            'mailbox:\n  host: h\n  folder: "a\\nb"\n',
            3,
            "mailbox.folder",
            "line break",
        ),
        ("mailbox:", "mailbx:\n  a: b\nmailbox:", 2, "mailbx.a", "No such entry"),
        ("exports:\n  member_column: Country code", "exports: Country code", 18, "exports", "no entries"),
        ("https://odk.tiny.example/", "http://odk.tiny.example/", 5, "odk_central.url", "https://"),
        ("https://odk.tiny.example/", "ftp://odk.tiny.example/", 5, "odk_central.url", "web address"),
        ("https://odk.tiny.example/", "odk.tiny.example", 5, "odk_central.url", "web address"),
        ("https://odk.tiny.example/", "https://[odk", 5, "odk_central.url", "web address"),
        ("https://odk.tiny.example/", "https://odk.tiny.example:port", 5, "odk_central.url", "web address"),
        ("https://odk.tiny.example/", "https://localhost.evil@x/", 5, "odk_central.url", "user or a password"),
        ("https://odk.tiny.example/", "http://127.0.0.1.nip.example/", 5, "odk_central.url", "https://"),
        ("https://odk.tiny.example/", "https://odk.tiny.example/?x=1", 5, "odk_central.url", "what follows"),
        ("3/tiny 2013", "tiny-2013", 8, "odk_central.forms.2013", "project's number"),
        ("3/tiny 2013", "3/tiny.2014", 9, "odk_central.forms.2014", "cycle 2013 already"),
        ("    2013: 3/tiny 2013", "    2031: 3/tiny 2013", 8, "odk_central.forms.2031", "There is no cycle 2031."),
        ("forms: {2014: aSAvYreNzVEkrWg5Gdcvg}", "forms:", 15, "kobotoolbox.forms", "no form for any cycle"),
        ("forms: {2014: aSAvYreNzVEkrWg5Gdcvg}", "forms: aSAv", 15, "kobotoolbox.forms", "no entries"),
        ("aSAvYreNzVEkrWg5Gdcvg", "https://kobo/aSAv", 15, "kobotoolbox.forms.2014", "uid"),
        ("v. 2.0: TUR", "v. 2.0: TRU", 11, "odk_central.submitters.Ministry of Justice, v. 2.0", "Did you mean TUR?"),
        ("v. 2.0: TUR", "v. 2.0:", 11, "odk_central.submitters.Ministry of Justice, v. 2.0", "empty"),
        ("hrv.justice: HRV", "hrv: {justice: HRV}", 17, "kobotoolbox.submitters.hrv", "entries below"),
        (
            "hrv.justice: HRV",
            "hrv.justice: HRV\n    hrv.justice: TUR",
            17,
            "kobotoolbox.submitters.hrv.justice",
            "twice",
        ),
        ("hrv.justice: HRV", '"hrv\\x07": HRV', 17, "kobotoolbox.submitters.hrv\x07", "Type the name again"),
    ],
)
def test_each_fault_is_told_once_with_its_line_and_the_mend(
    folder: Folder, old: str, new: str, line: int, entry: str, says: str
) -> None:
    assert ALL.count(old) == 1
    problems = told(folder, ALL.replace(old, new))
    assert [(row, column) for row, column, _ in problems] == [(line, entry)]
    assert says in problems[0][2]


@pytest.mark.parametrize(
    ("section", "key", "variable"),
    [
        ("mailbox", "password", "STOCKTAKE_MAILBOX_PASSWORD"),
        ("odk_central", "Password", "STOCKTAKE_ODK_PASSWORD"),
        ("kobotoolbox", "token", "STOCKTAKE_KOBO_TOKEN"),
        ("kobotoolbox", "api_token", "STOCKTAKE_KOBO_TOKEN"),
    ],
)
def test_a_password_in_the_file_is_refused_without_showing_it(
    folder: Folder, section: str, key: str, variable: str
) -> None:
    problems = told(folder, ALL.replace(f"{section}:\n", f"{section}:\n  {key}: hunter2\n"))
    assert [column for _, column, _ in problems] == [f"{section}.{key}"]
    assert variable in problems[0][2]
    assert "hunter2" not in str(problems)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@odk.tiny.example",
        "https://odk.tiny.example/?token=hunter2",
        "https://hunter2@[::1",
        "hunter2",
    ],
)
def test_a_password_in_an_address_is_refused_without_showing_it(folder: Folder, url: str) -> None:
    problems = told(folder, ALL.replace("https://odk.tiny.example/", url))
    assert [column for _, column, _ in problems] == ["odk_central.url"]
    assert "hunter2" not in str(problems)


def test_a_submitter_may_be_called_password(folder: Folder) -> None:
    write(folder, ALL.replace("hrv.justice", "password"))
    server = folder.load().ways_in.kobotoolbox
    assert server is not None
    assert server.submitters == {"password": "HRV"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_server_on_the_same_machine_needs_no_encryption(folder: Folder, host: str) -> None:
    write(folder, ALL.replace("https://odk.tiny.example/", f"http://{host}:8383/odk/"))
    server = folder.load().ways_in.odk_central
    assert server is not None
    assert server.url == f"http://{host}:8383/odk"


def test_all_problems_are_told_at_once(folder: Folder) -> None:
    text = "mailbox:\n  security: plain\nodk_central:\n  url: http://x.example\n  submitters:\n    a b: ZZZ\nexports:\n  x: y\n"
    assert sorted((line, entry) for line, entry, _ in told(folder, text)) == [
        (1, "exports.member_column"),
        (1, "mailbox.host"),
        (1, "mailbox.user"),
        (1, "odk_central.forms"),
        (1, "odk_central.user"),
        (2, "mailbox.security"),
        (4, "odk_central.url"),
        (6, "odk_central.submitters.a b"),
        (8, "exports.x"),
    ]


def test_a_list_of_sections_is_told(folder: Folder) -> None:
    assert "no list" in told(folder, "- mailbox:\n    host: x\n- exports:\n    member_column: x\n")[0][2]


def test_a_file_that_is_no_yaml_is_told_with_its_line(folder: Folder) -> None:
    assert [line for line, _, _ in told(folder, "mailbox:\n  host: [\n")] == [3]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1).filter(
    lambda name: bool(name.strip()) and name not in ("<<", "=")
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(NAMES, st.sampled_from(["TUR", "XKX", "HRV"]), min_size=1, max_size=5))
def test_submitters_of_any_name_reach_their_member(folder: Folder, submitters: dict[str, str]) -> None:
    sections = {
        "kobotoolbox": {"url": "https://kobo.example", "forms": {"2014": "abc"}, "submitters": submitters},
    }
    write(folder, yaml.safe_dump(sections, allow_unicode=True))
    server = folder.load().ways_in.kobotoolbox
    assert server is not None
    assert server.submitters == submitters


def test_the_file_of_the_real_alliance_sets_up_nothing_and_its_examples_are_sound() -> None:
    path = Path(__file__).parents[3] / "alliance"
    assert load_alliance(path).ways_in == WaysIn()


def test_the_examples_in_the_file_of_the_real_alliance_are_sound(folder: Folder) -> None:
    text = (Path(__file__).parents[3] / "alliance" / FILE).read_text("utf-8")
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    sections = [
        line for line in lines if line.startswith((" ", "mailbox:", "odk_central:", "kobotoolbox:", "exports:"))
    ]
    write(folder, "\n".join(sections).replace("ALB", "TUR"))
    ways = folder.load().ways_in
    assert ways.mailbox == Mailbox(
        "imap.global-alliance.example", 993, "tls", "secretariat@global-alliance.example", "INBOX"
    )
    assert ways.odk_central is not None
    assert ways.odk_central.forms == {"2014": "3/ga-csao-2014"}
    assert ways.odk_central.submitters == {"Ministry of Justice of Albania": "TUR"}
    assert ways.kobotoolbox is not None
    assert ways.kobotoolbox.submitters == {"justice_albania": "TUR"}
    assert ways.member_column == "member"
