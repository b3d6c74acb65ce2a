"""The journal as it is read, beside a plain list of what was done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from desktop_app.domain.journal import Cursor, HistoryFilter, JournalEntry
from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Choice, Delivery, How, MappingChange, Mode
from desktop_app.errors import StorageError
from desktop_app.storage.database import Database
from desktop_app.storage.history import SqlHistory
from desktop_app.storage.mappings import SqlMappingStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW, link

NAMES = ("Acme Dental", "Müller & Söhne", "O'Brien", "ACME Labs", "50% off_sale")
PEOPLE = ("ann", "bob", "Zoë")


@pytest.fixture
def store(database: Database) -> SqlMappingStore:
    return SqlMappingStore(database)


@pytest.fixture
def history(database: Database) -> SqlHistory:
    return SqlHistory(database)


def whole(
    history: SqlHistory, workspace_id: int, wanted: HistoryFilter, limit: int = 7
) -> list[JournalEntry]:
    """All pages."""
    entries: list[JournalEntry] = []
    after: Cursor | None = None
    while True:
        page = history.page(workspace_id, wanted, after=after, limit=limit)
        entries += page.entries
        if page.more is None:
            return entries
        assert len(page.entries) == limit
        after = page.more


def fill(store: SqlMappingStore, workspace_id: int, rng: Random) -> None:
    for hour in range(60):
        kind = rng.choice(list(Kind))
        chosen = rng.sample(range(6), rng.randint(1, 4))
        changes = [
            replace(
                link(str(n), rng.choice(["", "10", "11"]), kind=kind),
                source_label=rng.choice(NAMES),
                how=rng.choice([How.BY_HAND, How.AUTO_MAP, How.IMPORT]),
                evidence=rng.choice(["identical name", "0.91 similar", ""]),
                decided_by=rng.choice(["", "", "carl"]),
            )
            for n in chosen
        ]
        store.apply(workspace_id, changes, rng.choice(PEOPLE), NOW + timedelta(hours=hour))


def test_filters_and_pages_against_a_plain_list(
    store: SqlMappingStore, history: SqlHistory, workspace_id: int, rng: Random
) -> None:
    fill(store, workspace_id, rng)
    every = whole(history, workspace_id, HistoryFilter())
    assert len(every) == len(store.journal(workspace_id, limit=10_000)) > 60
    order = [(entry.step, entry.position) for entry in every]
    assert order == sorted(order, reverse=True)
    for _ in range(60):
        since = rng.choice([None, NOW + timedelta(hours=rng.randrange(60))])
        until = rng.choice([None, NOW + timedelta(hours=rng.randrange(60))])
        kind = rng.choice([None, *Kind])
        wanted = HistoryFilter(
            kind=kind,
            source_id=rng.choice(["", "", "3"]) if kind else "",
            who=rng.choice(["", "", "ann", "carl", "nobody"]),
            how=rng.choice([None, None, How.IMPORT]),
            since=since,
            until=until,
        )
        expected = [
            entry
            for entry in every
            if (kind is None or entry.kind is kind)
            and wanted.source_id in ("", entry.source_id)
            and (wanted.who in ("", entry.who) or wanted.who == entry.decided_by)
            and (wanted.how is None or entry.how is wanted.how)
            and (since is None or entry.made_at >= since)
            and (until is None or entry.made_at < until)
        ]
        assert whole(history, workspace_id, wanted) == expected, wanted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("acme", {"Acme Dental", "ACME Labs"}),
        ("dent ACM", {"Acme Dental"}),
        ("muller", {"Müller & Söhne"}),
        ("SÖHNE &", {"Müller & Söhne"}),
        ("o'bri", {"O'Brien"}),
        ("50%", {"50% off_sale"}),
        ('"', set(NAMES)),
        ('acme" OR "o', set()),
        ("cme", set()),
        ("zoe", set(NAMES)),
        ("import dental", {"Acme Dental"}),
    ],
)
def test_words_are_found_by_their_beginning_in_any_order(
    store: SqlMappingStore, history: SqlHistory, workspace_id: int, text: str, names: set[str]
) -> None:
    changes = [
        replace(link(str(n), "10", kind=Kind.ITEMS), source_label=name, how=How.IMPORT)
        for n, name in enumerate(NAMES)
    ]
    store.apply(workspace_id, changes, "Zoë", NOW, label="evening")
    found = whole(history, workspace_id, HistoryFilter(text=text), limit=2)
    assert {entry.source_label for entry in found} == names
    nothing = HistoryFilter(text=text, kind=Kind.ACCOUNTS)
    assert whole(history, workspace_id, nothing) == []


def test_what_an_entry_tells(
    store: SqlMappingStore, history: SqlHistory, workspace_id: int
) -> None:
    scored = replace(link("1", "10", How.AUTO_MAP), score=Decimal("0.931"), decided_by="carl")
    store.apply(workspace_id, [scored], "ann", NOW, label="the first")
    held = MappingChange(
        Kind.CUSTOMERS, "1", "Org", "", "", How.EXCLUDED, "not ours", Choice.EXCLUDED
    )
    store.apply(workspace_id, [held], "bob", NOW, mode=Mode(Delivery.STAGED, "sandbox:1"))
    newest, first = history.page(workspace_id, HistoryFilter()).entries
    assert (first.score, first.decided_by, first.label) == (Decimal("0.931"), "carl", "the first")
    assert (first.from_choice, first.to_choice, first.offline) == ("", "linked", False)
    assert (newest.from_choice, newest.to_choice, newest.offline) == ("linked", "excluded", True)
    assert (newest.from_target_id, newest.from_delivery) == ("10", "saved")
    assert history.people(workspace_id) == ("ann", "bob")


def test_earlier_states_against_whole_states(
    database: Database, store: SqlMappingStore, history: SqlHistory, rng: Random,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Near and far, in one workspace of two."""
    workspaces = SqlWorkspaceStore(database)
    mine, other = workspaces.current().id, workspaces.create("Second").id
    states: dict[int, dict[tuple[Kind, str], str]] = {0: {}}
    for hour in range(60):
        fill_one(store, other, rng, hour)
        if hour % 7 == 6:
            store.undo(mine, "ann", NOW + timedelta(hours=hour))
        else:
            fill_one(store, mine, rng, hour)
        states[last_step(database)] = {
            (kind, source): row.target_id
            for kind in Kind
            for source, row in store.all(mine, kind).items()
        }
    now = states[last_step(database)]
    for near in (100_000, 1):
        monkeypatch.setattr("desktop_app.storage.history._NEAR", near)
        for step, expected in states.items():
            then = dict(now)
            for state in history.states_at(mine, step):
                then[state.kind, state.source_id] = state.target_id
            assert {key: target for key, target in then.items() if target} == expected, step
            kind, source = rng.choice(list(Kind)), str(rng.randrange(6))
            one = history.state_of(mine, kind, source, step)
            assert (one.target_id if one else "") == expected.get((kind, source), "")


