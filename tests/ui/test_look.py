"""Theme, icons, messages, log window, crash report, About."""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QPalette
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import logs
from desktop_app.errors import FaultClass, NetworkError, ServiceFault, StorageError
from desktop_app.ui import messages
from desktop_app.ui.about import AboutBox, parts
from desktop_app.ui.boxes import ErrorBox
from desktop_app.ui.crash import CrashBox, CrashReporter
from desktop_app.ui.icons import icon, keep_icon
from desktop_app.ui.logview import LogModel, LogWindow
from desktop_app.ui.resources import resource
from desktop_app.ui.shell import Context, Shell
from desktop_app.ui.tables.delegate import draw_check_box
from desktop_app.ui.theme import DARK, LIGHT, Choice, Colours, Tone, style_sheet, theme
from desktop_app.ui.widgets import Button, Chip, CopyField, Fold, SearchField
from tests.ui.conftest import notices


def luminance(colour: str) -> float:
    parts = QColor(colour).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable_on_every_ground(colours: Colours) -> None:
    for ground in (colours.window, colours.surface, colours.raised, colours.rail, colours.stripe):
        for text in (colours.text, colours.muted, colours.accent, colours.good, colours.bad):
            assert contrast(text, ground) >= 4.5, (text, ground)
    for tone in ("accent", "good", "warning", "bad"):
        assert contrast(getattr(colours, tone), getattr(colours, f"{tone}_soft")) >= 4.5, tone
        assert contrast(colours.text, getattr(colours, f"{tone}_soft")) >= 4.5, tone
    for fill in (colours.accent_fill, colours.accent_fill_hover, colours.bad_fill):
        assert contrast(colours.on_accent, fill) >= 4.1, fill


def test_the_scheme_changes_palette_style_and_icons(qapp: QApplication, qtbot: QtBot) -> None:
    button = Button("Refresh", icon="refresh")
    qtbot.addWidget(button)
    changes: list[None] = []
    theme().changed.connect(lambda: changes.append(None))
    try:
        before = button.icon().pixmap(20, 20).toImage()
        theme().choose(Choice.DARK)
        assert theme().dark
        assert qapp.palette().window().color().name() == DARK.window
        assert DARK.surface in qapp.styleSheet()
        assert button.icon().pixmap(20, 20).toImage() != before
        assert changes
    finally:
        theme().choose(Choice.LIGHT)
    assert button.icon().pixmap(20, 20).toImage() == before
    assert qapp.palette().window().color().name() == LIGHT.window


def test_in_high_contrast_marks_are_seen_on_a_selected_row(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    palette = qapp.palette()
    chosen = palette.color(QPalette.ColorRole.HighlightedText).name()
    assert theme().colour(Tone.SELECTED) == LIGHT.text, "elsewhere its ground is a soft one"
    monkeypatch.setattr(theme(), "high_contrast", True)
    assert theme().colour(Tone.SELECTED) == chosen
    button_text = palette.color(QPalette.ColorRole.ButtonText).name()
    assert theme().colour(Tone.ON_ACCENT) == button_text, "buttons are not filled there"
    ground = palette.color(QPalette.ColorRole.Highlight)
    box = QImage(40, 40, QImage.Format.Format_ARGB32)
    seen = {}
    for state in (Qt.CheckState.Unchecked, Qt.CheckState.Checked):
        box.fill(ground)
        painter = QPainter(box)
        draw_check_box(painter, QWidget(), box.rect(), state, selected=True)
        painter.end()
        seen[state] = {box.pixelColor(x, 20).name() for x in range(40)}
        assert chosen in seen[state], state
    assert ground.name() in seen[Qt.CheckState.Checked], "the tick is cut out of the box"


def test_the_style_sheet_has_no_open_names() -> None:
    for colours in (LIGHT, DARK, None):
        sheet = style_sheet(colours)
        assert not re.search(r"@[a-z]", sheet)
        for picture in re.findall(r'url\("([^"]+)"\)', sheet):
            assert Path(picture).is_file()
    assert "#" not in style_sheet(None)  # high contrast: the system's colours alone


def test_every_icon_that_the_sources_name_is_there_and_draws(qtbot: QtBot) -> None:
    for file in resource("icons").glob("*.svg"):
        text = file.read_text("utf-8")
        assert 'viewBox="0 0 24 24"' in text, file.name
        assert "currentColor" in text, file.name
        picture = icon(file.stem, Tone.TEXT).pixmap(24, 24).toImage()
        drawn = any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))
        assert drawn, file.name
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_icons_of_gone_things_are_forgotten(qtbot: QtBot) -> None:
    widget = Button("x")
    keep_icon(widget, "check")
    widget.deleteLater()
    qtbot.wait(1)
    theme().choose(Choice.LIGHT)  # paints all kept icons again


