"""Request ids: a write that succeeded is answered again, not done again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from desktop_app.simulator.quickbooks import codes
from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]

MEMORY = timedelta(hours=24)
MAX_LENGTH = 50
MAX_BATCH_LENGTH = 36
MAX_BID_LENGTH = 10


def check(request_id: str, *, batch: bool = False) -> None:
    """Raises ServiceFault 2130 for an id that is too long."""
    longest = MAX_BATCH_LENGTH if batch else MAX_LENGTH
    if len(request_id) > longest or not request_id.strip():
        raise codes.refused(
            "2130", f"Request id has 1 to {longest} characters. Supplied: {len(request_id)}"
        )


def check_bid(bid: str) -> None:
    """Raises ServiceFault 2130: beside a request id, every bId is short."""
    if len(bid) > MAX_BID_LENGTH:
        raise codes.refused(
            "2130", f"With a request id, bId has at most {MAX_BID_LENGTH} characters: {bid}"
        )


def recall(company: Company, request_id: str, kind: str) -> Json | None:
    """What was answered to that id, or None.

    Raises:
        ServiceFault: 600 where the id was used for another kind of operation.
    """
    forget_old(company)
    known = company.requests.get(request_id)
    if known is None:
        return None
    if known["kind"] != kind:
        raise codes.request_id_reused(request_id)
    answer: Json = known["answer"]
    return answer


def remember(company: Company, request_id: str, kind: str, answer: Json) -> None:
    """Only successes are remembered."""
    company.requests[request_id] = {
        "kind": kind,
        "time": company.now.isoformat(),
        "answer": answer,
    }


def forget_old(company: Company) -> None:
    oldest = company.now - MEMORY
    for one in list(company.requests):
        # In order of time, so that the first young one ends the search.
        if datetime.fromisoformat(company.requests[one]["time"]) >= oldest:
            break
        del company.requests[one]
