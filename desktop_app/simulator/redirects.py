"""Answers that send the browser somewhere else."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from werkzeug.wrappers import Response


def with_query(address: str, values: dict[str, str]) -> str:
    """``address`` with ``values`` added to whatever query it has."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *values.items()])
    return urlunsplit(parts._replace(query=query))


def to(address: str, status: int = 302) -> Response:
    """A redirect that leaves the address exactly as it is, unlike the toolkit's own."""
    response = Response("", status=status)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    response.autocorrect_location_header = False
    return response
