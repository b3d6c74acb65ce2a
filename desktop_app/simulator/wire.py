"""JSON and HTML bodies. Amounts are Decimal on both sides; a float is never made from one."""

from __future__ import annotations

from typing import Any

import simplejson
from werkzeug.wrappers import Response


def dumps(value: Any, *, indent: int | None = None) -> str:
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, indent=indent)
    return text


def loads(text: str | bytes) -> Any:
    """Read JSON with numbers that have a fraction as Decimal.

    Raises:
        ValueError: when the text is not JSON (NaN and Infinity included) or not UTF-8.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    return simplejson.loads(text, use_decimal=True, parse_constant=_refuse)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def json_response(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(
        dumps(value), status=status, headers=headers, content_type="application/json;charset=UTF-8"
    )


def html_response(html: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(html, status=status, headers=headers, content_type="text/html; charset=utf-8")
