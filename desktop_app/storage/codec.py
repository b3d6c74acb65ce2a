"""Frozen records to and from rows of plain values, a column at a time.

How a value is stored follows from the type of the record's field: amounts as decimal text,
instants as ISO text in UTC, dates as ISO text, truth as 0 or 1, choices as their value, a nested
record as columns of its own. Twenty thousand rows are one call per column, which keeps reading
them within a few frames.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any, Generic, TypeVar

R = TypeVar("R")
Row = tuple[Any, ...]
Column = Iterable[Any]
_Convert = Callable[[Any], Any]


def instant_text(moment: datetime) -> str:
    """ISO text in UTC, always with microseconds, so that text order is time order."""
    if moment.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be stored")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def amount_text(amount: Decimal) -> str:
    """Plain digits, trailing zeros kept: "12.50", never "1.25E+1"."""
    if not amount.is_finite():
        raise ValueError("an amount must be a finite number")
    return format(amount, "f")


def _optional(convert: _Convert) -> _Convert:
    return lambda value: None if value is None else convert(value)


class _Remembered(dict[str, Decimal]):
    """Text to Decimal; the same few thousand prices come again and again."""

    def __missing__(self, text: str) -> Decimal:
        value = self[text] = Decimal(text)
        return value


@dataclasses.dataclass(frozen=True)
class _Field:
    """One stored column. None instead of a function: the value is stored as it is."""

    name: str  # the path in the record: "quickbooks_app.client_id"
    encode: _Convert | None
    decode: Callable[[], _Convert] | None  # a fresh function per read


def _field(path: str, hint: Any) -> _Field:
    optional = isinstance(hint, types.UnionType)
    if optional:
        hint = next(each for each in typing.get_args(hint) if each is not types.NoneType)
    encode: _Convert | None = None
    decode: Callable[[], _Convert] | None = None
    if hint is bool:
        encode, decode = int, lambda: bool
    elif hint is Decimal:
        encode, decode = amount_text, lambda: _Remembered().__getitem__
    elif hint is datetime:
        encode, decode = instant_text, lambda: datetime.fromisoformat
    elif hint is date:
        encode, decode = date.isoformat, lambda: date.fromisoformat
    elif isinstance(hint, type) and issubclass(hint, Enum):
        members = {member.value: member for member in hint}
        encode, decode = attrgetter("value"), lambda: members.__getitem__
    elif hint not in (str, int):
        raise TypeError(f"no way to store {path}: {hint}")
    if optional and encode is not None and decode is not None:
        plain = decode
        encode, decode = _optional(encode), lambda: _optional(plain())
    return _Field(path, encode, decode)


class Codec(Generic[R]):
    """Rows of one record type.

    columns: the stored columns in the order of the fields; nested fields are joined by "_".
    skipped fields are not stored; *decode* takes their values as ready columns.
    """

    def __init__(self, record: type[R], *, skip: Sequence[str] = ()) -> None:
        self._record = record
        self._parts: list[tuple[str, Codec[Any] | _Field | None]] = []
        hints = typing.get_type_hints(record)
        for field in dataclasses.fields(record):  # type: ignore[arg-type]
            hint = hints[field.name]
            if field.name in skip:
                self._parts.append((field.name, None))
            elif dataclasses.is_dataclass(hint):
                self._parts.append((field.name, Codec(typing.cast("type[Any]", hint))))
            else:
                self._parts.append((field.name, _field(field.name, hint)))
        self._fields = tuple(self._flat())
        self.columns = tuple(field.name.replace(".", "_") for field in self._fields)
        self._values = attrgetter(*(field.name for field in self._fields))

    def _flat(self) -> Iterator[_Field]:
        for name, part in self._parts:
            if isinstance(part, _Field):
                yield part
            elif part is not None:
                for inner in part._fields:
                    yield dataclasses.replace(inner, name=f"{name}.{inner.name}")

    def encode(self, records: Sequence[R]) -> list[Row]:
        """One row of plain values for each record, in the order of *columns*."""
        if not records:
            return []
        columns: list[Column] = list(zip(*map(self._values, records), strict=True))
        for index, field in enumerate(self._fields):
            if field.encode is not None:
                columns[index] = map(field.encode, columns[index])
        return list(zip(*columns, strict=True))

    def encode_one(self, record: R) -> dict[str, Any]:
        """Column name to plain value."""
        return dict(zip(self.columns, self.encode([record])[0], strict=True))

    def decode(self, rows: Sequence[Row], **ready: Column) -> list[R]:
        """The records of *rows*, whose values stand in the order of *columns*."""
        if not rows:
            return []
        return list(self._build(list(zip(*rows, strict=True)), ready))

    def _build(self, stored: list[Any], ready: dict[str, Column]) -> Iterator[R]:
        arguments: list[Column] = []
        position = 0
        for name, part in self._parts:
            if part is None:
                arguments.append(ready[name])
            elif isinstance(part, _Field):
                column = stored[position]
                arguments.append(map(part.decode(), column) if part.decode else column)
                position += 1
            else:
                width = len(part.columns)
                arguments.append(part._build(stored[position : position + width], {}))
                position += width
        return map(self._record, *arguments)
