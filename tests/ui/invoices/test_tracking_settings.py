"""The rules for classes and locations in Settings, made with mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from desktop_app.domain.document_choices import Track, TrackRule
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState
from desktop_app.ui.settings.tracking import AS_DEFAULT, OWN, WRONG, TrackingSettings
from desktop_app.ui.shell import Page, Shell
from tests.services.test_tracking import CLASSES, PLACES, company
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.invoices.test_document_settings import pick
from tests.ui.pages_support import MakeShell, click, click_box, open_page, shown_ids


class OneTab(Page):
    """The tab alone, as a page."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.tab = TrackingSettings(shell)
        column = QVBoxLayout(self)
        column.addWidget(self.tab)

    def concerned(self, changes: object) -> bool:
        return True

    def refresh(self, changes: object) -> None:
        self.tab.fill()


@pytest.fixture
def small() -> World:
    made = make_small()
    made.quickbooks.kept = {Track.CLASS: CLASSES, Track.LOCATION: PLACES}
    return made


@pytest.fixture
def tab(qtbot: QtBot, make_shell: MakeShell, small: World) -> TrackingSettings:
    page = open_page(
        qtbot, make_shell, small, OneTab, tracking=small.tracking, documents=small.documents
    )
    return page.tab


def track_all(tab: TrackingSettings, small: World, **changes: bool) -> None:
    company(small, **({"class_per_line": True, "track_departments": True} | changes))
    tab.fill()


def give(qtbot: QtBot, tab: TrackingSettings, track: Track, text: str) -> None:
    """To the ticked rows: choose, then press the button."""
    pick(qtbot, tab.setters[track], text)
    click(qtbot, tab.set_buttons[track])


def test_without_tracking_only_the_reason_is_shown(tab: TrackingSettings) -> None:
    for track in Track:
        assert not tab.defaults[track].isEnabled()
        assert f"does not track {track.plural}" in tab.reasons[track].text()
    assert not tab.browser.isVisible()


def test_lists_are_read_then_a_default_is_chosen(
    qtbot: QtBot, tab: TrackingSettings, small: World
) -> None:
    track_all(tab, small)
    assert "not read yet" in tab.reasons[Track.CLASS].text()
    click(qtbot, tab.read_button)
    qtbot.waitUntil(tab.defaults[Track.CLASS].isEnabled)
    assert tab.reasons[Track.CLASS].text() == "QuickBooks has one for each line."
    assert tab.defaults[Track.CLASS].findText("Old") < 0, "inactive"
    pick(qtbot, tab.defaults[Track.CLASS], "Managed")
    pick(qtbot, tab.defaults[Track.LOCATION], "North")
    choices = small.documents.choices()
    assert (choices.classes.fixed, choices.locations.fixed) == ("1", "8")
    view = small.documents.view("1")
    assert ("Location", "", "North") in view.headers
    assert "class Managed" in view.lines[0].detail


def test_organizations_and_account_codes_have_rules_of_their_own(
    qtbot: QtBot, tab: TrackingSettings, small: World
) -> None:
    track_all(tab, small)
    click(qtbot, tab.read_button)
    qtbot.waitUntil(tab.defaults[Track.CLASS].isEnabled)
    for identity in ("customers:1", "customers:2", "accounts:7"):
        click_box(qtbot, tab.table, identity)
    give(qtbot, tab, Track.CLASS, "Projects")
    assert small.documents.choices().classes == TrackRule("", {"1": "2", "2": "2"}, {"7": "2"})
    assert tab.setters[Track.CLASS].currentText() == "Projects", "ready for the next ones"
    click(qtbot, tab.browser.chips[OWN])
    assert sorted(shown_ids(tab.table)) == ["accounts:7", "customers:1", "customers:2"]
    cells = [str(tab.model.index(tab.model.row_of("accounts:7"), c).data()) for c in (1, 2, 3, 4)]
    assert cells == ["Backup", "Account code", "Projects", ""]
    click(qtbot, tab.browser.untick_button)
    click_box(qtbot, tab.table, "accounts:7")
    assert not tab.set_buttons[Track.LOCATION].isEnabled(), "a line has none"
    click_box(qtbot, tab.table, "customers:1")
    assert "account codes have no location" in tab.browser.ticked_text.text()
    give(qtbot, tab, Track.CLASS, "As the default")
    assert small.documents.choices().classes == TrackRule("", {"2": "2"})
    assert tab.setters[Track.CLASS].itemData(0) == AS_DEFAULT


def test_a_rule_that_lost_its_class_holds_invoices_and_is_mended_here(
    qtbot: QtBot, tab: TrackingSettings, small: World
) -> None:
    track_all(tab, small)
    click(qtbot, tab.read_button)
    qtbot.waitUntil(tab.defaults[Track.CLASS].isEnabled)
    click_box(qtbot, tab.table, "customers:1")
    give(qtbot, tab, Track.CLASS, "Projects")
    small.quickbooks.kept = {Track.CLASS: CLASSES[:1], Track.LOCATION: PLACES}
    click(qtbot, tab.read_button)
    qtbot.waitUntil(tab.browser.chips[WRONG].isVisible)
    states = {row.invoice.id: row for row in small.invoices.rows()}
    assert states["1"].state is InvoiceState.BLOCKED
    assert "of a rule is no longer there" in states["1"].reason
    click(qtbot, tab.browser.chips[WRONG])
    assert shown_ids(tab.table) == ["customers:1"]
    give(qtbot, tab, Track.CLASS, "As the default")
    assert small.invoices.rows()[0].state is InvoiceState.READY


def test_a_rule_can_be_taken_away_where_tracking_was_switched_off(
    qtbot: QtBot, tab: TrackingSettings, small: World
) -> None:
    track_all(tab, small)
    small.tracking.read(Progress())
    small.tracking.set_default(Track.CLASS, "1")
    track_all(tab, small, class_per_line=False)
    assert "does not track classes: invoices wait" in tab.reasons[Track.CLASS].text()
    assert tab.defaults[Track.CLASS].currentText() == "Managed (cannot be used)"
    pick(qtbot, tab.defaults[Track.CLASS], "None")
    assert small.documents.choices().classes == TrackRule()
    assert not tab.defaults[Track.CLASS].isEnabled()
