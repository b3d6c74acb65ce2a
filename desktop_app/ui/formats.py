"""Dates and instants as people read them."""

from __future__ import annotations

from datetime import date, datetime


def date_text(day: date | None) -> str:
    """ "2 Mar 2026", "" for none."""
    return f"{day.day} {day:%b %Y}" if day is not None else ""


def instant_text(instant: datetime | None) -> str:
    """ "2 Mar 2026, 09:30" in local time, "" for none."""
    if instant is None:
        return ""
    local = instant.astimezone()
    return f"{date_text(local.date())}, {local:%H:%M}"
