"""Reads the faults of QuickBooks Online out of whatever answer holds them.

Source: QuickBooks sheet 5.1: three envelopes (data service, gateway, XML), HTML from the way
there, empty bodies, and Faults inside a status of 200.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop_app.errors import FaultClass, ServiceFault
from desktop_app.integrations.http import Answer
from desktop_app.integrations.quickbooks.fault_table import (
    LATER,
    RECONNECT,
    REPORT,
    TABLE,
    Words,
)
from desktop_app.integrations.wire import NotJson

SERVICE = "QuickBooks"
_SHOWN = 500  # characters of the service's own words

# Two refusals with code 6000 that are no fault of the invoice (sheet 5.3).
_NAME_LOCK = "one name at a time"
_INTERNAL = re.compile(r"\(-3000[03]\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One error of an envelope, as the service wrote it."""

    code: str
    message: str
    detail: str
    element: str


def judge(answer: Answer) -> ServiceFault | None:
    """None for a success with a JSON object, else what is wrong."""
    try:
        body = answer.json()
    except NotJson:
        entries = _from_xml(answer.text)
        if answer.ok and not entries:
            return _unreadable(answer)
        return fault(entries, answer.status, answer.reference)
    found = envelope(body)
    if found is not None or not answer.ok:
        return fault(found or (), answer.status, answer.reference)
    return None if isinstance(body, dict) else _unreadable(answer)


def envelope(body: Any) -> tuple[Entry, ...] | None:
    """The errors of a ``Fault`` in *body*, spelled either way; None if there is none."""
    if not isinstance(body, Mapping):
        return None
    held = body.get("Fault", body.get("fault"))
    if not isinstance(held, Mapping):
        return None
    errors = held.get("Error", held.get("error"))
    rows = errors if isinstance(errors, list) else [errors]
    return tuple(_entry(row) for row in rows if isinstance(row, Mapping))


def fault(entries: Iterable[Entry], status: int, reference: str) -> ServiceFault:
    """The ServiceFault for *entries*; the first one with a known code leads."""
    found = tuple(entries)
    lead = next((one for one in found if one.code in TABLE), found[0] if found else None)
    code = lead.code if lead else ""
    words = _words(lead, status)
    said = [one.detail or one.message for one in ((lead, *found) if lead else ())]
    return ServiceFault(
        words.message,
        service=SERVICE,
        status=status,
        code=code,
        fault_class=words.fault_class,
        element=lead.element if lead else "",
        reference=reference,
        service_detail=" ".join(dict.fromkeys(filter(None, said)))[:_SHOWN],
        title=words.title,
        advice=words.advice,
        retryable=words.fault_class
        in (FaultClass.TRANSIENT, FaultClass.THROTTLED, FaultClass.STALE),
    )


def unreadable(what: str, reference: str) -> ServiceFault:
    """For an answer that is well-formed but lacks what it must hold."""
    return ServiceFault(
        f"QuickBooks' answer lacks {what}.",
        service=SERVICE,
        status=200,
        code="",
        fault_class=FaultClass.DEFECT,
        reference=reference,
        title="Answer not understood",
        advice=REPORT,
    )


def _words(lead: Entry | None, status: int) -> Words:
    if lead is not None and lead.code in TABLE:
        words = TABLE[lead.code]
        if lead.code == "6000" and _NAME_LOCK in lead.detail:
            return Words(
                FaultClass.TRANSIENT,
                "QuickBooks is busy",
                "QuickBooks was changing another name at the same time.",
                "Try again.",
            )
        if lead.code == "6000" and _INTERNAL.search(lead.detail):
            return Words(FaultClass.DEFECT, words.title, words.message, REPORT)
        return words
    if status == 429:
        return TABLE["3001"]
    if status == 401:
        return TABLE["3200"]
    if status == 403:
        return Words(
            FaultClass.CONNECTION,
            "QuickBooks refused access",
            "QuickBooks refused access to this company.",
            RECONNECT,
        )
    if status >= 500 or status == 408:
        return Words(
            FaultClass.TRANSIENT,
            "QuickBooks is not available",
            f"QuickBooks is not working as it should (HTTP {status}).",
            LATER,
        )
    if 300 <= status < 400:
        return Words(
            FaultClass.TRANSIENT,
            "Not QuickBooks",
            "The network led the request elsewhere: perhaps it asks for a sign-in of its own.",
            "Open any web page in a browser to see whether the network is free, then try again.",
        )
    if lead is not None and status < 404:
        return Words(
            FaultClass.DATA,
            "QuickBooks refused",
            f"QuickBooks refused the request with a code that is new to this program"
            f" ({lead.code or 'none'}).",
            "Read what QuickBooks says below.",
        )
    return Words(
        FaultClass.DEFECT,
        "Request not understood",
        f"QuickBooks refused the request without saying why (HTTP {status}).",
        REPORT,
    )


def _unreadable(answer: Answer) -> ServiceFault:
    return ServiceFault(
        "Something else than QuickBooks' data came back: perhaps the network asks for a sign-in of"
        " its own.",
        service=SERVICE,
        status=answer.status,
        code="",
        fault_class=FaultClass.TRANSIENT,
        reference=answer.reference,
        title="Not QuickBooks' answer",
        advice="Open any web page in a browser to see whether the network is free, then try again.",
        retryable=True,
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    def text(*names: str) -> str:
        value = next((row[name] for name in names if row.get(name) is not None), "")
        return str(value)

    message = text("Message", "message")
    code = text("code", "Code")
    if not code.isdecimal():
        inside = re.search(r"errorCode=0*(\d+)", message)
        code = inside.group(1) if inside else ""
    return Entry(
        code.lstrip("0") or code[:1], message, text("Detail", "detail"), text("element", "Element")
    )


def _from_xml(text: str) -> tuple[Entry, ...]:
    """Some refusals come as XML although JSON was asked for; only the fields needed are read."""
    if "<Fault" not in text:
        return ()

    def inside(part: str, name: str) -> str:
        found = re.search(rf"<{name}>(.*?)</{name}>", part, re.DOTALL)
        return html.unescape(found.group(1)).strip() if found else ""

    entries = []
    for attributes, part in re.findall(r"<Error\b([^>]*)>(.*?)</Error>", text, re.DOTALL):
        named = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
        entries.append(
            Entry(
                named.get("code", ""),
                inside(part, "Message"),
                inside(part, "Detail"),
                named.get("element", ""),
            )
        )
    return tuple(entries)
