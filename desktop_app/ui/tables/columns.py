"""What a table shows, as data: columns, search text, filter tags and spoken row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from desktop_app.ui.theme import Tone

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Mark:
    """The icon of a cell. It never stands alone: the cell's text says the same in words."""

    icon: str
    tone: Tone = Tone.TEXT


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column of a table of records *R*.

    key: stable name, under which the layout is saved.
    text: what stands in the cell; detail: a second, quieter text behind it.
    sort: the raw value to sort by, of one comparable type in all rows; None sorts by the text,
        without regard to case.
    width: at first sight, in logical pixels of a 12-pixel font. flexible: it takes up spare room
        and gives way where there is too little. numeric: aligned to the right. quiet: in grey.
        hidden: not shown before somebody asks for it.
    """

    key: str
    title: str
    text: Callable[[R], str]
    width: int = 160
    sort: Callable[[R], Any] | None = None
    detail: Callable[[R], str] | None = None
    mark: Callable[[R], Mark | None] | None = None
    tooltip: Callable[[R], str] | None = None
    numeric: bool = False
    quiet: bool = False
    flexible: bool = False
    hidden: bool = False

    def sort_value(self, record: R) -> Any:
        return self.sort(record) if self.sort is not None else self.text(record).casefold()

    def sort_values(self, records: Sequence[R]) -> list[Any]:
        """:meth:`sort_value` of each, without a call in between: it is for 20,000 of them."""
        if self.sort is not None:
            return list(map(self.sort, records))
        text = self.text
        return [text(record).casefold() for record in records]


@dataclass(frozen=True, slots=True)
class TableSpec(Generic[R]):
    """A whole table.

    identity: what a record is called through all refreshes (its source id).
    search: the text that the search box looks in. tags: the filter chips that a record is under.
    speak: the row in one sentence, for a screen reader. two_lines: a cell's detail stands below its
    text, and a text that is too long for its line goes on in the second one.
    """

    name: str
    columns: tuple[Column[R], ...]
    identity: Callable[[R], str]
    search: Callable[[R], str]
    tags: Callable[[R], tuple[str, ...]]
    speak: Callable[[R], str]
    two_lines: bool = False


def last_when_empty(text: str) -> str:
    """A sort value that puts empty cells behind all others."""
    return text.casefold() or "\U0010ffff"