def fill_one(store: SqlMappingStore, workspace_id: int, rng: Random, hour: int) -> None:
    kind = rng.choice(list(Kind))
    changes = [
        link(str(n), rng.choice(["", "10", "11"]), kind=kind)
        for n in rng.sample(range(6), rng.randint(1, 3))
    ]
    store.apply(workspace_id, changes, "ann", NOW + timedelta(hours=hour))


def last_step(database: Database) -> int:
    return int(database.row("SELECT COALESCE(MAX(id), 0) FROM journal_steps")[0])


def test_restore_points_belong_to_one_workspace(
    database: Database, store: SqlMappingStore, history: SqlHistory, workspace_id: int
) -> None:
    second = SqlWorkspaceStore(database).create("Second").id
    store.add_restore_point(workspace_id, "empty", "ann", NOW)
    store.apply(second, [link("1", "10")], "ann", NOW)
    store.apply(workspace_id, [link("1", "10"), link("2", "20")], "ann", NOW)
    automatic, by_hand = history.restore_points(workspace_id)
    assert (by_hand.name, by_hand.step, by_hand.automatic) == ("empty", 0, False)
    assert (automatic.name, automatic.automatic) == ("Before mapping of 2 rows", True)
    assert history.restore_points(second) == ()
    with pytest.raises(StorageError):
        history.restore_point(second, by_hand.id)
