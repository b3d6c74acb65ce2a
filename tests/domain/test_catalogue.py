"""What changed between two catalogues."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.domain.catalogue import What, source_changes, target_changes
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Target
from tests.domain import builders as b

GONE_NAME = {"name": "Acme Dental (deleted)", "full_name": "Acme Dental (deleted)"}


def whats(before: Target, after: Target) -> list[tuple[What, str, str]]:
    known = {before.id: before}
    both = [
        list(target_changes(before.kind, known, [after], complete=complete))
        for complete in (True, False)
    ]
    assert both[0] == both[1], "a capture brings whole records: the same is told"
    return [(change.what, change.was, change.now) for change in both[0]]


@pytest.mark.parametrize(
    ("record", "changes", "expected"),
    [
        (b.CUSTOMER, {}, []),
        (b.CUSTOMER, {"sync_token": "9", "email": "new@acme.example"}, []),
        (
            b.CUSTOMER,
            {"name": "Acme", "full_name": "Acme"},
            [(What.RENAMED, "Acme Dental", "Acme")],
        ),
        (
            b.CUSTOMER,
            {"active": False, **GONE_NAME},
            [(What.DEACTIVATED, "Acme Dental", "Acme Dental (deleted)")],
        ),
        (
            b.CUSTOMER,
            {"active": False, "name": "Old", "full_name": "Old (deleted-1)"},
            [
                (What.DEACTIVATED, "Acme Dental", "Old (deleted-1)"),
                (What.RENAMED, "Acme Dental", "Old (deleted-1)"),
            ],
        ),
        (
            replace(b.CUSTOMER, active=False, **GONE_NAME),
            {"active": True, "name": "Acme Dental", "full_name": "Acme Dental"},
            [(What.REACTIVATED, "Acme Dental (deleted)", "Acme Dental")],
        ),
        (b.CUSTOMER, {"currency": "CAD"}, [(What.CURRENCY, "USD", "CAD")]),
        (replace(b.CUSTOMER, currency=""), {"currency": "USD"}, []),
        (
            b.CUSTOMER,
            {"subordinate": True, "full_name": "Group:Acme Dental"},
            [(What.SUBORDINATE, "Acme Dental", "Group:Acme Dental")],
        ),
        (b.ACCOUNT, {"type": "Expense"}, [(What.TYPE, "Income", "Expense")]),
        (
            b.ACCOUNT,
            {"number": "4010"},
            [(What.RENAMED, "Hardware Sales", "4010 – Hardware Sales")],
        ),
        (b.ITEM, {"type": "Category"}, [(What.TYPE, "Service", "Category")]),
        (b.ITEM, {"income_account_id": ""}, [(What.INCOME_ACCOUNT, "79", "")]),
        (b.ITEM, {"income_account_id": "80"}, []),
    ],
)
def test_one_record(
    record: Target, changes: dict[str, object], expected: list[tuple[What, str, str]]
) -> None:
    assert whats(record, replace(record, **changes)) == expected  # type: ignore[arg-type]


def test_a_missing_id_was_merged_unless_a_capture_called_it_deleted() -> None:
    other = replace(b.CUSTOMER, id="59", name="Zeta")
    known = {"58": b.CUSTOMER, "59": other}
    found = target_changes(Kind.CUSTOMERS, known, [], complete=True, deleted=frozenset({"59"}))
    assert {change.record_id: change.what for change in found} == {
        "58": What.MERGED,
        "59": What.DELETED,
    }
    assert list(target_changes(Kind.CUSTOMERS, known, [], complete=False)) == []


def test_a_record_that_comes_back_and_one_that_is_new() -> None:
    found = list(
        target_changes(
            Kind.CUSTOMERS,
            {},
            [b.CUSTOMER, replace(b.CUSTOMER, id="60")],
            complete=True,
            gone={"58": What.MERGED},
        )
    )
    assert [(change.record_id, change.what) for change in found] == [("58", What.RETURNED)]


def test_sources() -> None:
    known = {"11": b.ACME, "201": b.WORKSTATION}
    now = [replace(b.ACME, name="Acme Group", active=False), replace(b.ACME, id="12")]
    found = [(c.record_id, c.what) for c in source_changes(known, now, first=False)]
    assert found == [
        ("11", What.RENAMED),
        ("11", What.DEACTIVATED),
        ("12", What.NEW),
        ("201", What.VANISHED),
    ]
    assert list(source_changes({}, now, first=True)) == []
