from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.storage.database import Database
from desktop_app.storage.workspaces import SqlWorkspaceStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "local.sqlite3"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    opened = Database.open(file)
    yield opened
    opened.close()


@pytest.fixture
def workspace_id(database: Database) -> int:
    return SqlWorkspaceStore(database).current().id
