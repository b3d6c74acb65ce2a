"""Reads whole lists: counted first, then page by page, and never taken for whole when not.

Source: QuickBooks sheet 3.4. Rows can shift between pages while somebody works in QuickBooks, and
a page may hold fewer rows than there are; so the number read must equal the number counted.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from desktop_app.errors import PartialListError
from desktop_app.integrations.quickbooks import decode
from desktop_app.integrations.quickbooks.client import Client, rows_of
from desktop_app.integrations.quickbooks.faults import unreadable
from desktop_app.progress import Progress

log = logging.getLogger(__name__)

PAGE = 1000
ALL = "Active IN (true, false)"
_READINGS = 2


def whole_list(
    client: Client, entity: str, where: str, label: str, progress: Progress
) -> list[Mapping[str, Any]]:
    """Every row of *entity* that fits *where* ("" for all), ordered by id, each once.

    label: what the progress calls them ("Customers 1,000 of 1,243"). Counted and read twice if
    need be. Raises PartialListError when the two numbers differ both times.
    """
    counted = read = 0
    for _ in range(_READINGS):
        counted = count(client, entity, where, progress)
        rows = _pages(client, entity, where, counted, label, progress)
        read = len(rows)
        if read == counted:
            progress.report(f"{label} {read:,} of {counted:,}", read, counted)
            return list(rows.values())
        log.info("%s: %d rows read, %d counted", entity, read, counted)
    raise PartialListError(
        f"QuickBooks counted {counted:,} {label.lower()} but {read:,} could be read, twice in a"
        " row. Somebody may be changing them at this moment.",
        detail=f"{entity}: counted {counted}, read {read}",
    )


def page_of(entity: str, where: str, start: int = 1) -> str:
    """The statement for one page from row *start*, counted from 1."""
    return f"{_select('*', entity, where)} ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE}"


def _select(what: str, entity: str, where: str) -> str:
    # No SQL: QuickBooks' query language reads only, and every text goes through client.literal.
    statement = f"SELECT {what} FROM {entity}"  # noqa: S608
    return f"{statement} WHERE {where}" if where else statement


def count(client: Client, entity: str, where: str, progress: Progress) -> int:
    """How many rows of *entity* fit *where*: one metered read."""
    envelope = client.query(_select("COUNT(*)", entity, where), progress)
    total = envelope.part("QueryResponse").get("totalCount", 0)
    if isinstance(total, bool) or not isinstance(total, int) or total < 0:
        raise unreadable("totalCount", envelope.reference)
    return total


def _pages(
    client: Client, entity: str, where: str, counted: int, label: str, progress: Progress
) -> dict[str, Mapping[str, Any]]:
    """Rows by id. Ends with an empty page, or a short one once all are there."""
    rows: dict[str, Mapping[str, Any]] = {}
    start = 1
    # A count of 0 is checked with one page: an empty list empties the catalogue.
    while start <= max(counted, 1):
        progress.report(f"{label} {len(rows):,} of {counted:,}", len(rows), counted)
        envelope = client.query(page_of(entity, where, start), progress)
        page = rows_of(envelope, entity)
        for row in page:
            rows[decode.record_id(row, envelope.reference)] = row
        start += len(page)
        if not page:
            break
    return rows
