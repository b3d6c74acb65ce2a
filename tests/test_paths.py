from __future__ import annotations

import stat
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from desktop_app.paths import APP_NAME, Paths


def folders(paths: Paths) -> list[Path]:
    return [getattr(paths, field.name) for field in fields(paths)]


def test_default_is_the_users_own_and_makes_nothing() -> None:
    paths = Paths.default()
    assert all(APP_NAME in folder.parts for folder in folders(paths))
    assert len(set(folders(paths))) == 5
    assert not any(folder.exists() for folder in folders(paths))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="XDG variables are Linux's")
def test_default_follows_the_systems_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    assert Paths.default().database.is_relative_to(tmp_path / "elsewhere")


def test_a_profile_keeps_everything_below_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Paths.at(Path("some profile"))
    paths.create()
    paths.create()  # again is fine
    assert all(folder.is_dir() for folder in folders(paths))
    assert all(folder.parent == tmp_path / "some profile" for folder in folders(paths))
    for file in (paths.database, paths.backups, paths.settings_file, paths.log_file):
        assert file.is_relative_to(tmp_path / "some profile")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps profiles private by itself")
def test_folders_are_private(tmp_path: Path) -> None:
    paths = Paths.at(tmp_path / "profile")
    paths.create()
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders(paths)] == [0o700] * 5


def test_a_profile_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Paths.at(tmp_path / "file").create()


def test_temporary_profiles_are_apart_and_gone_afterwards() -> None:
    with Paths.temporary() as one, Paths.temporary() as other:
        assert one != other
        one.database.write_text("rows")
        (one.web / "deep").mkdir()
        root = one.data.parent
        assert root.is_dir()
    assert not root.exists()
    assert not other.data.exists()


def test_a_temporary_profile_goes_after_a_failure_too() -> None:
    with pytest.raises(RuntimeError), Paths.temporary() as paths:
        raise RuntimeError
    assert not paths.data.parent.exists()
