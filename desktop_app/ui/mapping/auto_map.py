"""Auto Map's dialog: what would be linked to what, with ticks, before anything is linked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import SettingsStore
from desktop_app.domain.review import MappingRow, Proposal, target_label
from desktop_app.ui.mapping.columns import source_detail, target_detail
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.tables.model import RecordModel
from desktop_app.ui.tables.view import RecordTable
from desktop_app.ui.theme import Tone
from desktop_app.ui.widgets import Button, EmptyState, Fold, Heading, Text, row_of, scrolling

LEFT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Search:
    """What Auto Map looked at. left: unmapped rows for which it offers nothing."""

    kind: Kind
    proposals: tuple[Proposal, ...]
    left: tuple[MappingRow, ...]
    targets: int
    ticked_only: bool

    def why_nothing(self) -> str:
        """Why there is nothing to confirm, in words."""
        source, target = self.kind.source_noun, self.kind.target_noun
        where = f"ticked {source}s" if self.ticked_only else f"{source}s"
        if not self.targets:
            return f"No QuickBooks {target}s are known yet. Refresh first."
        if not self.left:
            return f"All {where} are mapped already."
        return (
            f"None of the {len(self.left):,} unmapped {where} has exactly the name of one active, "
            f"unused QuickBooks {target}. Capital letters and spaces make no difference; a name "
            "that occurs twice on either side is left to you. Tick them and choose Change Mapping."
        ).replace(", unused", "" if self.kind.shares_targets else ", unused")


def proposal_spec(kind: Kind) -> TableSpec[Proposal]:
    return TableSpec(
        name=f"automap.{kind.value}",
        columns=(
            Column(
                "source",
                f"NinjaOne {kind.source_noun}",
                lambda p: p.source.name,
                width=280,
                flexible=True,
                detail=lambda p: source_detail(p.source),
            ),
            Column(
                "target",
                f"QuickBooks {kind.target_noun}",
                lambda p: target_label(p.target),
                width=280,
                flexible=True,
                detail=lambda p: target_detail(p.target),
                mark=lambda p: Mark("forward", Tone.MUTED),
            ),
            Column("evidence", "Evidence", lambda p: p.evidence, width=130, quiet=True),
        ),
        identity=lambda p: p.source.id,
        search=lambda p: f"{p.source.name} {target_label(p.target)}",
        tags=lambda p: (),
        speak=lambda p: f"{p.source.name} to {target_label(p.target)}, {p.evidence}",
    )


class AutoMapDialog(QDialog):
    """Lists the proposals, all ticked; *on_link* gets the ticked ones."""

    def __init__(
        self,
        parent: QWidget,
        search: Search,
        settings: SettingsStore,
        on_link: Callable[[list[Proposal]], object],
    ) -> None:
        super().__init__(parent)
        self.search = search
        self._on_link = on_link
        self.setWindowTitle("Auto Map")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 22, 24, 18)
        self.column.setSpacing(12)
        if search.proposals:
            self._list_proposals(settings)
        else:
            self._say_nothing()

    def _list_proposals(self, settings: SettingsStore) -> None:
        self.resize(860, 620)
        search, kind = self.search, self.search.kind
        number = len(search.proposals)
        title = f"{number:,} identical name{'' if number == 1 else 's'}"
        self.setAccessibleName(f"Auto Map: {title}")
        self.column.addWidget(Heading(title, 2))
        self.column.addWidget(
            Text(
                f"These NinjaOne {kind.source_noun}s and QuickBooks {kind.target_noun}s have the "
                "same name. Untick what does not belong together. Nothing is changed before you "
                "confirm, and Undo takes all of it back.",
                "muted",
            )
        )
        self.model: RecordModel[Proposal] = RecordModel(proposal_spec(kind))
        self.table: RecordTable[Proposal] = RecordTable(self.model, settings, "Proposed mappings")
        self.model.set_records(search.proposals)
        self.model.tick_view(True)
        self.model.ticks_changed.connect(self._show_ticks)
        self.column.addWidget(self.table, 1)
        if search.left:
            names = "\n".join(row.source.name for row in search.left[:LEFT_SHOWN])
            if len(search.left) > LEFT_SHOWN:
                names += f"\nand {len(search.left) - LEFT_SHOWN:,} more"
            left = Text(names, "muted", selectable=True)
            self.left = Fold(f"Left for you ({len(search.left):,})", _low(left))
            self.column.addWidget(self.left)
        self.summary = Text("", "muted")
        all_button = Button("Tick all", lambda: self.model.tick_view(True), role="quiet")
        none_button = Button("Tick none", lambda: self.model.tick_view(False), role="quiet")
        self.all_button, self.none_button = all_button, none_button
        self.cancel_button = Button("Cancel", self.reject)
        self.link_button = Button("Link", self._link, role="primary")
        buttons = row_of(all_button, none_button, spacing=4)
        buttons.addSpacing(8)
        buttons.addWidget(self.summary, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addSpacing(10)
        buttons.addWidget(self.link_button)
        self.column.addLayout(buttons)
        self._show_ticks()
        self.link_button.setFocus()

    def _say_nothing(self) -> None:
        self.setMinimumSize(540, 320)
        self.setAccessibleName("Auto Map: nothing found")
        title = "Nothing to link automatically"
        self.nothing = EmptyState("auto-map", title, self.search.why_nothing())
        self.column.addWidget(self.nothing, 1)
        self.close_button = Button("Close", self.reject, role="primary")
        self.column.addLayout(row_of(None, self.close_button))
        self.close_button.setFocus()

    def _show_ticks(self) -> None:
        ticked = len(self.model.ticked())
        left = len(self.search.proposals) - ticked + len(self.search.left)
        self.link_button.setText(f"Link {ticked:,}")
        self.link_button.setAccessibleName(f"Link {ticked:,}")
        self.link_button.setEnabled(ticked > 0)
        self.summary.setText(f"Link {ticked:,}; leave {left:,} not mapped")

    def _link(self) -> None:
        chosen = self.model.ticked_records()
        self.accept()
        self._on_link(chosen)


def _low(text: Text) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(text)
    area = scrolling(holder)
    area.setMaximumHeight(120)
    return area
