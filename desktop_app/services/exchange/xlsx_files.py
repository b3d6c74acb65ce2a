"""The table as a spreadsheet (XLSX): typed, header frozen, with a filter; and reading one back."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from desktop_app.domain.kinds import Kind
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from desktop_app.services.exchange.cells import neutral, plain, xml_safe
from desktop_app.services.exchange.csv_files import too_long
from desktop_app.services.exchange.files import MAX_ROWS, parsing, unusable
from desktop_app.services.exchange.sheets import Package, Sheet
from desktop_app.services.exchange.table import (
    COLUMNS,
    Layout,
    Line,
    Value,
    layout,
    line_of,
    moment_text,
)

INFO_SHEET = "Billing Bridge"
MAX_UNPACKED = 400 * 1024 * 1024
MAX_STRINGS = 100 * 1024 * 1024  # the part that is held in memory
MAX_PARTS = 2_000
_MAX_COLUMNS = 200
_LONGEST = 32_767  # characters in a cell (Excel's limit)
_REPORT = 2_000
_DAY_0 = datetime(1899, 12, 30, tzinfo=UTC)


def write_xlsx(
    stream: IO[bytes],
    sheet_name: str,
    header: Sequence[str],
    lines: Iterator[list[Value]],
    info: Sequence[tuple[str, str]],
) -> None:
    """info: name and value for the hidden sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    titles = []
    for title in header:
        cell = WriteOnlyCell(sheet, value=title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E7EBF0")
        cell.alignment = Alignment(vertical="center")
        titles.append(cell)
    sheet.append(titles)
    count = 1
    for line in lines:
        sheet.append([_cell(sheet, value) for value in line])
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{count}"
    about = book.create_sheet(INFO_SHEET)
    about.sheet_state = "hidden"
    for name, value in info:
        about.append([name, xml_safe(neutral(value))])
    book.save(stream)


def _cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, datetime):
        cell = WriteOnlyCell(sheet, value=value.astimezone(UTC).replace(tzinfo=None, microsecond=0))
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    text = xml_safe(neutral(value or ""))[:_LONGEST]
    return text or None


def read_xlsx(
    file: Path, kind: Kind, progress: Progress
) -> tuple[list[Line], list[str], Layout, dict[str, str]]:
    """Lines, notes, columns, and the hidden sheet's entries. Raises RuleError, OSError."""
    progress.report("Opening the spreadsheet")
    _check_package(file)
    what = "The file is not a whole spreadsheet."
    advice = "Open it in your spreadsheet program and save it again as XLSX."
    with parsing(what, advice), zipfile.ZipFile(file) as package:
        book = Package(package)
        info = _info(book)
        visible = [each for each in book.sheets if each.visible]
        refused: RuleError | None = None
        for sheet in visible:
            try:
                lines, where = _read(book, sheet, kind, progress)
            except RuleError as error:
                refused = refused or error
                continue
            notes = [f"Only the sheet “{sheet.name}” was read."] if len(visible) > 1 else []
            return lines, notes, where, info
        raise refused or unusable("The spreadsheet has no table.", "Choose another file.")


def _moment(when: str) -> str:
    """A date cell holds days since 1899-12-30 (ECMA-376); any other text stays."""
    try:
        days = float(when)
        moment = _DAY_0 + timedelta(seconds=round(days * 86_400))
    except (ValueError, OverflowError):
        return when
    return moment_text(moment) if days > 1 else when


def _check_package(file: Path) -> None:
    """Refuse what would fill the memory, before it is unpacked. zipfile itself unpacks no more
    than a part's declared size."""
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise unusable(
            "The file is not a whole spreadsheet.", "Copy or save it again.", str(error)
        ) from error
    if any(part.flag_bits & 1 for part in parts):
        raise locked()
    strings = sum(part.file_size for part in parts if "sharedStrings" in part.filename)
    if (
        sum(part.file_size for part in parts) > MAX_UNPACKED
        or strings > MAX_STRINGS
        or len(parts) > MAX_PARTS
    ):
        raise unusable(
            "The spreadsheet would take up far more room unpacked than a mapping table does.",
            "Copy the table into a new, empty spreadsheet and save that.",
            f"{len(parts)} parts, {sum(part.file_size for part in parts)} bytes",
        )


def locked() -> RuleError:
    return unusable(
        "The file is protected by a password, or it is in the old XLS format.",
        "Save it as XLSX without a password.",
    )


def _info(book: Package) -> dict[str, str]:
    sheet = next((each for each in book.sheets if each.name == INFO_SHEET), None)
    if sheet is None:
        return {}
    rows = itertools.islice(book.rows(sheet, 2), 50)
    return {cells[0]: plain(cells[1]) for _, cells in rows if len(cells) == 2}


def _read(book: Package, sheet: Sheet, kind: Kind, progress: Progress) -> tuple[list[Line], Layout]:
    where: Layout | None = None
    lines: list[Line] = []
    for number, values in book.rows(sheet, _MAX_COLUMNS):
        cells = [plain(value) for value in values]
        if where is None:
            if any(cells):
                where = layout(cells, kind)
            continue
        if len(lines) % _REPORT == 0:
            progress.report("Reading the spreadsheet", len(lines))
        line = line_of(number, cells, where)
        if line is not None:
            lines.append(replace(line, when=_moment(line.when)) if line.when else line)
            if len(lines) > MAX_ROWS:
                raise too_long()
    if where is None:
        raise unusable("The spreadsheet is empty.", "Choose another file.")
    return lines, where
