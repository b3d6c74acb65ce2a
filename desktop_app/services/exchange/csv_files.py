"""The table as CSV: RFC 4180, UTF-8 with a byte order mark (which Excel needs to see the accents).

Reading takes what spreadsheet programs make of it: UTF-8, UTF-16 or Windows-1252; commas,
semicolons or tabs. The file is read line by line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from desktop_app.domain.kinds import Kind
from desktop_app.progress import Progress
from desktop_app.services.exchange.cells import neutral, plain
from desktop_app.services.exchange.files import MAX_ROWS, unusable
from desktop_app.services.exchange.table import (
    Layout,
    Line,
    Value,
    known_columns,
    layout,
    line_of,
    moment_text,
)

DELIMITERS = ",;\t"
_CHUNK = 1 << 20
_REPORT = 5_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip


def write_csv(stream: IO[bytes], header: Sequence[str], lines: Iterator[list[Value]]) -> None:
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    for line in lines:
        writer.writerow([_cell(value) for value in line])
    text.flush()
    text.detach()


def _cell(value: Value) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    return neutral(value or "")


def read_csv(file: Path, kind: Kind, progress: Progress) -> tuple[list[Line], list[str], Layout]:
    """Lines, notes about the file, and its columns. Raises RuleError, OSError."""
    encoding, notes = _encoding(file)
    with file.open(encoding=encoding, newline="") as text:
        try:
            return _read(text, kind, progress, notes)
        except UnicodeDecodeError as error:
            raise unusable(
                "The text of the file cannot be read: it is neither UTF-8 nor UTF-16 nor"
                " Windows-1252.",
                "Save it again as “CSV UTF-8”.",
                str(error.reason),
            ) from error


def _read(
    text: IO[str], kind: Kind, progress: Progress, notes: list[str]
) -> tuple[list[Line], list[str], Layout]:
    start = _header_line(text)
    delimiter = max(DELIMITERS, key=lambda each: (known_columns(_cells(start, each)), each == ","))
    if delimiter != ",":
        notes.append(
            f"Read with {'semicolons' if delimiter == ';' else 'tabs'} between the columns."
        )
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    where: Layout | None = None
    lines: list[Line] = []
    before = 0
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            if where is None:
                if not any(cell.strip() for cell in cells) or _is_hint(cells):
                    continue
                where = layout(cells, kind)
                continue
            if len(lines) % _REPORT == 0:
                progress.report("Reading the file", len(lines))
            line = line_of(number, [plain(cell) for cell in cells], where)
            if line is not None:
                lines.append(line)
                if len(lines) > MAX_ROWS:
                    raise too_long()
    except csv.Error as error:
        raise unusable(
            f"Line {before + 1} cannot be read as CSV: "
            + (
                "a cell is too long."
                if "limit" in str(error)
                else "its quotation marks do not match."
            ),
            "Mend that line, or save the table again as CSV.",
            str(error),
        ) from error
    if where is None:
        raise unusable("The file is empty.", "Choose another file.")
    return lines, notes, where


def _is_hint(cells: Sequence[str]) -> bool:
    return cells[0].lower().startswith("sep=")


def too_long() -> Exception:
    return unusable(f"The file has more than {MAX_ROWS:,} rows.", "Split it into several files.")


def _header_line(text: IO[str]) -> str:
    """The first line that says something; before it may stand empty ones and Excel's "sep="."""
    line = text.readline(_CHUNK)
    while line and (not line.strip(" ,;\t\r\n") or line.lower().startswith("sep=")):
        line = text.readline(_CHUNK)
    text.seek(0)
    return line


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _encoding(file: Path) -> tuple[str, list[str]]:
    """By its byte order mark, or by what it can be decoded as."""
    with file.open("rb") as stream:
        start = stream.read(4096)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding, []
        zeros = [start[0::2].count(0), start[1::2].count(0)]
        if max(zeros) * 4 > len(start) > 3:  # every second byte of Western text is zero
            return ("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"), []
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252", [
                "Read as Windows-1252, because it is not UTF-8. Look at names with accents."
            ]
    return "utf-8", []
