"""Dates and times as the service writes and reads them: Pacific offset, whole seconds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

_STANDARD = timezone(timedelta(hours=-8))
_DAYLIGHT = timezone(timedelta(hours=-7))

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:T(\d{2}:\d{2}(?::\d{2})?)(\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)


def _nth_sunday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def pacific(instant: datetime) -> datetime:
    """``instant`` with the offset in force on the US west coast.

    The rule (second Sunday of March to first Sunday of November, 2:00 local) is written out
    because time zone data is not there on every Windows.
    """
    utc = instant.astimezone(UTC)
    begin = datetime.combine(_nth_sunday(utc.year, 3, 2), datetime.min.time(), UTC)
    end = datetime.combine(_nth_sunday(utc.year, 11, 1), datetime.min.time(), UTC)
    summer = begin + timedelta(hours=10) <= utc < end + timedelta(hours=9)
    return utc.astimezone(_DAYLIGHT if summer else _STANDARD)


def meta_stamp(instant: datetime) -> str:
    """As in MetaData: 2026-03-02T09:15:04-08:00."""
    return pacific(instant).isoformat(timespec="seconds")


def envelope_stamp(instant: datetime) -> str:
    """As beside an answer: 2026-03-02T09:15:05.311-08:00."""
    return pacific(instant).isoformat(timespec="milliseconds")


def today(instant: datetime) -> date:
    """The server's date, the default of TxnDate."""
    return pacific(instant).date()


def parse_date(text: str) -> date | None:
    """A calendar day written YYYY-MM-DD.

    Returns None where the form is another.

    Raises:
        ValueError: for a day that does not exist, such as 2026-02-30.
    """
    if not _DATE.fullmatch(text):
        return None
    return date.fromisoformat(text)


def parse_instant(text: str) -> datetime | None:
    """An ISO 8601 date or date-time; without an offset it is Pacific time. None if it is not."""
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        return None
    day, clock, fraction, offset = match.groups()
    offset = (offset or "").upper().replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(
            f"{day}T{clock or '00:00:00'}{(fraction or '')[:7] if clock else ''}{offset}"
        )
    except ValueError:
        return None
    if moment.tzinfo is None:
        guess = moment.replace(tzinfo=_STANDARD)
        moment = moment.replace(tzinfo=pacific(guess).tzinfo)
    return moment
