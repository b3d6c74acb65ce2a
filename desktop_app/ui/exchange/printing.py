"""HTML to PDF, page by page, with a footer. Runs in a worker: it shows nothing."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from desktop_app.errors import StorageError
from desktop_app.progress import Progress

DPI = 150
MARGINS = QMarginsF(15, 15, 15, 15)  # millimetres
FOOTER = 28
FONT = "Helvetica, Arial, Liberation Sans, sans-serif"


def write_pdf(html: str, file: Path, paper: QPageSize, title: str, progress: Progress) -> int:
    """Lay *html* out on *paper* and write it; answers how many pages it has.

    An older file is replaced only once the new one is whole. Raises StorageError, Cancelled.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        pages = _write(html, part, paper, title, progress)
        part.replace(file)
    except OSError as error:
        raise StorageError(
            f"“{file.name}” could not be saved.",
            title="The report was not saved",
            advice="Close it in other programs, or choose another folder.",
            retryable=True,
            detail=f"{type(error).__name__}: {error}",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return pages


def _write(html: str, file: Path, paper: QPageSize, title: str, progress: Progress) -> int:
    progress.report("Laying out the report")
    with file.open("wb"):  # an error of the disk in words; the writer itself has none
        pass
    writer = QPdfWriter(os.fspath(file))
    writer.setResolution(DPI)
    writer.setPageSize(paper)
    writer.setPageMargins(MARGINS, QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    writer.setCreator("Billing Bridge")
    room = QRectF(writer.pageLayout().paintRectPixels(DPI))
    body = QSizeF(room.width(), room.height() - FOOTER)

    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    font = QFont()
    font.setFamilies(FONT.split(", "))
    font.setPointSizeF(9)
    document.setDefaultFont(font)
    document.setDocumentMargin(0)
    document.setHtml(html)
    document.setPageSize(body)
    pages = document.pageCount()

    painter = QPainter()
    if not painter.begin(writer):
        raise OSError("the PDF could not be begun")
    try:
        for page in range(pages):
            progress.report("Printing the report", page, pages)
            if page:
                writer.newPage()
            _draw_page(painter, document, body, page)
            _draw_footer(painter, room, f"{title}", f"Page {page + 1} of {pages}")
    finally:
        if not painter.end():
            raise OSError("the PDF could not be finished")
    return pages


def _draw_page(painter: QPainter, document: QTextDocument, body: QSizeF, page: int) -> None:
    view = QRectF(0, page * body.height(), body.width(), body.height())
    painter.save()
    painter.translate(0, -view.top())
    painter.setClipRect(view)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    # Black on white whatever the window looks like.
    context.palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.black))
    document.documentLayout().draw(painter, context)
    painter.restore()


def _draw_footer(painter: QPainter, room: QRectF, left: str, right: str) -> None:
    font = painter.font()
    font.setPointSizeF(7.5)
    painter.setFont(font)
    painter.setPen(QColor("#666666"))
    line = QRectF(0, room.height() - FOOTER, room.width(), FOOTER)
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(line, bottom | Qt.AlignmentFlag.AlignLeft, left)
    painter.drawText(line, bottom | Qt.AlignmentFlag.AlignRight, right)
