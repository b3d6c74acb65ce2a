"""The cells of a spreadsheet (XLSX, ECMA-376) as text, row by row.

A reader of its own, because a general one takes fifteen times as long for a large table. It reads
values only: no styles, no formulas (their last results are values), nothing outside the file. A
document type declaration, with which XML can grow without bounds, is refused.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from desktop_app.services.exchange.cells import xml_plain

_CHUNK = 1 << 16

Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    part: str
    visible: bool


class Package:
    """An open spreadsheet. Errors are those of zipfile and expat, KeyError and ValueError."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        book = self._book()
        folder = posixpath.dirname(book)
        relations = self._relations(f"{folder}/_rels/{posixpath.basename(book)}.rels")

        def full(target: str) -> str:
            return target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)

        self.sheets: list[Sheet] = []

        def sheet(name: str, attributes: dict[str, str]) -> None:
            if _SHORT[name] == "sheet":
                relation = next(each for key, each in attributes.items() if key.endswith(":id"))
                state = attributes.get("state", "visible")
                part = full(relations[relation][1])
                self.sheets.append(Sheet(attributes["name"], part, state == "visible"))

        self._parse(book, sheet)
        found = [full(to) for kind, to in relations.values() if kind.endswith("/sharedStrings")]
        self._strings = self._texts(found[0]) if found else []

    def rows(self, sheet: Sheet, columns: int) -> Iterator[Row]:
        """(number, cells) of each row that the sheet has, to at most so many columns."""
        reader = _Rows(self._strings, columns)
        parser = _parser(reader.start, reader.end, reader.data)
        with self._package.open(sheet.part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
                if reader.done:
                    yield from reader.done
                    reader.done.clear()
            parser.Parse(b"", True)
        yield from reader.done

    def _book(self) -> str:
        for kind, target in self._relations("_rels/.rels").values():
            if kind.endswith("/officeDocument"):
                return target.lstrip("/")
        raise ValueError("no workbook")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}

        def relation(name: str, attributes: dict[str, str]) -> None:
            if _SHORT[name] == "Relationship":
                found[attributes["Id"]] = (attributes["Type"], attributes["Target"])

        self._parse(part, relation)
        return found

    def _texts(self, part: str) -> list[str]:
        """The shared strings, in their order; without the pronunciation of Asian text."""
        texts: list[str] = []
        pieces: list[str] = []
        inside = phonetic = False

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal inside, phonetic
            name = _SHORT[name]
            if name == "si":
                pieces.clear()
            elif name == "rPh":
                phonetic = True
            inside = name == "t" and not phonetic

        def end(name: str) -> None:
            nonlocal inside, phonetic
            inside = False
            name = _SHORT[name]
            if name == "si":
                texts.append(xml_plain("".join(pieces)))
            elif name == "rPh":
                phonetic = False

        def data(text: str) -> None:
            if inside:
                pieces.append(text)

        self._parse(part, start, end, data)
        return texts

    def _parse(self, part: str, start: Any, end: Any = None, data: Any = None) -> None:
        parser = _parser(start, end, data)
        with self._package.open(part) as stream:
            parser.ParseFile(stream)


class _Rows:
    """Collects the cells of a worksheet. Rows and cells may leave out where they are."""

    def __init__(self, strings: list[str], columns: int) -> None:
        self.done: list[Row] = []
        self._strings = strings
        self._columns = columns
        self._number = 0
        self._cells: list[str] = []
        self._place = 0
        self._type = ""
        self._pieces: list[str] = []
        self._inside = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _SHORT[name]
        if name == "c":
            where = attributes.get("r")
            self._place = _column(where) if where else len(self._cells)
            self._type = attributes.get("t", "n")
            self._pieces = []
        elif name == "v" or name == "t":
            self._inside = not self._phonetic
        elif name == "row":
            number = attributes.get("r")
            self._number = int(number) if number else self._number + 1
            self._cells = []
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        name = _SHORT[name]
        if name == "v" or name == "t":
            self._inside = False
        elif name == "c":
            if self._pieces and len(self._cells) <= self._place < self._columns:
                cells = self._cells
                cells.extend([""] * (self._place - len(cells)))
                cells.append(self._value("".join(self._pieces)))
        elif name == "row":
            self.done.append((self._number, self._cells))
        elif name == "rPh":
            self._phonetic = False

    def data(self, text: str) -> None:
        if self._inside:
            self._pieces.append(text)

    def _value(self, text: str) -> str:
        kind = self._type
        if kind == "s":
            return self._strings[int(text)]
        if kind == "n":
            return _number(text)
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        return "" if kind == "e" else xml_plain(text)


def _number(text: str) -> str:
    """An id that was typed in: "13.0" and "1.3E1" are 13."""
    if text.isdigit():
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else text


def _column(where: str) -> int:
    """ "C7" is 2."""
    place = 0
    for letter in where:
        if not "A" <= letter <= "Z":
            break
        place = place * 26 + ord(letter) - 64
    return place - 1


def _parser(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None,
    data: Callable[[str], None] | None,
) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if data is not None:
        parser.CharacterDataHandler = data
    return parser


class _Short(dict[str, str]):
    """Names without their prefix: most programs write none, some "x:"."""

    def __missing__(self, name: str) -> str:
        short = name.rpartition(":")[2]
        if len(self) < 1000:
            self[name] = short
        return short


_SHORT = _Short()


def _refuse(*_: object) -> None:
    raise ValueError("a document type declaration")
