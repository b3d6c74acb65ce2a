"""JSON as this program reads and writes it: fractions are Decimal, never float."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import simplejson


class NotJson(ValueError):
    """A body that is not one whole JSON value; its text is not repeated here."""


def read_json(body: bytes) -> Any:
    """Raises NotJson for anything else than UTF-8 JSON (HTML, nothing, half a document)."""
    try:
        return simplejson.loads(
            body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        # from None: the library's error repeats the document.
        raise NotJson(f"{len(body)} bytes that are not JSON") from None


def write_json(value: Any) -> bytes:
    """Decimal as a JSON number; any Mapping as an object."""
    text = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, default=_plain)
    return text.encode("utf-8")


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
