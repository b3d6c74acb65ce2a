"""Changes of many rows are written beside the window; those of few at once."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from desktop_app.domain.impact import Impact
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import ChangeSet
from desktop_app.errors import RuleError
from desktop_app.services.deciding import BULK
from desktop_app.ui.app import spare_long_lived
from desktop_app.ui.boxes import ConfirmBox
from desktop_app.ui.changes.page import ChangesPage
from desktop_app.ui.mapping.change_mapping import ChangeMappingDialog
from desktop_app.ui.shell import Context
from tests.ui.conftest import notices
from tests.ui.desk_support import Desk
from tests.ui.fakes_review import change
from tests.ui.pages_support import click, dialog_of

C = Kind.CUSTOMERS
MANY = BULK + 1


@pytest.fixture
def desk(context: Context, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(context, tmp_path, 80)
    yield made
    made.close()


@pytest.fixture
def threads(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each change of mappings from now on, whether it was made on the window's thread."""
    seen: list[bool] = []

    def watched(work: Callable[..., ChangeSet]) -> Callable[..., ChangeSet]:
        def call(*args: Any, **more: Any) -> ChangeSet:
            seen.append(threading.current_thread() is threading.main_thread())
            return work(*args, **more)

        return call

    mapping = desk.world.mapping
    for name in ("undo", "redo", "clear_all", "change"):
        monkeypatch.setattr(mapping, name, watched(getattr(mapping, name)))
    return seen


def mapped(desk: Desk) -> list[str]:
    return list(desk.world.mappings.links[C])


def idle(desk: Desk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: desk.window.tasks.running() == ())


@pytest.mark.parametrize("number", [1, MANY])
def test_undo_of_many_rows_does_not_hold_the_window(
    desk: Desk, threads: list[bool], qtbot: QtBot, number: int
) -> None:
    before = dict(desk.world.mappings.links[C])
    desk.world.mapping.clear(C, mapped(desk)[:number])
    threads.clear()
    window = desk.open(qtbot, "customers")
    window.actions_.undo.trigger()
    idle(desk, qtbot)
    assert threads == [number == 1]
    assert desk.world.mappings.links[C] == before
    row = window.current_page.model.record(next(iter(before)))  # type: ignore[attr-defined]
    assert row.mapping is not None, "the page shows it"


def test_what_a_bulk_undo_was_refused_for_is_said(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.world.mapping.clear(C, mapped(desk)[:MANY])

    def refuse() -> ChangeSet:
        raise RuleError("These mappings belong to another company.", title="Another company")

    monkeypatch.setattr(desk.world.mapping, "undo", refuse)
    window = desk.open(qtbot, "customers")
    window.actions_.undo.trigger()
    idle(desk, qtbot)
    assert [n.title for n in notices(window)] == ["Another company"]


def test_clearing_many_changes_tells_the_impact_and_is_one_step(
    desk: Desk, threads: list[bool], qtbot: QtBot
) -> None:
    ids = mapped(desk)[:MANY]
    desk.review.change_list = [change(desk.world, n, i) for n, i in enumerate(ids)]
    window = desk.open(qtbot)
    page = window.current_page
    assert isinstance(page, ChangesPage)
    page.model.tick_view(True)
    click(qtbot, page.clear_button)
    box = dialog_of(qtbot, ConfirmBox)
    qtbot.waitUntil(lambda: desk.suggest.asked != [])
    assert {(c.kind, c.source_id, c.target_id) for c in desk.suggest.asked[-1]} == {
        (C, i, "") for i in ids
    }
    click(qtbot, box.action_button)
    idle(desk, qtbot)
    assert threads == [False]
    assert not set(ids) & set(mapped(desk))
    window.actions_.undo.trigger()
    idle(desk, qtbot)
    assert set(ids) <= set(mapped(desk))


def test_a_question_may_be_closed_before_its_impact_is_known(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def slow(*_: Any) -> Impact:
        asked.set()
        answered.wait(10)
        return Impact()

    monkeypatch.setattr(desk.suggest, "impact", slow)
    ids = mapped(desk)[:2]
    desk.review.change_list = [change(desk.world, n, i) for n, i in enumerate(ids)]
    page = desk.open(qtbot).current_page
    assert isinstance(page, ChangesPage)
    page.model.tick_view(True)
    click(qtbot, page.clear_button)
    box = dialog_of(qtbot, ConfirmBox)
    qtbot.waitUntil(asked.is_set)
    click(qtbot, box.cancel_button)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    answered.set()
    idle(desk, qtbot)


def test_what_a_refresh_brought_is_not_gone_through_again(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(qtbot, "customers")
    spare_long_lived(window)
    before = gc.get_freeze_count()
    try:
        with qtbot.waitSignal(window.refreshing.refreshed):
            window.actions_.refresh.trigger()
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("refused", [False, True])
def test_a_dialog_may_be_closed_while_many_rows_are_written(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    mapping, ids = desk.world.mapping, mapped(desk)[:MANY]

    def slow(*_: Any, **__: Any) -> ChangeSet:
        begun.set()
        go_on.wait(10)
        if refused:
            raise RuleError("Two of them share a customer.", title="Not possible")
        return ChangeSet(frozenset({C}), frozenset(ids), text="Mapped many")

    monkeypatch.setattr(mapping, "change", slow)
    desk.review.change_list = [change(desk.world, n, i) for n, i in enumerate(ids)]
    window = desk.open(qtbot)
    page = window.current_page
    assert isinstance(page, ChangesPage)
    page.model.tick_view(True)
    click(qtbot, page.remap_button)
    dialog = dialog_of(qtbot, ChangeMappingDialog)
    dialog.list.choose(dialog.list.choices.row_of(mapping.choices(C)[0].id))
    click(qtbot, dialog.update_button)
    qtbot.waitUntil(begun.is_set)
    click(qtbot, dialog.cancel_button)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    go_on.set()
    idle(desk, qtbot)
    told = [notice.title for notice in notices(window)]
    assert told == (["Not possible"] if refused else [])
    assert refused or window.status.whole() == "Mapped many"
