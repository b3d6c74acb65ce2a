"""A long HTML document cut into what is laid out one after another: fragments and table rows.

Qt lays a document out in one go, during which no other thread of Python moves: the window would
stand still for seconds. Rows on their own take a millisecond each, and break pages between rows.
No Qt here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

SAMPLE = 400
"""So many rows decide how wide the columns are."""
PADDING = 12
"""Pixels behind the text of a cell."""
PADDING_STYLE = f"padding: 4px {PADDING}px 4px 2px"


@dataclass(slots=True)
class Row:
    """cells: inner HTML and plain text of each."""

    cells: list[tuple[str, str]] = field(default_factory=list)
    head: bool = False


@dataclass(slots=True)
class Table:
    """ruled: it has a border, which is drawn as a thin line below each row."""

    ruled: bool = False
    rows: list[Row] = field(default_factory=list)

    def shares(self, measure: Callable[[str], float], room: float) -> list[float]:
        """The part of the width of each column.

        Columns that are content with less than an even share get what their texts need, so that
        dates and short words stay on one line; the others share what is left.
        """
        columns = max((len(row.cells) for row in self.rows), default=0)
        needs = [1.0] * columns
        for row in self.rows[:SAMPLE]:
            for place, (_html, text) in enumerate(row.cells):
                needs[place] = max(needs[place], measure(text))
        given = [0.0] * columns
        left, open_ = room, columns
        for place in sorted(range(columns), key=needs.__getitem__):
            given[place] = min(needs[place], left / open_)
            left, open_ = left - given[place], open_ - 1
        return [width / sum(given) for width in given]

    def html(self, row: Row, shares: Sequence[float]) -> str:
        """One row as a table of its own."""
        tag = "th" if row.head else "td"
        cells = "".join(
            f"<{tag} width='{share:.2%}' style='{PADDING_STYLE}'>{html}</{tag}>"
            for (html, _text), share in zip(row.cells, shares, strict=False)
        )
        return f"<table width='100%' cellspacing='0'><tr>{cells}</tr></table>"


@dataclass(frozen=True, slots=True)
class Cut:
    """style: the text of all style elements. parts: fragments of HTML, and tables, in order."""

    style: str
    parts: tuple[str | Table, ...]


def cut(html: str) -> Cut:
    """Cut a document at its outermost tables."""
    parser = _Cutter()
    parser.feed(html)
    parser.close()
    parser.end_fragment()
    return Cut("\n".join(parser.style), tuple(parser.parts))


class _Cutter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str | Table] = []
        self.style: list[str] = []
        self._fragment: list[str] = []
        self._table: Table | None = None
        self._depth = 0  # of tables
        self._cell: list[str] | None = None
        self._text: list[str] = []
        self._skip = ""  # inside style, title or the like

    def end_fragment(self) -> None:
        whole = "".join(self._fragment)
        if whole.strip():
            self.parts.append(whole)
        self._fragment = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written = self.get_starttag_text() or ""
        if tag in ("style", "title", "script"):
            self._skip = tag
        elif tag in ("html", "head", "body", "meta"):
            return
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.end_fragment()
                self._table = Table(dict(attrs).get("border", "0") not in ("0", None))
            else:
                self._put(written)
        elif self._depth == 1 and tag == "tr" and self._table is not None:
            self._table.rows.append(Row())
        elif self._depth == 1 and tag in ("td", "th") and self._table is not None:
            if not self._table.rows:
                self._table.rows.append(Row())
            self._table.rows[-1].head |= tag == "th"
            self._cell, self._text = [], []
        elif self._depth == 1 and tag in ("thead", "tbody", "tfoot"):
            return
        else:
            self._put(written)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skip:
            self._skip = ""
        elif tag in ("html", "head", "body"):
            return
        elif tag == "table":
            self._depth -= 1
            if self._depth == 0 and self._table is not None:
                self.parts.append(self._table)
                self._table = None
            else:
                self._put("</table>")
        elif self._depth == 1 and tag in ("td", "th"):
            if self._table is not None and self._cell is not None:
                inner, text = "".join(self._cell), "".join(self._text)
                self._table.rows[-1].cells.append((inner, text))
            self._cell = None
        elif self._depth == 1 and tag in ("tr", "thead", "tbody", "tfoot"):
            return
        else:
            self._put(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._skip == "style":
            self.style.append(data)
        elif not self._skip:
            self._put(escape(data, quote=False))
            self._text.append(data)

    def _put(self, html: str) -> None:
        if self._cell is not None:
            self._cell.append(html)
        elif self._depth == 0:
            self._fragment.append(html)