# --- Messages -------------------------------------------------------------------------------------


def test_an_error_without_a_notice_bar_is_a_box(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    again: list[str] = []
    error = NetworkError("QuickBooks could not be reached.", detail="time-out after 30 s")
    box = messages.show_error(parent, error, try_again=lambda: again.append("again"))
    assert isinstance(box, ErrorBox)
    assert box.windowTitle() == "No connection"
    box.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "could not be reached" in copied
    assert "time-out after 30 s" in copied
    box.again_button.click()
    assert again == ["again"]


def test_details_of_a_fault_are_shown_but_kept_out_of_the_log(
    shell: Shell, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fault = ServiceFault(
        "QuickBooks refused the invoice.",
        service="QuickBooks",
        status=400,
        code="6240",
        fault_class=FaultClass.DATA,
        element="DocNumber",
        reference="tid-1",
        service_detail="Duplicate for Contoso, 2,310.00",
    )
    banner = messages.show_error(shell.window, fault)
    assert isinstance(banner, messages.Banner)
    assert "Contoso" in banner.details
    assert "DocNumber" in banner.details
    assert "6240" in caplog.text
    assert "Contoso" not in caplog.text
    banner.fold.button.click()
    assert banner.fold.opened


def test_the_same_notice_does_not_pile_up(shell: Shell) -> None:
    for _ in range(3):
        messages.show_error(shell.window, NetworkError("No."))
    assert len(notices(shell.window)) == 1
    for number in range(9):
        messages.show_notice(shell.window, "info", f"Notice {number}")
    assert len(notices(shell.window)) <= messages.Banners.LIMIT
    assert notices(shell.window)[-1].title == "Notice 8"


def test_markup_in_a_name_stays_text(shell: Shell) -> None:
    banner = messages.show_notice(shell.window, "info", "<b>Smith & Sons</b>", "<img src=x>")
    assert banner is not None
    assert banner.accessibleName() == "<b>Smith & Sons</b>. <img src=x>"


def test_confirm_says_no_on_escape(shell: Shell, qtbot: QtBot) -> None:
    answers: list[str] = []

    def ask() -> Any:
        return messages.confirm(
            shell.window,
            title="Clear 12 mappings?",
            text="3 approved invoices depend on them.",
            action="Clear",
            danger=True,
            on_confirm=lambda: answers.append("yes"),
            on_cancel=lambda: answers.append("no"),
        )

    ask().reject()
    assert answers == ["no"]
    ask().action_button.click()
    assert answers == ["no", "yes"]


# --- Widgets --------------------------------------------------------------------------------------


def test_search_waits_for_a_pause_and_escape_empties_it(qtbot: QtBot) -> None:
    told: list[str] = []
    field = SearchField("Search", told.append)
    qtbot.addWidget(field)
    qtbot.keyClicks(field, "acme")
    assert told == []
    qtbot.waitUntil(lambda: told == ["acme"])
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert told == ["acme", ""]


def test_small_parts_say_what_they_are(qtbot: QtBot) -> None:
    chip, field, fold = (
        Chip("Not mapped"),
        CopyField("redirect address", "x"),
        Fold("More", QWidget()),
    )
    for widget in (chip, field, fold):
        qtbot.addWidget(widget)
    chip.set_count(1234)
    assert chip.accessibleName() == "Not mapped, 1,234"
    field.button.click()
    assert QGuiApplication.clipboard().text() == "x"
    assert field.button.text() == "Copied"
    assert fold.button.accessibleName() == "More, closed"
    fold.button.click()
    assert fold.button.accessibleName() == "More, open"


# --- Log window -----------------------------------------------------------------------------------


@pytest.fixture
def memory() -> Iterator[logs.MemoryHandler]:
    handler = logs.MemoryHandler()
    logger = logging.getLogger("desktop_app.test")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)


def test_the_log_window_follows_filters_and_copies(
    qtbot: QtBot, memory: logs.MemoryHandler, allow_log: Callable[[str], None]
) -> None:
    allow_log("trouble")
    logger = logging.getLogger("desktop_app.test")
    logger.info("before")
    parent = QWidget()
    qtbot.addWidget(parent)
    window = LogWindow.show_for(parent, memory, None)
    assert LogWindow.show_for(parent, memory, None) is window
    assert window.model.rowCount() == 1
    thread = threading.Thread(target=lambda: logger.warning("trouble token=planted-value"))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.model.rowCount() == 2)
    window.level.setCurrentIndex(2)
    assert window.model.rowCount() == 1
    window.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert "trouble" in copied
    assert "planted-value" not in copied
    window.level.setCurrentIndex(0)
    qtbot.keyClicks(window.search, "BEFORE")
    qtbot.waitUntil(lambda: window.model.rowCount() == 1)
    window.close()
    logger.info("after")  # nobody listens any more


