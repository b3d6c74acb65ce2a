"""Strict checks of what clients send and which parameters they use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request

from desktop_app.simulator.ninjaone.errors import application, bad_parameter, invalid_body
from desktop_app.simulator.wire import loads

INT32 = 2**31 - 1
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_INT = re.compile(r"-?\d{1,10}\Z")


@dataclass(frozen=True)
class Field:
    """kind: "text", "int", "number", "bool", "date", "choice", "object" or "list".

    A null is taken unless the field is required. item holds the fields of an object, or of the
    objects of a list; a list without item holds ids.
    """

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    longest: int = 1000
    item: Mapping[str, Field] = field(default_factory=dict)


def check(body: Any, fields: Mapping[str, Field], where: str = "") -> dict[str, Any]:
    """``body`` if it is an object of these fields only.

    Raises:
        ApiError: 400 with the name of the first field that does not fit.
    """
    if not isinstance(body, dict):
        raise invalid_body(f"{where or 'The body'} must be an object")
    for name, value in body.items():
        path = f"{where}.{name}" if where else name
        spec = fields.get(name)
        if spec is None:
            raise invalid_body(f'Unrecognized field "{path}"')
        if value is None:
            if spec.required:
                raise invalid_body(f"{path} must not be null")
        else:
            _check_value(value, spec, path)
    for name, spec in fields.items():
        if spec.required and name not in body:
            raise invalid_body(f"{where + '.' if where else ''}{name} is required")
    return body


def _check_value(value: Any, spec: Field, path: str) -> None:
    kind = spec.kind
    if kind == "text":
        fits = isinstance(value, str) and len(value) <= spec.longest
        fits = fits and not (spec.required and not value.strip())
    elif kind == "int":
        fits = is_id(value)
    elif kind == "number":
        fits = isinstance(value, int | Decimal) and not isinstance(value, bool)
    elif kind == "bool":
        fits = isinstance(value, bool)
    elif kind == "date":
        fits = isinstance(value, str) and _parse(value) is not None
    elif kind == "choice":
        fits = value in spec.choices
    elif kind == "object":
        check(value, spec.item, path)
        fits = True
    else:
        _check_list(value, spec, path)
        fits = True
    if not fits:
        expected = f"one of {', '.join(spec.choices)}" if kind == "choice" else f"a valid {kind}"
        raise invalid_body(f"{path} must be {expected}")


def _check_list(value: Any, spec: Field, path: str) -> None:
    if not isinstance(value, list):
        raise invalid_body(f"{path} must be a list")
    if not spec.item:
        if (spec.required and not value) or not all(is_id(one) for one in value):
            raise invalid_body(f"{path} must be a list of ids")
        if len(set(value)) != len(value):
            raise invalid_body(f"{path} names an id twice")
    for index, one in enumerate(value):
        if spec.item:
            check(one, spec.item, f"{path}[{index}]")


def is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= INT32


def _parse(text: str) -> date | None:
    if not _DATE.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def date_parameter(args: Mapping[str, str], name: str) -> date | None:
    """A query parameter as yyyy-MM-dd. Raises ApiError (400) for anything else."""
    text = args.get(name)
    if text is None:
        return None
    found = _parse(text)
    if found is None:
        raise bad_parameter(f"Invalid value for parameter {name}: expected yyyy-MM-dd")
    return found


def int_parameter(args: Mapping[str, str], name: str, least: int = 0) -> int | None:
    """A query parameter as int32 of at least ``least``. Raises ApiError (400)."""
    text = args.get(name)
    if text is None:
        return None
    if not _INT.match(text) or not least <= int(text) <= INT32:
        raise bad_parameter(f"Invalid value for parameter {name}")
    return int(text)


def json_body(request: Request) -> Any:
    """The parsed body. Raises ApiError: 415 when it is no JSON type, 400 when it does not parse."""
    if request.mimetype != "application/json":
        raise application(415, "FAILURE", "HTTP 415 Unsupported Media Type")
    try:
        return loads(request.get_data())
    except ValueError as error:
        raise bad_parameter("Unable to process JSON") from error
