"""Reviewing over real stores: exclusions, bulk changes, restore points, the lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from desktop_app.domain.backups import BackupReason
from desktop_app.domain.journal import HistoryFilter
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.rechecks import Checked
from desktop_app.domain.records import (
    Delivery,
    Environment,
    How,
    MappingChange,
    QuickBooksApp,
    Source,
    Target,
)
from desktop_app.domain.review import Decision, Where
from desktop_app.errors import RuleError, StorageError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState
from desktop_app.services.deciding import BULK

from .review_world import C, World, ready, state, usual


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = usual(tmp_path / "local.sqlite3")
    yield made
    made.close()


# --- Excluded --------------------------------------------------------------------------------


def test_an_excluded_organization_is_held_on_purpose_and_comes_back_by_undo(world: World) -> None:
    assert world.review.decided(C) == (0, 2)
    ready(world)
    assert world.review.decided(C) == (1, 2)
    assert world.review.touched(C, ["11", "12"]).invoice_ids == ("5012",)
    assert world.review.touched(C, ["11"]).amounts == (("USD", Decimal("1748.24")),)
    changes = world.review.exclude(C, ["11"])
    assert (changes.kinds, changes.source_ids) == ({C}, {"11"})
    row = world.review.row(C, "11")
    assert row is not None
    assert row.decided is not None
    assert (row.decision, row.mapping, row.decided.who) == (Decision.EXCLUDED, None, "ann")
    assert world.review.decided(C) == (1, 2), "an exclusion is a decision"
    assert state(world) == (InvoiceState.HELD, {Reason.HELD})
    world.restart()
    assert world.desk.undo_text() == "exclusion of Acme Dental"
    assert state(world) == (InvoiceState.HELD, {Reason.HELD})
    world.desk.undo()
    assert world.links() == {"11": "58"}
    assert state(world) == (InvoiceState.READY, set())
    world.desk.redo()
    assert state(world) == (InvoiceState.HELD, {Reason.HELD})
    world.review.include(C, ["11", "12"])
    row = world.review.row(C, "11")
    assert row is not None
    assert row.decision is Decision.UNDECIDED
    assert state(world) == (InvoiceState.BLOCKED, {Reason.CUSTOMER_UNMAPPED})


def test_excluded_products_and_accounts_hold_their_lines(world: World) -> None:
    ready(world)
    world.review.exclude(Kind.ITEMS, ["201"])
    assert state(world) == (InvoiceState.HELD, {Reason.HELD})
    world.review.include(Kind.ITEMS, ["201"])
    world.review.exclude(Kind.ACCOUNTS, ["5"])
    assert state(world) == (InvoiceState.HELD, {Reason.HELD})
    world.desk.clear(C, ["11"])
    held_and_more = {Reason.HELD, Reason.CUSTOMER_UNMAPPED}
    assert state(world) == (InvoiceState.BLOCKED, held_and_more)


def test_mapping_an_excluded_row_takes_the_exclusion_away(world: World) -> None:
    world.review.exclude(C, ["11"])
    world.desk.change(C, ["11"], "58")
    assert world.links() == {"11": "58"}
    world.desk.undo()
    row = world.review.row(C, "11")
    assert row is not None
    assert row.decision is Decision.EXCLUDED


# --- Bulk changes ----------------------------------------------------------------------------


@pytest.fixture
def many(world: World) -> list[str]:
    """Ids of one organization more than a change may have that is no bulk change."""
    world.sources += [Source(C, str(n), f"Org {n}") for n in range(100, 101 + BULK)]
    world.refresh()
    return [str(n) for n in range(100, 101 + BULK)]


def test_a_bulk_change_has_a_backup_before_it(world: World, many: list[str]) -> None:
    world.review.exclude(C, many[1:])
    assert world.backups == []
    point = world.review.restore_points()[0]
    assert point.name == f"Before exclusion of {BULK} rows"
    world.desk.undo()
    world.review.exclude(C, many)
    world.review.include(C, many)
    assert world.backups == [BackupReason.BULK] * 2
    world.review.restore(point.id, Progress())
    imported = [MappingChange(C, each, each, "58", "Acme", How.IMPORT) for each in many]
    world.desk.record(C, imported, "Imported")  # which makes its own
    assert world.backups == [BackupReason.BULK] * 2
    world.review.restore(point.id, Progress())
    assert world.backups == [BackupReason.BULK] * 3
    assert (world.desk.undo_rows(), world.desk.redo_rows()) == (len(many), 0)
    world.desk.undo()
    assert (world.desk.undo_rows(), world.desk.redo_rows()) == (len(many), len(many))


def test_without_its_backup_a_bulk_change_is_not_begun(world: World, many: list[str]) -> None:
    world.no_backup = StorageError("The disk is full.")
    with pytest.raises(StorageError):
        world.review.exclude(C, many)
    assert world.desk.undo_text() == ""
    world.review.exclude(C, many[1:])
    assert world.desk.undo_text() == f"exclusion of {BULK} rows"


# --- Rows ------------------------------------------------------------------------------------


def test_mended_rows_are_those_that_would_be_made_anew(world: World, rng: Random) -> None:
    others = [Source(C, str(n), f"Org {n}") for n in range(20, 30)]
    customers = [Target(C, str(n), f"Cust {n}", f"Cust {n}") for n in range(70, 76)]
    world.sources += others
    world.targets += customers
    world.refresh()
    for step in range(60):
        source = rng.choice(others).id
        what = rng.choice(["change", "change", "clear", "exclude", "include", "undo", "redo"])
        if what == "change":
            world.desk.change(C, [source], rng.choice(customers).id, share=True)
        elif what == "clear":
            world.desk.clear(C, [source])
        elif what in ("exclude", "include"):
            getattr(world.review, what)(C, [source])
        else:
            getattr(world.desk, what)()
        mended = list(world.review.rows(C))
        world.facts.invalidate()
        assert mended == list(world.review.rows(C)), (step, what, source)


def test_where_a_decision_is(world: World) -> None:
    def where() -> Where:
        row = world.review.row(C, "11")
        assert row is not None
        return row.where

    assert where() is Where.NOWHERE
    world.desk.change(C, ["11"], "58")
    assert where() is Where.SAVED
    world.refresh()
    assert where() is Where.CHECKED
    world.clock.time += timedelta(hours=9)
    world.desk.clear(C, ["11"])
    world.desk.change(C, ["11"], "58")
    assert where() is Where.RECHECK
    world.refresh()
    assert where() is Where.CHECKED
    world.go_offline()
    assert not world.review.online()
    changes = world.review.exclude(C, ["11"])
    assert "staged" in changes.text
    assert where() is Where.STAGED
    world.refresh()
    assert where() is Where.CHECKED


# --- Restore points and single rows ----------------------------------------------------------


def test_a_restore_point_brings_everything_back_as_one_step(world: World) -> None:
    ready(world)
    world.review.exclude(C, ["12"])
    point = world.review.set_restore_point("  Before month   end ")
    assert (point.name, point.automatic) == ("Before month end", False)
    world.desk.change(C, ["12"], "59")
    world.desk.clear(C, ["11"])
    world.desk.clear(Kind.ITEMS, ["201"])
    world.desk.change(Kind.ACCOUNTS, ["5"], "80")
    after = world.links()
    preview = world.review.preview_restore(point.id, Progress())
    assert {(now.kind, now.source_id) for now, _ in preview.rows} == {
        (C, "11"), (C, "12"), (Kind.ITEMS, "201"), (Kind.ACCOUNTS, "5"),
    }  # fmt: skip
    changes = world.review.restore(point.id, Progress())
    assert changes.kinds == set(Kind)
    assert (world.links(), world.links(Kind.ITEMS), world.links(Kind.ACCOUNTS)) == (
        {"11": "58"}, {"201": "19"}, {},
    )  # fmt: skip
    assert world.facts.get().is_excluded(C, "12")
    assert world.desk.undo_text() == "restoring of “Before month end”"
    automatic = world.review.restore_points()[0]
    assert automatic.automatic
    assert automatic.name == "Before restoring of “Before month end”"
    world.desk.undo()
    assert world.links() == after
    world.review.restore(automatic.id, Progress())
    assert world.links() == after


def test_bulk_changes_make_restore_points_and_single_ones_do_not(world: World) -> None:
    world.desk.change(C, ["11"], "58")
    assert world.review.restore_points() == ()
    world.review.exclude(C, ["11", "12"], label="holding of two")
    (point,) = world.review.restore_points()
    assert (point.name, point.automatic) == ("Before holding of two", True)
    assert world.desk.undo_text() == "holding of two"


def test_one_row_out_of_a_long_history(world: World) -> None:
    for target in ("58", "59", "58"):
        world.desk.change(C, ["11"], target)
    world.desk.change(C, ["12"], "59")
    steps = world.review.row_history(C, "11")
    assert [entry.to_target_id for entry in steps] == ["58", "59", "58"]
    with pytest.raises(RuleError, match="Zeta Labs"):
        world.review.revert_row(C, "11", steps[1].step)
    world.review.revert_row(C, "11", steps[2].step - 1)
    assert world.links() == {"12": "59"}
    world.review.revert_row(C, "11", steps[1].step, share=True)
    assert world.links() == {"11": "59", "12": "59"}
    newest = world.review.row_history(C, "11")[0]
    assert (newest.how, newest.from_target_id) == (How.REVERTED, "")
    world.desk.undo()
    assert world.links() == {"12": "59"}


# --- The lock --------------------------------------------------------------------------------


def test_mappings_of_another_environment_are_read_only(world: World) -> None:
    ready(world)
    point = world.review.set_restore_point("here")
    other = QuickBooksApp(environment=Environment.SANDBOX)
    workspace = world.workspaces.current()
    world.workspaces.save(replace(workspace, quickbooks_app=other))
    world.facts.invalidate()
    assert "production" in world.review.locked()
    before = world.links()
    for change in (
        lambda: world.desk.change(C, ["12"], "59"),
        lambda: world.desk.clear(C, ["11"]),
        lambda: world.desk.undo(),
        lambda: world.desk.redo(),
        lambda: world.review.exclude(C, ["11"]),
        lambda: world.review.include(C, ["11"]),
        lambda: world.review.keep(C, ["11"]),
        lambda: world.review.keep_changes([1]),
        lambda: world.review.keep_all_renames(),
        lambda: world.review.dismiss_new(C, ["11"]),
        lambda: world.review.set_restore_point("x"),
        lambda: world.review.restore(point.id, Progress()),
        lambda: world.review.revert_row(C, "11", 0),
    ):
        with pytest.raises(RuleError, match="looked at"):
            change()
    assert world.links() == before
    assert state(world) == (InvoiceState.BLOCKED, {Reason.OTHER_COMPANY})
    assert len(world.review.rows(C)) == 2
    assert world.review.history(HistoryFilter(), Progress()).entries
    world.workspaces.save(workspace)
    world.facts.invalidate()
    assert world.review.locked() == ""


def test_a_database_put_together_by_hand_is_read_only(world: World) -> None:
    ready(world)
    with world.database.writing():
        world.database.run("UPDATE mappings SET company = 'production:777' WHERE kind = 'items'")
    world.restart()
    assert "777" in world.review.locked()
    with pytest.raises(RuleError):
        world.desk.clear(C, ["11"])


def test_a_decision_made_while_a_refresh_writes_its_checks_is_kept(world: World) -> None:
    """The check of the older decision must not be laid over the newer one."""
    world.go_offline()
    world.desk.change(C, ["11"], "58")
    world.desk.change(C, ["12"], "59")
    links = world.mappings.all(1, C)
    checks = [Checked(links["11"], "renamed"), Checked(links["12"])]
    world.desk.change(C, ["11"], "58", share=True)
    newer = world.mappings.all(1, C)["11"]
    with world.database.writing():
        world.mappings.write_checks(1, checks)
    world.mappings.note_checks(1, checks)
    world.links()  # memory and file agree
    after = world.mappings.all(1, C)
    assert after["11"] == newer
    assert after["12"].delivery is Delivery.SAVED


def test_a_decision_makes_one_row_anew(world: World) -> None:
    before = {row.source.id: row for row in world.review.rows(C)}
    world.desk.change(C, ["11"], "58")
    world.review.dismiss_new(C, ["11"])
    after = {row.source.id: row for row in world.review.rows(C)}
    assert after["12"] is before["12"]
    assert after["11"].decision is Decision.LINKED
