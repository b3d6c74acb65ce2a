"""The icon set: one line drawing per name, painted in the colours of the present theme."""

from __future__ import annotations

import weakref
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.ui.resources import resource
from desktop_app.ui.theme import Tone, theme

SIZES = (16, 18, 20, 24)
WINDOW_SIZES = (16, 24, 32, 48, 64, 128, 256)
"""What title bars, task bars and switchers show."""


class TakesIcon(Protocol):
    """An action, a button: anything whose icon can be set."""

    def setIcon(self, icon: QIcon) -> None: ...


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text("utf-8")


@lru_cache(maxsize=1024)
def _picture(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    pixels = round(size * ratio)
    picture = QPixmap(QSize(pixels, pixels))
    picture.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode()))
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def pixmap(name: str, tone: Tone = Tone.TEXT, size: int = 20, ratio: float = 1.0) -> QPixmap:
    """One picture of *size* logical pixels for a screen of *ratio* device pixels each."""
    return _picture(name, theme().colour(tone), size, ratio)


@lru_cache(maxsize=512)
def _icon(
    name: str, normal: str, disabled: str, ratios: tuple[float, ...], sizes: tuple[int, ...]
) -> QIcon:
    made = QIcon()
    for size in sizes:
        for ratio in ratios:
            picture = _picture(name, normal, size, ratio)
            made.addPixmap(picture, QIcon.Mode.Normal)
            made.addPixmap(_picture(name, disabled, size, ratio), QIcon.Mode.Disabled)
            made.addPixmap(picture, QIcon.Mode.Selected)
    return made


def _ratios() -> tuple[float, ...]:
    """Of the screens that are there: painting for others takes a noticeable part of the start."""
    return tuple(sorted({screen.devicePixelRatio() for screen in QGuiApplication.screens()}))


def icon(name: str, tone: Tone = Tone.TEXT, sizes: tuple[int, ...] = SIZES) -> QIcon:
    """The icon in the present colours; it does not follow later changes (see :func:`keep_icon`).

    Raises FileNotFoundError for a name that is not in ``resources/icons``.
    """
    colours = theme()
    return _icon(name, colours.colour(tone), colours.colour(Tone.DISABLED), _ratios(), sizes)


_kept: weakref.WeakKeyDictionary[QObject, tuple[str, Tone]] = weakref.WeakKeyDictionary()


def keep_icon(target: QObject, name: str, tone: Tone = Tone.TEXT) -> None:
    """Give *target* (a button, an action) the icon, now and after every change of the theme."""
    _kept[target] = (name, tone)
    target.setIcon(icon(name, tone))  # type: ignore[attr-defined]


def renew_icons() -> None:
    """Paint all kept icons again: the colours changed, or there is another screen."""
    for target, (name, tone) in list(_kept.items()):
        try:
            target.setIcon(icon(name, tone))  # type: ignore[attr-defined]
        except RuntimeError:  # the C++ side is gone already
            _kept.pop(target, None)
