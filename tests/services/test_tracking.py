"""The rules for classes and locations: kept, shown, refused; the lists read and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from desktop_app.domain.document_choices import Track, Tracked, TrackRule
from desktop_app.domain.kinds import Kind
from desktop_app.errors import RuleError
from desktop_app.progress import Progress
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small

CLASSES = (
    Tracked(Track.CLASS, "1", "Managed"),
    Tracked(Track.CLASS, "2", "Projects"),
    Tracked(Track.CLASS, "3", "Old", active=False),
)
PLACES = (Tracked(Track.LOCATION, "8", "North"),)
ALPHA, BRAVO = (Kind.CUSTOMERS, "1"), (Kind.CUSTOMERS, "2")
BACKUP = (Kind.ACCOUNTS, "7")


def company(world: World, **changes: Any) -> None:
    assert world.catalogue.the_company is not None
    world.catalogue.the_company = replace(world.catalogue.the_company, **changes)
    world.facts.invalidate()


@pytest.fixture
def world() -> World:
    """Classes by line and locations, both read."""
    made = make_small()
    company(made, class_per_line=True, track_departments=True)
    made.quickbooks.kept = {Track.CLASS: CLASSES, Track.LOCATION: PLACES}
    made.tracking.read(Progress())
    return made


def texts(world: World, place: tuple[Kind, str]) -> dict[Track, str]:
    return next(dict(row.texts) for row in world.tracking.rows() if row.place == place)


def test_what_can_be_chosen(world: World) -> None:
    standing = world.tracking.standing(Track.CLASS)
    assert [one.name for one in standing.choices] == ["Managed", "Projects"], "active ones"
    assert (standing.per_line, standing.reason, standing.ruled) == (True, "", False)
    assert not world.tracking.standing(Track.LOCATION).per_line


def test_why_nothing_can_be_chosen() -> None:
    world = make_small()
    reason = world.tracking.standing(Track.CLASS).reason
    assert reason.startswith("QuickBooks does not track classes in this company. Switch")
    assert world.tracking.read(Progress()).text == "QuickBooks tracks neither classes nor locations"
    company(world, class_per_txn=True)
    assert "not read yet" in world.tracking.standing(Track.CLASS).reason
    world.quickbooks.kept = {Track.CLASS: CLASSES[2:]}
    world.tracking.read(Progress())
    assert world.tracking.standing(Track.CLASS).reason == "QuickBooks has no active class yet."
    with pytest.raises(RuleError):
        world.tracking.set_default(Track.CLASS, "3")
    assert [row.texts for row in world.tracking.rows()] == [{}, {}, {}], "nothing to show"


def test_rules_go_from_the_default_to_the_account_code(world: World) -> None:
    changes = world.tracking.set_default(Track.CLASS, "1")
    assert changes.invoices
    assert texts(world, ALPHA)[Track.CLASS] == "Managed (default)"
    world.tracking.set_rule(Track.CLASS, [ALPHA, BACKUP], "2")
    world.tracking.set_rule(Track.CLASS, [BRAVO], "")
    world.tracking.set_rule(Track.LOCATION, [ALPHA, BACKUP], "8")
    assert texts(world, ALPHA) == {Track.CLASS: "Projects", Track.LOCATION: "North"}
    assert texts(world, BRAVO)[Track.CLASS] == "None"
    assert texts(world, BACKUP) == {Track.CLASS: "Projects"}, "a line has no location"
    choices = world.documents.choices()
    assert choices.classes == TrackRule("1", {"1": "2", "2": ""}, {"7": "2"})
    assert choices.locations == TrackRule("", {"1": "8"})
    world.tracking.set_rule(Track.CLASS, [ALPHA, BRAVO, BACKUP], None)
    assert world.documents.choices().classes == TrackRule("1")


def test_what_became_unusable_is_told_and_can_be_taken_away(world: World) -> None:
    world.tracking.set_default(Track.CLASS, "1")
    world.tracking.set_rule(Track.CLASS, [ALPHA, (Kind.CUSTOMERS, "gone")], "2")
    world.quickbooks.kept = {Track.CLASS: CLASSES[2:], Track.LOCATION: PLACES}
    world.tracking.read(Progress())
    assert "no longer in QuickBooks" in world.tracking.standing(Track.CLASS).problem
    assert world.tracking.standing(Track.CLASS).fixed == "1"
    rows = {row.place: row for row in world.tracking.rows()}
    assert "no longer in QuickBooks" in rows[ALPHA].problem
    assert rows[BRAVO].problem == "", "the default's problem is told once, above"
    assert rows[Kind.CUSTOMERS, "gone"].name == "(no longer in NinjaOne, id gone)"
    world.tracking.set_rule(Track.CLASS, [ALPHA, (Kind.CUSTOMERS, "gone")], None)
    world.tracking.set_default(Track.CLASS, "")
    assert not world.tracking.standing(Track.CLASS).ruled


def test_classes_of_the_whole_document_leave_account_codes_out(world: World) -> None:
    company(world, class_per_txn=True)
    assert {row.place[0] for row in world.tracking.rows()} == {Kind.CUSTOMERS}
    world.tracking.set_rule(Track.CLASS, [BACKUP], "1")
    assert BACKUP in {row.place for row in world.tracking.rows()}, "so that it can be taken away"
