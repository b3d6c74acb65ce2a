"""Dates of the simulated world: fixed, or moved by whole days so that they lie around the present.

Everything is planned around REFERENCE, so that the same seed gives the same data. With a *now*
every date moves by the same whole number of days, and what happens after the reference instant is
timed from *now* itself, because only invoices created after a connection are ever sent.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

REFERENCE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def month_start(months_ago: int) -> date:
    """The first of the month that lies *months_ago* whole months before REFERENCE, unmoved."""
    index = REFERENCE.year * 12 + REFERENCE.month - 1 - months_ago
    return date(index // 12, index % 12 + 1, 1)


def month_end(start: date) -> date:
    """The last day of the month of *start*."""
    return (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def noon(day: date) -> datetime:
    """12:00 UTC of *day*, a plain date of the plan."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Calendar:
    """Turns planned dates into the world's dates and into the texts of both services."""

    def __init__(self, now: datetime | None = None) -> None:
        """*now*: aware; REFERENCE falls on its date (UTC). None: nothing moves.

        Raises:
            ValueError: for a naive datetime.
        """
        if now is not None and now.tzinfo is None:
            raise ValueError("now must carry a time zone")
        self.activation = REFERENCE if now is None else now.astimezone(UTC)
        self.shift = timedelta(days=(self.activation.date() - REFERENCE.date()).days)
        self._stamps: dict[date, str] = {}

    def day(self, planned: date) -> str:
        """``yyyy-MM-dd`` of a planned date."""
        text = self._stamps.get(planned)
        if text is None:
            text = self._stamps[planned] = (planned + self.shift).isoformat()
        return text

    def month_name(self, planned: date) -> str:
        """The month a planned date falls in once moved: "November"."""
        return MONTHS[(planned + self.shift).month - 1]

    def moved(self, planned: datetime) -> datetime:
        """The instant in the world."""
        return planned + self.shift

    def after_activation(self, minutes: int) -> datetime:
        """The planned instant that, once moved, lies *minutes* after the connection."""
        return self.activation - self.shift + timedelta(minutes=minutes)

    def epoch(self, planned: datetime) -> Decimal:
        """NinjaOne's form: epoch seconds with a fraction."""
        return Decimal(f"{int((planned + self.shift).timestamp())}.0")

    def pacific(self, planned: datetime) -> str:
        """QuickBooks' form: ``2026-11-20T01:00:00-08:00``, Pacific time of the season."""
        instant = planned + self.shift
        hours = 7 if _pacific_summer(instant) else 8
        local = instant - timedelta(hours=hours)
        return f"{local:%Y-%m-%dT%H:%M:%S}-0{hours}:00"


def _pacific_summer(instant: datetime) -> bool:
    """Whether daylight saving holds: second Sunday of March to first Sunday of November.

    Worked out here because the standard library brings no time-zone data on Windows.
    """
    march = datetime(instant.year, 3, 8, 10, tzinfo=UTC)
    november = datetime(instant.year, 11, 1, 9, tzinfo=UTC)
    begin = march + timedelta(days=(6 - march.weekday()) % 7)
    end = november + timedelta(days=(6 - november.weekday()) % 7)
    return begin <= instant < end
