"""The month-end report, made from what the services know and saved as files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, Qt
from pytestqt.qtbot import QtBot

from desktop_app.domain.report import Finding
from desktop_app.progress import Progress
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.invoices.month_end import MonthEndPage, usual_period
from tests.ui.conftest import notices
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.pages_support import MakeShell, click, dialog_of, open_page, shown_ids


@pytest.fixture
def small() -> World:
    made = make_small()
    made.sending.start(["1", "2"]).run(Progress())
    return made


@pytest.fixture
def page(qtbot: QtBot, make_shell: MakeShell, small: World) -> MonthEndPage:
    made = open_page(qtbot, make_shell, small, MonthEndPage, documents=small.documents)
    made.start.setDate(QDate(2026, 2, 1))
    made.end.setDate(QDate(2026, 2, 28))
    qtbot.waitUntil(lambda: made.report is not None and made.report.start == date(2026, 2, 1))
    return made


def counts(page: MonthEndPage) -> dict[Finding, int]:
    found = page.model.counts()
    return {finding: found[finding.value] for finding in Finding}


@pytest.mark.parametrize(
    ("today", "period"),
    [
        (date(2026, 3, 2), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 20), (date(2025, 12, 1), date(2025, 12, 31))),
        (date(2026, 12, 21), (date(2026, 12, 1), date(2026, 12, 31))),
    ],
)
def test_the_month_that_is_being_closed(today: date, period: tuple[date, date]) -> None:
    assert usual_period(today) == period


def test_three_lists_and_totals(qtbot: QtBot, page: MonthEndPage) -> None:
    # 1 and 2 are sent, 3 to 6 approved and not there; 7 is pending, 8 of another month.
    assert counts(page) == {
        Finding.MISSING: 4, Finding.UNEXPECTED: 0, Finding.DIFFERENT: 0, Finding.EQUAL: 2,
    }  # fmt: skip
    click(qtbot, page.browser.chips[Finding.EQUAL.value])
    assert len(shown_ids(page.table)) == 2
    assert "QuickBooks 75.00 USD: off by -" in page.summary.whole()
    totals = {t.customer: t for t in page.customers.model.records}
    assert all(t.difference <= 0 for t in totals.values())
    assert sum(t.quickbooks for t in totals.values()) == Decimal("75.00")
    asked: list[tuple[str, object]] = []
    page.shell.go_requested.connect(lambda key, what: asked.append((key, what)))
    page.table.show_row(shown_ids(page.table)[0])
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert asked[0][0] == "invoices"


def test_reading_the_books_finds_what_was_not_sent_from_here(
    qtbot: QtBot, page: MonthEndPage, small: World
) -> None:
    assert "only documents that were sent from here" in page.known.text()
    body = small.quickbooks.documents["5001"]
    small.quickbooks.documents["9001"] = {
        **body, "Id": "9001", "DocNumber": "X-1", "PrivateNote": "",
    }  # fmt: skip
    click(qtbot, page.read_button)
    question = dialog_of(qtbot, ConfirmBox)
    assert "metered reads" in question.text.text()
    assert small.quickbooks.metered_reads == 0 or counts(page)[Finding.UNEXPECTED] == 0
    click(qtbot, question.action_button)
    qtbot.waitUntil(lambda: counts(page)[Finding.UNEXPECTED] == 1)
    assert "as read" in page.known.text()


def test_a_period_that_ends_before_it_begins(qtbot: QtBot, page: MonthEndPage) -> None:
    page.end.setDate(QDate(2026, 1, 1))
    qtbot.waitUntil(lambda: "ends before it begins" in page.summary.whole())
    assert not page.save_button.isEnabled()


@pytest.mark.parametrize("suffix", [".pdf", ".xlsx"])
def test_saved_as_a_file(qtbot: QtBot, page: MonthEndPage, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"report{suffix}"
    assert page.report is not None
    page.write(page.report, file)
    qtbot.waitUntil(lambda: bool(notices(page)), timeout=20000)
    assert notices(page)[0].title == "The report is saved"
    start = file.read_bytes()[:4]
    assert start == (b"%PDF" if suffix == ".pdf" else b"PK\x03\x04")
