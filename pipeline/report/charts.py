"""Native Word charts: DrawingML with an embedded workbook, so that staff can edit data and looks in Word.

What belongs here: stacked bars of counts. Every bar's piece carries its symbol and number, so that nothing is told by
colour alone.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from pipeline.report.scale import Look, Mark
from pipeline.report.wml import plain

EMU_PER_CM = 360_000
NARROW = 0.055  # share of a bar below which symbol and count do not fit
_FONT = '<a:latin typeface="Calibri"/><a:cs typeface="Calibri"/>'
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Chart:
    """A chart of counts by category and rating.

    Attributes:
        title: What it shows; goes into the alternative text (the caption is text of the page).
        categories: One bar each, from top to bottom.
        series: The marks in the order of the pieces.
        counts: Per mark code, one count per category; None in all of them where a category has no numbers to show.
        width: In centimetres.
    """

    title: str
    categories: Sequence[str]
    series: Sequence[Mark]
    counts: Mapping[str, Sequence[int | None]]
    width: float = 16.5

    @property
    def height(self) -> float:
        """Height in centimetres: room for each bar and for the legend."""
        return 2.0 + 0.95 * len(self.categories)

    @property
    def description(self) -> str:
        """The whole content in words, as alternative text."""
        bars = (
            f"{category}: "
            + (
                ", ".join(f"{self.counts[m.code][at]} {m.word}" for m in self.series if self.counts[m.code][at])
                or ("none" if self.has_numbers(at) else "no numbers")
            )
            for at, category in enumerate(self.categories)
        )
        return f"{self.title}. " + "; ".join(bars) + "."

    def has_numbers(self, at: int) -> bool:
        """Whether a category has counts, be they zero."""
        return any(self.counts[mark.code][at] is not None for mark in self.series)


def drawing(chart: Chart, relation: str) -> Markup:
    """The paragraph that shows a chart; drawing ids are given out when the document is finished."""
    width, height = int(chart.width * EMU_PER_CM), int(chart.height * EMU_PER_CM)
    return Markup(  # noqa: S704 - texts are escaped
        '<w:p><w:pPr><w:pStyle w:val="Figure"/></w:pPr><w:r><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="0" name="{plain(chart.title)}"'
        f' descr="{plain(chart.description)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{_A}"><a:graphicData uri="{_C}">'
        f'<c:chart xmlns:c="{_C}" r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


def chart_xml(chart: Chart, looks: Mapping[str, Look], relation: str) -> str:
    """The chart part: stacked bars in percent, labelled with counts.

    Args:
        chart: What to draw.
        looks: Colours per mark code.
        relation: Id of the relation to the embedded workbook.
    """
    series = "".join(_series(chart, index, mark, looks[mark.code]) for index, mark in enumerate(chart.series))
    axis_ids = '<c:axId val="111111111"/><c:axId val="222222222"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:date1904 val="0"/><c:lang val="en-GB"/>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="percentStacked"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="45"/><c:overlap val="100"/>{axis_ids}</c:barChart>'
        f"{_axes()}</c:plotArea>"
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text(900, "333333")}</c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900">{_FONT}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
        f'<c:externalData r:id="{relation}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _text(size: int, colour: str) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}"><a:solidFill><a:srgbClr val="{colour}"/>'
        f'</a:solidFill>{_FONT}</a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
    )


def _series(chart: Chart, index: int, mark: Mark, look: Look) -> str:
    column = chr(ord("B") + index)
    last = len(chart.categories) + 1
    names = _points(chart.categories)
    values = _points([None if count is None else str(count) for count in chart.counts[mark.code]])
    labels = f"<c:dLbls>{_narrow_labels(chart, mark, look)}{_label(mark, look)}</c:dLbls>"
    return (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef><c:f>Data!${column}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{plain(series_name(mark))}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{look.fill}"/></a:solidFill><a:ln w="9525"><a:solidFill>'
        '<a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr><c:invertIfNegative val="0"/>'
        f"{labels}<c:cat><c:strRef><c:f>Data!$A$2:$A${last}</c:f><c:strCache>{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Data!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{values}</c:numCache></c:numRef></c:val></c:ser>"
    )


def _label(mark: Mark, look: Look, symbol: bool = True) -> str:
    # The format shows the symbol with the count and leaves a count of nothing blank.
    shown = f"&quot;{mark.symbol} &quot;0;;;" if symbol else "0;;;"
    return (
        f'<c:numFmt formatCode="{shown}" sourceLinked="0"/><c:spPr><a:noFill/>'
        f'<a:ln><a:noFill/></a:ln></c:spPr>{_text(900, look.ink)}<c:dLblPos val="ctr"/><c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/>'
    )


def _narrow_labels(chart: Chart, mark: Mark, look: Look) -> str:
    """Pieces too narrow for symbol and count carry the count alone; their order and the table tell which they are."""
    totals = [sum(chart.counts[m.code][at] or 0 for m in chart.series) for at in range(len(chart.categories))]
    return "".join(
        f'<c:dLbl><c:idx val="{at}"/>{_label(mark, look, symbol=False)}</c:dLbl>'
        for at, count in enumerate(chart.counts[mark.code])
        if count and count < NARROW * totals[at]
    )


def _points(values: Sequence[str | None]) -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{plain(value)}</c:v></c:pt>' for at, value in enumerate(values) if value is not None
    )
    return f'<c:ptCount val="{len(values)}"/>{points}'


def _axes() -> str:
    return (
        '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln w="9525"><a:solidFill>'
        f'<a:srgbClr val="8A94A0"/></a:solidFill></a:ln></c:spPr>{_text(900, "222222")}<c:crossAx val="222222222"/>'
        '<c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        '<c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/><c:max val="1"/><c:min val="0"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="b"/><c:numFmt formatCode="0%" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="111111111"/><c:crosses val="autoZero"/>'
        '<c:crossBetween val="between"/></c:valAx>'
    )


def series_name(mark: Mark) -> str:
    """Name of a series: symbol and word, parted by a plain blank."""
    return f"{mark.symbol} {mark.word}"


def chart_workbook(chart: Chart, created: datetime) -> bytes:
    """The workbook that Word opens for "Edit data".

    Args:
        chart: What is drawn.
        created: Moment to write into its properties, so that the bytes depend on the data alone.

    Returns:
        An .xlsx file: sheet Data, categories in column A, one column per series.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": created})
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, ["", *(series_name(mark) for mark in chart.series)])
    for at, category in enumerate(chart.categories):
        sheet.write_string(at + 1, 0, category)
        sheet.write_row(at + 1, 1, [chart.counts[mark.code][at] for mark in chart.series])
    book.close()
    return buffer.getvalue()
