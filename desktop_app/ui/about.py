"""About: versions, and the licences of the parts the program is made of."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop_app.ui.boxes import Box
from desktop_app.ui.widgets import Text

PARTS = (
    "PySide6",
    "peewee",
    "requests",
    "urllib3",
    "certifi",
    "intuit-oauth",
    "keyring",
    "pydantic",
    "rapidfuzz",
    "scipy",
    "numpy",
    "openpyxl",
    "platformdirs",
    "filelock",
    "simplejson",
)


def parts() -> list[tuple[str, str, str]]:
    """Name, version and licence of each part that is installed."""
    found = []
    for name in PARTS:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found.append((about["Name"] or name, about["Version"] or "", licence(about)))
    return found


def licence(about: metadata.PackageMetadata) -> str:
    """The licence as a short name: the expression, else the classifiers, else a short text."""
    for expression in about.get_all("License-Expression") or []:
        return str(expression)
    classified = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(dict.fromkeys(classified))
    text = "".join(about.get_all("License") or []).strip().splitlines()
    return text[0][:60] if text else "see its own documentation"


class AboutBox(Box):
    """facts: further lines of name and value (folders, keyring), from the composition root."""

    def __init__(self, parent: QWidget | None, version: str, facts: Mapping[str, Any]) -> None:
        super().__init__(
            parent,
            "info",
            f"Billing Bridge {version}".strip(),
            "Connects NinjaOne Billing to QuickBooks Online: map, review, send approved invoices."
            " Licence: MIT. NinjaOne, QuickBooks and Intuit are marks of their owners, who have"
            " no part in this program.",
        )
        lines = [
            f"Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
            *(f"{name.replace('_', ' ').capitalize()}: {value}" for name, value in facts.items()),
        ]
        self.versions = Text("\n".join(lines), "muted", selectable=True)
        self.column.addWidget(self.versions)
        rows = parts()
        self.table = QTableWidget(len(rows), 3)
        self.table.setAccessibleName("Parts and their licences")
        self.table.setHorizontalHeaderLabels(["Part", "Version", "Licence"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        for number, row in enumerate(rows):
            for place, text in enumerate(row):
                self.table.setItem(number, place, QTableWidgetItem(text))
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.table.setMinimumSize(560, 280)
        self.column.addWidget(self.table)
        whole = "\n".join([self.windowTitle(), *lines, *(" ".join(row) for row in rows)])
        self.copy_button = self.add_button(
            "Copy", lambda: QGuiApplication.clipboard().setText(whole), role="quiet", first=True
        )
        self.close_button = self.add_button("Close", self.accept, role="primary")
