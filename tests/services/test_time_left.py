"""Time left under a limit of so many a minute."""

from __future__ import annotations

import pytest

from desktop_app.services.time_left import at_least


@pytest.mark.parametrize(
    ("sent", "left", "seconds"),
    [
        ([], 0, 0.0),
        ([], 5, 0.0),  # all within the first minute
        ([], 11, 60.0),
        ([], 25, 120.0),
        ([100.0] * 10, 0, 0.0),
        ([100.0] * 10, 1, 56.0),  # the minute began four seconds ago
        ([100.0] * 10, 10, 56.0),
        ([100.0] * 10, 11, 116.0),
        ([30.0] * 5 + [100.0] * 5, 5, 0.0),  # room was made since
        ([30.0] * 5 + [100.0] * 5, 6, 56.0),
    ],
)
def test_each_waits_for_the_one_ten_places_before(
    sent: list[float], left: int, seconds: float
) -> None:
    assert at_least(sent, left, 104.0, 10) == seconds
