"""Submissions in the XML of ODK XForms, as ODK Central gives them at ``/submissions/{instanceId}.xml``.

The root carries the form's id and version, below it is a node for each question at its place in the form, a node per
item for repeats, and ``meta`` with the ``instanceID``. Source: ODK XForms specification, getodk.github.io/xforms-spec.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from lxml import etree
from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage]

from pipeline.gather.reading import Reading
from pipeline.gather.refusal import Refusal, refuse
from pipeline.gather.responses.nodes import Node, Path, read_nodes, repeat_paths
from pipeline.gather.responses.said import put_together
from pipeline.questionnaire.form import Form

SIZE_LIMIT = 8_000_000
NODES_LIMIT = 200_000
DEPTH_LIMIT = 32

_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})[\"']")


def read_odk_submission(content: bytes, form: Form, identifiers: Collection[str]) -> Reading | Refusal:
    """Read one submission.

    Args:
        content: Its XML.
        form: The questionnaire.
        identifiers: Form ids under which the questionnaire is on the server, beside its own.

    Returns:
        Its answers, with the version that it names; or the refusal: too_large, suspicious_xml, damaged,
        password_protected for one that ODK encrypted.
    """
    root = _parse(content)
    if isinstance(root, Refusal):
        return root
    if root.get("encrypted"):
        return refuse("password_protected", _ENCRYPTED)
    response = read_nodes(_nodes(root, repeat_paths(form)), form)
    reading = put_together(response, form, "canonical")
    return _versioned(reading, root, {form.id, *identifiers})


_ENCRYPTED = (
    "The submission is encrypted with the key of its project, so that the server itself cannot give it out. Please "
    "switch encryption off for the project, or export the submissions with the passphrase as a .csv.zip and put that "
    "into the folder of exports."
)


def _versioned(reading: Reading, root: _Element, identifiers: Collection[str]) -> Reading:
    version = root.get("version") or ""
    identifier = root.get("id") or root.tag
    return replace(reading, form_version=version if identifier in identifiers else f"{identifier} {version}".strip())


def _parse(content: bytes) -> _Element | Refusal:
    if len(content) > SIZE_LIMIT or content.count(b"<") > NODES_LIMIT:
        return refuse("too_large")
    encoding = _DECLARED_ENCODING.search(content[:300])
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        return refuse("suspicious_xml")
    # Text in UTF-16 or UTF-32 would hide a declaration from the search.
    if b"\x00" in content[:64] or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return refuse("suspicious_xml")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=False,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return refuse("damaged", "The submission is not well-formed XML, so that no answer can be taken from it.")


def _nodes(root: _Element, repeats: frozenset[Path]) -> Iterator[Node]:
    """The nodes with a text of their own or nothing inside, in the order of the document."""
    pending: list[tuple[_Element, Path, tuple[Path, int] | None]] = [(root, (), None)]
    while pending:
        element, path, item = pending.pop()
        children = list(element.iterchildren(tag=etree.Element)) if len(path) < DEPTH_LIMIT else []
        # Texts between nodes are in no form's submission, and are not to be lost if they are there.
        text = "".join([element.text or "", *(child.tail or "" for child in children)])
        if path and (not children or text.strip()):
            yield Node(path, item, text if len(path) < DEPTH_LIMIT else "".join(map(str, element.itertext())))
        below: list[tuple[_Element, Path, tuple[Path, int] | None]] = []
        items: dict[Path, int] = {}
        for child in children:
            inside = (*path, etree.QName(child).localname)
            if item is None and inside in repeats:
                items[inside] = items.get(inside, 0) + 1
            below.append((child, inside, (inside, items[inside]) if inside in items else item))
        pending += reversed(below)
