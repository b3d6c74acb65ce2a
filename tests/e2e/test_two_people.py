"""Ann decides on a train while Bob works in NinjaOne and QuickBooks: what she is told afterwards,
in the real window, and what she does about it by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.domain.catalogue import What
from desktop_app.domain.kinds import Kind
from desktop_app.domain.review import Decision, Health, MappingRow
from desktop_app.services.api import Services
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.changes.conflicts import ConflictDialog
from desktop_app.ui.changes.page import ChangesPage
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.impact import ImpactText
from desktop_app.ui.window import MainWindow
from tests.e2e import desk
from tests.e2e.office import Office, connected_office
from tests.ui.conftest import notices
from tests.ui.pages_support import click, dialog_of

C, ITEMS = Kind.CUSTOMERS, Kind.ITEMS


@pytest.fixture
def office(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Office]:
    with connected_office(tmp_path / "profile", qtbot, qapp) as made:
        with made.stage.open() as program:
            desk.auto_map(program.services)
        yield made


def sound(services: Services, kind: Kind) -> list[MappingRow]:
    return [
        row
        for row in services.review.rows(kind)
        if row.decision is Decision.LINKED and row.health is Health.OK
    ]


def target_id(row: MappingRow) -> str:
    assert row.target is not None
    return row.target.id


def bob(office: Office, rows: dict[str, MappingRow], items: list[MappingRow]) -> None:
    """What he does meanwhile, most of it through the services' own doors."""
    books = office.simulator.quickbooks.company(office.realm)
    there = "quickbooks/REALM/"
    for key, name in (("renamed", "Quite Another Name"), ("calm", "Renamed Meanwhile")):
        office.post(f"{there}rename", entity="Customer", id=target_id(rows[key]), name=name)
    kept = target_id(rows["survivor"])
    office.post(f"{there}merge", entity="Customer", lost_id=target_id(rows["merged"]), kept_id=kept)
    office.post(f"{there}inactivate", entity="Customer", id=target_id(rows["off"]))
    customer = target_id(rows["currency"])
    record: Any = books.get("Customer", customer)
    books.replace("Customer", customer, {**record, "CurrencyRef": {"value": "EUR"}})
    office.post("ninjaone/rename-organization", id=int(rows["ours"].source.id), name="Our New Name")
    office.post("ninjaone/archive-organization", id=int(rows["gone"].source.id))
    office.simulator.ninjaone.billing.products.switch(int(items[0].source.id), active=False)
    office.post(f"{there}inactivate", entity="Item", id=target_id(items[1]))


def test_two_people_and_one_refresh(office: Office) -> None:
    qtbot = office.qtbot
    with office.window(offline=True) as window:
        services = window.services
        keys = ("renamed", "merged", "off", "currency", "gone", "ours", "survivor", "calm", "fine")
        rows = dict(zip(keys, sound(services, C), strict=False))
        items = sound(services, ITEMS)[:2]
        for key in ("renamed", "merged", "off", "currency", "fine"):
            source_id = rows[key].source.id
            services.mapping.clear(C, [source_id])
            services.mapping.change(C, [source_id], target_id(rows[key]))
        window.shell.publish(services.review.exclude(C, [rows["gone"].source.id]))
        assert window.staged.text() == "6 staged"
        click(qtbot, window.staged)
        assert window.current_page.browser.tag() == "staged"  # type: ignore[attr-defined]

    bob(office, rows, items)
    with office.window(page="integrations") as window:
        services = window.services
        office.refresh(window)
        assert not window.staged.isVisible()
        banner = next(b for b in notices(window) if "offline decisions" in b.title)
        assert banner.title.startswith("5 ")
        click(qtbot, banner.buttons["Review one by one"])
        settle_conflicts(office, services, rows)
        settle_changes(office, window, rows, items)
        health = {key: services.review.row(C, row.source.id) for key, row in rows.items()}
        assert health["gone"] is None
        fine = {key for key, row in health.items() if row is not None and row.mapping is not None}
        assert fine == {"renamed", "currency", "ours", "survivor", "calm", "fine"}


def settle_conflicts(office: Office, services: Services, rows: dict[str, MappingRow]) -> None:
    """Each on its own page: keep the renamed one, go on to another customer, clear the others."""
    qtbot = office.qtbot
    dialog = dialog_of(qtbot, ConflictDialog)
    seen = {}
    for _ in range(5):
        name = dialog.title.text()
        seen[name.split("“")[1].rstrip("”")] = dialog.problem.text()
        kept = dialog.keep_button.isEnabled()
        qtbot.keyClick(dialog, Qt.Key.Key_K if kept else Qt.Key.Key_C)
    assert dialog.end.isVisible()
    assert dialog.settled == 5
    click(qtbot, dialog.close_button)
    words = {
        "renamed": "is now called “Quite Another Name”",
        "merged": "was merged into another record",
        "off": "was made inactive",
        "currency": "now has the currency EUR",
        "gone": "no longer in NinjaOne",
    }
    for key, expected in words.items():
        assert expected in seen[rows[key].source.name], key
    assert services.review.conflicts() == ()


def settle_changes(
    office: Office, window: MainWindow, rows: dict[str, MappingRow], items: list[MappingRow]
) -> None:
    """What was settled with the conflicts is not asked again; the rest is kept, moved, cleared."""
    qtbot, services = office.qtbot, window.services
    window.go("changes")
    page = window.current_page
    assert isinstance(page, ChangesPage)
    found = {c.what: c for c in services.review.changes() if c.what is not What.RENAMED}
    assert found.keys() == {What.CURRENCY, What.DEACTIVATED}  # of the customer, of both items
    renames = [c for c in services.review.changes() if c.what is What.RENAMED]
    assert {c.now for c in renames} == {"Renamed Meanwhile", "Our New Name"}
    assert page.renames_button.text() == "Keep all renames (2)"
    click(qtbot, page.renames_button)
    row = services.review.row(C, rows["calm"].source.id)
    assert row is not None
    assert row.mapping is not None
    assert row.mapping.target_label == "Renamed Meanwhile"

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    off = next(c for c in services.review.changes() if c.record_id == target_id(items[1]))
    page.table.show_row(str(off.id))
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    chooser = dialog_of(qtbot, ChangeMappingDialog)
    other = services.mapping.choices(ITEMS)[0]
    chooser.list.choose(chooser.list.choices.row_of(other.id))
    click(qtbot, chooser.update_button)
    assert off.id not in {c.id for c in services.review.changes()}, "no row stands on it any more"
    product = next(c for c in services.review.changes() if c.record_id == items[0].source.id)
    currency = found[What.CURRENCY]
    page.model.set_ticked([str(product.id), str(currency.id)], True)
    click(qtbot, page.clear_button)
    box = dialog_of(qtbot, ConfirmBox)
    impact = box.findChild(ImpactText)
    qtbot.waitUntil(lambda: impact.impact is not None)
    assert impact.impact.blocked.invoices + impact.impact.still_blocked.invoices > 0
    click(qtbot, box.cancel_button)
    click(qtbot, page.keep_button)
    assert services.review.changes() == ()
    assert page.browser.nothing.isVisible()
