"""The whole job, as a person would do it, and the proof read back from the simulator."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop_app.demo.hands import (
    Album,
    Stuck,
    WebPage,
    click,
    dialog,
    press,
    settle,
    wait_until,
    write,
)
from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import money_text
from desktop_app.domain.review import target_label
from desktop_app.errors import BridgeError
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, SendReport, Service
from desktop_app.ui import app
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.integrations.page import IntegrationsPage
from desktop_app.ui.invoices.page import InvoicesPage
from desktop_app.ui.invoices.rehearsal import RehearsalDialog
from desktop_app.ui.login.window import SignInWindow
from desktop_app.ui.mapping.auto_map import AutoMapDialog
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.mapping.page import MappingPage
from desktop_app.ui.window import MainWindow
from desktop_app.wiring import Program

if TYPE_CHECKING:
    from desktop_app.bootstrap import Stage
    from desktop_app.simulator.server import Simulator

log = logging.getLogger(__name__)

WINDOW = (1360, 860)


class Job:
    """One run. Every check that fails is printed and makes the run fail; none is skipped."""

    def __init__(self, stage: Stage, out: Path) -> None:
        if stage.simulator is None:
            raise BridgeError("The demo needs its simulator.", advice="Start with --demo.")
        self._stage = stage
        self._simulator: Simulator = stage.simulator
        self._album = Album(out)
        self._out = out
        self._failures: list[str] = []
        self._mapped: dict[Kind, dict[str, str]] = {}

    def run(self) -> int:
        try:
            self._with_window(offline=False, work=self._month_end)
            self._simulator.stop()
            try:
                self._with_window(offline=True, work=self._review)
            finally:
                self._simulator.start()
        except (Stuck, BridgeError) as error:
            log.exception("The demo stopped")
            self._failures.append(str(error))
        print(f"{len(self._album.taken)} pictures in {self._out}")
        for failure in self._failures:
            print(f"FAILED: {failure}")
        print("All of it held." if not self._failures else "Not all of it held.")
        return 1 if self._failures else 0

    # --- The two sittings --------------------------------------------------------------------

    def _with_window(self, *, offline: bool, work: Callable[[Program, MainWindow], None]) -> None:
        with self._stage.open(offline=offline) as program:
            window = app.create(program.services, program.context(self._simulator))
            window.resize(*WINDOW)
            window.show()
            try:
                work(program, window)
            except Stuck:
                self._album.take(QApplication.activeModalWidget() or window, "stuck")
                raise
            finally:
                window.tasks.wait(10)
                window.close()
                window.deleteLater()
                settle()

    def _month_end(self, program: Program, window: MainWindow) -> None:
        page = cast(IntegrationsPage, window.page("integrations"))
        window.go("integrations")
        self._album.take(window, "first-run")
        self._enable_ninjaone(window, page)
        self._enable_quickbooks(window, page)
        self._album.take(window, "connected")
        workspace = program.services.workspaces.current()
        self._check(workspace.activated_at is not None, "the activation moment is recorded")
        self._refresh(program, window)
        click(page.quickbooks.settings)
        for kind in Kind:
            self._auto_map(program, window, kind)
        self._change_one(program, window)
        self._clear_one(program, window)
        self._invoices(program, window)
        window.go("agreements")
        self._album.take(window, "agreements")
        for kind in Kind:
            self._mapped[kind] = _links(program, kind)

    def _review(self, program: Program, window: MainWindow) -> None:
        """After a restart, with the services gone."""
        for kind in Kind:
            same = _links(program, kind) == self._mapped[kind]
            self._check(same, f"{kind.label}: the restart kept every mapping")
        window.go(Kind.CUSTOMERS.value)
        page = cast(MappingPage, window.page(Kind.CUSTOMERS.value))
        write(page.browser.search, "dental")
        self._album.take(window, "offline-search")
        page.browser.search.clear()
        row = next(r for r in program.services.mapping.rows(Kind.CUSTOMERS) if r.mapping)
        self._tick(page, row.source.id)
        click(page.clear_button)
        wait_until(
            lambda: row.source.id not in _links(program, Kind.CUSTOMERS), "the mapping is cleared"
        )
        window.actions_.undo.trigger()
        wait_until(
            lambda: _links(program, Kind.CUSTOMERS) == self._mapped[Kind.CUSTOMERS],
            "the undo brings it back",
        )
        self._album.take(window, "offline-review")
        window.go("invoices")
        self._album.take(window, "offline-invoices")
        print("Restarted with no network: cleared a mapping, took it back, invoices still listed")

    # --- Connecting --------------------------------------------------------------------------

    def _enable_ninjaone(self, window: MainWindow, page: IntegrationsPage) -> None:
        person = window.context.demo[Service.NINJAONE]
        click(page.ninjaone.enable)
        browser = dialog(SignInWindow)
        web = WebPage(browser.browser.page)
        web.wait_for("ninjaone-sign-in")
        web.fill("email", person.email)
        web.fill("password", person.password)
        self._album.take(browser, "ninjaone-sign-in")
        web.push("sign-in")
        web.wait_for("ninjaone-consent")
        web.push("allow")
        connected = window.services.workspaces
        wait_until(lambda: connected.current().ninjaone_connected, "NinjaOne is connected")
        self._idle(window)
        print(f"Connected to NinjaOne Billing as {person.email}")

    def _enable_quickbooks(self, window: MainWindow, page: IntegrationsPage) -> None:
        demo = window.context.demo[Service.QUICKBOOKS]
        company = self._simulator.seed.companies[0]
        click(page.quickbooks.enable)
        browser = dialog(SignInWindow)
        web = WebPage(browser.browser.page)
        web.wait_for("sign-in")
        web.fill("email", demo.email)
        web.fill("password", demo.password)
        self._album.take(browser, "quickbooks-sign-in")
        web.push("sign-in")
        web.wait_for("company")
        web.choose("realm_id", company.realm_id)
        self._album.take(browser, "quickbooks-company")
        web.push("choose-company")
        web.wait_for("consent")
        self._album.take(browser, "quickbooks-consent")
        web.push("connect")
        connected = window.services.workspaces
        wait_until(lambda: connected.current().quickbooks_connected, "QuickBooks is connected")
        self._idle(window)
        name = connected.current().company_name
        self._check(name == company.name, f"the company is {company.name}")
        print(f"Connected to QuickBooks company {name}")

    def _refresh(self, program: Program, window: MainWindow) -> None:
        self._idle(window)
        window.actions_.refresh.trigger()
        done = program.services.workspaces
        wait_until(lambda: done.current().refreshed_at is not None, "the refresh ends")
        self._idle(window)
        self._album.take(window, "refreshed")
        counts = self._summary()["counts"]
        for kind, entity in ((Kind.CUSTOMERS, "Customer"), (Kind.ACCOUNTS, "Account"),
                             (Kind.ITEMS, "Item")):  # fmt: skip
            here = len(program.facts.get().targets[kind])
            self._check(here == counts[entity], f"all {counts[entity]} {entity} records are here")
        reads = self._simulator.quickbooks.metered_reads(self._realm)
        print(f"Refreshed: {window.status.text()} (the simulator counted {reads} reads so far)")

    # --- Mapping -----------------------------------------------------------------------------

    def _auto_map(self, program: Program, window: MainWindow, kind: Kind) -> None:
        window.go(kind.value)
        page = cast(MappingPage, window.page(kind.value))
        if kind is Kind.CUSTOMERS:
            self._album.take(window, "customers-before")
        click(page.auto_map_button)
        box = dialog(AutoMapDialog)
        wait_until(lambda: box.run is not None, "Auto Map has compared the names")
        self._album.take(box, f"auto-map-{kind.value}")
        total = len(program.services.mapping.rows(kind))
        offered = len(box.model.ticked())
        self._check(offered > 0, f"Auto Map finds certain matches among {kind.label.lower()}")
        click(box.link_button if offered else box.close_button)
        wait_until(lambda: len(_links(program, kind)) == offered, "Auto Map's links are there")
        self._album.take(window, f"{kind.value}-mapped")
        print(f"{kind.label}: Auto Map linked {offered} of {total}")

    def _change_one(self, program: Program, window: MainWindow) -> None:
        """An organization without an equal name, mapped by typing the customer's name."""
        mapping = program.services.mapping
        used = set(_links(program, Kind.CUSTOMERS).values())
        row = next(r for r in mapping.rows(Kind.CUSTOMERS) if r.mapping is None)
        target = next(t for t in mapping.choices(Kind.CUSTOMERS) if t.id not in used and t.active)
        window.go(Kind.CUSTOMERS.value)
        page = cast(MappingPage, window.page(Kind.CUSTOMERS.value))
        self._tick(page, row.source.id)
        click(page.change_button)
        box = dialog(ChangeMappingDialog)
        write(box.field, target.name)
        self._album.take(box, "change-mapping")
        click(box.update_button)
        wait_until(
            lambda: _links(program, Kind.CUSTOMERS).get(row.source.id) == target.id,
            "the mapping is changed",
        )
        page.model.clear_ticks()
        print(f"Mapped by hand: {row.source.name} to {target_label(target)}")

    def _clear_one(self, program: Program, window: MainWindow) -> None:
        mapping = program.services.mapping
        row = next(
            r
            for r in mapping.rows(Kind.CUSTOMERS)
            if r.mapping is not None and r.mapping.how.value == "by hand"
        )
        page = cast(MappingPage, window.page(Kind.CUSTOMERS.value))
        self._tick(page, row.source.id)
        self._album.take(window, "ticked")
        click(page.clear_button)
        wait_until(
            lambda: row.source.id not in _links(program, Kind.CUSTOMERS), "the mapping is cleared"
        )
        page.model.clear_ticks()
        print(f"Cleared: {row.source.name}")

    def _tick(self, page: MappingPage, source_id: str) -> None:
        """With the keyboard: go to the row, press the space bar."""
        page.reveal(source_id)
        page.table.setFocus()
        press(page.table, Qt.Key.Key_Space)
        wait_until(lambda: page.model.ticked() == [source_id], "the row is ticked")

    # --- Invoices ----------------------------------------------------------------------------

    def _invoices(self, program: Program, window: MainWindow) -> None:
        window.go("invoices")
        page = cast(InvoicesPage, window.page("invoices"))
        self._album.take(window, "invoices")
        before = self._summary()
        click(page.rehearse_button)
        box = dialog(RehearsalDialog)
        self._album.take(box, "rehearsal")
        print(f"Rehearsed: {box.summary.text()}")
        click(box.close_button)
        self._check(self._summary() == before, "the rehearsal changed nothing in QuickBooks")

        click(page.tick_ready_button)
        chosen = page.model.ticked()
        reports: list[SendReport] = []
        page.flow.reported.connect(reports.append)
        click(page.send_button)
        question = dialog(ConfirmBox, titled="Send")
        self._album.take(question, "send-question")
        click(question.action_button)
        if program.services.invoices.carrier_needs(chosen):
            question = dialog(ConfirmBox, titled="carrier")
            self._album.take(question, "carrier-question")
            click(question.action_button)
        wait_until(lambda: reports, "the sending ends", seconds=180)
        self._idle(window)
        self._album.take(window, "sent")
        self._prove(program, reports[0], chosen, before)

    def _prove(
        self, program: Program, report: SendReport, chosen: list[str], before: dict[str, Any]
    ) -> None:
        """What the program says against what QuickBooks has."""
        after = self._summary()
        there = after["counts"]["Invoice"] - before["counts"]["Invoice"]
        total: Decimal = after["totals"]["Invoice"] - before["totals"]["Invoice"]
        print(f"Sent: {report.text}")
        print(f"QuickBooks has {there} more invoices, {money_text(total)} more in total")
        self._check(report.sent + report.differs == len(chosen), "every ready invoice was sent")
        self._check(there == len(chosen), "QuickBooks has exactly as many more invoices")
        said = sum((amount for _, amount in report.totals), Decimal(0))  # all in one currency
        self._check(total == said, "the totals agree to the cent")
        rows = {row.invoice.id: row for row in program.services.invoices.rows()}
        states = {rows[identity].state for identity in chosen}
        self._check(
            states <= {InvoiceState.SENT, InvoiceState.DIFFERS}, "every sent invoice is marked so"
        )
        again = program.services.documents.rehearse(chosen, Progress())
        self._check(again.going == 0, "none would be sent a second time")

    # --- Small things ------------------------------------------------------------------------

    @property
    def _realm(self) -> str:
        return self._simulator.seed.companies[0].realm_id

    def _summary(self) -> dict[str, Any]:
        summary = dict(self._simulator.quickbooks.summary(self._realm))
        summary.pop("reads", None)
        return summary

    def _idle(self, window: MainWindow) -> None:
        """Until its work has ended and the sign-in window is gone."""
        wait_until(
            lambda: not window.tasks.running() and window.sign_in.window is None,
            "the window's work ends",
        )

    def _check(self, held: bool, what: str) -> None:
        if not held:
            self._failures.append(what)


def _links(program: Program, kind: Kind) -> dict[str, str]:
    """Source id to target id."""
    rows = program.services.mapping.rows(kind)
    return {row.source.id: row.mapping.target_id for row in rows if row.mapping is not None}
