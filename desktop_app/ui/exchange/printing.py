"""HTML to PDF, page by page, with a footer. Runs in a worker: it shows nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QTextDocument,
)

from desktop_app.progress import Progress
from desktop_app.services.exchange.files import write
from desktop_app.ui.exchange.pieces import PADDING, Cut, Table, cut

DPI = 150
MARGINS = QMarginsF(15, 15, 15, 15)  # millimetres
FOOTER = 34
ABOVE_TEXT, ABOVE_TABLE = 22, 8
FONT = ("Helvetica", "Arial", "Liberation Sans", "sans-serif")
SIZE = 9.0  # points
_TURNED = (QPageLayout.Orientation.Portrait, QPageLayout.Orientation.Landscape)
REPORT = 50
"""A progress report (and a place to cancel) after so many pieces."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """head: the row that is repeated above it when it begins a page. keep: it does not stand
    alone at the end of a page (a heading, a table's first row). gap: pixels above it, but not at
    the top of a page. ruled: a thin line is drawn below it."""

    html: str
    head: str = ""
    keep: bool = False
    gap: float = 0
    ruled: bool = False


def write_pdf(
    html: str,
    file: Path,
    paper: QPageSize,
    title: str,
    progress: Progress,
    *,
    landscape: bool = False,
) -> int:
    """Lay *html* out on *paper* and write it; answers how many pages it has.

    An older file is replaced only once the new one is whole. Raises StorageError, Cancelled.
    """
    # In memory first: Qt's writer does not say when the disk is full.
    layout = QPageLayout(paper, _TURNED[landscape], MARGINS, QPageLayout.Unit.Millimeter)
    pages, data = _Print(cut(html), layout, title, progress).run()
    write(file, lambda stream: stream.write(data))
    return pages


class _Print:
    """Two passes: the first finds where pages break, so that the second can say "2 of 9"."""

    def __init__(self, source: Cut, layout: QPageLayout, title: str, progress: Progress) -> None:
        self._source = source
        self._title = title
        self._progress = progress
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setResolution(DPI)
        self._writer.setPageLayout(layout)
        self._writer.setTitle(title)
        self._writer.setCreator("Billing Bridge")
        self._room = QRectF(self._writer.pageLayout().paintRectPixels(DPI))
        self._body = self._room.height() - FOOTER
        self._font = QFont()
        self._font.setFamilies(list(FONT))
        self._font.setPointSizeF(SIZE)

    def run(self) -> tuple[int, bytes]:
        """The number of pages, and the PDF."""
        pieces = list(self._pieces())
        places, last = self._places(pieces)
        painter = QPainter()
        if not painter.begin(self._writer):
            raise RuntimeError("the PDF could not be begun")
        try:
            self._draw(painter, pieces, places, last)
        finally:
            painter.end()
        return last + 1, bytes(self._buffer.data().data())

    def _pieces(self) -> Iterator[_Piece]:
        metrics = QFontMetricsF(self._font, self._writer)
        for part in self._source.parts:
            if isinstance(part, str):
                yield _Piece(part, keep=True, gap=ABOVE_TEXT)
                continue
            yield from self._rows(part, metrics)

    def _rows(self, table: Table, metrics: QFontMetricsF) -> Iterator[_Piece]:
        room = self._room.width()
        bold = QFont(self._font)
        bold.setBold(True)  # as wide as a title is
        wide = QFontMetricsF(bold, self._writer).horizontalAdvance
        pad = metrics.averageCharWidth() + PADDING + 2
        shares = table.shares(lambda text: wide(text) + pad, room)
        head = ""
        for number, row in enumerate(table.rows):
            html = table.html(row, shares)
            gap = ABOVE_TABLE if number == 0 else 0 if table.ruled else ABOVE_TEXT
            yield _Piece(html, head, row.head or number == 0, gap, table.ruled)
            if row.head:
                head = html

    def _document(self, html: str) -> QTextDocument:
        document = QTextDocument()
        document.documentLayout().setPaintDevice(self._writer)
        document.setDefaultFont(self._font)
        document.setDocumentMargin(0)
        document.setDefaultStyleSheet(self._source.style)
        document.setHtml(html)
        document.setTextWidth(self._room.width())
        return document

    def _places(self, pieces: list[_Piece]) -> tuple[list[tuple[int, float, bool]], int]:
        """Page, distance from its top, and whether the head is repeated, for each piece; and the
        last page."""
        heights: dict[str, float] = {}
        sizes = []
        for number, piece in enumerate(pieces):
            if number % REPORT == 0:
                self._progress.report("Laying out the report", number, len(pieces))
            sizes.append(self._document(piece.html).size().height())
            if piece.head and piece.head not in heights:
                heights[piece.head] = self._document(piece.head).size().height()
        places: list[tuple[int, float, bool]] = []
        page, top = 0, 0.0
        for number, (piece, size) in enumerate(zip(pieces, sizes, strict=True)):
            need, after = size + piece.gap, number
            while pieces[after].keep and after + 1 < len(pieces):  # with what belongs to it
                after += 1
                need += sizes[after]
            if top > 0 and top + min(need, self._body) > self._body:
                page, top = page + 1, 0.0
            repeated = top == 0 and bool(piece.head)
            if repeated:
                top = heights[piece.head]
            elif top > 0:
                top += piece.gap
            places.append((page, top, repeated))
            top += size
            while top > self._body:  # higher than a page: it goes on over the next ones
                page, top = page + 1, top - self._body
        return places, page

    def _draw(
        self,
        painter: QPainter,
        pieces: list[_Piece],
        places: list[tuple[int, float, bool]],
        last: int,
    ) -> None:
        now, pages = 0, last + 1
        self._footer(painter, 1, pages)
        for number, (piece, (page, top, repeated)) in enumerate(zip(pieces, places, strict=True)):
            if number % REPORT == 0:
                self._progress.report("Printing the report", number, len(pieces))
            while now < page:
                self._writer.newPage()
                now += 1
                self._footer(painter, now + 1, pages)
            if repeated:
                self._paint(painter, self._document(piece.head), 0, ruled=piece.ruled)
            document = self._document(piece.html)
            self._paint(painter, document, top, ruled=piece.ruled)
            end = places[number + 1][0] if number + 1 < len(places) else last
            bottom = top + document.size().height()
            while bottom > self._body and now < end:  # it goes on over the next page
                self._writer.newPage()
                now += 1
                self._footer(painter, now + 1, pages)
                top, bottom = top - self._body, bottom - self._body
                self._paint(painter, document, top, ruled=piece.ruled)

    def _paint(
        self, painter: QPainter, document: QTextDocument, top: float, *, ruled: bool
    ) -> None:
        painter.save()
        painter.setClipRect(QRectF(0, 0, self._room.width(), self._body))
        painter.translate(0, top)
        context = QAbstractTextDocumentLayout.PaintContext()
        # Black on white whatever the window looks like.
        context.palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.black))
        document.documentLayout().draw(painter, context)
        if ruled:
            painter.setPen(QPen(QColor("#b8bec6"), 1))
            low = document.size().height() - 1
            painter.drawLine(QPointF(0, low), QPointF(self._room.width(), low))
        painter.restore()

    def _footer(self, painter: QPainter, page: int, pages: int) -> None:
        painter.save()
        font = QFont(self._font)
        font.setPointSizeF(7.5)
        painter.setFont(font)
        painter.setPen(QColor("#555555"))
        line = QRectF(0, self._room.height() - FOOTER, self._room.width(), FOOTER)
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(line, bottom | Qt.AlignmentFlag.AlignLeft, self._title)
        place = f"Page {page:,} of {pages:,}"
        painter.drawText(line, bottom | Qt.AlignmentFlag.AlignRight, place)
        painter.restore()
