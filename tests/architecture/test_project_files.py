"""Files that no other test runs: the lock, the workflow, what the repository may not say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "check.yml"
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def name_of(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-").replace(".", "-")


class TestLock:
    def test_names_no_host(self) -> None:
        assert re.findall(r"\w+://\S+|^\s*-[-\w]*(?:index|links|host)\S*|\S+ @ ", LOCK, re.M) == []

    def test_pins_everything_with_hashes(self) -> None:
        entries = re.split(r"\n(?=\S)", LOCK)
        pins = [entry for entry in entries if not entry.startswith("#")]
        assert len(pins) > 50
        for entry in pins:
            assert re.match(r"[a-z0-9._-]+==\S+( ; .*)? \\\n    --hash=sha256:[0-9a-f]{64}", entry)

    def test_holds_what_the_project_asks_for(self) -> None:
        asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
        locked = set(re.findall(r"^([a-z0-9._-]+)==", LOCK, re.M))
        assert {name_of(each) for each in asked} - locked == set()


class TestWorkflow:
    @pytest.fixture
    def workflow(self) -> dict[str, Any]:
        return YAML(typ="safe", pure=True).load(WORKFLOW)  # type: ignore[no-any-return]

    def test_fits_the_schema(self) -> None:
        lint = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
        done = subprocess.run(
            [sys.executable, *lint, str(WORKFLOW)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def test_runs_everything_on_all_three_systems(self, workflow: dict[str, Any]) -> None:
        job = workflow["jobs"]["check"]
        matrix = job["strategy"]["matrix"]
        assert {name.partition("-")[0] for name in matrix["os"]} == {"windows", "macos", "ubuntu"}
        oldest = re.search(r">=([\d.]+)", PROJECT["project"]["requires-python"])
        assert oldest
        assert matrix["python"][0] == oldest[1]
        runs = [step.get("run", "") for step in job["steps"]]
        for command in ("check", "test", "build"):
            assert f"python dev.py {command}" in runs

    def test_actions_are_pinned(self, workflow: dict[str, Any]) -> None:
        uses = [step["uses"] for step in workflow["jobs"]["check"]["steps"] if "uses" in step]
        assert uses
        assert all(re.fullmatch(r"actions/[\w-]+@v\d+", each) for each in uses)


def tracked_files() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_ci_runs_the_tests_and_nothing_cleverer() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert [line for line in lines if "python3" in line] == ["exec python3 dev.py test"]


def test_no_file_names_a_place_of_the_machine_it_was_written_on() -> None:
    places = re.compile(rb"/(?:root|work|home/\w+|Users/\w+)/(?!\.\.)[\w.-]+|\b[A-Z]:\\Users\\\w+")
    found = []
    for file in tracked_files():
        if file.suffix in {".png", ".ico", ".icns", ".lock"} or not file.is_file():
            continue
        if match := places.search(file.read_bytes()):
            found.append(f"{file.relative_to(ROOT)}: {match[0].decode(errors='replace')}")
    assert found == []


def test_private_files_are_not_tracked() -> None:
    names = {file.relative_to(ROOT).as_posix() for file in tracked_files()}
    assert not [
        name
        for name in names
        if re.search(r"(^|/)(\.venv|dist|build|__pycache__)/|\.sqlite3|\.log$", name)
    ]
