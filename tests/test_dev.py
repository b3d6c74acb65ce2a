"""dev.py: what it decides before it starts anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.conftest import ROOT


class Calls:
    """Takes the place of subprocess.run: notes commands, answers by the words they begin with."""

    def __init__(self, **answers: tuple[int, str]) -> None:
        self.commands: list[list[str]] = []
        self.answers = answers

    def __call__(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        code, out = self.answers.get(Path(command[0]).name.replace("-", "_"), (0, ""))
        return subprocess.CompletedProcess(command, code, out, "")


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LINUX", True)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "QT_LIBRARIES", ("libegl1", "libasound2t64 libasound2"))


def calls(monkeypatch: pytest.MonkeyPatch, **answers: tuple[int, str]) -> Calls:
    made = Calls(**answers)
    monkeypatch.setattr(dev.subprocess, "run", made)
    return made


INSTALLED = "libegl1 installed\nlibasound2 installed\n"


class TestSystemLibraries:
    pytestmark = pytest.mark.usefixtures("debian")

    def test_nothing_to_do(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        made = calls(monkeypatch, dpkg_query=(1, INSTALLED + "libasound2t64 not-installed\n"))
        dev.see_to_system_libraries("demo")
        assert [command[0] for command in made.commands] == ["dpkg-query"]
        assert capsys.readouterr().out == ""

    def test_root_installs_what_is_missing(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(dev, "is_root", lambda: True)
        policy = "p:\n  Installed: (none)\n  Candidate: 1.0\n"
        made = calls(monkeypatch, dpkg_query=(1, "libegl1 config-files\n"), apt_cache=(0, policy))
        dev.see_to_system_libraries("demo")
        apt = [command for command in made.commands if command[0] == "apt-get"]
        assert [command[-1] for command in apt] == ["update", "libasound2t64"]
        assert apt[1][-2] == "libegl1"
        assert capsys.readouterr().out == "Installing 2 system packages ...\n"

    def test_the_name_that_this_release_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls(monkeypatch, apt_cache=(0, "p:\n  Candidate: (none)\n"))
        assert dev.existing_names(["libasound2t64 libasound2"]) == ["libasound2"]

    def test_others_are_told_the_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dev, "is_root", lambda: False)
        calls(monkeypatch, dpkg_query=(1, "libasound2 installed\n"))
        with pytest.raises(dev.Stop, match=r"sudo apt-get install libegl1$"):
            dev.see_to_system_libraries("demo")

    def test_what_only_tests_use_stops_nobody(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(dev, "is_root", lambda: False)
        calls(monkeypatch, dpkg_query=(1, INSTALLED))
        dev.see_to_system_libraries("test")
        assert "sudo apt-get install xvfb dbus gnome-keyring" in capsys.readouterr().out

    def test_apts_reason_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dev, "is_root", lambda: True)
        calls(monkeypatch, dpkg_query=(1, ""), apt_get=(100, "E: no route\n"))
        with pytest.raises(dev.Stop, match="apt-get update failed:\nE: no route"):
            dev.see_to_system_libraries("demo")

    def test_elsewhere_nothing_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dev, "LINUX", False)
        made = calls(monkeypatch)
        dev.see_to_system_libraries("test")
        assert made.commands == []


class TestEnvironment:
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        lock = tmp_path / "requirements.lock"
        lock.write_text("one==1 \\\n    --hash=sha256:0\ntwo==2 ; sys_platform == 'x' \\\n")
        venv = tmp_path / ".venv"
        python = venv / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
        for name, value in {
            "ROOT": tmp_path,
            "LOCK": lock,
            "VENV": venv,
            "VENV_PYTHON": python,
            "STAMP": venv / "stamp",
        }.items():
            monkeypatch.setattr(dev, name, value)

    def install(self, monkeypatch: pytest.MonkeyPatch, made: Calls, *, works: bool = True) -> None:
        monkeypatch.setattr(dev, "environment_works", lambda: works)
        monkeypatch.setattr(dev, "installed_names", lambda: {"pip", "one", "left-over"})
        dev.see_to_environment()

    def test_installs_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = calls(monkeypatch)
        self.install(monkeypatch, made)
        uninstall, install = made.commands
        assert uninstall[-3:] == ["uninstall", "-y", "left-over"]
        assert install[-5:] == ["install", "--no-deps", "--require-hashes", "-r", str(dev.LOCK)]
        dev.see_to_environment()
        assert len(made.commands) == 2

    def test_again_when_the_lock_changed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = calls(monkeypatch)
        self.install(monkeypatch, made)
        dev.LOCK.write_text("one==3 \\\n")
        dev.see_to_environment()
        assert len(made.commands) == 4

    def test_an_interrupted_install_is_done_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = calls(monkeypatch)
        self.install(monkeypatch, made)
        dev.LOCK.write_text("one==3 \\\n")
        failing = calls(monkeypatch, python=(1, ""))
        with pytest.raises(dev.Stop, match="pip could not install"):
            dev.see_to_environment()
        assert len(failing.commands) == 1
        assert not dev.STAMP.exists()
        dev.LOCK.write_text("one==1 \\\n    --hash=sha256:0\ntwo==2 ; sys_platform == 'x' \\\n")
        again = calls(monkeypatch)
        dev.see_to_environment()
        assert len(again.commands) == 2

    def test_a_broken_environment_is_made_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = calls(monkeypatch)
        self.install(monkeypatch, made, works=False)
        assert made.commands[0] == [sys.executable, "-m", "venv", "--clear", str(dev.VENV)]

    def test_python_without_venv(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = calls(monkeypatch, **{Path(sys.executable).name: (1, "ensurepip is not available")})
        with pytest.raises(dev.Stop, match="ensurepip is not available"):
            self.install(monkeypatch, made, works=False)

    def test_names_in_the_lock(self) -> None:
        assert dev.locked_names() == {"one", "two"}


class TestVariables:
    @pytest.fixture(autouse=True)
    def _plain(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dev, "LINUX", True)
        monkeypatch.setattr(dev, "is_root", lambda: False)
        for name in (
            *("DISPLAY", "WAYLAND_DISPLAY"),
            *("QT_QPA_PLATFORM", "QTWEBENGINE_DISABLE_SANDBOX"),
        ):
            monkeypatch.delenv(name, raising=False)

    def platform(self, command: str, *arguments: str) -> str | None:
        return dev.environment_for(command, list(arguments)).get("QT_QPA_PLATFORM")

    def test_offscreen_without_a_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.platform("demo") == "offscreen"
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        assert self.platform("demo") is None
        assert self.platform("demo", "--headless", "--out", "x") == "offscreen"

    def test_elsewhere_there_is_a_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dev, "LINUX", False)
        assert self.platform("test") is None

    def test_what_the_developer_says_stays(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
        assert self.platform("test") == "xcb"

    @pytest.mark.parametrize(
        ("command", "wanted"), [("test", "1"), ("demo", "1"), ("bench", None), ("check", None)]
    )
    def test_the_sandbox_is_off_for_root_only(
        self, monkeypatch: pytest.MonkeyPatch, command: str, wanted: str | None
    ) -> None:
        name = "QTWEBENGINE_DISABLE_SANDBOX"
        assert name not in dev.environment_for(command, [])
        monkeypatch.setattr(dev, "is_root", lambda: True)
        assert dev.environment_for(command, []).get(name) == wanted


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 9, 2))
    with pytest.raises(dev.Stop, match=r"Python 3\.11 or newer .* is needed; this is 3\.9"):
        dev.check_python()


def test_runs_on_the_pythons_that_the_project_names() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    oldest, beyond = (".".join(map(str, v)) for v in (dev.OLDEST_PYTHON, dev.BEYOND_PYTHON))
    assert f'requires-python = ">={oldest},<{beyond}"' in text


@pytest.mark.parametrize("words", [[], ["tset"], ["--help"]])
def test_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(words) == (0 if words == ["--help"] else 2)
    assert all(f"  {name}" in capsys.readouterr().out for name in ("demo",))


def test_arguments_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "see_to_system_libraries", lambda _: None)
    monkeypatch.setattr(dev, "see_to_environment", lambda: None)
    made = calls(monkeypatch, **{dev.VENV_PYTHON.name: (5, "")})
    assert dev.main(["test", "-k", "mapping"]) == 5
    assert made.commands == [[str(dev.VENV_PYTHON), "-m", "pytest", "-k", "mapping"]]