def test_the_log_model_keeps_to_its_limit(
    qtbot: QtBot, memory: logs.MemoryHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_app.ui.logview.LIMIT", 3)
    model = LogModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for number in range(5):
        logging.getLogger("desktop_app.test").info("line %s", number)
    for line in memory.lines():
        model.add(line)
    assert model.rowCount() == 3
    assert "line 4" in model.text()
    assert "line 1" not in model.text()
    assert tester.model() is model


# --- Crash report and About -----------------------------------------------------------------------


@pytest.fixture
def reporter(qtbot: QtBot, context: Context) -> Iterator[CrashReporter]:
    made = CrashReporter(Context(context.web_profile_dir, version="1.2.3", redact=logs.redact))
    made.install()
    yield made
    made.remove()
    for box in list(made.boxes):
        box.close()


def raise_deep(text: str) -> None:
    raise ValueError(text)


def test_an_uncaught_error_is_shown_once_without_secrets(
    reporter: CrashReporter, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("Uncaught error")

    def fail() -> None:
        raise_deep("refresh_token=planted-token-value")

    for _ in range(3):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: bool(reporter.boxes))
    (box,) = reporter.boxes
    assert isinstance(box, CrashBox)
    report = box.report.toPlainText()
    assert "Billing Bridge 1.2.3" in report
    assert "raise_deep" in report
    assert "planted-token-value" not in report
    box.copy_button.click()
    assert QGuiApplication.clipboard().text() == report
    box.close_button.click()
    assert reporter.boxes == []


def test_an_error_with_words_of_its_own_is_no_mistake_of_the_program(
    reporter: CrashReporter, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    """A full disk may be met anywhere."""
    expect_log("Uncaught error")
    error = StorageError("The disk is full.", advice="Free some space.")
    sys.excepthook(type(error), error, None)
    qtbot.waitUntil(lambda: any(isinstance(w, ErrorBox) for w in QApplication.topLevelWidgets()))
    (box,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorBox))
    assert "The disk is full" in box.accessibleDescription()
    assert reporter.boxes == []
    box.reject()


def test_errors_of_different_places_are_told_apart(
    reporter: CrashReporter, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("Uncaught error")
    for fail in (lambda: raise_deep("one"), lambda: {}["two"]):
        try:
            fail()
        except (ValueError, KeyError) as error:
            sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: len(reporter.boxes) == 2)


def test_the_hooks_are_given_back(context: Context) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    made = CrashReporter(context)
    made.install()
    assert sys.excepthook is not before[0]
    made.remove()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_about_names_versions_and_licences(qtbot: QtBot) -> None:
    found = {name.lower(): (version, licence) for name, version, licence in parts()}
    assert found["requests"][1].startswith("Apache")
    assert all(version and licence for version, licence in found.values())
    box = AboutBox(None, "1.2.3", {"keyring": "Test keyring"})
    qtbot.addWidget(box)
    assert box.windowTitle() == "Billing Bridge 1.2.3"
    assert "Test keyring" in box.versions.text()
    assert box.table.rowCount() == len(found)
