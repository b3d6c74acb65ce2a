"""The window. The only package that imports PySide6 (the composition root may, for wiring)."""
