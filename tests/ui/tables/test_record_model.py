"""The table model against a plain list: sorting, filtering, ticks, narrow changes."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop_app.domain.names import search_fold
from desktop_app.ui.tables.columns import Column, TableSpec
from desktop_app.ui.tables.model import (
    MANY,
    RECORD_ROLE,
    SORT_ROLE,
    TICK_COLUMN,
    RecordModel,
)
from desktop_app.ui.tables.prepared import STEP, prepare
from desktop_app.ui.tables.view import RecordTable
from tests.ui.fakes_stores import MemorySettings

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@dataclass(frozen=True)
class Thing:
    id: str
    name: str
    size: int
    tags: tuple[str, ...] = ()


SPEC: TableSpec[Thing] = TableSpec(
    name="things",
    columns=(
        Column("name", "Name", lambda t: t.name),
        Column("size", "Size", lambda t: f"{t.size} cm", sort=lambda t: t.size, numeric=True),
    ),
    identity=lambda t: t.id,
    search=lambda t: t.name,
    tags=lambda t: t.tags,
    speak=lambda t: f"{t.name}, {t.size}",
)


def things(count: int, rng: random.Random) -> list[Thing]:
    words = ["Ærø", "apple", "Berlin", "café", "Delta", "echo", "Ffoulkes", "Straße", "zoo"]
    return [
        Thing(
            str(number),
            " ".join(rng.choices(words, k=2)),
            rng.randrange(20),
            tuple(tag for tag in ("red", "blue") if rng.random() < 0.4),
        )
        for number in range(count)
    ]


def model_of(records: list[Thing]) -> RecordModel[Thing]:
    model = RecordModel(SPEC)
    model.set_records(records)
    return model


def shown(model: RecordModel[Thing]) -> list[Thing]:
    return [model.index(row, 1).data(RECORD_ROLE) for row in range(model.rowCount())]


def test_model_tester_is_content(
    qtmodeltester: ModelTester, qtbot: QtBot, rng: random.Random
) -> None:
    model = model_of(things(40, rng))
    qtmodeltester.check(model)
    model.set_filter("a", "red")
    model.sort(2, DESCENDING)
    model.tick_view(True)
    model.set_filter("", "")
    model.set_records(things(25, rng))


def test_sorting_is_by_the_raw_value_and_stable(qtbot: QtBot, rng: random.Random) -> None:
    records = things(200, rng)
    model = model_of(records)
    model.sort(2, ASCENDING)
    assert shown(model) == sorted(records, key=lambda t: t.size)
    assert model.index(0, 2).data(SORT_ROLE) == min(t.size for t in records)
    model.sort(2, DESCENDING)
    assert shown(model) == sorted(records, key=lambda t: t.size, reverse=True)
    model.sort(1, ASCENDING)
    assert shown(model) == sorted(records, key=lambda t: t.name.casefold())
    model.sort(-1)
    assert shown(model) == records


@pytest.mark.parametrize(
    ("search", "tag", "wanted"),
    [
        ("CAFE", "", lambda t: "café" in t.name),
        ("strasse", "", lambda t: "Straße" in t.name),
        ("delta  echo", "", lambda t: "Delta" in t.name and "echo" in t.name),
        ("", "red", lambda t: "red" in t.tags),
        ("zoo", "blue", lambda t: "zoo" in t.name and "blue" in t.tags),
        ("no such thing", "", lambda t: False),
    ],
)
def test_filter(qtbot: QtBot, rng: random.Random, search: str, tag: str, wanted: object) -> None:
    records = things(300, rng)
    model = model_of(records)
    model.sort(1, ASCENDING)
    model.set_filter(search, tag)
    ordered = sorted(records, key=lambda t: t.name.casefold())
    assert shown(model) == [t for t in ordered if wanted(t)]  # type: ignore[operator]
    model.set_filter("", "")
    assert shown(model) == ordered


def test_search_texts_made_ahead_change_nothing(qtbot: QtBot, rng: random.Random) -> None:
    model = model_of(things(100, rng))
    steps = 0
    while model.fold_ahead(7):
        steps += 1
    assert steps == 14
    model.set_filter("apple", "")
    assert all("apple" in t.name for t in shown(model))
    assert shown(model)


def test_ticks_stay_through_sorting_filtering_and_refreshing(
    qtbot: QtBot, rng: random.Random
) -> None:
    records = things(50, rng)
    model = model_of(records)
    chosen = {"3", "17", "41"}
    model.set_ticked(chosen, True)
    model.sort(1, DESCENDING)
    model.set_filter("a", "")
    model.set_filter("", "")
    assert set(model.ticked()) == chosen
    changed = [replace(t, size=t.size + 1) for t in records]
    model.set_records(changed)
    assert set(model.ticked()) == chosen
    with qtbot.waitSignal(model.ticks_changed):
        model.set_records([t for t in changed if t.id != "17"])
    assert set(model.ticked()) == {"3", "41"}


def test_the_header_ticks_rows_in_view_only(qtbot: QtBot) -> None:
    model = model_of([Thing("1", "red one", 1), Thing("2", "blue", 2), Thing("3", "red two", 3)])
    model.set_ticked(["2"], True)
    model.set_filter("red", "")
    assert model.view_tick_state() == Qt.CheckState.Unchecked
    model.tick_view(True)
    assert model.view_tick_state() == Qt.CheckState.Checked
    assert set(model.ticked()) == {"1", "2", "3"}
    assert model.ticked_out_of_view() == 1
    model.tick_view(False)
    assert model.ticked() == ["2"], "what the filter hides keeps its tick"
    model.set_filter("", "")
    assert model.view_tick_state() == Qt.CheckState.PartiallyChecked


def test_only_rows_that_changed_are_told(qtbot: QtBot) -> None:
    records = [Thing(str(n), f"thing {n}", n, ("odd",) if n % 2 else ()) for n in range(10)]
    model = model_of(records)
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b, _roles: told.append((a.row(), b.row())))
    resets: list[int] = []
    model.modelReset.connect(lambda: resets.append(1))
    changed = list(records)
    for n in (2, 3, 7):
        changed[n] = replace(records[n], name=f"other {n}", tags=("odd",))
    model.set_records(changed)
    assert told == [(2, 3), (7, 7)]
    assert not resets
    assert model.counts()["odd"] == 6
    model.set_filter("other", "")
    assert [t.id for t in shown(model)] == ["2", "3", "7"]


def test_a_kept_row_stays_until_it_is_let_go(qtbot: QtBot) -> None:
    records = [Thing(str(n), f"thing {n}", n, ("open",)) for n in range(4)]
    model = model_of(records)
    model.set_filter("", "open")
    done = [replace(t, tags=()) if t.id in "12" else t for t in records]
    model.set_records(done, keep=["1"])
    assert [t.id for t in shown(model)] == ["0", "1", "3"]
    model.refilter()
    assert [t.id for t in shown(model)] == ["0", "3"]


def test_persistent_indexes_follow_their_records(qtbot: QtBot, rng: random.Random) -> None:
    records = things(60, rng)
    model = model_of(records)
    kept = {t.id: QPersistentModelIndex(model.index(model.row_of(t.id), 1)) for t in records[::5]}
    model.sort(1, DESCENDING)
    rng.shuffle(records)
    model.set_records([t for t in records if t.id != "5"])
    assert not kept["5"].isValid()
    for identity, index in kept.items():
        if identity != "5":
            assert index.row() == model.row_of(identity)


def test_selection_and_current_row_follow(qtbot: QtBot, rng: random.Random) -> None:
    records = things(80, rng)
    table = RecordTable(model_of(records), MemorySettings(), "Things")
    qtbot.addWidget(table)
    assert table.show_row("44")
    table.selectionModel().select(
        table.records.index(table.records.row_of("45"), 1),
        QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows,
    )
    table.header().setSortIndicator(2, DESCENDING)
    assert table.current_id() == "44"
    assert set(table.selected_ids()) == {"44", "45"}
    table.records.set_records(list(reversed(records)))
    assert table.current_id() == "44"
    assert set(table.selected_ids()) == {"44", "45"}


def test_a_whole_selection_stays_whole(qtbot: QtBot, rng: random.Random) -> None:
    table = RecordTable(model_of(things(1500, rng)), MemorySettings(), "Things")
    qtbot.addWidget(table)
    table.selectAll()
    table.header().setSortIndicator(2, DESCENDING)
    assert len(table.selected_ids()) == 1500


def test_a_row_is_read_out_in_one_sentence(qtbot: QtBot) -> None:
    model = model_of([Thing("1", "Contoso", 7)])
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, 1).data(spoken) == "Contoso, 7"
    assert model.index(0, TICK_COLUMN).data(spoken) == "Not ticked: Contoso, 7"
    model.set_ticked(["1"], True)
    assert model.index(0, TICK_COLUMN).data(spoken) == "Ticked: Contoso, 7"


def test_many_changes_at_once_are_those_that_one_by_one_would_be(
    qtbot: QtBot, rng: random.Random
) -> None:
    records = things(MANY + 60, rng)
    model = model_of(records)
    model.sort(2, ASCENDING)
    model.set_filter("a", "red")
    model.set_ticked(["3", "7", "1001"], True)
    kept = QPersistentModelIndex(model.index(5, 2))
    identity = model.id_at(5)
    after = [replace(each, size=rng.randrange(20), tags=("red",)) for each in records]
    model.set_records(after, keep=[identity])
    wanted = [t for t in after if "a" in search_fold(t.name) or t.id == identity]
    assert shown(model) == sorted(wanted, key=lambda t: t.size)
    assert model.id_at(kept.row()) == identity
    assert sorted(model.ticked()) == ["1001", "3", "7"]
    assert model.counts()["red"] == len(after)


def test_prepared_records_are_shown_like_others(
    qtbot: QtBot, qtmodeltester: ModelTester, rng: random.Random
) -> None:
    records = things(STEP + 10, rng)
    looks: list[int] = []
    model = RecordModel(SPEC)
    model.set_prepared(prepare(SPEC, records, lambda: looks.append(1)))
    qtmodeltester.check(model)
    plain = model_of(records)
    for each in (model, plain):
        each.set_filter("be", "blue")
        each.sort(1, DESCENDING)
    assert shown(model) == shown(plain) != []
    assert model.counts() == plain.counts()
    assert len(looks) >= 3


def test_ticks_in_view_are_counted_whatever_is_more(qtbot: QtBot, rng: random.Random) -> None:
    records = things(60, rng)
    model = model_of(records)
    for search in ("", "a", "be", "zoo z"):
        model.set_filter(search, "")
        for number in (0, 1, 5, 60):
            model.clear_ticks()
            model.set_ticked([str(each) for each in rng.sample(range(60), number)], True)
            view = {each.id for each in shown(model)}
            ticked = set(model.ticked())
            assert model.tick_count() == number
            assert model.ticked_out_of_view() == len(ticked - view)
            state = model.view_tick_state()
            assert (state == Qt.CheckState.Unchecked) == (not ticked & view)
            assert (state == Qt.CheckState.Checked) == (bool(view) and view <= ticked)
