"""The commands of the mapping tabs and their keys: what they are, and how a person changes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence

from desktop_app.domain.ports import SettingsStore
from desktop_app.ui.mapping.columns import CHIPS, KEYED_CHIPS
from desktop_app.ui.shell import Shell

SETTING = "keys.mapping"
DECIDE, MOVE, LOOK, TABLE = "Decide", "Move", "Look", "Table"
CANDIDATES = 9


@dataclass(frozen=True, slots=True)
class Command:
    """id: stable name, under which changed keys are saved. keys: as they come with the program."""

    id: str
    text: str
    keys: tuple[str, ...]
    group: str
    icon: str = ""


_CHIP_NAMES = {chip.tag: chip.label for chip in CHIPS}

COMMANDS = (
    Command("accept", "Accept suggestion", ("A", "Return", "Enter"), DECIDE, "check"),
    *(
        Command(f"candidate-{n}", f"Take candidate {n}", (str(n),), DECIDE)
        for n in range(1, CANDIDATES + 1)
    ),
    Command("change", "Change Mapping…", ("F2",), DECIDE, "edit"),
    Command("clear", "Clear Mapping", ("Del",), DECIDE, "unlink"),
    Command("create", "Create in QuickBooks…", ("C",), DECIDE, "plus"),
    Command("exclude", "Exclude or include", ("X",), DECIDE, "ban"),
    Command("never", "Never this suggestion", (), DECIDE, "x-circle"),
    Command("seen", "Not new any more", (), DECIDE, "eye"),
    Command("skip", "Skip for now", ("S",), MOVE, "forward"),
    Command("next", "Next undecided", ("N",), MOVE, "chevron-down"),
    Command("previous", "Previous undecided", ("P",), MOVE),
    Command("area", "Table, details, filters", ("F6",), MOVE),
    Command("search", "Search", ("Ctrl+F", "/"), LOOK, "search"),
    *(
        Command(f"chip-{n}", f"Show “{_CHIP_NAMES[tag]}”", (f"Ctrl+{n}",), LOOK)
        for n, tag in enumerate(KEYED_CHIPS, start=1)
    ),
    Command("open", "Open in QuickBooks", ("O",), LOOK, "external"),
    Command("details", "Show details", ("Ctrl+D",), LOOK, "info"),
    Command("auto-map", "Auto Map…", ("Ctrl+M",), TABLE, "auto-map"),
    Command("again", "Search for matches again", (), TABLE, "refresh"),
    Command("tick-all", "Tick all rows in view", ("Ctrl+Shift+A",), TABLE, "check"),
    Command("columns", "Columns and sorting…", ("L",), TABLE, "settings"),
    Command("export", "Export table…", ("Ctrl+E",), TABLE, "external"),
    Command("import", "Import table…", ("Ctrl+I",), TABLE, "folder"),
    Command("keys", "Keys…", ("?", "F1"), TABLE, "key"),
)
BY_ID = {command.id: command for command in COMMANDS}

FIXED = (
    ("Up, Down, PgUp, PgDn", "Move by a row, by a page"),
    ("Space", "Tick the row"),
    ("Shift+Up, Shift+Down", "Select several rows"),
    ("Ctrl+A", "Select all rows in view"),
    ("Esc", "Leave the field, then clear the filter"),
    ("Ctrl+Z", "Undo"),
    ("Ctrl+Y", "Redo (Ctrl+Shift+Z on macOS)"),
    ("F5", "Refresh from QuickBooks and NinjaOne"),
)
"""Keys of the table and of the window, which stay as they are."""

_TAKEN = {
    **dict.fromkeys(("Up", "Down", "PgUp", "PgDown", "Home", "End", "Left", "Right"), "moving"),
    **dict.fromkeys(("Shift+Up", "Shift+Down"), "selecting rows"),
    "Space": "ticking",
    "Esc": "leaving",
    "Tab": "going to the next control",
    "Ctrl+A": "selecting all rows",
    "Ctrl+Z": "Undo",
    "Ctrl+Y": "Redo",
    "Ctrl+Shift+Z": "Redo",
    "F5": "Refresh",
    "Shift+F5": "Refresh Everything",
    "Ctrl+Q": "Quit",
    "Ctrl+Shift+L": "Log",
    "F10": "the menu bar",
    **{f"Alt+{n}": "opening a page" for n in range(1, 10)},
}


def only_in_table(keys: str) -> bool:
    """Whether these keys may act only while the table has the focus: letters, digits and the
    like, which are text elsewhere."""
    combination = QKeySequence(keys)[0]  # type: ignore[index]  # missing in the stubs
    modifiers = combination.keyboardModifiers()
    strong = (
        Qt.KeyboardModifier.ControlModifier
        | Qt.KeyboardModifier.AltModifier
        | Qt.KeyboardModifier.MetaModifier
    )
    function = Qt.Key.Key_F1 <= combination.key() <= Qt.Key.Key_F35
    return not (modifiers & strong) and not function


class Bindings(QObject):
    """Which keys each command has now; one for the whole window, kept in the settings."""

    changed = Signal()

    def __init__(self, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        saved = settings.get(SETTING, {})
        self._own: dict[str, tuple[str, ...]] = {
            name: tuple(str(key) for key in keys)
            for name, keys in (saved.items() if isinstance(saved, dict) else ())
            if name in BY_ID and isinstance(keys, list)
        }

    def keys(self, command_id: str) -> tuple[str, ...]:
        return self._own.get(command_id, BY_ID[command_id].keys)

    def text(self, command_id: str) -> str:
        """ "A, Return" as this system writes keys."""
        native = QKeySequence.SequenceFormat.NativeText
        return ", ".join(QKeySequence(key).toString(native) for key in self.keys(command_id))

    def is_own(self, command_id: str) -> bool:
        return command_id in self._own

    def user_of(self, keys: str, but: str = "") -> str:
        """What these keys do already, in words; "" when they are free. but: a command left out."""
        wanted = _normal(keys)
        if not wanted:
            return ""
        if wanted in _TAKEN:
            return _TAKEN[wanted]
        for command in COMMANDS:
            if command.id != but and wanted in map(_normal, self.keys(command.id)):
                return command.text.rstrip("…")
        return ""

    def set_keys(self, command_id: str, keys: Sequence[str]) -> str:
        """Give a command other keys. Returns "" or the conflict, in words; then nothing changed."""
        cleaned = tuple(dict.fromkeys(filter(None, map(_normal, keys))))
        for key in cleaned:
            user = self.user_of(key, but=command_id)
            if user:
                return f"{key} is used for {user} already."
        if cleaned == tuple(map(_normal, BY_ID[command_id].keys)):
            self._own.pop(command_id, None)
        else:
            self._own[command_id] = cleaned
        self._save()
        return ""

    def reset(self) -> None:
        """All keys as they came with the program."""
        self._own.clear()
        self._save()

    def _save(self) -> None:
        self._settings.set(SETTING, {name: list(keys) for name, keys in self._own.items()})
        self.changed.emit()


def bindings_of(shell: Shell) -> Bindings:
    """The window's bindings; made when first asked for."""
    found = shell.findChild(Bindings)
    return found if isinstance(found, Bindings) else Bindings(shell.services.settings, shell)


def _normal(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)
