from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.errors import StorageError
from desktop_app.progress import Cancelled, Progress
from desktop_app.storage.locks import FileLocks, only_program

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import sys
from pathlib import Path
from desktop_app.storage.locks import FileLocks, only_program
folder = Path(sys.argv[1])
if sys.argv[2] == "program":
    lock = only_program(folder)
    print("held" if lock else "taken", flush=True)
    sys.stdin.readline()
else:
    with FileLocks(folder).hold(sys.argv[2]):
        print("held", flush=True)
        sys.stdin.readline()
"""


@contextmanager
def child(folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), name],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_threads_take_turns(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path / "locks")
    inside = 0
    most = 0

    def work() -> None:
        nonlocal inside, most
        with locks.hold("token/1"):
            inside += 1
            most = max(most, inside)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(work) for _ in range(100)]:
            done.result()
    assert most == 1


def test_two_objects_in_one_process_take_turns(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with FileLocks(tmp_path).hold("a"):
        with pytest.raises(Cancelled), FileLocks(tmp_path).hold("a", progress):
            pass
        with FileLocks(tmp_path).hold("b", progress):
            pass


def test_names_that_look_alike_are_apart(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    with locks.hold("a/b"), locks.hold("a-b"), locks.hold("../a b"):
        assert len(list(tmp_path.glob("*.lock"))) == 3


def test_another_process_is_waited_for(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    taken = threading.Event()

    def take() -> None:
        with locks.hold("push-1"):
            taken.set()

    with child(tmp_path, "push-1") as process:
        thread = threading.Thread(target=take)
        thread.start()
        assert not taken.wait(0.3)
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert taken.wait(30)
        thread.join()


def test_waiting_can_be_cancelled(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    progress = Progress()
    with child(tmp_path, "push-1"), ThreadPoolExecutor(1) as pool:

        def wait() -> None:
            with locks.hold("push-1", progress):
                raise AssertionError("it is held elsewhere")

        waiting = pool.submit(wait)
        progress.cancel()
        with pytest.raises(Cancelled):
            waiting.result(30)
    with locks.hold("push-1"):  # nothing of the waiting is left
        pass


def test_a_lock_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    with child(tmp_path, "push-1") as process:
        process.kill()
        process.wait()
        with FileLocks(tmp_path).hold("push-1"):
            pass


def test_an_error_inside_releases(tmp_path: Path) -> None:
    locks = FileLocks(tmp_path)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), locks.hold("a"):
            raise ZeroDivisionError


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StorageError, match="lock files"),
        FileLocks(tmp_path / "file").hold("a"),
    ):
        pass


def test_one_program_on_a_profile(tmp_path: Path) -> None:
    with child(tmp_path, "program"):
        assert only_program(tmp_path) is None
    mine = only_program(tmp_path)
    assert mine is not None
    assert only_program(tmp_path) is None
    mine.release()
    with child(tmp_path, "program"):
        pass
