from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_app import __version__, bootstrap, cli
from desktop_app.errors import AlreadyOpen, StorageError
from desktop_app.storage.locks import only_program

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_need_neither_qt_nor_the_program(option: str) -> None:
    script = (
        "import sys\n"
        "from desktop_app.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit as end: assert end.code == 0\n"
        "heavy = ('PySide6', 'peewee', 'keyring', 'requests', 'werkzeug')\n"
        "assert not [name for name in sys.modules if name.partition('.')[0] in heavy]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, option], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert __version__ in done.stdout or "--temp-profile" in done.stdout
    assert done.stderr == ""


def test_options() -> None:
    assert cli.parse([]) == cli.Options()
    assert cli.parse(["--debug"]).debug == ()
    assert cli.parse(["--debug", "storage", "ui", "--offline"]).debug == ("storage", "ui")
    found = cli.parse(["--demo", "--headless", "--out", "pictures", "--size", "medium"])
    assert (found.demo, found.headless, found.out) == (True, True, Path("pictures"))
    assert (found.size, found.seed) == ("medium", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--headless"],
        ["--headless", "--demo"],
        ["--out", "x"],
        ["--debug", "nothing"],
        ["--temp-profile", "--profile-dir", "x"],
        ["--smoke-test", "--demo"],
        ["--unknown"],
    ],
)
def test_wrong_options(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parse(wrong)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_second_program_on_a_profile_is_told_and_leaves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = only_program(tmp_path / "data")
    assert held is not None
    assert cli.main(["--profile-dir", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "already open" in told
    assert "--profile-dir" in told
    assert not list((tmp_path / "data").glob("*.sqlite3"))
    assert not list((tmp_path / "log").iterdir())  # the first program's log is left alone
    held.release()


@pytest.mark.parametrize("wanted", [True, False])
def test_where_somebody_sees_it_the_second_program_asks_whether_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    opened: list[cli.Options] = []

    def run(options: cli.Options) -> int:
        opened.append(options)
        if not options.read_only:
            raise AlreadyOpen("Billing Bridge is already open with this profile.")
        return 0

    monkeypatch.setattr(bootstrap, "run", run)
    monkeypatch.setattr(bootstrap, "ask_to_read", lambda error: wanted)
    monkeypatch.setattr(cli, "_can_ask", lambda: True)
    assert cli.main(["--profile-dir", str(tmp_path)]) == (0 if wanted else 1)
    assert [options.read_only for options in opened] == ([False, True] if wanted else [False])


def test_a_profile_that_cannot_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert cli.main(["--profile-dir", str(tmp_path / "file")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("billing-bridge: The program could not start.")
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, ("The disk is full.", "Free some space on the disk that holds /p/lock.")),
        (errno.EROFS, ("It may not write to /p/lock.", "Allow your user to write")),
        (errno.EIO, ("The system refused: Input/output error.", "Check /p/lock")),
    ],
)
def test_what_the_disk_refuses_at_the_start_is_told_with_a_way_out(
    number: int,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(options: cli.Options) -> int:
        raise OSError(number, os.strerror(number), "/p/lock")

    monkeypatch.setattr("desktop_app.bootstrap.run", fail)
    assert cli.main([]) == 1
    told = capsys.readouterr().err
    for part in words:
        assert part in told


def test_a_frozen_program_says_in_a_box_why_it_cannot_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: cli.Options) -> int:
        raise StorageError("It broke.", advice="Mend it.")

    said: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "run", fail)
    monkeypatch.setattr(bootstrap, "say", lambda *words: said.append(words))
    monkeypatch.setattr(cli, "_display", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cli.main([]) == 1
    assert said == []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert cli.main([]) == 1
    assert said == [("Local data problem", "It broke.", "Mend it.")]


def test_a_damaged_database_is_told_before_there_is_a_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "billing-bridge.sqlite3"
    file.write_bytes(b"nonsense " * 1000)
    assert cli.main(["--profile-dir", str(tmp_path)]) == 1
    assert "damaged" in capsys.readouterr().err
    assert file.read_bytes() == b"nonsense " * 1000


def test_errors_in_words_and_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(options: cli.Options) -> int:
        raise StorageError("It broke.", advice="Mend it.")

    monkeypatch.setattr(bootstrap, "run", fail)
    assert cli.main([]) == 1
    assert capsys.readouterr().err == "billing-bridge: Local data problem. It broke. Mend it.\n"

    def interrupt(options: cli.Options) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "run", interrupt)
    assert cli.main([]) == 130


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


def test_without_a_display_it_says_so_instead_of_crashing(
    no_display: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([]) == 1
    assert "There is no display" in capsys.readouterr().err


def test_without_a_display_demo_and_smoke_test_go_on_offscreen(
    no_display: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[tuple[cli.Options, str]] = []

    def run(options: cli.Options) -> int:
        started.append((options, os.environ["QT_QPA_PLATFORM"]))
        return 0

    no_display.setattr(bootstrap, "run", run)
    for option in ("--demo", "--smoke-test"):
        no_display.delenv("QT_QPA_PLATFORM", raising=False)
        assert cli.main([option]) == 0
    (demo, platform), (smoke, other) = started
    assert (demo.headless, demo.out) == (True, cli.PICTURES)
    assert not smoke.headless
    assert platform == other == "offscreen"
    assert str(cli.PICTURES) in capsys.readouterr().out


def test_a_display_is_used(no_display: pytest.MonkeyPatch) -> None:
    started: list[cli.Options] = []
    no_display.setenv("DISPLAY", ":0")
    no_display.setattr(bootstrap, "run", lambda options: started.append(options) or 0)
    assert cli.main(["--demo"]) == 0
    assert not started[0].headless
    assert "QT_QPA_PLATFORM" not in os.environ


def test_being_told_to_end_is_like_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGTERM)
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)

    def run(options: cli.Options) -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    monkeypatch.setattr(bootstrap, "run", run)
    try:
        assert cli.main(["--temp-profile"]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, interrupt)
