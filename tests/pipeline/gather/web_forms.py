"""The tiny alliance with form servers, and submissions of its form as servers give them, written after their documents.

Sources: ODK XForms specification (getodk.github.io/xforms-spec, Instance and Metadata); KoboToolbox, kobotoolbox/kpi
docs/api/v2/data and support.kobotoolbox.org/api.html.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape

from gather_alliances import alliance

from pipeline.alliance.model import Alliance, FormServer, WaysIn
from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal
from pipeline.gather.responses.read import read_responses

SUBMITTERS = {"Ministry of Albania": "ALB", "us_justice": "USA"}


def web_alliance(url: str = "http://127.0.0.1:1", column: str = "member") -> Alliance:
    """The tiny alliance, with the same form on ODK Central (project 3) and on KoboToolbox."""
    known = alliance()
    # The form of these tests asks for the title of a commitment by its role, as the real one does.
    questions = tuple(replace(q, role="title") if q.code == "c_title" else q for q in known.form.questions)
    return replace(
        known,
        form=replace(known.form, questions=questions),
        ways_in=WaysIn(
            odk_central=FormServer(url, "office@example.org", {"2014": "3/test-2014"}, SUBMITTERS),
            kobotoolbox=FormServer(url, "", {"2014": "aXYZ"}, SUBMITTERS),
            member_column=column,
        ),
    )


ALLIANCE = web_alliance()


def odk_xml(inside: str, version: str = "2014-1", form: str = "test-2014", instance: str = "uuid:1") -> bytes:
    """A submission as ODK Central gives it: what a client sent, byte for byte."""
    return (
        f'<data xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" id="{form}" '
        f'version="{version}"><start>2014-05-20T09:00:00.000+02:00</start>{inside}'
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    ).encode()


def node(code: str, text: str) -> str:
    return f"<{code}>{escape(text)}</{code}>"


def kobo_json(answers: dict[str, Any], **system: Any) -> dict[str, Any]:
    """A submission as KoboToolbox gives it among the results of a page."""
    return {
        "_id": 42,
        "formhub/uuid": "d41d8cd98f00b204e9800998ecf8427e",
        "start": "2014-05-20T09:00:00.000+02:00",
        **answers,
        "__version__": "vKXqMVpXSAnpzKtpVFFNMv",
        "meta/instanceID": "uuid:5a0d2a1f-0001-4000-8000-000000000001",
        "_xform_id_string": "aXYZ",
        "_uuid": "5a0d2a1f-0001-4000-8000-000000000001",
        "_attachments": [],
        "_status": "submitted_via_web",
        "_geolocation": [None, None],
        "_submission_time": "2014-05-20T07:05:00",
        "_tags": [],
        "_notes": [],
        "_validation_status": {},
        "_submitted_by": "us_justice",
        **system,
    }


def one(content: bytes, way: str, known: Alliance = ALLIANCE) -> Reading:
    """The only reading of a content."""
    read = read_responses(content, way, known)
    assert not isinstance(read, Refusal), read
    (reading,) = read
    return reading


def refused(content: bytes, way: str, known: Alliance = ALLIANCE) -> str:
    """The reason for which a content is refused."""
    read = read_responses(content, way, known)
    assert isinstance(read, Refusal), read
    assert read.detail.endswith((".", "?")), read.detail
    return read.reason
