"""Where icons and style sheets lie, from the sources and in the frozen program alike."""

from __future__ import annotations

import sys
from pathlib import Path


def resource(*parts: str) -> Path:
    """The path of one file below ``resources``.

    PyInstaller unpacks data files below ``sys._MEIPASS``; otherwise they stand beside the package.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[2]
    return root.joinpath("resources", *parts)
