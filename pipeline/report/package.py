"""The Word file as a package: parts, relations and content types, always the same bytes for the same parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pipeline.alliance.model import Cycle
from pipeline.report.charts import Chart, chart_workbook, chart_xml
from pipeline.report.scale import Look
from pipeline.report.wml import plain

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chart_relation(number: int) -> str:
    """Id of the document's relation to chart ``number``, counted from 1."""
    return f"rIdChart{number}"


def add_charts(parts: dict[str, bytes], charts: Sequence[Chart], looks: Mapping[str, Look], created: datetime) -> None:
    """Add charts with their workbooks to the parts of a document.

    Args:
        parts: Parts by name; changed in place.
        charts: In the order of their relations.
        looks: Colours per mark.
        created: Moment for the properties of the workbooks.
    """
    if not charts:
        return
    relations: list[str] = []
    types = ['<Default Extension="xlsx" ContentType="' + _SHEET_TYPE + '"/>']
    for number, chart in enumerate(charts, start=1):
        parts[f"word/charts/chart{number}.xml"] = chart_xml(chart, looks, "rId1").encode()
        parts[f"word/charts/_rels/chart{number}.xml.rels"] = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{_PACKAGE}"><Relationship'
            f' Id="rId1" Type="{_OFFICE}/package" Target="../embeddings/chart{number}.xlsx"/></Relationships>'
        ).encode()
        parts[f"word/embeddings/chart{number}.xlsx"] = chart_workbook(chart, created)
        relations.append(
            f'<Relationship Id="{chart_relation(number)}" Type="{_OFFICE}/chart" Target="charts/chart{number}.xml"/>'
        )
        types.append(f'<Override PartName="/word/charts/chart{number}.xml" ContentType="{_CHART_TYPE}"/>')
    _append(parts, "word/_rels/document.xml.rels", "</Relationships>", "".join(relations))
    _append(parts, "[Content_Types].xml", "</Types>", "".join(types))


def _append(parts: dict[str, bytes], name: str, end: str, added: str) -> None:
    before, mark, after = parts[name].decode("utf-8").rpartition(end)
    parts[name] = f"{before}{added}{mark}{after}".encode()


def core_properties(cycle: Cycle, title: str, author: str) -> bytes:
    """The properties that Word shows under File, Info: all from the cycle, none from the machine or the clock."""
    moment = f"{cycle.report_date.isoformat()}T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{plain(title)}</dc:title><dc:subject>{plain(cycle.reference)}</dc:subject>"
        f"<dc:creator>{plain(author)}</dc:creator><cp:lastModifiedBy>{plain(author)}</cp:lastModifiedBy>"
        f'<cp:revision>1</cp:revision><dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified><dc:language>en-GB</dc:language>'
        "</cp:coreProperties>"
    ).encode()


def made_on(cycle: Cycle) -> datetime:
    """The moment that stands for "when it was made" in every file: the report's date, at midnight UTC."""
    day = cycle.report_date
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Write the parts as a zip file whose bytes depend on the parts alone.

    Args:
        parts: Content by name. The list of content types goes first, as readers expect; then the order given.
    """
    buffer = io.BytesIO()
    first = "[Content_Types].xml"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name in [first, *(name for name in parts if name != first)]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            package.writestr(entry, parts[name])
    return buffer.getvalue()
