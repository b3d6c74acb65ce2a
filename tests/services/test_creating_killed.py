"""A run over staged creations that dies at any line of the program: nothing is created twice, and
nothing is lost."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from desktop_app.domain.creating import CreateState
from desktop_app.domain.kinds import Kind
from desktop_app.progress import Progress
from desktop_app.storage.database import Database
from tests.domain import builders as b
from tests.services.test_create import Books, Desk

ORGANIZATIONS = ("Harbor Peak Dental", "Contoso", "Fabrikam")
POINTS = 24
WATCHED = (os.sep + "services" + os.sep, os.sep + "storage" + os.sep)


class Killed(BaseException):
    """Nothing in the program catches this; its open transaction is rolled back."""


class Executioner:
    """Counts lines of services and stores, and of QuickBooks' work; kills at the one asked for."""

    def __init__(self, line: int | None) -> None:
        self.line = line
        self.seen = 0

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        name = frame.f_code.co_filename
        ours = "desktop_app" in name and any(part in name for part in WATCHED)
        return self._line if ours or frame.f_code.co_name == "create_record" else None

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.seen += 1
            if self.seen == self.line:
                raise Killed
        return self._line


@contextmanager
def opened(file: Path, books: Books) -> Iterator[Desk]:
    database = Database.open(file)
    try:
        yield Desk(database, books)
    finally:
        database.close()


def prepared(file: Path) -> Books:
    books = Books()
    with opened(file, books) as desk:
        desk.workspaces.save(
            replace(desk.workspaces.current(), realm_id=b.US.realm_id, quickbooks_connected=True)
        )
        desk.refresh(*ORGANIZATIONS)
        for source_id in ("0", "1", "2"):
            desk.create.stage(desk.draft(source_id))
    return books


def run(file: Path, books: Books, line: int | None) -> tuple[bool, int]:
    """Whether it was killed, and how many lines it took."""
    executioner = Executioner(line)
    with opened(file, books) as desk:
        before = sys.gettrace()
        sys.settrace(executioner)
        try:
            desk.create.carry_out(None, Progress())
        except Killed:
            return True, executioner.seen
        finally:
            sys.settrace(before)
    return False, executioner.seen


def test_killed_at_any_line_each_is_created_once(tmp_path: Path) -> None:
    first = tmp_path / "first.db"
    _, lines = run(first, prepared(first), None)
    met: Counter[CreateState] = Counter()
    for point in range(POINTS):
        line = 1 + point * lines // POINTS
        file = tmp_path / f"{point}.db"
        books = prepared(file)
        assert run(file, books, line)[0]
        with opened(file, books) as desk:  # the next start
            met.update(c.state for c in desk.create.open())
            desk.create.settle(Progress())
            desk.create.carry_out(None, Progress())
            desk.clock.advance(minutes=6)
            desk.create.settle(Progress())
            for creation in desk.create.open():  # what never arrived is said, and tried again
                assert creation.state is CreateState.REFUSED, (line, creation)
                assert "did not arrive" in creation.problem
                desk.create.create(desk.draft(creation.draft.source_id), Progress())
            assert sorted(books.customers.values()) == sorted(ORGANIZATIONS), line
            links = {i: books.customers[target] for i, target in desk.links().items()}
            assert links == dict(zip("012", ORGANIZATIONS, strict=True)), line
            assert desk.create.open() == ()
            rows = desk.desk.rows(Kind.CUSTOMERS)
            assert all(row.mapping is not None for row in rows)
    assert met[CreateState.SENDING] > 0, "no kill met a request under way, so nothing was tried"
    assert met[CreateState.STAGED] > 0
