"""What a rehearsal found: the documents that would be sent, totals, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.domain.money import money_text
from desktop_app.domain.ports import SettingsStore
from desktop_app.services.api import CarrierNeed, Rehearsal, Rehearsed
from desktop_app.ui.invoices.columns import STATE_MARKS, can_go, name_of, sums_text
from desktop_app.ui.tables.browser import ChipSpec, Empty, RecordBrowser
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, Heading, Text, row_of

GOES, CARRIER, STAYS = "goes", "carrier", "stays"

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(GOES, "Would be sent"),
    ChipSpec(CARRIER, "After its carrier item", "A carrier item is created first", optional=True),
    ChipSpec(STAYS, "Would not go", optional=True),
)

OUTCOMES = {
    GOES: ("Would be sent", Mark("check-circle", Tone.GOOD)),
    CARRIER: ("After its carrier item", Mark("plus", Tone.ACCENT)),
}


def outcome(item: Rehearsed) -> str:
    """GOES, CARRIER or STAYS."""
    if item.document is not None:
        return GOES
    return CARRIER if can_go(item.row) else STAYS


def _why(item: Rehearsed) -> str:
    if item.document is not None:
        return " ".join(item.document.notes)
    return item.row.reason


REHEARSED: TableSpec[Rehearsed] = TableSpec(
    name="rehearsal",
    columns=(
        Column("number", "Number", lambda i: name_of(i.row.invoice), 110),
        Column(
            "customer",
            "QuickBooks customer",
            lambda i: i.row.customer_text or i.row.invoice.organization_name,
            width=230,
            flexible=True,
        ),
        Column(
            "total",
            "Total",
            lambda i: money_text(
                i.document.expected_total if i.document else i.row.invoice.total,
                i.row.invoice.currency,
            ),
            width=120,
            sort=lambda i: i.row.invoice.total,
            numeric=True,
        ),
        Column(
            "outcome",
            "Outcome",
            lambda i: OUTCOMES[outcome(i)][0] if outcome(i) in OUTCOMES else i.row.state.value,
            width=170,
            mark=lambda i: (
                OUTCOMES[outcome(i)][1] if outcome(i) in OUTCOMES else STATE_MARKS[i.row.state]
            ),
        ),
        Column("why", "Notes", _why, width=300, flexible=True),
    ),
    identity=lambda i: i.row.invoice.id,
    search=lambda i: f"{i.row.invoice.number} {i.row.customer_text} {_why(i)}",
    tags=lambda i: (outcome(i),),
    speak=lambda i: f"Invoice {name_of(i.row.invoice)}, {outcome(i)}. {_why(i)}",
)


class RehearsalDialog(QDialog):
    """Shows the result; *on_send* gets the ids that can go. *on_export*: writes it to a file."""

    def __init__(
        self,
        parent: QWidget,
        rehearsal: Rehearsal,
        needs: Sequence[CarrierNeed],
        settings: SettingsStore,
        on_send: Callable[[list[str]], object],
        on_export: Callable[[QWidget], object] | None = None,
        plan: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rehearsal")
        self.setAccessibleName("Rehearsal: nothing was sent")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.resize(980, 640)
        self._on_send = on_send
        self._ids = [i.row.invoice.id for i in rehearsal.items if can_go(i.row)]
        ready = sum(outcome(i) == GOES for i in rehearsal.items)
        title = f"{ready:,} of {len(rehearsal.items):,} would be sent"
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        column.addWidget(Heading(title, 2))
        totals = sums_text(rehearsal.totals)
        self.summary = Text(
            (f"{totals}. " if totals else "")
            + "Every document was built; nothing was sent."
            + (f" {plan}" if plan else ""),
            "muted",
        )
        column.addWidget(self.summary)
        if needs:
            self.needs = Text(needs_text(needs), "warning")
            column.addWidget(self.needs)
        self.browser: RecordBrowser[Rehearsed] = RecordBrowser(
            REHEARSED,
            settings,
            name="Rehearsed invoices",
            chips=CHIPS,
            placeholder="Search the rehearsal",
            empty=Empty("invoices", "Nothing to rehearse", "No invoice was chosen."),
            ticks=False,
        )
        self.browser.set_records(rehearsal.items)
        column.addWidget(self.browser, 1)
        self.close_button = Button("Close", self.reject)
        self.send_button = Button(f"Send {len(self._ids):,}…", self._send, role="primary")
        self.send_button.setEnabled(bool(self._ids))
        self.export_button = Button("Export…", icon="export", tip="As spreadsheet or CSV")
        self.export_button.setVisible(on_export is not None)
        if on_export is not None:
            self.export_button.clicked.connect(lambda: on_export(self))
        column.addLayout(
            row_of(self.export_button, None, self.close_button, self.send_button, spacing=10)
        )
        (self.send_button if self._ids else self.close_button).setFocus()

    def _send(self) -> None:
        self.accept()
        self._on_send(self._ids)


def needs_text(needs: Sequence[CarrierNeed]) -> str:
    """What has to be created once before some of the invoices can go."""
    lines = [
        f"•  “{need.item_name}” on account {need.account_text} "
        f"({need.invoices:,} invoice{'' if need.invoices == 1 else 's'})"
        for need in needs
    ]
    one = len(needs) == 1
    head = "One carrier item has" if one else f"{len(needs):,} carrier items have"
    return f"{head} to be created in QuickBooks first:\n" + "\n".join(lines)
