"""Submissions arrive from form servers once, as they are, under the name that the server knows; failures are words."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from books import KEY
from gather_alliances import cycle
from mail_servers import make_certificate
from replayed_servers import Answer, KoboToolbox, OdkCentral, Request, Server, as_json
from web_forms import kobo_json, odk_xml, web_alliance

from pipeline.gather.archive import Archive
from pipeline.gather.form_servers import kobotoolbox_api, odk_central_api, session
from pipeline.gather.gather import gather
from pipeline.gather.intake import InboxError, Incoming, LeftOut, Round
from pipeline.gather.receive import receive

SECRETS = {"STOCKTAKE_ODK_PASSWORD": "correct horse", "STOCKTAKE_KOBO_TOKEN": "c0ffee"}
CYCLE = cycle("2014", 2014)


def collected(
    url: str,
    way: str,
    known: Callable[[str], bool] = lambda _: False,
    waited: list[float] | None = None,
    environment: dict[str, str] | None = None,
) -> list[Incoming | LeftOut]:
    """What a way in gives from a server; ``waited`` gets the pauses, which are not made."""
    alliance = web_alliance(url)
    round = Round(alliance, CYCLE, Path("inbox"), known, SECRETS if environment is None else environment)
    pause = (waited if waited is not None else []).append
    servers = alliance.ways_in
    if way == "odk_central":
        assert servers.odk_central
        return list(odk_central_api.submissions(round, servers.odk_central, servers.odk_central.forms["2014"], pause))
    assert servers.kobotoolbox
    return list(kobotoolbox_api.submissions(round, servers.kobotoolbox, servers.kobotoolbox.forms["2014"], pause))


def error(answer: Callable[[Request], Answer], way: str, waited: list[float] | None = None) -> str:
    """The words for a failure, which never hold anything secret."""
    with Server(answer) as server, pytest.raises(InboxError) as caught:
        collected(server.url, way, waited=waited)
    words = str(caught.value)
    assert not any(secret in words for secret in (*SECRETS.values(), "Bearer", "token0"))
    assert words.startswith(("ODK Central at http://127", "KoboToolbox at http://127"))
    return words


VICTIMS = odk_xml("<pt1><victims>12</victims></pt1>")
EDITED = odk_xml("<pt1><victims>13</victims></pt1>")


def test_a_submission_of_odk_central_arrives_as_it_is() -> None:
    central = OdkCentral()
    central.add("uuid:85cb9aff-005e", VICTIMS, "2014-05-20T07:05:00.395Z")
    with Server(central) as server:
        (arrived,) = collected(server.url, "odk_central")
    assert arrived == Incoming(
        "uuid_85cb9aff-005e.xml",
        VICTIMS,
        dt.datetime(2014, 5, 20, 7, 5, 0, 395000, tzinfo=dt.UTC),
        "Ministry of Albania",
        "odk_central",
        "uuid:85cb9aff-005e uuid:85cb9aff-005e",
    )
    # Signed out at the end.
    assert central.open_sessions == set()


def test_an_edited_submission_arrives_again_at_the_time_of_its_edit_from_its_first_submitter() -> None:
    central = OdkCentral()
    central.add("uuid:a", VICTIMS, "2014-05-20T07:05:00.000Z")
    with Server(central) as server:
        (first,) = collected(server.url, "odk_central")
        assert isinstance(first, Incoming)
        known = {first.reference}.__contains__
        assert collected(server.url, "odk_central", known) == []
        central.add("uuid:a", EDITED, "2014-05-22T10:00:00.000Z", "uuid:b")
        central.submissions[0]["currentVersion"]["submitter"] = {"displayName": "Staff who edited"}
        (second,) = collected(server.url, "odk_central", known)
    assert isinstance(second, Incoming)
    assert (second.content, second.reference, second.sender) == (EDITED, "uuid:a uuid:b", "Ministry of Albania")
    assert second.received == dt.datetime(2014, 5, 22, 10, tzinfo=dt.UTC)
    documents = [path for path in server.paths() if path.endswith(".xml")]
    assert [path.rpartition("/submissions/")[2] for path in documents] == [
        "uuid:a/versions/uuid:a.xml",
        "uuid:a/versions/uuid:b.xml",
    ]


@pytest.mark.parametrize("pages", [True, False])
@pytest.mark.parametrize("count", [0, 1, 5, 6, 10, 11])
def test_every_page_of_odk_central_is_read_once(pages: bool, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odk_central_api, "PAGE", 5)
    central = OdkCentral(pages=pages)
    for number in range(count):
        central.add(f"uuid:{number}", VICTIMS, f"2014-05-20T07:05:{number:02}.000Z")
    with Server(central) as server:
        arrived = collected(server.url, "odk_central")
    assert [item.file for item in arrived] == [f"uuid_{number}.xml" for number in range(count)]
    assert len([path for path in server.paths() if path.endswith("/submissions")]) <= count // 5 + 1


def test_what_arrives_while_pages_are_read_does_not_hide_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odk_central_api, "PAGE", 2)
    central = OdkCentral()
    for number in range(4):
        central.add(f"uuid:{number}", VICTIMS, f"2014-05-20T07:05:{number:02}.000Z")

    def answer(request: Request) -> Answer:
        if request.query.get("offset") == "2" and len(central.submissions) == 4:
            central.add("uuid:new", VICTIMS, "2014-05-20T08:00:00.000Z")
        return central(request)

    with Server(answer) as server:
        files = {item.file for item in collected(server.url, "odk_central")}
    assert files >= {f"uuid_{number}.xml" for number in range(4)}


def test_what_was_rejected_on_odk_central_is_left_out_with_a_word() -> None:
    central = OdkCentral()
    central.add("uuid:a", VICTIMS, "2014-05-20T07:05:00.000Z", reviewState="rejected")
    central.add("uuid:b", VICTIMS, "2014-05-20T07:06:00.000Z", submitter=None)
    with Server(central) as server:
        left_out, arrived = collected(server.url, "odk_central")
    assert isinstance(left_out, LeftOut)
    assert (left_out.file, "rejected" in left_out.reason) == ("uuid_a.xml", True)
    assert isinstance(arrived, Incoming)
    assert arrived.sender is None


def test_what_is_deleted_in_between_is_left_out() -> None:
    central = OdkCentral()
    central.add("uuid:a", VICTIMS, "2014-05-20T07:05:00.000Z")
    del central.documents["uuid:a", "uuid:a"]
    with Server(central) as server:
        (left_out,) = collected(server.url, "odk_central")
    assert left_out == LeftOut("uuid_a.xml", "It was deleted on the server while we collected.")


def test_ids_of_submissions_cannot_lead_anywhere_else() -> None:
    central = OdkCentral()
    evil = "../../../../v1/users?x=1#"
    central.add(evil, VICTIMS, "2014-05-20T07:05:00.000Z")
    with Server(central) as server:
        (arrived,) = collected(server.url, "odk_central")
        raw = [request.path for request in server.asked if request.path.endswith(".xml")]
    assert isinstance(arrived, Incoming)
    assert arrived.file == "v1_users_x_1.xml"
    assert raw == [f"/v1/projects/3/forms/test-2014/submissions/{evil}/versions/{evil}.xml"]


def submission(number: int, **changes: object) -> dict[str, object]:
    identity = {"_id": number, "_uuid": f"uuid-{number}"}
    return kobo_json({"pt1/victims": str(number)}, **identity, **changes)


def test_submissions_of_kobotoolbox_arrive_from_all_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kobotoolbox_api, "PAGE", 3)
    kobo = KoboToolbox([submission(number) for number in range(1, 8)], largest_page=2)
    with Server(kobo) as server:
        arrived = collected(server.url, "kobotoolbox")
    assert [item.file for item in arrived] == [f"uuid-{number}.json" for number in range(1, 8)]
    first = arrived[0]
    assert isinstance(first, Incoming)
    assert isinstance(first.content, bytes)
    assert json.loads(first.content) == submission(1)
    assert (first.sender, first.reference, first.way) == ("us_justice", "1 uuid-1", "kobotoolbox")
    assert first.received == dt.datetime(2014, 5, 20, 7, 5, tzinfo=dt.UTC)
    assert [request.query["start"] for request in server.asked] == ["0", "2", "4", "6"]


def test_an_edited_submission_of_kobotoolbox_arrived_when_the_server_gave_it() -> None:
    edited = {**submission(1), "_uuid": "uuid-9", "meta/deprecatedID": "uuid:uuid-1"}
    with Server(KoboToolbox([edited])) as server:
        (arrived,) = collected(server.url, "kobotoolbox", {"1 uuid-1"}.__contains__)
        assert collected(server.url, "kobotoolbox", {"1 uuid-9"}.__contains__) == []
    assert isinstance(arrived, Incoming)
    # The time in the server's own answer; that of the first version would not put it behind it.
    assert arrived.received == dt.datetime(2014, 6, 1, 12, tzinfo=dt.UTC)
    assert arrived.reference == "1 uuid-9"


def test_what_was_not_approved_on_kobotoolbox_is_left_out_with_a_word() -> None:
    status = {"uid": "validation_status_not_approved", "color": "#ff0000", "label": "Not approved"}
    anonymous = submission(2, _submitted_by=None)
    with Server(KoboToolbox([submission(1, _validation_status=status), anonymous])) as server:
        left_out, arrived = collected(server.url, "kobotoolbox")
    assert isinstance(left_out, LeftOut)
    assert "did not approve" in left_out.reason
    assert isinstance(arrived, Incoming)
    assert arrived.sender is None


def test_the_next_page_is_never_looked_for_on_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kobotoolbox_api, "PAGE", 1)
    kobo = KoboToolbox([submission(1), submission(2)])
    with Server(lambda _: as_json({})) as trap, Server(kobo) as server:
        kobo.elsewhere = trap.url
        assert len(collected(server.url, "kobotoolbox")) == 2
        assert trap.asked == []


def test_redirects_are_not_followed() -> None:
    with Server(lambda _: as_json({})) as trap:
        for way in ("odk_central", "kobotoolbox"):
            words = error(lambda _: (302, {"Location": f"{trap.url}/elsewhere"}, b""), way)
            assert "the server is elsewhere now (status 302)" in words
        assert trap.asked == []


WAYS = ["odk_central", "kobotoolbox"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (as_json({"detail": "Invalid token.", "echo": "correct horse c0ffee"}, 401), "does not let us in. Check user"),
        (as_json({"detail": "No."}, 403), "we may not read the submissions"),
        (as_json({"detail": "Not found."}, 404), "no such form or submission (status 404)"),
        (as_json({"detail": "I am a teapot"}, 418), "turned the request down (status 418)"),
        ((200, {}, b"<html>welcome</html>"), "it is no JSON"),
        ((200, {}, b'{"results": [NaN]}'), "it is no JSON"),
        ((200, {}, b"\xff\xfe\x00"), "it is no JSON"),
        ((200, {}, b"[" * 100_000), "it is no JSON"),
        ((200, {}, b'{"token": 1' + b"0" * 9_000 + b"}"), "it is no JSON"),
        ((200, {}, b""), "it is no JSON"),
        ((200, {}, b"null"), "it holds no"),
        (as_json({"token": "a\nb", "results": 7}), "it holds no"),
    ],
    ids=range(12),
)
@pytest.mark.parametrize("way", WAYS)
def test_what_a_server_answers_wrongly_is_told_in_words(answer: Answer, words: str, way: str) -> None:
    assert words in error(lambda _: answer, way)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("way", WAYS)
def test_a_server_that_is_busy_for_a_moment_is_asked_again(status: int, way: str) -> None:
    real = OdkCentral() if way == "odk_central" else KoboToolbox([submission(1)])
    if isinstance(real, OdkCentral):
        real.add("uuid:a", VICTIMS, "2014-05-20T07:05:00.000Z")
    failing = iter([True, False, True, True, False, True] + [False] * 9)
    waited: list[float] = []
    with Server(lambda request: as_json({}, status) if next(failing) else real(request)) as server:
        assert len(collected(server.url, way, waited=waited)) == 1
    assert waited[:1] == [1.0]


def test_a_server_that_stays_busy_is_asked_four_times_and_no_more() -> None:
    waited: list[float] = []
    words = error(lambda _: as_json({}, 503), "kobotoolbox", waited)
    assert "the server is not well (status 503). What has arrived until then is kept" in words
    assert waited == [1.0, 2.0, 4.0]


def test_a_server_may_say_how_long_to_wait_but_not_for_hours() -> None:
    waited: list[float] = []
    error(lambda _: as_json({}, 429, **{"Retry-After": "7"}), "kobotoolbox", waited)
    assert waited == [7.0, 7.0, 7.0]
    waited.clear()
    words = error(lambda _: as_json({}, 429, **{"Retry-After": "86400"}), "kobotoolbox", waited)
    assert (waited, "asks us to slow down" in words) == ([], True)
    error(lambda _: as_json({}, 429, **{"Retry-After": "Sun, 01 Jun 2014 13:00:00 GMT"}), "kobotoolbox", waited)
    assert waited == [1.0, 2.0, 4.0]


def test_a_page_that_comes_again_and_again_ends() -> None:
    page = {"count": 9, "next": "http://x/", "previous": None, "results": [submission(1)]}
    assert "the same page comes again and again" in error(lambda _: as_json(page), "kobotoolbox")
    empty = {"count": 9, "next": "http://x/", "previous": None, "results": []}
    assert "the same page comes again and again" in error(lambda _: as_json(empty), "kobotoolbox")


@pytest.mark.parametrize("item", [7, {}, {"_id": 1}, {"_id": 1, "_submission_time": "yesterday"}, {"_id": [1]}])
def test_a_submission_without_id_or_time_is_told(item: object) -> None:
    page = {"next": None, "results": [item]}
    assert "a submission has no id or no time" in error(lambda _: as_json(page), "kobotoolbox")
    central = OdkCentral(submissions=[item])  # type: ignore[list-item]
    assert "a submission has no id or no time" in error(lambda r: _central_list(central, r, [item]), "odk_central")


def _central_list(central: OdkCentral, request: Request, listed: object) -> Answer:
    return as_json(listed) if request.path.endswith("/submissions") else central(request)


def test_a_body_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "BODY_LIMIT", 1_000_000)
    assert "it is larger than 1 MB" in error(lambda _: (200, {}, b" " * 1_100_000), "kobotoolbox")


def test_a_body_that_unpacks_to_more_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(session, "BODY_LIMIT", 1_000_000)
    packed = gzip.compress(b" " * 50_000_000)
    assert "it is larger than 1 MB" in error(lambda _: (200, {"Content-Encoding": "gzip"}, packed), "kobotoolbox")


def test_a_body_that_breaks_off_is_asked_for_again() -> None:
    waited: list[float] = []
    words = error(
        lambda _: (200, {"Content-Length": "1000", "Connection": "close"}, b'{"results": []'), "kobotoolbox", waited
    )
    assert ("the connection broke" in words, len(waited)) == (True, 3)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on which somebody listens and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        thread = threading.Thread(target=lambda: held.extend(server.accept()[0] for _ in range(4)), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        for connection in held:
            connection.close()


def test_a_server_that_never_answers_is_given_up(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_READ_SECONDS", 0.2)
    with pytest.raises(InboxError, match="the server does not answer in time"):
        collected(f"http://127.0.0.1:{silent_port}", "kobotoolbox")


def test_a_server_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_BODY_SECONDS", -1)
    assert "takes too long to answer" in error(lambda _: (200, {}, b"{}"), "kobotoolbox")


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(InboxError, match="cannot be reached, or the connection broke"):
        collected(f"http://127.0.0.1:{port}", "kobotoolbox")


def test_certificates_are_checked(tmp_path: Path, tool: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_certificate(tool("openssl"), tmp_path)
    with Server(KoboToolbox([submission(1)]), made) as server:
        with pytest.raises(InboxError, match="the server's certificate is not accepted"):
            collected(server.url, "kobotoolbox")
        # Nothing was asked, so no token was sent.
        assert server.asked == []
        # An authority of one's own is named in the environment.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.certificate))
        assert len(collected(server.url, "kobotoolbox")) == 1


def test_secrets_are_not_sent_where_others_can_read_them() -> None:
    with pytest.raises(InboxError, match="with https://, so that nobody can read along"):
        collected("http://forms.example.org", "kobotoolbox")


@pytest.mark.parametrize(
    ("environment", "words"),
    [({}, "is not set"), ({"STOCKTAKE_KOBO_TOKEN": "a\nb", "STOCKTAKE_ODK_PASSWORD": "\x00"}, "cannot be typed")],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_secret_that_is_missing_or_broken_is_told_and_not_shown(
    environment: dict[str, str], words: str, way: str
) -> None:
    with pytest.raises(InboxError, match=words) as caught:
        collected("http://127.0.0.1:1", way, environment=environment)
    assert "a\nb" not in str(caught.value)


def test_a_netrc_on_this_machine_does_not_replace_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Server(KoboToolbox([submission(1)])) as server:
        assert len(collected(server.url, "kobotoolbox")) == 1


def test_ways_that_the_alliance_does_not_use_give_nothing() -> None:
    from pipeline.gather.intakes import kobotoolbox, odk_central

    round = Round(web_alliance("http://127.0.0.1:1"), cycle("2013", 2013), Path("inbox"))
    assert list(odk_central.collect(round)) == list(kobotoolbox.collect(round)) == []


def test_submissions_go_from_the_servers_to_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: archived once, decided by their submitters, the latest version counts, with the exports of staff."""
    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    central = OdkCentral()
    items = "<commitments><c_title>ALB-02: Train</c_title><c_status>limited</c_status></commitments>"
    central.add("uuid:a", odk_xml("<pt1><victims>12</victims></pt1>" + items), "2014-05-20T07:05:00.000Z")
    central.add("uuid:x", VICTIMS, "2014-05-20T07:06:00.000Z", submitter={"displayName": "Nobody"})
    central.add("uuid:old", odk_xml("", version="2013-9"), "2014-05-20T07:07:00.000Z")
    kobo = KoboToolbox([submission(7)])
    exports = tmp_path / "inbox" / "2014" / "exports"
    exports.mkdir(parents=True)
    (exports / "survey.csv").write_text(
        "member,victims,submitdate\nNZL,5,2014-05-20 07:05:00\n,6,2014-05-20 07:05:00\n"
    )
    archive = Archive(tmp_path / "archive")

    def answer(request: Request) -> Answer:
        return (kobo if request.path.startswith("/api/") else central)(request)

    with Server(answer) as server:
        alliance = web_alliance(server.url)
        receive(alliance, CYCLE, tmp_path / "inbox", archive)
        before = {path.name for path in (tmp_path / "archive" / "receipts" / "2014").iterdir()}
        receive(alliance, CYCLE, tmp_path / "inbox", archive)
        assert {path.name for path in (tmp_path / "archive" / "receipts" / "2014").iterdir()} == before
        central.add("uuid:a", odk_xml("<pt1><victims>13</victims></pt1>" + items), "2014-05-22T10:00:00.000Z", "uuid:b")
        receive(alliance, CYCLE, tmp_path / "inbox", archive)
    assert archive.read(next(r.sha256 for r in archive.receipts("2014") if r.reference == "uuid:x uuid:x")) == VICTIMS
    gathered = gather(alliance, CYCLE, archive, KEY, tmp_path / "cache", 1)
    told = gathered.submissions[["way", "member", "status", "reason"]].fillna("").to_dict("records")
    assert sorted((s["way"], s["member"], s["status"], s["reason"]) for s in told) == [
        ("exports", "", "quarantined", "no_member"),
        ("exports", "NZL", "accepted", ""),
        ("kobotoolbox", "USA", "accepted", ""),
        ("odk_central", "", "quarantined", "unknown_submitter"),
        ("odk_central", "ALB", "accepted", ""),
        ("odk_central", "ALB", "quarantined", "other_form_version"),
        ("odk_central", "ALB", "superseded", "later_version"),
    ]
    answers = {(a["member"], a["row"], a["question"]): a["value"] for a in gathered.answers.to_dict("records")}
    assert answers == {
        ("ALB", "", "victims"): "13",
        ("ALB", "ALB-02", "c_title"): "ALB-02: Train",
        ("ALB", "ALB-02", "c_status"): "limited",
        ("NZL", "", "victims"): "5",
        ("USA", "", "victims"): "7",
    }
    assert gathered.intake_notes.empty
