"""On Python before 3.12 PySide6 gives references to None away; the program must outlive that."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import desktop_app.ui
from PySide6.QtCore import QObject
thing = QObject()
for _ in range(300_000):
    assert thing.property("nothing of that name") is None
"""


def test_none_survives_null_variants() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
