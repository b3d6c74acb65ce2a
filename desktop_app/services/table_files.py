"""Tables as files: CSV, or a spreadsheet with a sheet for each. No text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from desktop_app.services.exchange.cells import neutral, xml_safe
from desktop_app.services.exchange.files import unusable, write

Cell = str | int | Decimal | date | None
_LONGEST = 32_767  # characters in a cell (Excel's limit)
_HEAD = PatternFill("solid", fgColor="E7EBF0")


@dataclass(frozen=True, slots=True)
class Table:
    """name: of the sheet. widths: of the columns, in characters."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()


def write_tables(path: Path, tables: Sequence[Table], endings: Sequence[str]) -> None:
    """By the ending of *path*: .xlsx has a sheet for each table, .csv holds the first one.

    Raises RuleError for another ending, StorageError when it cannot be written; then nothing of
    an older file is lost.
    """
    ending = path.suffix.lower()
    if ending not in endings:
        raise unusable(
            f"A file that ends in “{path.suffix}” cannot be written.",
            f"Choose a name that ends in {' or '.join(endings)}.",
        )
    if ending == ".csv":
        write(path, lambda stream: _write_csv(stream, tables[0]))
    else:
        write(path, lambda stream: _write_xlsx(stream, tables))


def _write_csv(stream: IO[bytes], table: Table) -> None:
    text = io.TextIOWrapper(stream, "utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.header)
    for row in table.rows:
        writer.writerow([_text(cell) for cell in row])
    text.flush()
    text.detach()


def _text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Decimal):
        return f"{cell:f}"  # a number, not a text: -5 is no formula
    return neutral(cell) if isinstance(cell, str) else "" if cell is None else str(cell)


def _write_xlsx(stream: IO[bytes], tables: Sequence[Table]) -> None:
    book = openpyxl.Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.name[:31])
        sheet.freeze_panes = "A2"
        for index, width in enumerate(table.widths, 1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.append([_title(sheet, title) for title in table.header])
        for row in table.rows:
            sheet.append([_cell(sheet, value) for value in row])
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.header))}{len(table.rows) + 1}"
    book.save(stream)


def _title(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    cell.fill = _HEAD
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        return xml_safe(neutral(value))[:_LONGEST] or None
    if isinstance(value, Decimal | date):
        typed: Any = value
        cell = WriteOnlyCell(sheet, value=typed)
        cell.number_format = "#,##0.00" if isinstance(value, Decimal) else "yyyy-mm-dd"
        return cell
    return value
