"""Instants and spans as people read them, in the computer's own time zone."""

from __future__ import annotations

from datetime import datetime


def moment(when: datetime) -> str:
    """ "2 March 2026, 09:14"."""
    here = when.astimezone()
    return f"{here.day} {here:%B %Y, %H:%M}"


def ago(when: datetime, now: datetime) -> str:
    """ "just now", "5 min ago", "2 h ago", "3 days ago"."""
    minutes = int((now - when).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // 1440} days ago"


def refreshed(when: datetime | None, now: datetime) -> str:
    """The header's line: "Refreshed 09:14 (2 h ago)", with the day when it was not today."""
    if when is None:
        return "Not refreshed yet"
    here = when.astimezone()
    today = here.date() == now.astimezone().date()
    clock = f"{here:%H:%M}" if today else f"{here.day} {here:%b, %H:%M}"
    return f"Refreshed {clock} ({ago(when, now)})"
