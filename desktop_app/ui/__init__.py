"""The window. The only package that imports PySide6 (the composition root may, for wiring)."""

from __future__ import annotations

import ctypes
import sys

if sys.version_info < (3, 12):  # pragma: no cover - depends on the interpreter
    # PySide6 (6.12) gives away a reference to None each time it turns a null QVariant into None:
    # QObject.property(), an item model's data() seen through a proxy or a delegate. From Python
    # 3.12 on None is immortal and nothing happens; before, painting tables for a while ends the
    # process with "deallocating None". So None gets as many references as nobody can give away.
    ctypes.c_ssize_t.from_address(id(None)).value += 1 << 60
