"""Colours, palette and style sheet; light and dark follow the system.

The base is Qt's Fusion style with an own palette, so that unstyled controls fit as well. With the
system's high contrast on, the system's own palette and no style sheet colours are used.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.ui.resources import resource


class Tone(StrEnum):
    """What a colour says; the theme decides which colour that is."""

    TEXT = "text"
    MUTED = "muted"
    DISABLED = "disabled"
    ACCENT = "accent"
    ON_ACCENT = "on_accent"
    SELECTED = "selected"  # on the ground of a selected row
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


class Choice(StrEnum):
    """The user's wish, kept in the settings as ``appearance``."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme. *_soft are backgrounds on which the tone of the same name is readable."""

    window: str
    surface: str
    raised: str
    rail: str
    field: str
    hover: str
    pressed: str
    stripe: str
    text: str
    muted: str
    disabled: str
    border: str
    border_strong: str
    accent: str
    accent_fill: str
    accent_fill_hover: str
    accent_soft: str
    on_accent: str
    good: str
    good_soft: str
    warning: str
    warning_soft: str
    bad: str
    bad_soft: str
    bad_fill: str


LIGHT = Colours(
    window="#f5f6f8",
    surface="#ffffff",
    raised="#ffffff",
    rail="#eceff4",
    field="#ffffff",
    hover="#e9edf3",
    pressed="#dde3ec",
    stripe="#f8f9fb",
    text="#18212e",
    muted="#566274",
    disabled="#9aa4b2",
    border="#dde2ea",
    border_strong="#bcc5d2",
    accent="#1d5fc4",
    accent_fill="#2263c8",
    accent_fill_hover="#1b55b0",
    accent_soft="#e5eefb",
    on_accent="#ffffff",
    good="#14703f",
    good_soft="#e2f3e9",
    warning="#855300",
    warning_soft="#fdf1d8",
    bad="#b0231b",
    bad_soft="#fce9e7",
    bad_fill="#b92d25",
)

DARK = Colours(
    window="#12161c",
    surface="#1a2029",
    raised="#212936",
    rail="#161b23",
    field="#151a22",
    hover="#252e3b",
    pressed="#2d3846",
    stripe="#1d242e",
    text="#e7ebf1",
    muted="#a0acbb",
    disabled="#616d7d",
    border="#2c3643",
    border_strong="#46525f",
    accent="#7cb0ff",
    accent_fill="#2b6ad2",
    accent_fill_hover="#3a79e0",
    accent_soft="#1c2f4c",
    on_accent="#ffffff",
    good="#6fd09a",
    good_soft="#163325",
    warning="#ecbb62",
    warning_soft="#392c12",
    bad="#ff938a",
    bad_soft="#42211f",
    bad_fill="#c23d35",
)


class Theme(QObject):
    """The present look. *changed* is emitted after palette, style sheet and icons are new."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = Choice.SYSTEM
        self.colours = LIGHT
        self.dark = False
        self.high_contrast = False
        self._application: QApplication | None = None

    def install(self, application: QApplication, choice: Choice = Choice.SYSTEM) -> None:
        """Take over the look of *application* and follow the system from now on."""
        if self._application is not application:
            self._application = application
            application.setStyle("Fusion")
            hints = application.styleHints()
            hints.colorSchemeChanged.connect(self._system_changed)
            access = getattr(hints, "accessibility", lambda: None)()  # Qt 6.10 and newer
            if access is not None:
                access.contrastPreferenceChanged.connect(self._system_changed)
        self.choose(choice)

    def choose(self, choice: Choice) -> None:
        """Follow the system, or stay light or dark."""
        self.choice = choice
        QGuiApplication.styleHints().setColorScheme(
            {
                Choice.SYSTEM: Qt.ColorScheme.Unknown,
                Choice.LIGHT: Qt.ColorScheme.Light,
                Choice.DARK: Qt.ColorScheme.Dark,
            }[choice]
        )
        self._system_changed()

    def colour(self, tone: Tone) -> str:
        """The colour of *tone* as "#rrggbb"."""
        if self.high_contrast:
            role = {
                Tone.DISABLED: QPalette.ColorRole.PlaceholderText,
                Tone.ON_ACCENT: QPalette.ColorRole.ButtonText,
                Tone.SELECTED: QPalette.ColorRole.HighlightedText,
            }.get(tone, QPalette.ColorRole.WindowText)
            return QGuiApplication.palette().color(role).name()
        if tone is Tone.SELECTED:
            return self.colours.text
        return str(getattr(self.colours, tone.value))

    def soft(self, tone: Tone) -> str:
        """The quiet background that belongs to ACCENT, GOOD, WARNING or BAD."""
        if self.high_contrast:
            return QGuiApplication.palette().color(QPalette.ColorRole.Base).name()
        return str(getattr(self.colours, f"{tone.value}_soft", self.colours.hover))

    def _system_changed(self) -> None:
        application = self._application
        if application is None:
            return
        hints = application.styleHints()
        access = getattr(hints, "accessibility", lambda: None)()
        self.high_contrast = access is not None and (
            access.contrastPreference() == Qt.ContrastPreference.HighContrast
        )
        self.dark = self.choice is Choice.DARK or (
            self.choice is Choice.SYSTEM and hints.colorScheme() == Qt.ColorScheme.Dark
        )
        self.colours = DARK if self.dark else LIGHT
        if self.high_contrast:
            application.setPalette(QPalette())
            application.setStyleSheet(style_sheet(None))
        else:
            application.setPalette(palette(self.colours))
            application.setStyleSheet(style_sheet(self.colours))
        from desktop_app.ui.icons import renew_icons  # it reads this module's colours

        renew_icons()
        self.changed.emit()


_theme: Theme | None = None


def theme() -> Theme:
    """The one theme: like the style of Qt itself, it belongs to the process."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def style_sheet(colours: Colours | None) -> str:
    """The style sheet with its ``@names`` filled in; None: with no colours but the system's."""
    text = resource("style", "layout.qss").read_text("utf-8")
    values = {"resources": resource("style").as_posix()}
    if colours is None:
        text += resource("style", "contrast.qss").read_text("utf-8")
    else:
        text += resource("style", "colours.qss").read_text("utf-8")
        values |= asdict(colours)
    return re.sub(r"@([a-z_]+)", lambda found: values[found.group(1)], text)


def palette(colours: Colours) -> QPalette:
    """The palette that Fusion paints with."""
    made = QPalette()
    role = QPalette.ColorRole
    for where, colour in {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.field,
        role.AlternateBase: colours.stripe,
        role.Text: colours.text,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.bad,
        role.Highlight: colours.accent_fill,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent_fill,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Light: colours.surface,
        role.Midlight: colours.hover,
        role.Mid: colours.border,
        role.Dark: colours.border_strong,
        role.Shadow: colours.border_strong,
    }.items():
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(QPalette.ColorGroup.Disabled, where, QColor(colours.disabled))
    return made


def scaled_font(factor: float, *, bold: bool = False) -> QFont:
    """The system's font, *factor* times as large; headings stay in step with the user's size."""
    font = QFont(QApplication.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(round(font.pixelSize() * factor))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font
