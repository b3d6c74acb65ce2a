"""The filter of the history: text, kind, who, how, and a span of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QFrame, QVBoxLayout, QWidget

from desktop_app.domain.journal import HistoryFilter
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import How
from desktop_app.ui.tables.flow import FlowLayout
from desktop_app.ui.widgets import Button, SearchField, Text, row_of

ALWAYS, TODAY, WEEK, MONTH, BETWEEN = "always", "today", "week", "month", "between"
SPANS = (
    ("Any time", ALWAYS),
    ("Today", TODAY),
    ("Last 7 days", WEEK),
    ("Last 30 days", MONTH),
    ("Between…", BETWEEN),
)
DAYS = {TODAY: 1, WEEK: 7, MONTH: 30}


class HistoryFilters(QFrame):
    """changed: some field has another value (typing is told a moment after the last key)."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setAccessibleName("Filter of the history")
        self._today = today
        self.search = SearchField("Search names, people and evidence")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(200)
        self._pause.timeout.connect(self.changed)
        self.search.textChanged.connect(self._typed)
        self.kind = _combo("Kind", [("All kinds", None), *((k.label, k) for k in Kind)])
        self.who = _combo("Who", [("Everybody", "")])
        self.how = _combo("How", [("Every way", None), *((h.value.capitalize(), h) for h in How)])
        self.span = _combo("When", SPANS)
        self.since = _day("From", today - timedelta(days=30))
        self.until = _day("To", today)
        self.days = QWidget()
        self.days.setLayout(row_of(self.since, Text("to"), self.until, spacing=6))
        self.clear_button = Button("Clear filter", self.clear, role="quiet")
        fields = QWidget()
        flow = FlowLayout(fields, spacing=10)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(14, 10, 14, 10)
        whole.addWidget(fields)
        for part in (
            self.search,
            self.kind,
            self.who,
            self.how,
            self.span,
            self.days,
            self.clear_button,
        ):
            flow.addWidget(part)
        policy = fields.sizePolicy()
        policy.setHeightForWidth(True)
        fields.setSizePolicy(policy)
        for box in (self.kind, self.who, self.how, self.span):
            box.currentIndexChanged.connect(self._chosen)
        for day in (self.since, self.until):
            day.dateChanged.connect(self._chosen)
        self._show()

    def set_people(self, people: tuple[str, ...]) -> None:
        """Who can be chosen; the present choice stays if it can."""
        now = self.who.currentData()
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem("Everybody", "")
        for name in people:
            self.who.addItem(name, name)
        self.who.setCurrentIndex(max(0, self.who.findData(now)))
        self.who.blockSignals(False)

    def wanted(self) -> HistoryFilter:
        """What the fields ask for; days are those of the computer's time zone."""
        since, until = self._instants()
        # Qt gives a plain text back for a text that is also a member of an enumeration.
        kind, how = self.kind.currentData(), self.how.currentData()
        return HistoryFilter(
            text=self.search.text().strip(),
            kind=Kind(kind) if kind else None,
            who=self.who.currentData() or "",
            how=How(how) if how else None,
            since=since,
            until=until,
        )

    def clear(self) -> None:
        """No filter; told once."""
        self.blockSignals(True)
        self.search.clear()
        for box in (self.kind, self.who, self.how, self.span):
            box.setCurrentIndex(0)
        self.blockSignals(False)
        self._pause.stop()
        self._chosen()

    def _instants(self) -> tuple[datetime | None, datetime | None]:
        span = self.span.currentData()
        if span == ALWAYS:
            return None, None
        if span == BETWEEN:
            days = sorted((_date_of(self.since), _date_of(self.until)))
            return _midnight(days[0]), _midnight(days[1] + timedelta(days=1))
        return _midnight(self._today - timedelta(days=DAYS[span] - 1)), None

    def _typed(self) -> None:
        self._show()
        self._pause.start()

    def _chosen(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.days.setVisible(self.span.currentData() == BETWEEN)
        self.clear_button.setVisible(self.wanted() != HistoryFilter())


def _combo(name: str, items: Sequence[tuple[str, object]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    for text, data in items:
        box.addItem(text, data)
    return box


def _day(name: str, day: date) -> QDateEdit:
    field = QDateEdit(QDate(day.year, day.month, day.day))
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    return field


def _date_of(field: QDateEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time()).astimezone()
