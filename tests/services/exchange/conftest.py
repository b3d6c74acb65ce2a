from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .worlds import Office, customer, organization


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "anna")
    made.lists(
        [organization(n) for n in range(1, 7)],
        [
            *(customer(n) for n in range(11, 17)),
            customer(21, "Twin"),
            customer(22, "Twin"),
            customer(31, "Gone", active=False),
            customer(32, "Customer 11:Site", subordinate=True),
        ],
    )
    made.link("1", "11", "2", "12")
    yield made
    made.close()
