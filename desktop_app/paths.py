"""All folders of the program, behind one object.

Nothing else asks the system for a place: the composition root makes one :class:`Paths` and hands
it on, so that a throw-away profile (``--temp-profile``, the demo, tests) leaves no trace.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP_NAME = "BillingBridge"


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things live. Making one creates nothing; :meth:`create` does.

    data: the local database and its backups. Worth keeping.
    config: settings.
    cache: what can be fetched or computed again.
    log: the rotating log file.
    web: cookies and storage of the embedded browser; "Forget this browser" empties it.
    """

    data: Path
    config: Path
    cache: Path
    log: Path
    web: Path

    @classmethod
    def default(cls) -> Paths:
        """The user's own folders, where the operating system wants them.

        They do not roam between Windows machines: the database is large, and the logins that go
        with it stay in the keyring of this machine.
        """
        dirs = platformdirs.PlatformDirs(APP_NAME, appauthor=False, roaming=False)
        data = Path(dirs.user_data_dir)
        return cls(
            data=data,
            config=Path(dirs.user_config_dir),
            cache=Path(dirs.user_cache_dir),
            log=Path(dirs.user_log_dir),
            web=data / "web",
        )

    @classmethod
    def at(cls, profile_dir: Path) -> Paths:
        """Everything below one folder (``--profile-dir``); relative ones count from here."""
        root = profile_dir.expanduser().resolve()
        return cls(
            data=root / "data",
            config=root / "config",
            cache=root / "cache",
            log=root / "log",
            web=root / "web",
        )

    @classmethod
    @contextlib.contextmanager
    def temporary(cls) -> Iterator[Paths]:
        """A new profile that is gone after the ``with`` block, whatever happened in it.

        The embedded browser may still hold a file for a moment on Windows; what cannot be removed
        then is left to the system's own clearing of temporary folders.
        """
        root = Path(tempfile.mkdtemp(prefix="billing-bridge-"))
        try:
            paths = cls.at(root)
            paths.create()
            yield paths
        finally:
            shutil.rmtree(root, ignore_errors=True)

    @property
    def database(self) -> Path:
        return self.data / "billing-bridge.sqlite3"

    @property
    def backups(self) -> Path:
        return self.data / "backups"

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.ini"

    @property
    def log_file(self) -> Path:
        return self.log / "billing-bridge.log"

    def create(self) -> None:
        """Make all folders, readable by the user only. Raises OSError when that is impossible."""
        for folder in (self.data, self.config, self.cache, self.log, self.web):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
