"""Round trips, what spreadsheet programs make of a table, and files that cannot be used."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import random
import struct
import sys
import tracemalloc
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.errors import BridgeError, RuleError, StorageError
from desktop_app.progress import Progress
from desktop_app.services.api_exchange import Outcome
from desktop_app.services.exchange import files, xlsx_files
from desktop_app.services.exchange.cells import neutral, plain, xml_plain, xml_safe
from desktop_app.services.exchange.csv_files import read_csv, write_csv
from desktop_app.services.exchange.table import titles
from desktop_app.services.exchange.xlsx_files import INFO_SHEET, read_xlsx

from .worlds import HEADER, C, Office, customer, organization

NASTY = [
    "=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\ttab", "\rreturn", "'quoted", "''two",
    "'=both", "a,b;c\td", 'say "hi"', "two\r\nlines", "Ünïcödé 日本語 🙂", " spaces ",
    " =1+1", "\u00a0@no-break", "\n-2",
    "＝full width", "_x0041_ literal", "bell\x07", "line\rreturn", "0123", "1e5", "TRUE",
]  # fmt: skip


@given(st.text())
def test_neutralised_texts_come_back(text: str) -> None:
    assert plain(neutral(text)) == text
    assert xml_plain(xml_safe(text)) == text
    assert not neutral(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert not neutral(text).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_round_trip_is_exact(office: Office, suffix: str) -> None:
    office.lists(
        [organization(n, name) for n, name in enumerate(NASTY)],
        [customer(100 + n, name) for n, name in enumerate(NASTY)],
    )
    pairs = [text for n in range(0, len(NASTY), 2) for text in (str(n), str(100 + n))]
    office.link(*pairs)
    file = office.folder / f"table{suffix}"
    done = office.desk.export_table(C, file, Progress())
    assert done.rows == len(NASTY)
    assert done.text == f"Exported {len(NASTY)} organizations to table{suffix}"
    if suffix == ".csv":
        lines, notes, where = read_csv(file, C, Progress())
    else:
        lines, notes, where, info = read_xlsx(file, C, Progress())
        assert info["Company"] == "production:9130"
    assert notes == []
    assert where.extra == ()
    names = {row.source.id: row.source.name for row in office.rows(C)}
    targets = {row.source.id: row.target_text for row in office.rows(C)}
    assert {line.source_id: line.source_name for line in lines} == names
    assert {line.source_id: line.target_name for line in lines} == targets
    diff = office.desk.read_table(C, file, Progress())
    assert {row.outcome for row in diff.rows} == {Outcome.UNCHANGED}
    assert diff.stamp.realm_id == "9130"
    assert diff.stamp.company_name == "Acme MSP"
    # Into an empty profile it brings the same links.
    links = office.links()
    office.world.mappings.undo(office.world.id, "anna", office.clock.now())
    office.facts.invalidate()
    again = office.desk.read_table(C, file, Progress())
    office.desk.apply(again, {row.key for row in again.rows if row.ticked}, Progress())
    assert office.links() == links


def test_the_csv_is_what_rfc_4180_and_excel_want(office: Office) -> None:
    office.lists([organization(1, "=1+1"), organization(2, 'a "b", c')], [])
    file = office.folder / "t.csv"
    office.desk.export_table(C, file, Progress())
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfState,NinjaOne id,")
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["NinjaOne name"] for row in rows] == ["'=1+1", 'a "b", c']
    assert rows[0]["Company"] == "production:9130"
    assert rows[0]["Mapping"] == "Customers"


def test_the_spreadsheet_is_typed(office: Office) -> None:
    file = office.folder / "t.xlsx"
    office.desk.export_table(C, file, Progress())
    book = openpyxl.load_workbook(file)
    sheet = book["Customers"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:P{1 + 6}"
    assert sheet.column_dimensions["C"].width == 36
    assert book[INFO_SHEET].sheet_state == "hidden"
    header = [cell.value for cell in sheet[1]]
    assert header == titles()
    first = dict(zip(header, (cell.value for cell in sheet[2]), strict=True))
    assert isinstance(first["When (UTC)"], datetime)
    assert first["NinjaOne id"] == "1"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_columns_in_any_order_with_others_between(office: Office) -> None:
    header = "Note,quickbooks ID,My column,NINJAONE_ID"
    diff = office.read("x,13,y,3", header=header)
    assert diff.rows[0].wanted_id == "13"
    assert "Columns that are not used: “Note”, “My column”." in diff.notes
    assert "The file does not say which company it is of." in diff.notes


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-16-le", ""), ("utf-16-be", ""),
        ("utf-32", ""), ("cp1252", "Windows-1252"),
    ],
)  # fmt: skip
def test_encodings(office: Office, encoding: str, note: str) -> None:
    office.lists([organization(3, "Café Zoë")], [customer(13, "Müller – Söhne")])
    diff = office.read(",Café Zoë,,Müller – Söhne", encoding=encoding)
    assert diff.rows[0].outcome is Outcome.NEW
    assert any(note in each for each in diff.notes) if note else len(diff.notes) == 1


def test_empty_lines_before_the_titles(office: Office) -> None:
    titles_line = HEADER.replace(",", ";")
    for above in ("", "\r\n", ";;;\r\n \r\n", "sep=;\r\n\r\n"):
        file = office.folder / "blank.csv"
        file.write_text(f"{above}{titles_line}\r\n\r\n3;Org 3;13;\r\n;;;\r\n", newline="")
        (row,) = office.desk.read_table(C, file, Progress()).rows
        assert (row.source_id, row.wanted_id) == ("3", "13")
        assert row.line == above.count("\n") + 3


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(office: Office, delimiter: str) -> None:
    header = HEADER.replace(",", delimiter)
    diff = office.read(f'3{delimiter}"Org, 3"{delimiter}13{delimiter}', header=header)
    assert diff.rows[0].outcome is Outcome.NEW
    assert any("between the columns" in note for note in diff.notes)
    hinted = office.read(f"3{delimiter}{delimiter}13", header=f"sep={delimiter}\r\n{header}")
    assert hinted.rows[0].outcome is Outcome.NEW


def test_a_spreadsheet_with_typed_ids_formulas_and_other_sheets(office: Office) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Notes"
    notes.append(["nothing", "here"])
    sheet = book.create_sheet("Mine")
    sheet.append([None, "NinjaOne id", "QuickBooks id", "QuickBooks name"])
    sheet.append([None, 3, 13.0, None])
    sheet.append([])
    sheet.append([None, 4, None, "=A1"])
    file = office.folder / "mine.xlsx"
    book.save(file)
    diff = office.desk.read_table(C, file, Progress())
    assert [(row.line, row.outcome) for row in diff.rows] == [
        (2, Outcome.NEW), (4, Outcome.UNCHANGED),
    ]  # fmt: skip
    assert "Only the sheet “Mine” was read." in diff.notes


# --- files that cannot be used --------------------------------------------------------------------


def _xlsx(parts: dict[str, bytes], **more: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


BAD = {
    "empty": (b"", "is empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty|name the columns"),
    "wrong header": (b"Name,Age\r\nBob,7\r\n", "does not name the columns.*found: “Name”, “Age”"),
    "no target column": (b"NinjaOne id,Name\r\n1,x\r\n", "“QuickBooks customer”|“QuickBooks id”"),
    "two of one": (b"NinjaOne id,Organization ID,QuickBooks id\r\n1,1,2\r\n", "Two columns"),
    "header alone": (HEADER.encode() + b"\r\n", "no rows below it"),
    "no text": (bytes([0x81, 0x8D, 0x8F, 0x90, 0x9D]) * 50, "neither UTF-8 nor|name the columns"),
    "open quote": (HEADER.encode() + b'\r\n1,"x,11,\r\n2,y,12,\r\n', "quotation marks"),
    "huge cell": (HEADER.encode() + b"\r\n1," + b"x" * 200_000 + b",11,\r\n", "a cell is too long"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
    "cut off": (b"PK\x03\x04" + bytes(300), "not a whole spreadsheet"),
    "another package": (_xlsx({"word/document.xml": b"<x/>"}), "not a whole spreadsheet"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "name the columns|neither|empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_used(office: Office, name: str) -> None:
    content, words = BAD[name]
    file = office.folder / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(RuleError, match=words) as caught:
        office.desk.read_table(C, file, Progress())
    assert "Nothing was changed" in caught.value.message
    assert caught.value.advice


def test_a_bomb_is_not_unpacked(office: Office) -> None:
    bomb = _xlsx({"xl/worksheets/sheet1.xml": b"0" * (xlsx_files.MAX_UNPACKED + 1)})
    strings = _xlsx({"xl/sharedStrings.xml": b"0" * (xlsx_files.MAX_STRINGS + 1)})
    for number, content in enumerate((bomb, strings)):
        file = office.folder / f"{number}.xlsx"
        file.write_bytes(content)
        assert len(content) < 1_000_000
        tracemalloc.start()
        with pytest.raises(RuleError, match="more room"):
            office.desk.read_table(C, file, Progress())
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
        tracemalloc.stop()


def test_an_encrypted_package(office: Office) -> None:
    content = bytearray(_xlsx({"xl/workbook.xml": b"<x/>"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.index(mark) + offset
        (flags,) = struct.unpack_from("<H", content, place)
        struct.pack_into("<H", content, place, flags | 1)
    file = office.folder / "locked.xlsx"
    file.write_bytes(content)
    with pytest.raises(RuleError, match="password"):
        office.desk.read_table(C, file, Progress())


def test_cells_far_away_do_not_fill_the_memory(office: Office) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["NinjaOne id", "QuickBooks id"])
    sheet.append(["3", "13"])
    sheet["XFD1048576"] = "far"
    file = office.folder / "far.xlsx"
    book.save(file)
    tracemalloc.start()
    assert len(office.desk.read_table(C, file, Progress()).rows) == 1
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_document_type_is_refused(office: Office) -> None:
    """With one, a few bytes of XML can stand for gigabytes."""
    whole = office.folder / "whole.xlsx"
    office.desk.export_table(C, whole, Progress())
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(whole) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = bomb + parts[name].replace(b"Org 1", b"&b;")
    file = office.folder / "bomb.xlsx"
    file.write_bytes(_xlsx(parts))
    with pytest.raises(RuleError, match="not a whole spreadsheet") as caught:
        office.desk.read_table(C, file, Progress())
    assert "document type" in caught.value.detail


def test_what_other_programs_write(office: Office) -> None:
    """Prefixed names, shared and rich strings, phonetic text, left out places, absolute parts."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    office.lists([organization(3, "東京")], [customer(13, "Rich text")])
    strings = (
        "<si><t>NinjaOne name</t></si><si><t>QuickBooks name</t></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
        "<si><r><t>Rich </t></r><r><rPr/><t xml:space='preserve'>text</t></r></si>"
    )
    cells = "<x:row><x:c t='s'><x:v>{}</x:v></x:c><x:c t='s'><x:v>{}</x:v></x:c></x:row>"
    parts = {
        "_rels/.rels": f"<Relationships><Relationship Id='a' Type='{rel}/officeDocument'"
        " Target='/xl/book.xml'/></Relationships>",
        "xl/book.xml": f"<x:workbook xmlns:x='{main}' xmlns:r='{rel}'><x:sheets>"
        "<x:sheet name='S' sheetId='1' r:id='s'/></x:sheets></x:workbook>",
        "xl/_rels/book.xml.rels": "<Relationships>"
        f"<Relationship Id='s' Type='{rel}/worksheet' Target='s.xml'/>"
        f"<Relationship Id='t' Type='{rel}/sharedStrings' Target='/xl/t.xml'/></Relationships>",
        "xl/t.xml": f"<sst xmlns='{main}'>{strings}</sst>",
        "xl/s.xml": f"<x:worksheet xmlns:x='{main}'><x:sheetData>"
        f"{cells.format(0, 1)}{cells.format(2, 3)}</x:sheetData></x:worksheet>",
    }
    file = office.folder / "other.xlsx"
    file.write_bytes(_xlsx({name: text.encode() for name, text in parts.items()}))
    (row,) = office.desk.read_table(C, file, Progress()).rows
    assert (row.line, row.source_id, row.wanted_id) == (2, "3", "13")


