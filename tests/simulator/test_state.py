"""The state file and the simulator as a command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from desktop_app.simulator import state
from desktop_app.simulator.server import Simulator


def refresh(simulator: Simulator, value: str) -> requests.Response:
    app = simulator.intuit.apps[0]
    return requests.post(
        f"{simulator.base}/oauth2/v1/tokens/bearer",
        data={"grant_type": "refresh_token", "refresh_token": value},
        auth=(app.client_id, app.client_secret),
        timeout=20,
    )


def test_world_survives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "state.json"
    with Simulator(state_file=file) as first:
        ready = first.announcement()["companies"][0]["refresh_token"]
        first.clock.advance(25 * 3600)
        rotated = refresh(first, ready).json()["refresh_token"]
        assert rotated != ready
        offset = first.clock.offset
    assert [one.name for one in file.parent.iterdir()] == ["state.json"]
    with Simulator(state_file=file) as second:
        assert second.clock.offset == offset
        assert second.announcement()["companies"][0]["refresh_token"] == rotated
        assert refresh(second, ready).status_code == 400
        assert refresh(second, rotated).status_code == 200


def test_changes_are_saved_while_running(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with Simulator(state_file=file) as simulator:
        ready = simulator.announcement()["companies"][0]["refresh_token"]
        simulator.faults.arm("oauth.rotate", times=1)
        rotated = refresh(simulator, ready).json()["refresh_token"]
        with requests.Session() as session:
            for _ in range(2000):
                if file.exists() and rotated in file.read_text("utf-8"):
                    break
                session.get(simulator.urls["intuit_discovery"], timeout=20)
            else:
                pytest.fail("the change was not saved")


def test_reset_gives_the_seed_again() -> None:
    with Simulator() as simulator:
        before = simulator.announcement()
        ready = before["companies"][0]["refresh_token"]
        simulator.faults.arm("oauth.rotate")
        simulator.clock.advance(3600)
        refresh(simulator, ready)
        assert simulator.announcement() != before
        answer = requests.post(f"{simulator.urls['admin']}/reset", timeout=20)
        assert answer.json() == {"reset": True}
        assert simulator.announcement() == before
        assert simulator.faults.armed() == []
        assert simulator.clock.offset == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 99}'])
def test_damaged_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text, "utf-8")
    with pytest.raises(state.StateError):
        Simulator(state_file=file)
    assert file.read_text("utf-8") == text


def test_file_of_another_world_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with Simulator(seed=1, state_file=file):
        pass
    with pytest.raises(state.StateError, match="seed 1"):
        Simulator(seed=2, state_file=file)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    state.write(file, {"size": "small", "seed": 1})
    old = file.read_text("utf-8")
    with pytest.raises(TypeError):
        state.write(file, {"size": object()})
    assert file.read_text("utf-8") == old
    assert list(tmp_path.iterdir()) == [file]


def test_command(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    file = tmp_path / "state.json"
    command = [sys.executable, "-m", "desktop_app.simulator", "--seed", "3", "--state", str(file)]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            assert set(told) == {
                "intuit_discovery", "quickbooks", "ninjaone", "admin",
                "apps", "companies", "ninjaone_apps",
            }  # fmt: skip
            assert set(told["apps"][0]) == {"client_id", "client_secret", "redirect_uri"}
            assert set(told["companies"][0]) == {"realm_id", "name", "refresh_token"}
            assert {one["type"] for one in told["ninjaone_apps"]} == {"native", "web", "machine"}
            assert requests.get(told["intuit_discovery"], timeout=20).status_code == 200
            assert requests.get(told["admin"] + "/summary", timeout=20).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=30)
    assert (out, err) == ("", "")
    if sys.platform != "win32":  # where ending a process gives it no time to tidy up
        assert process.returncode == 0
        assert file.exists()


def test_command_says_why_it_cannot_start(tmp_path: Path) -> None:
    from desktop_app.simulator.__main__ import main

    file = tmp_path / "state.json"
    file.write_text("nonsense", "utf-8")
    assert main(["--state", str(file)]) == 2
    with Simulator() as simulator:
        assert main(["--port", str(simulator.port)]) == 2
