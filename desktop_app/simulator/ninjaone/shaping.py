"""Faults in the shape of right answers: wrapped lists, other dates, unknown statuses."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from desktop_app.simulator.faults import Faults


def shape(result: Any, faults: Faults, path: str, *, is_billing: bool) -> Any:
    """``result`` as the armed faults want it; the original is left alone."""
    if isinstance(result, list) and faults.take("ninja.empty_lists", path=path):
        result = []
    if not is_billing:
        return result
    unknown = "/invoices" in path and faults.take("ninja.unknown_status", path=path)
    if unknown:
        status = unknown["status"]
        result = (
            [{**one, "status": status} for one in result]
            if isinstance(result, list)
            else {**result, "status": status}
        )
    if faults.take("ninja.numeric_dates", path=path):
        result = _numeric(result)
    if isinstance(result, list):
        wrapped = faults.take("ninja.wrapped_list", path=path)
        if wrapped:
            return {str(wrapped["key"]): result}
    return result


def _numeric(value: Any, key: str = "") -> Any:
    if isinstance(value, list):
        return [_numeric(one) for one in value]
    if isinstance(value, dict):
        return {name: _numeric(one, name) for name, one in value.items()}
    if key.endswith("Date") and isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    return value
