"""Reads a request body by its schema: refuses what is unknown or of the wrong type or length.

What comes out holds only writable values, each in the type the service would store: absent,
empty and null fields are left out (``emptied`` tells which were sent without a value).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from desktop_app.simulator.quickbooks import codes, money, stamps
from desktop_app.simulator.quickbooks.schema.kinds import Entity, Field, Fields

Json = dict[str, Any]

_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+")
_URL = re.compile(r"\S+\.\S+|\S+")
_NUMERIC = re.compile(r"-?\d+")
_MISSING = object()


class References(Protocol):
    """Finds what a reference points at."""

    def resolve(self, target: str, value: str, element: str) -> str | None:
        """The name to show beside ``value``, None where none is known.

        Raises:
            ServiceFault: 2500 where there is no such record, 610 where it is inactive.
        """


@dataclass
class Cleaned:
    """values: what to store. emptied: top-level fields sent as null or empty."""

    values: Json
    emptied: set[str] = field(default_factory=set)


def clean(entity: Entity, body: Json, references: References) -> Cleaned:
    """Check ``body`` as a request for ``entity``.

    Raises:
        ServiceFault: 2010 for an unknown property, 2030 to 2240 for a value of the wrong sort,
            2500 or 610 for a reference.
    """
    walker = _Walker(references)
    values = walker.fields(entity.fields, body, "")
    emptied = {name for name in body if name not in values and not entity.fields[name].read_only}
    return Cleaned(values, emptied)


def clean_fields(fields: Fields, body: Json, references: References) -> Json:
    """As clean, for a body that is no entity."""
    return _Walker(references).fields(fields, body, "")


def _is_empty(value: object) -> bool:
    return value is None or value in ("", [], {})


class _Walker:
    def __init__(self, references: References) -> None:
        self._references = references

    def fields(self, fields: Fields, body: Json, path: str) -> Json:
        result: Json = {}
        for name, value in body.items():
            known = fields.get(name)
            if known is None:
                raise codes.unknown_property(f"{path}{name}" if path else name)
            if known.read_only or value is None:
                continue
            read = self._value(known, value, f"{path}{name}")
            if read is not _MISSING:
                result[name] = read
        return result

    def _value(self, known: Field, value: Any, path: str) -> Any:
        if known.shape == "free":
            return _MISSING if _is_empty(value) else value
        if known.shape == "list":
            if not isinstance(value, list):
                raise codes.unreadable_property(path, "a list is expected")
            return [self._object(known, one, path) for one in value if one is not None]
        if known.shape == "reference":
            return self._reference(known, value, path)
        if known.shape == "object":
            return self._object(known, value, path) or _MISSING
        if isinstance(value, dict | list):
            raise codes.unreadable_property(path, "a single value is expected")
        if value == "" and known.type != "text":
            return _MISSING
        return _scalar(known, value, path)

    def _object(self, known: Field, value: Any, path: str) -> Json:
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise codes.unreadable_property(path, "an object is expected")
        return self.fields(known.fields, value, f"{path}.")

    def _reference(self, known: Field, value: Any, path: str) -> Any:
        if isinstance(value, str | int) and not isinstance(value, bool):
            value = {"value": value}
        if not isinstance(value, dict):
            raise codes.unreadable_property(path, "a reference is expected")
        for name in value:
            if name not in {"value", "name", "type"}:
                raise codes.unknown_property(f"{path}.{name}")
        identity = value.get("value")
        if isinstance(identity, dict | list | bool):
            raise codes.unreadable_property(f"{path}.value", "text is expected")
        if identity is None or identity == "":
            return _MISSING
        identity = str(identity)
        kept = {"value": identity}
        if known.target == "*":
            return {**value, "value": identity}
        name = self._references.resolve(known.target, identity, path)
        if name is not None:
            kept["name"] = name
        return kept


def _scalar(known: Field, value: Any, path: str) -> Any:
    return _READERS[known.type](known, value, path)


def _text(known: Field, value: Any, path: str) -> Any:
    if isinstance(value, bool):
        value = "true" if value else "false"
    text = str(value)
    if any(mark in text for mark in known.forbidden):
        raise codes.invalid_value("2040", path, text, "free of colons, quotes, tabs and new lines")
    low, high = known.low or 0, known.high or 4000
    if text == "" and low == 0:
        return _MISSING
    if not low <= len(text) <= high:
        raise codes.string_length(path, low, high, len(text))
    return text


def _boolean(_known: Field, value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in {"true", "false"}:
        return value.casefold() == "true"
    raise codes.invalid_value("2230", path, value, "true or false")


def _integer(known: Field, value: Any, path: str) -> int:
    number = money.parse(value)
    if number is None or number != number.to_integral_value():
        raise codes.invalid_value("2080", path, value, "a whole number")
    _bounds(known, number, path, value, "2240")
    return int(number)


def _number(known: Field, value: Any, path: str) -> Any:
    code = {"amount": "2140", "percent": "2150", "quantity": "2160"}.get(known.type, "2100")
    number = money.parse(value)
    if number is None:
        raise codes.invalid_value(code, path, value, "a number")
    if known.type == "percent":
        _bounds(known, number, path, value, "2150")
    elif known.type == "decimal":
        _bounds(known, number, path, value, "2110")
    else:
        _bounds(known, number, path, value, code)
    if known.type == "amount":
        return money.amount(number) if number == money.cents(number) else number
    return money.number(number)


def _bounds(known: Field, number: Any, path: str, supplied: Any, code: str) -> None:
    if known.low is not None and number < known.low:
        raise codes.invalid_value(code, path, supplied, f"at least {known.low}")
    if known.high is not None and number > known.high:
        raise codes.invalid_value(code, path, supplied, f"at most {known.high}")


def _date(_known: Field, value: Any, path: str) -> str:
    text = str(value)
    # Clients send an instant where a day is meant; the service keeps the day.
    head = text[:10] if len(text) > 10 and text[10] in "T+-Z" else text
    try:
        parsed = stamps.parse_date(head)
    except ValueError:
        raise codes.invalid_value("2070", path, text, "a day that exists") from None
    if parsed is None:
        raise codes.invalid_value("2060", path, text, "a date, YYYY-MM-DD")
    return head


def _instant(_known: Field, value: Any, path: str) -> str:
    if stamps.parse_instant(str(value)) is None:
        raise codes.invalid_value("2060", path, value, "a date and time of ISO 8601")
    return str(value)


def _enumeration(known: Field, value: Any, path: str) -> str:
    text = str(value)
    for allowed in known.values:
        if allowed.casefold() == text.casefold():
            return allowed
    allowed_text = "one of " + ", ".join(sorted(known.values))
    raise codes.invalid_value(known.code or "2170", path, text, allowed_text)


def _url(known: Field, value: Any, path: str) -> str:
    text = str(value)
    if len(text) > (known.high or 1000):
        raise codes.string_length(path, 0, known.high or 1000, len(text))
    if not _URL.fullmatch(text):
        raise codes.invalid_value("2200", path, text, "a web address")
    return text


def _email(known: Field, value: Any, path: str) -> str:
    text = str(value).strip()
    high = known.high or 100
    if len(text) > high:
        raise codes.string_length(path, 0, high, len(text))
    # Copies may go to several addresses; the bill itself goes to one.
    parts = [text] if high == 100 else [one.strip() for one in re.split("[,;]", text)]
    if not all(_EMAIL.fullmatch(one) for one in parts):
        raise codes.ServiceFault("2210", f"Email address format is invalid: {text}", path)
    return text


def _currency(_known: Field, value: Any, path: str) -> str:
    text = str(value)
    if not re.fullmatch("[A-Z]{3}", text):
        raise codes.invalid_value("2220", path, text, "an ISO 4217 code")
    return text


def _identity(_known: Field, value: Any, path: str) -> str:
    text = str(value)
    if text and not _NUMERIC.fullmatch(text) and text not in {"TAX", "NON"}:
        raise codes.not_a_number(text)
    return text


_READERS = {
    "text": _text,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _number,
    "amount": _number,
    "percent": _number,
    "quantity": _number,
    "date": _date,
    "instant": _instant,
    "enumeration": _enumeration,
    "url": _url,
    "email": _email,
    "currency": _currency,
    "id": _identity,
}
