"""Who has a name, and creating customers and items, against the simulator."""

from __future__ import annotations

from decimal import Decimal

import pytest

from desktop_app.domain.creating import NameUse
from desktop_app.domain.kinds import Kind
from desktop_app.errors import FaultClass, ServiceFault, UnknownOutcome
from desktop_app.progress import Progress
from tests.integrations.test_against_simulator import World, world

__all__ = ["world"]


def ids(world: World, entity: str, name: str) -> list[str]:
    return [row["Id"] for row in world.entities(entity) if row.get("DisplayName") == name]


@pytest.mark.parametrize("entity", ["Customer", "Vendor", "Employee"])
def test_a_name_is_found_in_all_three_lists(world: World, entity: str) -> None:
    row = next(r for r in world.entities(entity) if r.get("Active", True) and "ParentRef" not in r)
    found = world.api.names(Kind.CUSTOMERS, row["DisplayName"], Progress())
    assert NameUse(entity, row["Id"], row["DisplayName"]) in found
    folded = world.api.names(Kind.CUSTOMERS, row["DisplayName"].upper(), Progress())
    assert found == folded


def test_an_inactive_one_is_found_by_the_name_it_had(world: World) -> None:
    customer = world.api.create_record(Kind.CUSTOMERS, {"DisplayName": "O'Neil \\ IT"}, "c1",
                                       Progress())  # fmt: skip
    world.simulator.quickbooks.simulate_inactivate(
        world.workspace.realm_id, "Customer", customer.id
    )
    (found,) = world.api.names(Kind.CUSTOMERS, "O'Neil \\ IT", Progress())
    assert found == NameUse("Customer", customer.id, "O'Neil \\ IT (deleted)", active=False)


def test_few_reads_and_they_are_counted(world: World) -> None:
    world.api.names(Kind.CUSTOMERS, "Nobody has this name", Progress())
    assert world.api.metered_reads == 3
    world.api.names(Kind.ITEMS, "Nobody has this name", Progress())
    assert world.api.metered_reads == 4


def test_a_list_that_is_throttled_alone_is_asked_again(world: World) -> None:
    row = next(r for r in world.entities("Vendor") if r.get("Active", True))
    world.simulator.faults.arm("qbo.batch_item_throttled", times=1)
    found = world.api.names(Kind.CUSTOMERS, row["DisplayName"], Progress())
    assert row["Id"] in [use.id for use in found]


def test_a_customer_is_created_once_whatever_happens_to_the_answer(world: World) -> None:
    body = {"DisplayName": "Harborview IT", "PrimaryEmailAddr": {"Address": "ap@hv.example"}}
    world.simulator.faults.arm("qbo.system_failure_after", times=1)
    first = world.api.create_record(Kind.CUSTOMERS, body, "c1", Progress())
    again = world.api.create_record(Kind.CUSTOMERS, body, "c1", Progress())
    assert first == again
    assert (first.kind, first.name, first.email) == (
        Kind.CUSTOMERS, "Harborview IT", "ap@hv.example",
    )  # fmt: skip
    assert ids(world, "Customer", "Harborview IT") == [first.id]
    (found,) = world.api.named(Kind.CUSTOMERS, "Harborview IT", Progress())
    assert found == first


def test_an_item_with_everything(world: World) -> None:
    account = next(
        r for r in world.entities("Account")
        if r["AccountType"] == "Income" and r.get("Active", True)
    )  # fmt: skip
    body = {
        "Name": "Laptop dock TB4", "Type": "NonInventory", "Sku": "TB4",
        "IncomeAccountRef": {"value": account["Id"]}, "UnitPrice": Decimal("149.90"),
        "Taxable": True, "Description": "Dock",
    }  # fmt: skip
    made = world.api.create_record(Kind.ITEMS, body, "i1", Progress())
    assert (made.name, made.type, made.number, made.price) == (
        "Laptop dock TB4", "NonInventory", "TB4", Decimal("149.9"),
    )  # fmt: skip
    assert made.income_account_id == account["Id"]
    (use,) = world.api.names(Kind.ITEMS, "laptop dock tb4", Progress())
    assert use == NameUse("Item", made.id, "Laptop dock TB4")


def test_a_taken_name_and_a_wrong_account_are_refused(world: World) -> None:
    vendor = next(r for r in world.entities("Vendor") if r.get("Active", True))
    with pytest.raises(ServiceFault) as taken:
        world.api.create_record(
            Kind.CUSTOMERS, {"DisplayName": vendor["DisplayName"]}, "c2", Progress()
        )
    assert taken.value.code == "6240"
    assert taken.value.fault_class is FaultClass.DATA
    bank = next(r for r in world.entities("Account") if r["AccountType"] == "Bank")
    with pytest.raises(ServiceFault) as account:
        world.api.create_record(
            Kind.ITEMS,
            {"Name": "X", "Type": "Service", "IncomeAccountRef": {"value": bank["Id"]}},
            "i2",
            Progress(),
        )
    assert account.value.code == "6430"
    with pytest.raises(ServiceFault) as long:
        world.api.create_record(Kind.CUSTOMERS, {"DisplayName": "x" * 501}, "c3", Progress())
    assert long.value.code == "2050"


def test_an_answer_that_never_comes_is_an_unknown_outcome(world: World) -> None:
    world.simulator.faults.arm("qbo.system_failure_after")
    with pytest.raises(UnknownOutcome):
        world.api.create_record(Kind.CUSTOMERS, {"DisplayName": "Lost IT"}, "c4", Progress())
    assert len(ids(world, "Customer", "Lost IT")) == 1
