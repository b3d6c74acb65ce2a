"""Asking for a file: the system's own dialogs, without a nested event loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.domain.ports import SettingsStore

FOLDER = "files.folder"
"""The setting with the folder of the last file."""

Filter = tuple[str, str]
"""What the dialog says, and the suffix: ("Spreadsheet", ".xlsx")."""

OnFile = Callable[[Path], object]


def ask_save(
    parent: QWidget,
    settings: SettingsStore,
    *,
    title: str,
    name: str,
    filters: Sequence[Filter],
    on_file: OnFile,
) -> QFileDialog:
    """Ask where to save *name*; the chosen filter's suffix is added where none is given. The
    system's dialog asks before a file is replaced."""
    dialog = _dialog(parent, settings, title, filters)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    texts = {_filter_text(each): each[1] for each in filters}
    first = next((t for t, suffix in texts.items() if name.endswith(suffix)), None)
    if first is not None:
        dialog.selectNameFilter(first)
    dialog.setDefaultSuffix(filters[0][1] if first is None else texts[first])
    dialog.filterSelected.connect(lambda text: dialog.setDefaultSuffix(texts[text]))
    dialog.selectFile(str(Path(_folder(settings)) / name))
    suffixes = [suffix for _, suffix in filters]

    def chosen(text: str) -> None:
        file = Path(text)
        if file.suffix.lower() not in suffixes:
            wanted = texts.get(dialog.selectedNameFilter(), suffixes[0])
            file = file.with_name(file.name + wanted)
        _take(settings, file, on_file)

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog


def ask_open(
    parent: QWidget,
    settings: SettingsStore,
    *,
    title: str,
    filters: Sequence[Filter],
    on_file: OnFile,
) -> QFileDialog:
    """Ask for a file that is there."""
    dialog = _dialog(parent, settings, title, filters, together=True)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda text: _take(settings, Path(text), on_file))
    dialog.open()
    return dialog


def show(file: Path) -> bool:
    """Open a file with the program that the system has for it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def _dialog(
    parent: QWidget,
    settings: SettingsStore,
    title: str,
    filters: Sequence[Filter],
    *,
    together: bool = False,
) -> QFileDialog:
    dialog = QFileDialog(parent, title, _folder(settings))
    texts = [_filter_text(each) for each in filters]
    if together and len(filters) > 1 and all(suffix for _, suffix in filters):
        every = " ".join(f"*{suffix}" for _, suffix in filters)
        texts.insert(0, f"All of these ({every})")
    dialog.setNameFilters(texts)
    dialog.setAccessibleName(title)
    dialog.finished.connect(dialog.deleteLater)
    return dialog


def _filter_text(each: Filter) -> str:
    return f"{each[0]} (*{each[1]})"


def _folder(settings: SettingsStore) -> str:
    saved = settings.get(FOLDER, "")
    if isinstance(saved, str) and saved and Path(saved).is_dir():
        return saved
    documents = QStandardPaths.StandardLocation.DocumentsLocation
    return QStandardPaths.writableLocation(documents)


def _take(settings: SettingsStore, file: Path, on_file: OnFile) -> None:
    settings.set(FOLDER, str(file.parent))
    on_file(file)
