"""Exchange rates, classes, locations and the books of a period, read from the simulator."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.document_choices import Track
from desktop_app.domain.records import NinjaOneApp
from desktop_app.errors import ServiceFault
from desktop_app.integrations.gateways import Adapters
from desktop_app.integrations.quickbooks import books as module
from desktop_app.progress import Progress
from desktop_app.simulator.server import Simulator
from tests.integrations.test_against_simulator import World, world

__all__ = ["world"]  # the fixture


def test_the_documents_of_a_period_whoever_made_them(world: World) -> None:
    rows = [(entity, row) for entity in module.ENTITIES for row in world.entities(entity)]
    days = sorted(row["TxnDate"] for _, row in rows)
    start, end = date.fromisoformat(days[0]), date.fromisoformat(days[len(days) // 2])
    found = {(one.entity, one.id): one for one in world.api.books(start, end, Progress())}
    wanted = {
        (entity, row["Id"]): row for entity, row in rows if days[0] <= row["TxnDate"] <= str(end)
    }
    assert set(found) == set(wanted)
    for key, row in wanted.items():
        one = found[key]
        assert one.total == Decimal(row["TotalAmt"])
        assert one.day == date.fromisoformat(row["TxnDate"])
        assert one.number == row.get("DocNumber", "")
        assert one.customer_id == row["CustomerRef"]["value"]


def test_reading_a_period_takes_few_metered_reads(world: World) -> None:
    before = world.api.metered_reads
    world.api.books(date(2020, 1, 1), date(2030, 1, 1), Progress())
    count = len(world.entities("Invoice")) + len(world.entities("CreditMemo"))
    assert world.api.metered_reads - before <= 4 + count // 1000


@pytest.mark.parametrize(("track", "entity"), [(Track.CLASS, "Class"),
                                               (Track.LOCATION, "Department")])  # fmt: skip
def test_classes_and_locations(world: World, track: Track, entity: str) -> None:
    found = {one.id: one for one in world.api.tracked(track, Progress())}
    assert set(found) == {row["Id"] for row in world.entities(entity)}
    for row in world.entities(entity):
        assert found[row["Id"]].name == row["FullyQualifiedName"]
        assert found[row["Id"]].active == (row.get("Active") is not False)


class Answering:
    """A client that answers any read with one record."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.asked: list[Any] = []

    def read(self, path: str, progress: Progress, params: Any = None) -> Any:
        self.asked.append((path, params))
        return self

    reference = "tid"

    def part(self, name: str) -> dict[str, Any]:
        assert name == "ExchangeRate"
        return self.record


def test_an_exchange_rate() -> None:
    client = Answering({"SourceCurrencyCode": "EUR", "Rate": Decimal("1.08412")})
    reads = module.BooksReads(client)  # type: ignore[arg-type]
    assert reads.exchange_rate("EUR", date(2026, 3, 1), Progress()) == Decimal("1.08412")
    assert client.asked == [
        ("exchangerate", {"sourcecurrencycode": "EUR", "asofdate": "2026-03-01"})
    ]


@pytest.mark.parametrize("record", [{}, {"Rate": Decimal(0)}, {"Rate": Decimal(-1)}])
def test_a_rate_that_cannot_be(record: dict[str, Any]) -> None:
    reads = module.BooksReads(Answering(record))  # type: ignore[arg-type]
    with pytest.raises(ServiceFault):
        reads.exchange_rate("EUR", date(2026, 3, 1), Progress())


def test_the_page_of_an_agreement(simulator: Simulator) -> None:
    adapters = Adapters()
    assert adapters.agreement_address(NinjaOneApp(base_url="eu"), "7/1") == (
        "https://eu.ninjarmm.com/#/finance/agreements/7%2F1"
    )
    assert adapters.agreement_address(NinjaOneApp(), "71") == ""
    adapters.close()
