"""A mailbox on a real Dovecot: replies arrive once, whatever breaks in between, and nothing in the mailbox changes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bounces
import pandas as pd
import pytest
from books import FORM, KEY, Filled, book, saved
from gather_alliances import alliance
from mail_servers import PASSWORD, USERS, Certificate, Dovecot, Postbox, free_port, make_certificate, scripted
from messages import PICTURE, letter, part, parts

from pipeline.alliance.model import Alliance, Mailbox, WaysIn
from pipeline.gather.archive import Archive, Receipt
from pipeline.gather.gather import gather
from pipeline.gather.intake import InboxError, Incoming, LeftOut, Round
from pipeline.gather.intakes import mailbox as intake
from pipeline.gather.mail import server as mail_server
from pipeline.gather.mail.automatic import AutomaticReply
from pipeline.gather.receive import Received, receive
from pipeline.questionnaire.identity import Token

VARIABLE = "STOCKTAKE_MAILBOX_PASSWORD"
MAY = dt.datetime(2014, 5, 20, 9, tzinfo=dt.UTC)
ALB = Token("T-ALL", "2014", "ALB", FORM.version, "en")


def workbook(victims: int = 10) -> bytes:
    return saved(book(Filled({"victims": victims}), ALB, KEY))


@pytest.fixture(scope="module")
def certificate(tool: Callable[[str], str]) -> Iterator[Certificate]:
    with tempfile.TemporaryDirectory() as folder:
        yield make_certificate(tool("openssl"), Path(folder))


@pytest.fixture(scope="module")
def dovecot(tool: Callable[[str], str], certificate: Certificate) -> Iterator[Dovecot]:
    running = Dovecot(tool("dovecot"), certificate)
    try:
        running.start()
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def users() -> Iterator[str]:
    return iter(USERS)


@pytest.fixture(autouse=True)
def environment(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))


@pytest.fixture
def post(dovecot: Dovecot, users: Iterator[str]) -> Postbox:
    """The empty mailbox of a user that no other test has."""
    return Postbox(dovecot, next(users))


def with_mailbox(settings: Mailbox | None) -> Alliance:
    return dataclasses.replace(alliance(), ways_in=WaysIn(mailbox=settings))


def collected(settings: Mailbox | None, cycle: str = "2014", known: frozenset[str] = frozenset()) -> list:
    whole = with_mailbox(settings)
    return list(intake.collect(Round(whole, whole.cycle(cycle), Path("inbox"), known.__contains__)))


def files(items: list) -> list[tuple[str, bytes]]:
    return [(item.file, item.content) for item in items if isinstance(item, Incoming)]


class Office:
    """An inbox, an archive, and the runs over them."""

    def __init__(self, folder: Path, settings: Mailbox):
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.archive, self.cache = Archive(folder / "archive"), folder / "cache"
        self.alliance = with_mailbox(settings)

    def receive(self, archive: Archive | None = None) -> Received:
        return receive(self.alliance, self.alliance.cycle("2014"), self.inbox, archive or self.archive)

    def receipts(self) -> list[Receipt]:
        return self.archive.receipts("2014")

    def table(self) -> pd.DataFrame:
        return gather(self.alliance, self.alliance.cycle("2014"), self.archive, KEY, self.cache).submissions

    def statuses(self) -> list[tuple[str, str, str | None, str | None]]:
        table = self.table()
        rows = table.astype(object).where(table.notna(), None)
        return list(zip(rows["file"], rows["status"], rows["member"], rows["reason"], strict=True))


@pytest.fixture
def office(tmp_path: Path, post: Postbox) -> Office:
    return Office(tmp_path, post.settings)


# --- from the mailbox to the table of submissions ---------------------------------------------------------------------


def test_a_workbook_that_a_focal_point_sends_back_is_accepted(post: Postbox, office: Office) -> None:
    content = workbook()
    post.put(letter(("Albania.xlsx", content)).as_bytes(), MAY)
    office.receive()
    (receipt,) = office.receipts()
    assert (receipt.file, receipt.way, receipt.sender, receipt.received) == (
        "Albania.xlsx",
        "mailbox",
        "focal@alb.example",
        MAY,
    )
    assert receipt.reference.startswith("<reply-1@alb.example>#1-")
    assert office.archive.read(receipt.sha256) == content
    assert office.statuses() == [("Albania.xlsx", "accepted", "ALB", None)]


@pytest.mark.parametrize(
    ("sender", "status"),
    [
        ("stranger@elsewhere.example", ("Albania.xlsx", "quarantined", "ALB", "unknown_sender")),
        ('"focal@alb.example" <stranger@elsewhere.example>', ("Albania.xlsx", "quarantined", "ALB", "unknown_sender")),
        ("focal@usa.example", ("Albania.xlsx", "quarantined", None, "sender_of_another_member")),
        ("Focal@ALB.example", ("Albania.xlsx", "accepted", "ALB", None)),
    ],
)
def test_who_may_send_whose_workbook(post: Postbox, office: Office, sender: str, status: tuple[str, ...]) -> None:
    post.put(letter(("Albania.xlsx", workbook()), sender=sender).as_bytes(), MAY)
    office.receive()
    assert office.statuses() == [status]


def test_two_senders_in_one_message_are_nobody(post: Postbox, office: Office) -> None:
    content = letter(("Albania.xlsx", workbook())).as_bytes()
    post.put(b"From: stranger@elsewhere.example\r\n" + content, MAY)
    office.receive()
    assert [receipt.sender for receipt in office.receipts()] == [None]
    assert office.statuses() == [("Albania.xlsx", "quarantined", "ALB", "unknown_sender")]


def test_what_is_no_workbook_is_rejected_and_known_as_that_of_its_sender(post: Postbox, office: Office) -> None:
    post.put(parts(part("text/csv; name=answers.csv"), part("application/pdf; name=a.pdf", "JVBERi0xLjQ=")), MAY)
    office.receive()
    assert sorted(office.statuses()) == [
        ("a.pdf", "rejected", "ALB", "not_a_workbook"),
        ("answers.csv", "rejected", "ALB", "not_a_workbook"),
    ]


def test_what_outlook_hides_attachments_in_is_rejected_with_the_mend(post: Postbox, office: Office) -> None:
    message = letter()
    message.add_attachment(b"\x78\x9f\x3e\x22\x01\x00rest", "application", "ms-tnef", filename="winmail.dat")
    post.put(message.as_bytes(), MAY)
    office.receive()
    (row,) = office.table().to_dict("records")
    assert (row["status"], row["member"], row["reason"]) == ("rejected", "ALB", "not_a_workbook")
    assert "set the message's format to HTML" in row["detail"]


def test_a_corrected_workbook_takes_the_place_of_the_first(post: Postbox, office: Office) -> None:
    post.put(letter(("a.xlsx", workbook(10))).as_bytes(), MAY)
    office.receive()
    post.put(letter(("a.xlsx", workbook(11)), message_id="<2@alb.example>").as_bytes(), MAY + dt.timedelta(days=1))
    office.receive()
    assert [(status, reason) for _, status, _, reason in office.statuses()] == [
        ("superseded", "later_version"),
        ("accepted", None),
    ]


def test_without_a_mailbox_nothing_is_collected_and_no_password_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    assert collected(None) == []


# --- once, and all of it ----------------------------------------------------------------------------------------------


def test_a_message_is_received_once_however_often_the_mailbox_is_read(post: Postbox, office: Office) -> None:
    post.put(letter(("a.xlsx", b"a"), ("b.xlsx", b"b")).as_bytes(), MAY)
    first = office.receive()
    assert sorted((receipt.file, receipt.reference[:24]) for receipt in first.receipts) == [
        ("a.xlsx", "<reply-1@alb.example>#1-"),
        ("b.xlsx", "<reply-1@alb.example>#2-"),
    ]
    before = office.receipts()
    assert office.receive() == Received((), ())
    assert office.receipts() == before


def test_a_copy_of_a_message_in_the_folder_is_the_same_message(post: Postbox, office: Office) -> None:
    for moment in (MAY, MAY + dt.timedelta(hours=3)):
        post.put(letter(("a.xlsx", b"a")).as_bytes(), moment)
    office.receive()
    (receipt,) = office.receipts()
    assert receipt.received == MAY


def test_a_forged_message_with_a_known_message_id_hides_nothing(post: Postbox, office: Office) -> None:
    forged = letter(("a.xlsx", b"forged"), sender="stranger@elsewhere.example")
    post.put(forged.as_bytes(), MAY)
    office.receive()
    post.put(letter(("a.xlsx", workbook())).as_bytes(), MAY + dt.timedelta(minutes=1))
    office.receive()
    assert [receipt.sender for receipt in office.receipts()] == ["stranger@elsewhere.example", "focal@alb.example"]
    assert office.statuses()[1] == ("a.xlsx", "accepted", "ALB", None)


def test_messages_without_a_message_id_are_told_apart_and_received_once(post: Postbox, office: Office) -> None:
    for subject in ("one", "two"):
        post.put(letter((f"{subject}.xlsx", b"x"), message_id=None, subject=subject).as_bytes(), MAY)
    office.receive()
    office.receive()
    assert sorted(receipt.file for receipt in office.receipts()) == ["one.xlsx", "two.xlsx"]
    assert all(receipt.reference.startswith("sha256:") for receipt in office.receipts())


def test_a_run_that_is_broken_off_within_a_message_is_completed_by_the_next(post: Postbox, office: Office) -> None:
    """Every prefix of what is yielded is received, as if the run was killed there."""
    post.put(letter(("a.xlsx", b"a"), ("b.xlsx", b"b"), ("c.xlsx", b"c")).as_bytes(), MAY)
    post.put(letter(("d.xlsx", b"d"), message_id="<2@alb.example>").as_bytes(), MAY + dt.timedelta(hours=1))
    everything = collected(post.settings)
    assert sorted(files(everything)) == [("a.xlsx", b"a"), ("b.xlsx", b"b"), ("c.xlsx", b"c"), ("d.xlsx", b"d")]
    for killed_after in range(len(everything) + 1):
        taken = everything[:killed_after]
        rest = collected(post.settings, known=frozenset(item.reference for item in taken))
        together = {(item.reference, item.content) for item in [*taken, *rest]}
        assert together == {(item.reference, item.content) for item in everything}


class DyingServer(Archive):
    """An archive in whose midst the mail server dies."""

    def __init__(self, folder: Path, dovecot: Dovecot, after: int):
        super().__init__(folder)
        self._dovecot, self._left = dovecot, after

    def store(self, content: bytes) -> str:
        self._left -= 1
        if self._left == 0:
            self._dovecot.kill()
        return super().store(content)


@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(
    tmp_path: Path, tool: Callable[[str], str], certificate: Certificate, after: int
) -> None:
    dovecot = Dovecot(tool("dovecot"), certificate)
    try:
        dovecot.start()
        post = Postbox(dovecot, USERS[0])
        for number in range(3):
            content = [(f"{number}{letter_}.xlsx", f"{number}{letter_}".encode()) for letter_ in "ab"]
            post.put(
                letter(*content, message_id=f"<{number}@alb.example>").as_bytes(), MAY + dt.timedelta(hours=number)
            )
        office = Office(tmp_path, post.settings)
        with pytest.raises(InboxError, match=r"office00 on localhost, port \d+: .*What has arrived until then is kept"):
            office.receive(DyingServer(tmp_path / "archive", dovecot, after))
        kept = office.receipts()
        assert after <= len(kept) < 6
        dovecot.start()
        office.receive()
        assert sorted(receipt.file for receipt in office.receipts()) == [f"{n}{x}.xlsx" for n in range(3) for x in "ab"]
        assert [receipt for receipt in office.receipts() if receipt in kept] == kept
    finally:
        dovecot.close()


# --- what is in a message ---------------------------------------------------------------------------------------------


def test_pictures_in_the_text_are_no_submissions(post: Postbox) -> None:
    message = letter(("a.xlsx", b"a"))
    message.add_attachment(PICTURE, "image", "gif", filename="logo.gif", disposition="inline", cid="<logo@x>")
    post.put(message.as_bytes(), MAY)
    assert files(collected(post.settings)) == [("a.xlsx", b"a")]


def test_a_forwarded_workbook_comes_from_whoever_forwarded_it(post: Postbox) -> None:
    outer = letter(sender="deputy@alb.example")
    outer.add_attachment(letter(("a.xlsx", b"a"), sender="ministry@alb.example"))
    post.put(outer.as_bytes(), MAY)
    (item,) = collected(post.settings)
    assert (item.file, item.content, item.sender) == ("a.xlsx", b"a", "deputy@alb.example")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (letter(), "Nothing is attached to it."),
        (letter(subject="nothing but a multipart", Content_Language="en"), "Nothing is attached to it."),
        (letter(("a.xlsx", b"a"), Auto_Submitted="auto-replied"), "automatic reply"),
        (letter(("a.xlsx", b"a"), Return_Path="<>"), "mail server or an automatic reply"),
        (letter(("a.xlsx", b"a"), Precedence="bulk"), "sent to many"),
        (letter(("a.xlsx", b"a"), sender="MAILER-DAEMON@alb.example"), "mail server"),
    ],
)
def test_what_is_no_submission_is_left_out_with_words_for_staff(post: Postbox, message, reason: str) -> None:
    post.put(message.as_bytes(), MAY)
    (item,) = collected(post.settings)
    assert isinstance(item, LeftOut)
    assert reason in item.reason
    assert item.file.startswith(f"message '{message['Subject']}' from ")
    assert item.file.endswith(", 2014-05-20 09:00 UTC")


def test_what_a_mail_server_says_about_a_letter_is_handed_over_and_nothing_else_is_fetched(post: Postbox) -> None:
    post.put(bounces.postfix(to=bounces.BOUNCES), MAY)
    post.put(bounces.absent(), MAY + dt.timedelta(hours=1))
    post.put(letter(("a.xlsx", b"a"), In_Reply_To=bounces.LETTER).as_bytes(), MAY + dt.timedelta(hours=2))
    post.put(letter(message_id="<many@x>", Precedence="bulk").as_bytes(), MAY + dt.timedelta(hours=3))
    bounce, absence, answer, to_many = collected(post.settings)
    assert isinstance(bounce, AutomaticReply)
    assert (bounce.kind, bounce.named, bounce.tokens) == ("failed", (bounces.LETTER,), (bounces.TOKEN,))
    assert isinstance(absence, AutomaticReply)
    assert (absence.kind, absence.received) == ("absent", MAY + dt.timedelta(hours=1))
    assert isinstance(answer, Incoming)
    assert type(to_many) is LeftOut
    assert post.flags() == [()] * 4


def test_only_the_beginning_of_a_huge_report_is_fetched(post: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    message = bounces.postfix().replace(b"Dear colleagues,", b"0123456789abcdef\r\n" * 60_000)
    fetched: list[int] = []
    beginning = mail_server.MailServer.beginning

    def counted(server: mail_server.MailServer, uid: str) -> bytes:
        content = beginning(server, uid)
        fetched.append(len(content))
        return content

    monkeypatch.setattr(mail_server.MailServer, "beginning", counted)
    post.put(message, MAY)
    (bounce,) = collected(post.settings)
    assert isinstance(bounce, AutomaticReply)
    assert bounce.named == (bounces.LETTER,)
    assert fetched == [mail_server.HEADER_LIMIT]


def test_a_message_with_a_picture_alone_has_nothing_attached(post: Postbox) -> None:
    message = letter()
    message.add_attachment(PICTURE, "image", "gif", filename="logo.gif", disposition="inline", cid="<logo@x>")
    post.put(message.as_bytes(), MAY)
    (item,) = collected(post.settings)
    assert isinstance(item, LeftOut)


def test_a_message_that_cannot_be_taken_apart_is_handed_in_as_a_whole(post: Postbox, office: Office) -> None:
    header = "From: focal@alb.example\r\nSubject: Our/answers\r\n"
    message = parts(*["Content-Type: application/octet-stream\r\n\r\nhi"] * 3_000, header=header)
    post.put(message, MAY)
    office.receive()
    office.receive()
    (receipt,) = office.receipts()
    assert (receipt.file, receipt.size) == ("Our-answers.eml", len(message))
    assert office.statuses() == [("Our-answers.eml", "rejected", "ALB", "not_a_workbook")]


@pytest.mark.slow
def test_a_message_that_is_too_large_is_kept_whole_and_its_sender_hears_of_it(
    post: Postbox, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MESSAGE_LIMIT", 21_000_000)
    monkeypatch.setattr(mail_server, "PIECE", 10_000_000)
    message = letter(("a.xlsx", bytes(17_000_000)), subject="Très grand").as_bytes()
    assert len(message) > 22_000_000
    post.put(message, MAY)
    office.receive()
    (receipt,) = office.receipts()
    assert (receipt.file, receipt.size) == ("Très grand.eml", len(message))
    assert office.archive.read(receipt.sha256) == message
    assert office.statuses() == [("Très grand.eml", "rejected", "ALB", "too_large")]
    assert office.receive() == Received((), ())


def test_a_message_beyond_all_measure_is_not_fetched_but_staff_see_it(
    post: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "FETCH_LIMIT", 2_000_000)
    monkeypatch.setattr(mail_server.MailServer, "message", None)
    monkeypatch.setattr(mail_server.MailServer, "pieces", None)
    post.put(letter(("a.xlsx", bytes(3_000_000))).as_bytes(), MAY)
    (item,) = collected(post.settings)
    assert isinstance(item, LeftOut)
    assert item.reason == "It has 4 MB and is not fetched. Write to the sender, or save it by hand."


# --- when -------------------------------------------------------------------------------------------------------------


def test_a_message_belongs_to_the_cycle_in_whose_time_it_was_received(post: Postbox) -> None:
    """The cycles open on 1 April 2013 and on 1 April 2014; days are those of UTC, whatever zone the server names."""
    moments = {
        "before any cycle": dt.datetime(2013, 3, 31, 23, 59, 59, tzinfo=dt.UTC),
        "first of 2013": dt.datetime(2013, 4, 1, tzinfo=dt.UTC),
        "last of 2013": dt.datetime(2014, 3, 31, 23, 59, 59, tzinfo=dt.UTC),
        "still 2013": dt.datetime(2014, 4, 1, 11, 59, tzinfo=dt.timezone(dt.timedelta(hours=12))),
        "already 2014": dt.datetime(2014, 3, 31, 20, tzinfo=dt.timezone(-dt.timedelta(hours=4))),
        "long after": dt.datetime(2019, 1, 1, tzinfo=dt.UTC),
    }
    for name, moment in moments.items():
        post.put(letter((f"{name}.xlsx", b"x"), message_id=f"<{name.replace(' ', '')}@x>").as_bytes(), moment)
    assert [file for file, _ in files(collected(post.settings, "2013"))] == [
        "first of 2013.xlsx",
        "still 2013.xlsx",
        "last of 2013.xlsx",
    ]
    assert [file for file, _ in files(collected(post.settings, "2014"))] == ["already 2014.xlsx", "long after.xlsx"]


def test_messages_come_in_the_order_in_which_they_were_received(post: Postbox) -> None:
    for hour in (5, 1, 3):
        moment = MAY + dt.timedelta(hours=hour)
        post.put(letter((f"{hour}.xlsx", b"x"), message_id=f"<{hour}@x>").as_bytes(), moment)
    assert [file for file, _ in files(collected(post.settings))] == ["1.xlsx", "3.xlsx", "5.xlsx"]


@pytest.mark.slow
def test_more_messages_than_are_listed_at_a_time_all_arrive(post: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "_LISTED_AT_A_TIME", 7)
    monkeypatch.setattr(mail_server, "_HEADERS_AT_A_TIME", 5)
    for number in range(23):
        post.put(letter((f"{number:02}.xlsx", b"x"), message_id=f"<{number}@x>").as_bytes(), MAY)
    assert [file for file, _ in files(collected(post.settings))] == [f"{number:02}.xlsx" for number in range(23)]


# --- the mailbox stays as it is ---------------------------------------------------------------------------------------


def test_what_staff_have_not_read_stays_unread_and_nothing_is_moved(post: Postbox) -> None:
    post.put(letter(("a.xlsx", b"a")).as_bytes(), MAY)
    post.put(letter(message_id="<2@x>").as_bytes(), MAY, flags=["\\Seen", "\\Flagged"])
    before = post.flags()
    assert before == [(), ("\\Flagged", "\\Seen")]
    assert len(collected(post.settings)) == 2
    assert post.flags() == before


def test_another_folder_is_read_where_one_is_named(post: Postbox) -> None:
    name = "Réponses/2014 “été” & co"
    post.put(letter(("a.xlsx", b"a")).as_bytes(), MAY, folder=name)
    post.put(letter(("b.xlsx", b"b")).as_bytes(), MAY)
    assert files(collected(dataclasses.replace(post.settings, folder=name))) == [("a.xlsx", b"a")]


# --- what goes wrong --------------------------------------------------------------------------------------------------


def failure(settings: Mailbox) -> str:
    with pytest.raises(InboxError) as caught:
        collected(settings)
    assert settings.host in str(caught.value) or VARIABLE in str(caught.value)
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def test_a_folder_that_is_not_there_is_told(post: Postbox) -> None:
    assert "the folder 'Replies' cannot be opened" in failure(dataclasses.replace(post.settings, folder="Replies"))


@pytest.mark.parametrize("password", ["wrong", "wröng"])
def test_a_wrong_password_is_told_without_showing_it(
    post: Postbox, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setenv(VARIABLE, password)
    told = failure(post.settings)
    assert "does not let us in" in told
    assert VARIABLE in told
    assert password not in told


@pytest.mark.parametrize("password", [None, "", "\n", "pass\x00word", "pass\r\nA1 LOGOUT"])
def test_a_password_that_is_missing_or_none_is_told(post: Postbox, password: str | None) -> None:
    whole = with_mailbox(post.settings)
    given = {} if password is None else {VARIABLE: password}
    with pytest.raises(InboxError, match=VARIABLE):
        list(intake.collect(Round(whole, whole.cycle("2014"), Path("inbox"), environment=given)))


def test_a_line_end_behind_the_password_is_no_part_of_it(post: Postbox) -> None:
    whole = with_mailbox(post.settings)
    environment = {VARIABLE: f"{PASSWORD}\n"}
    assert list(intake.collect(Round(whole, whole.cycle("2014"), Path("inbox"), environment=environment))) == []


def test_a_certificate_that_nobody_vouches_for_is_refused(post: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificate is not accepted (self-signed certificate)" in failure(post.settings)
    assert "SSL_CERT_FILE" in failure(post.with_starttls())


def test_a_certificate_of_another_name_is_refused(post: Postbox) -> None:
    told = failure(dataclasses.replace(post.settings, host="127.0.0.1"))
    assert "certificate is not accepted (IP address mismatch" in told


def test_a_server_that_is_down_is_told(post: Postbox) -> None:
    assert "nothing answers there" in failure(dataclasses.replace(post.settings, port=free_port()))


def test_a_name_without_a_server_is_told(post: Postbox) -> None:
    assert "no server of that name" in failure(dataclasses.replace(post.settings, host="imap.invalid"))


def test_a_server_that_stays_silent_is_given_up(post: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "TIMEOUT", 0.3)
    started = time.monotonic()
    with scripted(lambda _: None, b"") as (port, _):
        settings = dataclasses.replace(post.settings, port=port, security="starttls")
        assert "does not answer in time" in failure(settings)
    assert time.monotonic() - started < 5


def test_tls_where_the_server_speaks_none_is_told(post: Postbox) -> None:
    with scripted(lambda _: None, b"* OK ready\r\n") as (port, _):
        assert "no encrypted connection" in failure(dataclasses.replace(post.settings, port=port))


def test_starttls_gives_the_same_as_tls(post: Postbox) -> None:
    post.put(letter(("a.xlsx", b"a")).as_bytes(), MAY)
    assert files(collected(post.with_starttls())) == [("a.xlsx", b"a")]


def tagged(answers: dict[bytes, bytes]) -> Callable[[bytes], bytes | None]:
    """Answers by command; the tag of the line goes in place of @."""

    def answer(line: bytes) -> bytes | None:
        tag, _, command = line.strip().partition(b" ")
        found = answers.get(command.partition(b" ")[0].upper())
        return None if found is None else found.replace(b"@", tag)

    return answer


@pytest.mark.parametrize(
    ("greeting", "answers"),
    [
        (
            b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n",
            {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n@ OK done\r\n"},
        ),
        (b"* PREAUTH welcome\r\n", {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n@ OK done\r\n"}),
        (
            b"* OK ready\r\n",
            {b"CAPABILITY": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n@ OK done\r\n", b"STARTTLS": b"@ NO not today\r\n"},
        ),
    ],
    ids=["offer taken away", "signed in already", "turned down"],
)
def test_a_connection_that_cannot_be_encrypted_is_refused_before_any_password(
    post: Postbox, greeting: bytes, answers: dict[bytes, bytes]
) -> None:
    with scripted(tagged(answers), greeting) as (port, heard):
        settings = dataclasses.replace(post.settings, port=port, security="starttls")
        told = failure(settings)
    assert "offers no encryption (STARTTLS)" in told
    assert not [line for line in heard if b"LOGIN" in line.upper() or b"AUTH" in line.upper() or b"horse" in line]


def test_a_server_that_repeats_the_password_does_not_bring_it_into_the_message(
    post: Postbox, certificate: Certificate
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    answers = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n@ OK done\r\n",
        b"LOGIN": b"@ BAD syntax: LOGIN office " + PASSWORD.encode() + b"\r\n",
    }
    with scripted(tagged(answers), b"* OK ready\r\n", context) as (port, heard):
        told = failure(dataclasses.replace(post.settings, port=port))
    assert any(b"LOGIN" in line for line in heard)
    assert "syntax: LOGIN office ***" in told
    assert "horse" not in told


@pytest.mark.parametrize("broken_at", [b"EXAMINE", b"UID"])
def test_a_server_that_hangs_up_is_told(post: Postbox, certificate: Certificate, broken_at: bytes) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    answers = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n@ OK done\r\n",
        b"LOGIN": b"@ OK done\r\n",
        b"EXAMINE": b"* 1 EXISTS\r\n@ OK [READ-ONLY] done\r\n",
        b"UID": b"* SEARCH 1\r\n@ OK done\r\n",
    }
    del answers[broken_at]
    with scripted(tagged(answers), b"* OK ready\r\n", context) as (port, _):
        assert "the connection broke" in failure(dataclasses.replace(post.settings, port=port))


def test_what_other_servers_answer_is_understood_too(post: Postbox, certificate: Certificate) -> None:
    """The UID behind the literal, as Exchange has it, news of other messages in between, a message that is gone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    message = parts(part("application/x; name=a.xlsx"))
    header = message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    fetched = itertools.count()

    def literal(name: bytes, content: bytes) -> bytes:
        return b"* 4 FETCH (%s {%d}\r\n%s UID 9)\r\n* 7 FETCH (FLAGS (\\Seen))\r\n@ OK done\r\n" % (
            name,
            len(content),
            content,
        )

    listed = (
        b"* 7 FETCH (FLAGS (\\Seen) UID 12)\r\n"
        b'* 4 FETCH (RFC822.SIZE 500 INTERNALDATE " 2-May-2014 10:30:00 +0230" UID 9)\r\n'
        b'* 5 FETCH (UID 11 INTERNALDATE "02-May-2014 10:30:00 +0230" RFC822.SIZE 500)\r\n@ OK done\r\n'
    )
    answers = [listed, literal(b"BODY[HEADER]<0>", header), literal(b"BODY[]", message)]

    def answer(line: bytes) -> bytes | None:
        tag, _, command = line.strip().partition(b" ")
        if command.startswith(b"UID SEARCH"):
            assert command == b"UID SEARCH (SINCE 31-Mar-2014)"
            return b"* SEARCH 9 11\r\n" + tag + b" OK done\r\n"
        if command.startswith(b"UID FETCH"):
            assert b"BODY[" not in command
            return answers[next(fetched)].replace(b"@ OK", tag + b" OK")
        return tagged(
            {
                b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n@ OK done\r\n",
                b"LOGIN": b"@ OK done\r\n",
                b"EXAMINE": b"@ OK [READ-ONLY] done\r\n",
                b"LOGOUT": b"* BYE\r\n@ OK done\r\n",
            }
        )(line)

    with scripted(answer, b"* OK ready\r\n", context) as (port, _):
        (item,) = collected(dataclasses.replace(post.settings, port=port))
    assert (item.file, item.content, item.received) == (
        "a.xlsx",
        b"hello",
        dt.datetime(2014, 5, 2, 8, tzinfo=dt.UTC),
    )
