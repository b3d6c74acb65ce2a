"""Decisions made offline, checked at the next refresh; changes in QuickBooks and NinjaOne."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.domain.catalogue import Side, What
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.records import (
    Delivery,
    How,
    MappingChange,
    Source,
)
from desktop_app.domain.review import Health, Where, target_label
from desktop_app.errors import RuleError
from desktop_app.services.api import InvoiceState
from tests.domain import builders as b

from .review_world import ZETA, ZETA_CUSTOMER, C, World, ready, state, usual


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = usual(tmp_path / "local.sqlite3")
    yield made
    made.close()


# --- Decisions made offline ------------------------------------------------------------------


def staged(world: World) -> None:
    ready(world)
    world.go_offline()
    world.desk.clear(C, ["11"])
    world.desk.change(C, ["11"], "58")
    assert world.review.staged() == 1
    assert state(world) == (InvoiceState.BLOCKED, {Reason.UNCHECKED})


def test_a_fine_decision_counts_after_the_refresh_even_after_a_restart(world: World) -> None:
    staged(world)
    world.restart()
    assert world.review.staged() == 1
    noted = world.refresh()
    assert (len(noted.checks), noted.text) == (1, "")
    assert world.review.conflicts() == ()
    assert state(world) == (InvoiceState.READY, set())


@pytest.mark.parametrize(
    ("change", "problem", "can_keep"),
    [
        (None, "gone", False),
        ({"active": False}, "inactive", False),
        ({"name": "Acme Inc", "full_name": "Acme Inc"}, "renamed", True),
        ({"subordinate": True}, "unsuitable", False),
    ],
)
def test_what_no_longer_fits_is_a_conflict(
    world: World, change: dict[str, object] | None, problem: str, can_keep: bool
) -> None:
    staged(world)
    if change is None:
        world.drop(b.CUSTOMER)
    else:
        world.put(replace(b.CUSTOMER, **change))  # type: ignore[arg-type]
    noted = world.refresh(complete=change is None)
    assert "1 offline decision needs a look" in noted.text
    (conflict,) = world.review.conflicts()
    assert (conflict.problem, conflict.source_label) == (problem, "Acme Dental")
    assert conflict.can_keep is can_keep
    assert conflict.text
    assert conflict.touched.invoice_ids == ("5012",)
    row = world.review.row(C, "11")
    assert row is not None
    assert (row.where, row.note) == (Where.CONFLICT, conflict.text)
    reasons = state(world)[1]
    assert reasons == ({Reason.CONFLICT} if can_keep else {Reason.CUSTOMER_UNUSABLE})
    world.refresh()
    assert len(world.review.conflicts()) == 1, "nobody has settled it"
    if can_keep:
        world.review.keep(C, ["11"])
        assert state(world) == (InvoiceState.READY, set())
        kept = world.mappings.all(1, C)["11"]
        assert (kept.target_label, kept.how) == ("Acme Inc", How.KEPT)
        world.desk.undo()
        assert [c.problem for c in world.review.conflicts()] == [problem]
        world.desk.redo()
    else:
        with pytest.raises(RuleError):
            world.review.keep(C, ["11"])
        world.desk.change(C, ["11"], "59")
    assert world.review.conflicts() == ()


def test_a_customer_that_has_another_currency_now_is_a_conflict(world: World) -> None:
    staged(world)
    world.put(replace(b.CUSTOMER, currency="CAD"))
    world.refresh(complete=False)
    (conflict,) = world.review.conflicts()
    assert conflict.problem == "currency"
    assert conflict.text == "The customer “Acme Dental” now has the currency CAD."
    world.review.keep(C, ["11"])
    assert world.review.conflicts() == ()
    row = world.review.row(C, "11")
    assert row is not None
    assert row.health is Health.CURRENCY, "an invoice in USD does not go there all the same"


def test_an_item_that_lost_its_account_is_a_conflict(world: World) -> None:
    world.go_offline()
    world.desk.change(Kind.ITEMS, ["201"], "19")
    world.put(replace(b.ITEM, income_account_id=""))
    world.refresh(complete=False)
    (conflict,) = world.review.conflicts()
    assert (conflict.problem, conflict.can_keep) == ("unsuitable", False)
    assert "it has no income account any more" in conflict.text


def test_of_a_merged_customer_the_conflict_says_so(world: World) -> None:
    staged(world)
    world.drop(b.CUSTOMER)
    world.refresh()
    assert "was merged into another record" in world.review.conflicts()[0].text


def test_a_decision_about_what_left_ninjaone_is_named_and_can_be_cleared(world: World) -> None:
    world.go_offline()
    world.desk.change(C, ["11"], "58")
    world.review.exclude(C, ["12"])
    world.drop(b.ACME)
    world.drop(ZETA)
    world.refresh()
    assert [(c.source_label, c.source) for c in world.review.conflicts()] == [
        ("Acme Dental", None), ("Zeta Labs", None),
    ]  # fmt: skip
    changes = {c.record_id: (c.what, c.source_ids) for c in world.review.changes()}
    assert changes == {"11": (What.VANISHED, ("11",)), "12": (What.VANISHED, ("12",))}
    world.desk.clear_all({C: ["11", "12"], Kind.ITEMS: []})
    assert world.review.conflicts() == ()
    assert world.review.changes() == ()
    world.desk.undo()
    assert len(world.review.conflicts()) == 2, "it was one step"


def test_a_rename_that_the_reviewer_saw_is_no_conflict(world: World) -> None:
    ready(world)
    world.put(replace(b.CUSTOMER, name="Acme Inc", full_name="Acme Inc"))
    world.refresh()
    world.go_offline()
    world.desk.clear(C, ["11"])
    world.desk.undo()  # the old label comes back, though the new name was on the screen
    assert world.mappings.all(1, C)["11"].delivery is Delivery.STAGED
    world.refresh()
    assert world.review.conflicts() == ()


def test_an_import_over_an_offline_decision_is_shown(world: World) -> None:
    world.go_offline()
    world.desk.change(C, ["11"], "59")
    by_bob = MappingChange(
        C, "11", "Acme Dental", "58", target_label(b.CUSTOMER), How.IMPORT, decided_by="bob"
    )
    world.decider.apply([by_bob], "Imported")
    world.refresh()
    (conflict,) = world.review.conflicts()
    assert (conflict.problem, conflict.mapping.who) == ("overruled", "bob")
    world.review.keep(C, ["11"])
    assert world.links() == {"11": "58"}


def test_two_rows_that_got_one_customer_are_told(world: World) -> None:
    world.go_offline()
    world.desk.change(C, ["11"], "58")
    twin = MappingChange(C, "12", "Zeta Labs", "58", target_label(b.CUSTOMER), How.IMPORT)
    world.decider.apply([twin], "Imported")
    world.refresh()
    conflicts = world.review.conflicts()
    assert [(c.source_id, c.problem, c.others) for c in conflicts] == [
        ("11", "taken", ("Zeta Labs",)),
        ("12", "taken", ("Acme Dental",)),
    ]
    world.review.keep(C, ["11", "12"])
    assert world.review.conflicts() == ()
    row = world.review.row(C, "11")
    assert row is not None
    assert row.health is Health.SHARED


def test_started_offline_everything_is_staged(tmp_path: Path, world: World) -> None:
    world.close()
    offline = World(tmp_path / "local.sqlite3", started_offline=True)
    offline.desk.change(C, ["11"], "58")
    assert offline.review.staged() == 1
    offline.close()
    world.open()


# --- Changes in QuickBooks and NinjaOne ------------------------------------------------------


def test_changed_records_of_mapped_rows_are_listed_with_what_they_touch(world: World) -> None:
    ready(world)
    world.put(replace(b.CUSTOMER, name="Acme Inc", full_name="Acme Inc"))
    world.put(replace(ZETA_CUSTOMER, name="Nobody's", full_name="Nobody's"))
    world.put(replace(b.ITEM, income_account_id=""))
    world.put(replace(b.WORKSTATION, active=False))
    world.sources.append(Source(C, "13", "Newcomer"))
    noted = world.refresh(complete=False)
    assert noted.text == "3 records of mapped rows changed, 1 new in NinjaOne"
    world.restart()
    found = {(c.side, c.what): c for c in world.review.changes()}
    assert set(found) == {
        (Side.QUICKBOOKS, What.RENAMED),
        (Side.QUICKBOOKS, What.INCOME_ACCOUNT),
        (Side.NINJAONE, What.DEACTIVATED),
    }
    renamed = found[Side.QUICKBOOKS, What.RENAMED]
    assert (renamed.text, renamed.source_ids) == ("was “Acme Dental”, is “Acme Inc”", ("11",))
    assert renamed.harmless
    assert renamed.touched.invoice_ids == ("5012",)
    row = world.review.row(C, "13")
    assert row is not None
    assert row.new
    world.review.keep_all_renames()
    assert world.mappings.all(1, C)["11"].target_label == "Acme Inc"
    assert What.RENAMED not in {c.what for c in world.review.changes()}
    world.desk.clear(Kind.ITEMS, ["201"])
    assert world.review.changes() == (), "no row points at them any more"
    world.desk.undo()
    assert {c.what for c in world.review.changes()} == {What.INCOME_ACCOUNT, What.DEACTIVATED}
    world.review.keep_changes([c.id for c in world.review.changes()])
    assert world.review.changes() == ()


def test_keeping_a_rename_is_undone_with_its_line(world: World) -> None:
    ready(world)
    world.put(replace(b.CUSTOMER, name="Acme Inc", full_name="Acme Inc"))
    world.refresh(complete=False)
    (change,) = world.review.changes()
    world.review.keep_changes([change.id])
    assert world.review.changes() == ()
    world.desk.undo()
    assert world.review.changes() == (change,)
    world.desk.redo()
    world.put(replace(b.CUSTOMER, name="Acme Group", full_name="Acme Group"))
    world.refresh(complete=False)
    (again,) = world.review.changes()
    assert again.text == "was “Acme Inc”, is “Acme Group”"


def test_keeping_a_conflict_keeps_the_rename_as_well(world: World) -> None:
    staged(world)
    world.put(replace(b.CUSTOMER, name="Acme Inc", full_name="Acme Inc"))
    world.refresh(complete=False)
    (change,) = world.review.changes()
    world.review.keep(C, ["11"])
    assert world.review.changes() == ()
    world.desk.undo()
    world.review.keep_changes([change.id])
    assert world.review.conflicts() == (), "and the other way round"


def test_a_merge_and_a_deletion_are_told_apart(world: World) -> None:
    ready(world)
    world.desk.change(C, ["12"], "59")
    world.drop(b.CUSTOMER)
    world.drop(ZETA_CUSTOMER)
    world.refresh(deleted=["59"])
    assert {c.record_id: c.what for c in world.review.changes()} == {
        "58": What.MERGED,
        "59": What.DELETED,
    }
    healths = {r.source.id: r.health for r in world.review.rows(C)}
    assert healths == {"11": Health.MERGED, "12": Health.DELETED}
    world.put(b.CUSTOMER)
    world.refresh()
    assert [c.record_id for c in world.review.changes()] == ["59"]


def test_two_renames_are_one_and_a_rename_back_is_none(world: World) -> None:
    ready(world)
    for name in ("Acme Inc", "Acme Group"):
        world.put(replace(b.CUSTOMER, name=name, full_name=name))
        world.refresh()
    (change,) = world.review.changes()
    assert (change.was, change.now) == ("Acme Dental", "Acme Group")
    world.put(b.CUSTOMER)
    world.refresh()
    assert world.review.changes() == ()


def test_new_sources_stay_new_until_somebody_decides_or_looks(world: World) -> None:
    world.sources += [Source(C, "13", "Newcomer"), Source(C, "14", "Another")]
    world.refresh()
    world.refresh()
    new = [row.source.id for row in world.review.rows(C) if row.new]
    assert sorted(new) == ["13", "14"]
    world.review.exclude(C, ["13"])
    world.review.dismiss_new(C, ["14"])
    assert not any(row.new for row in world.review.rows(C))


def test_a_refresh_that_fails_leaves_neither_lists_nor_checks(world: World) -> None:
    staged(world)
    world.put(replace(b.CUSTOMER, active=False))

    def broken(*_: object) -> None:
        raise RuntimeError("the power fails here")

    world.mappings.write_checks = broken  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        world.refresh()
    world.restart()
    assert world.review.staged() == 1
    assert world.review.changes() == ()
    assert world.facts.get().targets[C]["58"].active
