"""The table model: frozen records in, sorted and filtered rows out.

Sorting and filtering happen here, over lists of positions. A QSortFilterProxyModel would call back
into Python for each row and each comparison, which at 20,000 rows holds the window for seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from typing import Any, Generic

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from desktop_app.domain.names import search_fold
from desktop_app.ui.tables.cells import (
    DETAIL_ROLE,
    SORT_ROLE,
    cell_data,
    header_data,
    runs,
    tick_data,
)
from desktop_app.ui.tables.columns import R, TableSpec
from desktop_app.ui.tables.prepared import Prepared
from desktop_app.ui.tables.tags import TagIndex

__all__ = ["DETAIL_ROLE", "RECORD_ROLE", "SORT_ROLE", "TICK_COLUMN", "RecordModel"]

Index = QModelIndex | QPersistentModelIndex

TICK_COLUMN = 0
"""The check boxes; the spec's columns follow."""

RECORD_ROLE = int(Qt.ItemDataRole.UserRole) + 2

MANY = 1000
"""For more changed rows than this it is not told one by one which they are."""

NO_INDEX = QModelIndex()
FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class RecordModel(QAbstractTableModel, Generic[R]):
    """Rows in view of a list of records.

    A *position* is a record's place in the list given to :meth:`set_records`, a *row* its place
    on the screen. Ticks, selection and current row follow the record through sorting, filtering
    and refreshing. tags: positions by filter tag, to be read only.
    """

    ticks_changed = Signal()
    view_changed = Signal()
    """Which rows are in view, or their number by tag, may have changed."""

    def __init__(self, spec: TableSpec[R], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._records: list[R] = []
        self._ids: list[str] = []
        self._position: dict[str, int] = {}
        self.tags = TagIndex()
        self._texts: list[str] = []  # folded search texts, made up to now
        self._order: list[int] = []
        self._view: list[int] = []
        self._rows: dict[int, int] | None = None
        self._sort_column = -1
        self._descending = False
        self._keys: dict[int, list[Any]] = {}
        self._words: tuple[str, ...] = ()
        self._tag = ""
        self._also: frozenset[str] = frozenset()
        self._ticked: set[str] = set()

    # --- Records -----------------------------------------------------------------------------

    @property
    def records(self) -> Sequence[R]:
        """All, whatever is in view."""
        return self._records

    def set_records(self, records: Sequence[R], keep: Iterable[str] = ()) -> None:
        """Show *records*. If they are the same ones, only rows that differ are touched.

        keep: ids that stay in view even if the filter no longer holds them.
        """
        identity = self.spec.identity
        ids = list(map(identity, records))
        if ids == self._ids:
            self._take_changes(records, keep)
            return
        if not self._records:
            self.beginResetModel()
            self._replace(records, ids, keep)
            self.endResetModel()
        else:
            self._rearrange(lambda: self._replace(records, ids, keep), self._ids)
        gone = self._ticked - self._position.keys()
        self._ticked -= gone
        self.view_changed.emit()
        if gone:
            self.ticks_changed.emit()

    def set_prepared(self, made: Prepared[R]) -> None:
        """Show records, none having been shown before."""
        self.beginResetModel()
        self._records, self._ids, self._position = made.records, made.ids, made.position
        self.tags, self._texts, self._keys = made.tags, made.texts, {}
        self._order = self._sorted()
        self._set_view(self._filtered(()))
        self.endResetModel()
        self.view_changed.emit()

    def record_at(self, row: int) -> R | None:
        return self._records[self._view[row]] if 0 <= row < len(self._view) else None

    def record(self, identity: str) -> R | None:
        position = self._position.get(identity)
        return None if position is None else self._records[position]

    def id_at(self, row: int) -> str:
        return self._ids[self._view[row]] if 0 <= row < len(self._view) else ""

    def row_of(self, identity: str) -> int:
        """The row in view, -1 if the record is not in view."""
        position = self._position.get(identity, -1)
        return self._row_map().get(position, -1)

    def records_in_view(self) -> list[R]:
        return [self._records[position] for position in self._view]

    def counts(self) -> Counter[str]:
        """Records under each tag, in view or not."""
        return self.tags.counts()

    # --- Search, filter, sort ----------------------------------------------------------------

    @property
    def searching(self) -> bool:
        return bool(self._words)

    @property
    def tag(self) -> str:
        return self._tag

    def row_after(self, row: int, wanted: Callable[[R], bool], step: int = 1) -> int:
        """The next row in view whose record is *wanted*, going round at the end; -1 if there is no
        other one. step: 1 or -1."""
        count = len(self._view)
        for distance in range(1, count):
            place = (row + step * distance) % count
            if wanted(self._records[self._view[place]]):
                return place
        return -1

    def set_filter(
        self,
        search: str,
        tag: str,
        keep: Iterable[str] = (),
        also: Iterable[str] = (),
    ) -> None:
        """Rows that hold every word of *search* and are under *tag* ("" for all).

        also: tags "facet:value"; of each facet named, a row has to be under one of its values.
        """
        self._words = tuple(search_fold(search).split())
        self._tag = tag
        self._also = frozenset(also)
        self.refilter(keep)

    def refilter(self, keep: Iterable[str] = ()) -> None:
        """Apply the filter again, after records changed."""
        view = self._filtered(keep)
        if view != self._view:
            self._rearrange(lambda: self._set_view(view), self._ids)
            self.view_changed.emit()

    def fold_ahead(self, at_most: int) -> bool:
        """Prepare the search texts of some more records; False when all are ready."""
        made, search = len(self._texts), self.spec.search
        self._texts += [search_fold(search(r)) for r in self._records[made : made + at_most]]
        return len(self._texts) < len(self._records)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By the raw value of *column*; a column without one (or -1): as the records came."""
        self._sort_column = column if column > TICK_COLUMN else -1
        self._descending = order == Qt.SortOrder.DescendingOrder
        self._order = self._sorted()
        shown = set(self._view)
        whole = len(shown) == len(self._order)
        view = self._order if whole else [p for p in self._order if p in shown]
        self._rearrange(lambda: self._set_view(list(view)), self._ids)

    # --- Ticks -------------------------------------------------------------------------------

    def ticked(self) -> list[str]:
        """Ids of all ticked records, in the order of the table, in view or not."""
        if not self._ticked:
            return []
        position = self._position
        if len(self._ticked) * 8 < len(self._ids):
            rank = self._row_map()
            behind = len(self._view)
            return sorted(
                self._ticked,
                key=lambda i: (rank.get(position[i], behind + position[i]), i),
            )
        return [self._ids[p] for p in self._order if self._ids[p] in self._ticked]

    def ticked_records(self) -> list[R]:
        return [self._records[self._position[identity]] for identity in self.ticked()]

    def tick_count(self) -> int:
        return len(self._ticked)

    def tick_ids(self) -> Collection[str]:
        """Ids of all ticked records in no order, as they are now; not to be changed."""
        return self._ticked

    def ticked_out_of_view(self) -> int:
        return len(self._ticked) - self._ticked_in_view()

    def _ticked_in_view(self) -> int:
        if not self._ticked or len(self._view) == len(self._ids):
            return len(self._ticked)
        if len(self._view) < len(self._ticked):
            return len(self._ticked.intersection(map(self._ids.__getitem__, self._view)))
        rows, position = self._row_map(), self._position
        return sum(position[identity] in rows for identity in self._ticked)

    def tick_state(self, row: int) -> Qt.CheckState:
        ticked = self.id_at(row) in self._ticked
        return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked

    def set_ticked(self, identities: Iterable[str], ticked: bool) -> None:
        """Tick or untick; unknown ids are ignored."""
        changed = self._position.keys() & identities
        changed = changed - self._ticked if ticked else changed & self._ticked
        if not changed:
            return
        self._ticked = self._ticked | changed if ticked else self._ticked - changed
        if len(changed) > MANY:
            told: Sequence[int] = range(len(self._view))
        else:
            rows, position = self._row_map(), self._position
            told = sorted(rows[position[i]] for i in changed if position[i] in rows)
        self._tell(told, TICK_COLUMN, TICK_COLUMN, [Qt.ItemDataRole.CheckStateRole])
        self.ticks_changed.emit()

    def tick_rows(self, rows: Iterable[int], ticked: bool) -> None:
        self.set_ticked([self.id_at(row) for row in rows], ticked)

    def tick_view(self, ticked: bool) -> None:
        """All rows in view; what the filter hides keeps its ticks."""
        self.set_ticked([self._ids[position] for position in self._view], ticked)

    def clear_ticks(self) -> None:
        self.set_ticked(list(self._ticked), False)

    def view_tick_state(self) -> Qt.CheckState:
        """What the header's check box shows."""
        if not self._ticked or not self._view:
            return Qt.CheckState.Unchecked
        shown = self._ticked_in_view()
        some = Qt.CheckState.PartiallyChecked if shown else Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if shown == len(self._view) else some

    # --- The model's side --------------------------------------------------------------------

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._view)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.spec.columns) + 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if index.column() == TICK_COLUMN:
            return FLAGS | Qt.ItemFlag.ItemIsUserCheckable
        return FLAGS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        position = self._view[index.row()]
        record = self._records[position]
        if role == RECORD_ROLE:
            return record
        if index.column() == TICK_COLUMN:
            ticked = self._ids[position] in self._ticked
            return tick_data(record, role, self.spec, ticked=ticked)
        return cell_data(self.spec.columns[index.column() - 1], record, role, self.spec)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != TICK_COLUMN:
            return False
        ticked = Qt.CheckState(value) == Qt.CheckState.Checked
        self.tick_rows([index.row()], ticked)
        return True

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section > len(self.spec.columns):
            return None
        return header_data(self.spec.columns[section - 1] if section else None, role)

    # --- How it is done ----------------------------------------------------------------------

    def _take_all(self, records: Sequence[R], ids: list[str]) -> None:
        self._records = list(records)
        self._ids = ids
        self._position = dict(zip(ids, range(len(ids)), strict=True))
        self.tags = TagIndex(map(self.spec.tags, records))
        self._texts = []
        self._keys = {}
        self._rows = None

    def _replace(self, records: Sequence[R], ids: list[str], keep: Iterable[str]) -> None:
        self._take_all(records, ids)
        self._order = self._sorted()
        self._set_view(self._filtered(keep))

    def _take_changes(self, records: Sequence[R], keep: Iterable[str]) -> None:
        old = self._records
        differing = (
            position
            for position, (record, before) in enumerate(zip(records, old, strict=True))
            if record is not before and record != before
        )
        changed = list(islice(differing, MANY + 1))
        if len(changed) > MANY:  # mending them one by one would take longer than making all anew
            self._rearrange(lambda: self._replace(records, self._ids, keep), self._ids)
            self.view_changed.emit()
            return
        for position in changed:
            record = records[position]
            old[position] = record
            if position < len(self._texts):
                self._texts[position] = search_fold(self.spec.search(record))
            self.tags.change(position, self.spec.tags(record))
            for column, keys in self._keys.items():
                keys[position] = self.spec.columns[column - 1].sort_value(record)
        if not changed:
            return
        rows = self._row_map()
        told = sorted(rows[p] for p in changed if p in rows)
        self._tell(told, TICK_COLUMN, self.columnCount() - 1, [])
        view = self._filtered(keep)
        if view != self._view:
            self._rearrange(lambda: self._set_view(view), self._ids)
        self.view_changed.emit()

    def _filtered(self, keep: Iterable[str]) -> list[int]:
        view = self.tags.filtered(self._order, self._tag, self._also)
        if self._words:
            self.fold_ahead(len(self._records))
            texts = self._texts
            for word in self._words:
                view = [position for position in view if word in texts[position]]
        kept = {self._position[i] for i in keep if i in self._position}
        if kept and view is not self._order:
            wanted = set(view) | kept
            view = [position for position in self._order if position in wanted]
        return list(view)

    def _sorted(self) -> list[int]:
        column = self._sort_column
        if column < 0 or column > len(self.spec.columns):
            return list(range(len(self._records)))
        keys = self._keys.get(column)
        if keys is None:
            keys = self.spec.columns[column - 1].sort_values(self._records)
            self._keys[column] = keys
        return sorted(range(len(keys)), key=keys.__getitem__, reverse=self._descending)

    def _set_view(self, view: list[int]) -> None:
        self._view = view
        self._rows = None

    def _row_map(self) -> dict[int, int]:
        if self._rows is None:
            self._rows = {position: row for row, position in enumerate(self._view)}
        return self._rows

    def _rearrange(self, change: Callable[[], None], old_ids: list[str]) -> None:
        """Do *change*, which gives other rows, and let all kept indexes follow their records."""
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        old = [(old_ids[self._view[index.row()]], index.column()) for index in kept]
        change()
        new = []
        for identity, column in old:
            row = self.row_of(identity)
            new.append(self.index(row, column) if row >= 0 else QModelIndex())
        self.changePersistentIndexList(kept, new)
        self.layoutChanged.emit()

    def _tell(self, rows: Sequence[int], left: int, right: int, roles: list[Any]) -> None:
        """dataChanged for *rows* (ascending), one call for each unbroken run."""
        if not rows:
            return
        if isinstance(rows, range):
            self.dataChanged.emit(self.index(0, left), self.index(rows[-1], right), roles)
            return
        for top, bottom in runs(rows):
            self.dataChanged.emit(self.index(top, left), self.index(bottom, right), roles)
