"""What a rehearsal found: the documents that would be sent, both totals, and what stands in the
way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.domain.money import ZERO, money_text
from desktop_app.domain.ports import SettingsStore
from desktop_app.services.api import CarrierNeed
from desktop_app.services.api_documents import Outcome, RunRehearsal, RunRow, RunTotal
from desktop_app.services.api_preflight import PreflightGroup
from desktop_app.ui.invoices.causes import CAUSES, invoices_text
from desktop_app.ui.invoices.columns import name_of
from desktop_app.ui.invoices.costs import cost_text
from desktop_app.ui.invoices.shared_columns import STATE_MARKS, money_column
from desktop_app.ui.layouts import one_above
from desktop_app.ui.sorting import newest_first
from desktop_app.ui.tables.browser import ChipSpec, Empty, RecordBrowser
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.tables.model import RecordModel
from desktop_app.ui.tables.view import RecordTable
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Heading, Text, row_of

DIFFERS = "differs"
"""Tag of those whose total QuickBooks is expected to have otherwise."""

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(Outcome.GOES, "Would be sent"),
    ChipSpec(
        Outcome.CARRIER,
        "After its carrier item",
        "A carrier item is created first",
        optional=True,
    ),
    ChipSpec(Outcome.STAYS, "Would not go", optional=True),
    ChipSpec(DIFFERS, "Total differs", "QuickBooks is expected to come to another total",
             optional=True),
)  # fmt: skip

MARKS = {
    Outcome.GOES: Mark("check-circle", Tone.GOOD),
    Outcome.CARRIER: Mark("plus", Tone.ACCENT),
}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _why(item: RunRow) -> str:
    if item.document is not None:
        return " ".join(item.document.notes)
    return " ".join(item.reasons)


def _outcome(item: RunRow) -> str:
    return item.row.state.value if item.outcome is Outcome.STAYS else item.outcome.value


def _tags(item: RunRow) -> tuple[str, ...]:
    return (item.outcome, DIFFERS) if item.difference else (item.outcome,)


def _expected(item: RunRow) -> str:
    """ "" for what stays."""
    if item.expected is not None:
        return money_text(item.expected, item.row.invoice.currency)
    return "" if item.outcome is Outcome.STAYS else "QuickBooks decides"


REHEARSED: TableSpec[RunRow] = TableSpec(
    name="rehearsal",
    columns=(
        Column("number", "Number", lambda i: name_of(i.row.invoice), 100),
        Column(
            "customer",
            "QuickBooks customer",
            lambda i: i.row.customer_text or i.row.invoice.organization_name,
            width=190,
            flexible=True,
        ),
        money_column(
            "total",
            "NinjaOne",
            lambda i: i.row.invoice.total,
            lambda i: i.row.invoice.currency,
            125,
        ),
        Column(
            "expected",
            "QuickBooks expected",
            _expected,
            width=175,
            sort=lambda i: i.expected or ZERO,
            numeric=True,
        ),
        money_column(
            "difference",
            "Difference",
            lambda i: i.difference or None,
            lambda i: i.row.invoice.currency,
            120,
            sort=lambda i: abs(i.difference or ZERO),
            mark=lambda i: Mark("warning", Tone.WARNING) if i.difference else None,
            tooltip=lambda i: _why(i) if i.difference else "",
        ),
        Column(
            "outcome",
            "Outcome",
            _outcome,
            width=165,
            mark=lambda i: MARKS.get(i.outcome, STATE_MARKS[i.row.state]),
        ),
        Column(
            "why", "Notes", _why, width=240, flexible=True, sort=lambda i: last_when_empty(_why(i))
        ),
    ),
    identity=lambda i: i.row.invoice.id,
    search=lambda i: f"{i.row.invoice.number} {i.row.customer_text} {_why(i)}",
    tags=_tags,
    speak=lambda i: (
        f"Invoice {name_of(i.row.invoice)}, {_outcome(i)}, "
        f"NinjaOne {money_text(i.row.invoice.total, i.row.invoice.currency)}, "
        f"QuickBooks {_expected(i) or 'nothing'}. {_why(i)}"
    ),
)

WIDTHS = {"cause": 420, "amount": 150, "advice": 330}
IN_THE_WAY: TableSpec[PreflightGroup] = replace(
    CAUSES,
    name="rehearsal-causes",
    columns=tuple(
        replace(
            column,
            width=WIDTHS.get(column.key, column.width),
            flexible=column.key == "advice",
            hidden=column.key == "weight",
        )
        for column in CAUSES.columns
    ),
)


class RehearsalDialog(QDialog):
    """Shows the result; *on_send* gets the ids that can go. *on_export*: writes it to a file.
    *on_jump*: opens what mends a cause."""

    def __init__(
        self,
        parent: QWidget,
        rehearsal: RunRehearsal,
        needs: Sequence[CarrierNeed],
        settings: SettingsStore,
        *,
        on_send: Callable[[list[str]], object],
        on_export: Callable[[QWidget], object],
        on_jump: Callable[[PreflightGroup], object],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rehearsal")
        self.setAccessibleName("Rehearsal: nothing was sent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(1160, 690)
        self._on_send, self._on_jump = on_send, on_jump
        self._ids = [i.row.invoice.id for i in rehearsal.rows if i.outcome is not Outcome.STAYS]
        title = f"{rehearsal.going:,} of {len(rehearsal.rows):,} would be sent"
        carried = rehearsal.count(Outcome.CARRIER)
        if carried:
            what = "its carrier item" if carried == 1 else "their carrier items"
            title += f", {carried:,} more after {what}"
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addWidget(Heading(title, 2))
        self.totals = Totals([t for t in rehearsal.totals if t.ninjaone or t.quickbooks])
        self.totals.setVisible(bool(self.totals.texts))
        column.addLayout(row_of(self.totals, None))
        self.summary = Text(_summary(rehearsal), "muted")
        column.addWidget(self.summary)
        if needs:
            self.needs = Text(needs_line(needs), "warning")
            column.addWidget(self.needs)
        self.browser: RecordBrowser[RunRow] = RecordBrowser(
            REHEARSED,
            settings,
            name="Rehearsed invoices",
            chips=CHIPS,
            placeholder="Search the rehearsal",
            empty=Empty("invoices", "Nothing to rehearse", "No invoice was chosen."),
            ticks=False,
        )
        self.browser.set_records(rehearsal.rows)
        self.causes: RecordTable[PreflightGroup] = RecordTable(
            RecordModel(IN_THE_WAY), settings, "What stands in the way", ticks=False
        )
        newest_first(self.causes, settings, "weight")  # the blocking, costly ones
        splitter = one_above(self.browser, self._in_the_way(rehearsal))
        splitter.setSizes([self.height(), 1])  # the causes take what they need
        column.addWidget(splitter, 1)
        self.close_button = Button("Close", self.reject)
        self.send_button = Button(f"Send {len(self._ids):,}…", self._send, role="primary")
        self.send_button.setEnabled(bool(self._ids))
        self.export_button = Button("Export…", icon="export", tip="As spreadsheet or CSV")
        self.export_button.clicked.connect(lambda: on_export(self))
        column.addLayout(
            row_of(self.export_button, None, self.close_button, self.send_button, spacing=10)
        )
        (self.send_button if self._ids else self.close_button).setFocus()

    def _in_the_way(self, rehearsal: RunRehearsal) -> QWidget:
        """What keeps the chosen ones back, by cause; hidden where nothing does."""
        table = self.causes
        table.records.set_records(rehearsal.causes)
        table.activated_row.connect(self._jump)
        self.mend_button = Button(
            "Show what mends it",
            lambda: self._jump(table.current_id()),
            role="link",
            icon="forward",
        )
        self.mend_button.setEnabled(False)
        table.current_changed.connect(lambda key: self.mend_button.setEnabled(bool(key)))
        place = QWidget()
        box = QVBoxLayout(place)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        held = rehearsal.count(Outcome.STAYS, Outcome.CARRIER)
        title = Heading(f"What stands in the way of {invoices_text(held)}", 3)
        box.addLayout(row_of(title, None, self.mend_button))
        box.addWidget(table, 1)
        rows = min(3, len(rehearsal.causes))
        line = table.verticalHeader().defaultSectionSize()
        table.setMinimumHeight(table.header().sizeHint().height() + line * rows + 6)
        place.setVisible(bool(rehearsal.causes))
        return place

    def _jump(self, key: str) -> None:
        group = self.causes.records.record(key)
        if group is not None:
            self.reject()
            self._on_jump(group)

    def _send(self) -> None:
        self.accept()
        self._on_send(self._ids)


class Totals(QWidget):
    """Both sums side by side, a line for each currency. texts: its lines, as they are read."""

    def __init__(self, totals: Sequence[RunTotal]) -> None:
        super().__init__()
        self.setAccessibleName("Totals")
        self.texts: list[tuple[str, str, str]] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(28)
        grid.setVerticalSpacing(4)
        for place, title in enumerate(("NinjaOne", "QuickBooks expected", "Difference")):
            head = Text(title, "muted")
            self._put(grid, head, 0, place)
        for line, total in enumerate(totals, start=1):
            off = money_text(total.difference, total.currency) if total.difference else "none"
            texts = (
                money_text(total.ninjaone, total.currency),
                money_text(total.quickbooks, total.currency),
                off,
            )
            self.texts.append(texts)
            for place, text in enumerate(texts):
                marked = place == 2 and total.difference
                cell = Text(text, "warning" if marked else "", selectable=True)
                self._put(grid, cell, line, place)

    @staticmethod
    def _put(grid: QGridLayout, label: QLabel, line: int, place: int) -> None:
        label.setWordWrap(False)
        label.setAlignment(RIGHT)
        grid.addWidget(label, line, place)


def _summary(rehearsal: RunRehearsal) -> str:
    parts = ["Nothing was sent."]
    if rehearsal.differing:
        parts.append(f"{invoices_text(rehearsal.differing)} will differ in total: see the notes.")
    if rehearsal.uncertain:
        parts.append(
            f"QuickBooks decides the tax of {invoices_text(rehearsal.uncertain)} itself; it is "
            "compared after sending."
        )
    cost = cost_text(rehearsal.plan)
    return " ".join([*parts, cost] if cost else parts)


def needs_text(needs: Sequence[CarrierNeed]) -> str:
    """What has to be created once before some of the invoices can go, a line for each."""
    return f"{_needed(needs)}:\n" + "\n".join(f"•  {_need(need)}" for need in needs)


def needs_line(needs: Sequence[CarrierNeed]) -> str:
    """The same in one sentence."""
    return f"{_needed(needs)}: {', '.join(map(_need, needs))}."


def _needed(needs: Sequence[CarrierNeed]) -> str:
    head = "One carrier item has" if len(needs) == 1 else f"{len(needs):,} carrier items have"
    return f"{head} to be created in QuickBooks first"


def _need(need: CarrierNeed) -> str:
    return f"“{need.item_name}” on account {need.account_text} ({invoices_text(need.invoices)})"