def test_any_bytes_are_read_or_refused_in_words(office: Office, rng: random.Random) -> None:
    whole = office.folder / "whole.xlsx"
    office.desk.export_table(C, whole, Progress())
    base = whole.read_bytes()
    for number in range(120):
        content = bytearray(base if number % 2 else office.csv("3,Org 3,13,").read_bytes())
        for _ in range(rng.randint(1, 30)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        if rng.random() < 0.3:
            del content[rng.randrange(len(content)) :]
        file = office.folder / "fuzz"
        file.write_bytes(content)
        with contextlib.suppress(BridgeError):  # and no other error
            office.desk.read_table(C, file, Progress())


def test_a_folder_a_missing_file_and_one_that_may_not_be_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = office.desk.read_table
    with pytest.raises(StorageError, match="is a folder"):
        read(C, office.folder, Progress())
    with pytest.raises(StorageError, match="not there any more"):
        read(C, office.folder / "none.csv", Progress())
    file = office.csv("3,Org 3,13,")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StorageError, match="may not be read") as caught:
        read(C, file, Progress())
    assert caught.value.advice


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_saving_that_fails_keeps_the_older_file(
    office: Office, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = office.folder / f"t{suffix}"
    file.write_text("older")
    export = office.desk.export_table
    with pytest.raises(StorageError, match="folder is not there"):
        export(C, office.folder / "nowhere" / f"t{suffix}", Progress())
    (office.folder / f"taken{suffix}").mkdir()
    with pytest.raises(StorageError, match="folder has that name"):
        export(C, office.folder / f"taken{suffix}", Progress())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("write_csv", "write_xlsx"):
        monkeypatch.setattr(f"desktop_app.services.exchange.desk.{name}", full)
    with pytest.raises(StorageError, match="disk is full"):
        export(C, file, Progress())
    assert file.read_text() == "older"
    assert not list(office.folder.glob(".*.part"))


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "geteuid"), reason="POSIX only")
def test_saving_where_it_is_forbidden(office: Office) -> None:
    folder = office.folder / "locked"
    folder.mkdir(mode=0o500)
    office.rows(C)
    before = os.geteuid()
    if before == 0:  # root may write anywhere
        os.seteuid(65534)
    try:
        with pytest.raises(StorageError, match="may not be written"):
            office.desk.export_table(C, folder / "t.csv", Progress())
    finally:
        if before == 0:
            os.seteuid(0)


def test_a_hundred_thousand_rows(office: Office) -> None:
    count = 100_000
    office.lists([organization(n) for n in range(50)], [customer(n) for n in range(50)])
    file = office.folder / "large.csv"
    with file.open("wb") as stream:
        write_csv(
            stream, HEADER.split(","), ([str(n), f"Org {n}", str(n), ""] for n in range(count))
        )
    office.facts.get()
    diff = office.desk.read_table(C, file, Progress())
    assert len(diff.rows) == count


def test_more_rows_than_are_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.services.exchange.csv_files.MAX_ROWS", 3)
    with pytest.raises(RuleError, match="more than"):
        office.read(*(f"{n},,1," for n in range(5)))
    assert files.MAX_ROWS >= 100_000


def test_suggested_names(office: Office) -> None:
    assert office.desk.suggested_name(C, ".csv") == "Acme MSP customers 2026-11-20.csv"
    assert office.desk.suggested_name(None, ".bbchanges") == (
        "Acme MSP changes 2026-11-20.bbchanges"
    )
