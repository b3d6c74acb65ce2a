"""Integrations, app keys and sign-in on fake services, with the real embedded browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.domain.records import (
    ChangeSet,
    Environment,
    NinjaOneGrant,
    QuickBooksApp,
    TaxChoice,
)
from desktop_app.errors import ConfigurationError, NetworkError
from desktop_app.services.api import Service, Services, TokenHealth
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.integrations.page import IntegrationsPage
from desktop_app.ui.login.window import SignInWindow
from desktop_app.ui.pages import PageSpec
from desktop_app.ui.settings.page import SettingsPage
from desktop_app.ui.shell import Context, Demo, Page, Shell
from desktop_app.ui.window import MainWindow
from tests.ui.conftest import notices
from tests.ui.web import Site, serve

REDIRECT = "https://billing.example.test/oauth/callback"


class Empty(Page):
    """Stands for the pages that are not looked at here."""


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        running.html("/sign-in", "<p>Sign in</p>")
        yield running


@pytest.fixture
def window(qtbot: QtBot, services: Services, context: Context, site: Site) -> Iterator[MainWindow]:
    demo = {Service.QUICKBOOKS: Demo("pat@example.test", "sample", "123456")}
    fake: Any = services.connect
    fake.sign_in_url = site.url("/sign-in")
    made: MainWindow

    def integrations(shell: Shell) -> Page:
        return made._integrations(shell)

    def settings(shell: Shell) -> Page:
        return made._settings(shell)

    others = ("customers", "invoices", "agreements")
    specs = [
        PageSpec("first", "First", "info", "", Empty),
        PageSpec("integrations", "Integrations", "integrations", "", integrations),
        *(PageSpec(key, key.title(), key, "", Empty) for key in others),
        PageSpec("settings", "Settings", "settings", "", settings),
    ]
    made = MainWindow(
        services,
        Context(context.web_profile_dir, demo=demo, now=context.now, data_dir=context.data_dir),
        specs,
    )
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.go("integrations")
    yield made
    made.tasks.cancel_all()
    assert made.tasks.wait(10)
    made.web.close()


def cards(window: MainWindow) -> IntegrationsPage:
    page = window.page("integrations")
    assert isinstance(page, IntegrationsPage)
    return page


def keys(window: MainWindow) -> SettingsPage:
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def fake_of(services: Services) -> Any:
    return services.connect


def click(qtbot: QtBot, button: QPushButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def signing_in(window: MainWindow, qtbot: QtBot, service: Service) -> SignInWindow:
    card = cards(window).quickbooks if service is Service.QUICKBOOKS else cards(window).ninjaone
    click(qtbot, card.enable if card.enable.isVisible() else card.reconnect)
    qtbot.waitUntil(lambda: window.sign_in.window is not None, timeout=10_000)
    found = window.sign_in.window
    assert found is not None
    qtbot.waitUntil(lambda: "sign-in" in found.browser.address.text(), timeout=20_000)
    return found


def end_at(site: Site, dialog: SignInWindow, address: str) -> None:
    """The sign-in page sends the browser to *address*."""
    site.redirect("/consent", address)
    dialog.browser.page.load(site.url("/consent"))


# --- Enable ---------------------------------------------------------------------------------------


def test_enable_without_keys_leads_to_the_keys_with_words(window: MainWindow, qtbot: QtBot) -> None:
    click(qtbot, cards(window).quickbooks.enable)
    assert window.current_page is keys(window)
    assert keys(window).tabs.currentWidget() is keys(window).quickbooks
    (banner,) = notices(window)
    assert "app keys" in banner.title
    assert "client ID is missing" in banner.text
    assert window.sign_in.window is None


def test_enable_goes_straight_to_the_login_and_connects(
    window: MainWindow, services: Services, site: Site, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT)
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    assert dialog.windowTitle() == "Sign in to QuickBooks"
    end_at(site, dialog, f"{REDIRECT}?code=c-1&state=state-1&realmId=9341453000000001")
    qtbot.waitUntil(lambda: window.sign_in.window is None, timeout=20_000)
    qtbot.waitUntil(lambda: services.workspaces.current().quickbooks_connected)
    assert fake_of(services).finished == [
        f"{REDIRECT}?code=c-1&state=state-1&realmId=9341453000000001"
    ]
    card = cards(window).quickbooks
    assert card.state.text() == "Active"
    assert "Craig's Design" in card.values["Company"].text()
    assert "Pat Doe" in card.values["Signed in"].text()
    assert "are never sent" in card.values["Activated"].text()
    assert "97 days" in card.values["Login"].text()
    assert not card.enable.isVisible()
    assert any("Connected to Craig's" in banner.title for banner in notices(window))
    click(qtbot, card.settings)
    assert window.current_page is window.page("customers")
    window.go("integrations")
    click(qtbot, card.agreements)
    assert window.current_page is window.page("agreements")


def test_refusal_is_told_and_can_be_started_again(
    window: MainWindow, services: Services, site: Site, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT)
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    end_at(site, dialog, f"{REDIRECT}?error=access_denied&state=state-1")
    qtbot.waitUntil(lambda: dialog.stack.currentWidget() is dialog.outcome, timeout=20_000)
    assert "refused" in dialog._outcome_text.text()
    click(qtbot, dialog.again_button)
    qtbot.waitUntil(
        lambda: window.sign_in.window is not None and window.sign_in.window is not dialog,
        timeout=20_000,
    )
    assert fake_of(services).calls.count("begin QuickBooks") == 2
    assert not services.workspaces.current().quickbooks_connected


def test_a_wrong_state_is_refused_with_words(
    window: MainWindow, services: Services, site: Site, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT)
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    end_at(site, dialog, f"{REDIRECT}?code=c&state=altered&realmId=1")
    qtbot.waitUntil(lambda: dialog.stack.currentWidget() is dialog.outcome, timeout=20_000)
    assert "does not belong to this sign-in" in dialog._outcome_text.text()
    click(qtbot, dialog.close_button)
    qtbot.waitUntil(lambda: window.sign_in.window is None)
    assert not services.workspaces.current().quickbooks_connected


def test_cancel_changes_nothing(window: MainWindow, services: Services, qtbot: QtBot) -> None:
    fake_of(services).configured(REDIRECT)
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    click(qtbot, dialog.cancel_button)
    qtbot.waitUntil(lambda: window.sign_in.window is None)
    assert "cancelled" in window.status.whole()
    assert not services.workspaces.current().quickbooks_connected
    assert notices(window) == []


def test_cancel_while_finishing(
    window: MainWindow, services: Services, site: Site, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT)
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    fake_of(services).hold = threading.Event()
    end_at(site, dialog, f"{REDIRECT}?code=c&state=state-1&realmId=1")
    qtbot.waitUntil(lambda: dialog.stack.currentWidget() is dialog.working, timeout=20_000)
    click(qtbot, dialog.cancel_button)
    qtbot.waitUntil(lambda: window.sign_in.window is None)
    assert not services.workspaces.current().quickbooks_connected


def test_no_network_at_the_start_is_told_on_the_page(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT)
    fake_of(services).error = NetworkError("Intuit could not be reached.")
    click(qtbot, cards(window).quickbooks.enable)
    qtbot.waitUntil(lambda: bool(notices(window)))
    assert "Try again" in notices(window)[0].buttons
    assert window.sign_in.window is None


def test_waiting_long_gives_a_hint_and_help_is_always_there(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT)
    window.sign_in.window_options["hint_seconds"] = 0.05
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    qtbot.waitUntil(dialog.hint_bar.isVisible)
    assert "administrator" in dialog.hint.text()
    click(qtbot, dialog.help_button)
    assert dialog.stack.currentWidget() is dialog.help
    click(qtbot, dialog.back_button)
    assert dialog.stack.currentWidget() is dialog.browser


def test_own_browser_and_pasted_address(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    opened: list[str] = []
    window.sign_in.window_options["open_address"] = lambda address: not opened.append(address)
    fake_of(services).configured(REDIRECT)
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    click(qtbot, dialog.own_button)
    click(qtbot, dialog.paste.open_button)
    assert opened == [fake_of(services).sign_in_url]
    field = dialog.paste.field
    for wrong, words in (
        ("https://elsewhere.example.test/?code=1&state=s", "has to begin with"),
        (fake_of(services).sign_in_url, "sign-in page"),
        (f"{REDIRECT}?realmId=1&state=state-1", "code is missing"),
        (f"{REDIRECT}?code=1", "state is missing"),
    ):
        field.setText(wrong)
        click(qtbot, dialog.paste.go_button)
        assert words in dialog.paste.problem.text()
        assert "code=1" not in dialog.paste.problem.text()
    field.clear()
    qtbot.keyClicks(field, f" {REDIRECT}?code=c-9&state=state-1&realmId=1 ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == ""
    qtbot.waitUntil(lambda: services.workspaces.current().quickbooks_connected)
    assert fake_of(services).finished == [f"{REDIRECT}?code=c-9&state=state-1&realmId=1"]


@pytest.mark.parametrize("adopt", [True, False])
def test_another_company_is_kept_apart(
    window: MainWindow, services: Services, site: Site, qtbot: QtBot, adopt: bool
) -> None:
    fake_of(services).configured(REDIRECT)
    fake_of(services).connected(Service.QUICKBOOKS)
    window.shell.publish(ChangeSet(workspace=True))
    fake_of(services).other_company = "Other LLC"
    dialog = signing_in(window, qtbot, Service.QUICKBOOKS)
    end_at(site, dialog, f"{REDIRECT}?code=c&state=state-1&realmId=2")
    qtbot.waitUntil(lambda: window.findChild(ConfirmBox) is not None, timeout=20_000)
    box = window.findChild(ConfirmBox)
    assert box is not None
    assert "Other LLC" in box.action_button.text()
    with qtbot.waitSignal(window.tasks.ended):
        click(qtbot, box.action_button if adopt else box.cancel_button)
    now = services.workspaces.current()
    if adopt:
        assert (now.id, now.company_name) == (2, "Other LLC")
    else:
        assert now.id == 1
        assert "discard" in fake_of(services).calls


def test_machine_keys_connect_without_a_browser(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    fake_of(services).configured(REDIRECT, machine=True)
    with qtbot.waitSignal(window.tasks.ended):
        click(qtbot, cards(window).ninjaone.enable)
    assert window.sign_in.window is None
    assert cards(window).ninjaone.state.text() == "Active"


def test_disconnect_asks_and_keeps(window: MainWindow, services: Services, qtbot: QtBot) -> None:
    fake_of(services).configured(REDIRECT)
    window.shell.publish(fake_of(services).connected(Service.QUICKBOOKS))
    click(qtbot, cards(window).quickbooks.disconnect_button)
    box = window.findChild(ConfirmBox)
    assert box is not None
    assert "Mappings" in box.text.text()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert services.workspaces.current().quickbooks_connected
    click(qtbot, cards(window).quickbooks.disconnect_button)
    box = [b for b in window.findChildren(ConfirmBox) if b.isVisible()][-1]
    with qtbot.waitSignal(window.tasks.ended):
        click(qtbot, box.action_button)
    assert not services.workspaces.current().quickbooks_connected
    card = cards(window).quickbooks
    assert card.state.text() == "Not connected"
    assert "are never sent" in card.values["Activated"].text()


def test_an_ended_login_asks_for_reconnect(window: MainWindow, services: Services) -> None:
    fake_of(services).configured(REDIRECT)
    fake_of(services).health = TokenHealth(0, "urgent", "The QuickBooks login has ended.")
    window.shell.publish(fake_of(services).connected(Service.QUICKBOOKS))
    assert cards(window).quickbooks.state.text() == "Reconnect needed"


# --- First steps ----------------------------------------------------------------------------------


def test_first_steps_tick_themselves_and_can_be_hidden(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    steps = cards(window).first_steps
    assert steps.demo is not None
    assert "pat@example.test" in steps.demo.text()
    assert [key for key, row in steps.rows.items() if row.button.isVisible()] == ["keys"]
    fake_of(services).configured(REDIRECT)
    window.shell.publish(fake_of(services).connected(Service.NINJAONE))
    assert [key for key, row in steps.rows.items() if row.done] == ["keys", "ninjaone"]
    click(qtbot, steps.rows["quickbooks"].button)
    qtbot.waitUntil(lambda: window.sign_in.window is not None, timeout=10_000)
    assert window.sign_in.window is not None
    window.sign_in.window.close()
    steps.dismissed.emit()
    assert not steps.isVisible()
    window.actions_.first_steps.trigger()
    assert steps.isVisible()


# --- App keys -------------------------------------------------------------------------------------


def test_quickbooks_keys_are_entered_tested_and_saved(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    window.go("settings", Service.QUICKBOOKS)
    form = keys(window).quickbooks
    assert not form.save.isEnabled()
    form.environment.setCurrentIndex(form.environment.findData(Environment.SANDBOX))
    qtbot.keyClicks(form.client_id, "  sb-client ")
    qtbot.keyClicks(form.secret, "planted-secret")
    assert form.secret.echoMode() is QLineEdit.EchoMode.Password
    assert form.copy.field.text() == "http://localhost:8890/callback"
    assert not form.discovery.isVisible()
    with qtbot.waitSignal(window.tasks.ended):
        click(qtbot, form.test)
    assert form.result.text() == "Intuit knows these keys."
    click(qtbot, form.save)
    assert services.workspaces.current().quickbooks_app == QuickBooksApp(
        "sb-client", Environment.SANDBOX, "http://localhost:8890/callback"
    )
    assert fake_of(services).secrets[Service.QUICKBOOKS] == "planted-secret"
    assert form.secret.text() == ""
    assert form.secret.placeholderText().startswith("Stored")
    assert not form.save.isEnabled()


def test_what_cannot_work_is_said_at_the_field(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    window.go("settings", Service.QUICKBOOKS)
    form = keys(window).quickbooks
    qtbot.keyClicks(form.client_id, "x")
    fake_of(services).error = ConfigurationError(
        "Client ID: Intuit does not know it.", advice="Copy it again."
    )
    with qtbot.waitSignal(window.tasks.ended):
        click(qtbot, form.test)
    assert "Copy it again." in form.result.text()
    assert form.client_id.property("invalid") == "true"
    qtbot.keyClicks(form.client_id, "y")
    assert form.client_id.property("invalid") == "false"


def test_custom_environment_asks_for_its_addresses(window: MainWindow) -> None:
    window.go("settings", Service.QUICKBOOKS)
    form = keys(window).quickbooks
    form.environment.setCurrentIndex(form.environment.findData(Environment.CUSTOM))
    assert form.discovery.isVisible()
    form.discovery.setText("https://id.example.test/config")
    form.api.setText("https://api.example.test")
    app = form.read()
    assert (app.discovery_url, app.api_url) == (
        "https://id.example.test/config",
        "https://api.example.test",
    )


def test_text_being_entered_survives_other_changes_but_not_another_workspace(
    window: MainWindow, services: Services, qtbot: QtBot
) -> None:
    window.go("settings", Service.QUICKBOOKS)
    form = keys(window).quickbooks
    qtbot.keyClicks(form.client_id, "half")
    window.shell.publish(services.workspaces.rename("Renamed"))
    assert form.client_id.text() == "half"
    window.shell.publish(services.workspaces.create("Second"))
    assert form.client_id.text() == ""


def test_ninjaone_keys(window: MainWindow, services: Services, qtbot: QtBot) -> None:
    window.go("settings", Service.NINJAONE)
    form = keys(window).ninjaone
    assert not form.address.isVisible()
    assert not form.secret.isVisible()
    form.region.setCurrentIndex(form.region.findData("https://eu.ninjarmm.com"))
    form.grant.setCurrentIndex(form.grant.findData(NinjaOneGrant.MACHINE))
    assert form.secret.isVisible()
    assert not form.redirect.isVisible()
    qtbot.keyClicks(form.client_id, "nj-client")
    qtbot.keyClicks(form.secret, "nj-secret")
    click(qtbot, form.save)
    app = services.workspaces.current().ninjaone_app
    assert (app.base_url, app.grant) == ("https://eu.ninjarmm.com", NinjaOneGrant.MACHINE)
    form.region.setCurrentIndex(form.region.findData(""))
    qtbot.keyClicks(form.address, "https://billing.rmmservices.example/api/v2")
    click(qtbot, form.save)
    assert services.workspaces.current().ninjaone_app.base_url == (
        "https://billing.rmmservices.example"
    )
    form._dirty = False
    form.fill()
    assert form.address.text() == "https://billing.rmmservices.example"


def test_tax_is_chosen_per_workspace(window: MainWindow, services: Services, qtbot: QtBot) -> None:
    window.go("settings")
    keys(window).tabs.setCurrentWidget(keys(window).general)
    general = keys(window).general
    assert general.tax[TaxChoice.NINJAONE].isChecked()
    general.tax[TaxChoice.QUICKBOOKS].click()
    assert services.workspaces.current().tax_choice is TaxChoice.QUICKBOOKS


def test_the_browser_is_forgotten_after_a_question(window: MainWindow, qtbot: QtBot) -> None:
    window.go("settings")
    keys(window).tabs.setCurrentWidget(keys(window).general)
    keys(window).general.forget.click()
    box = window.findChild(ConfirmBox)
    assert box is not None
    click(qtbot, box.action_button)
    assert window.web.profile().persistentStoragePath().endswith("browser-1")
    assert "forgotten" in window.status.whole()
