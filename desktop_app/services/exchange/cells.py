"""Texts in spreadsheets: nothing that a spreadsheet program would run as a formula."""

from __future__ import annotations

import re

# What Excel, LibreOffice or Google Sheets may take for the start of a formula, at once or after
# they have trimmed the cell; and the apostrophe itself, so that taking one off is always right.
_RISKY = frozenset("=+-@\t\r\n'＝＋－＠")

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b\x0c\r\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def neutral(text: str) -> str:
    """*text* with an apostrophe before it if a program might take it for a formula."""
    return f"'{text}" if _risky(text) else text


def plain(cell: str) -> str:
    """The opposite of :func:`neutral`; other texts stay as they are."""
    return cell[1:] if cell[:1] == "'" and _risky(cell[1:]) else cell


def _risky(text: str) -> bool:
    return text[:1] in _RISKY or text.lstrip()[:1] in _RISKY


def xml_safe(text: str) -> str:
    """Characters that XML cannot hold, in Office's own notation (ECMA-376, ST_Xstring)."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def xml_plain(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
