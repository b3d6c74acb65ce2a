"""The measuring itself: figures, goals and the printed table."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.bench import __main__ as command
from tests.bench.harness import Goal, Report, milliseconds, rounds
from tests.conftest import ROOT


def report() -> Report:
    made = Report("Title", baseline=2.0)
    made.add("empty window", [2.0])
    made.add("quick", [9.0, 1.0, 3.0], Goal(milliseconds=3))
    made.add("slow", [8.0, 4.0, 6.0], Goal(ratio=2.9))
    made.notes.append("A note.")
    return made


def test_the_table() -> None:
    title, rule, head, *lines, note = report().text().splitlines()
    assert (title, set(rule), note) == ("Title", {"-"}, "A note.")
    assert head.split() == ["median", "worst", "x", "empty", "window", "goal"]
    cells = [line.split("  ") for line in lines]
    found = [[cell.strip() for cell in line if cell.strip()] for line in cells]
    assert found == [
        ["empty window", "2.0 ms", "2.0 ms", "1.00"],
        ["quick", "3.0 ms", "9.0 ms", "1.50", "3 ms", "met"],
        ["slow", "6.0 ms", "8.0 ms", "3.00", "2.9 x", "MISSED"],
    ]


def test_missed_goals() -> None:
    assert [figure.name for figure in report().missed()] == ["slow"]


def test_rounds_warm_up_once_and_prepare_each() -> None:
    done: list[str] = []
    times = rounds(3, lambda: done.append("do"), lambda: done.append("before"))
    assert done == ["before", "do"] * 4
    assert len(times) == 3
    assert all(each >= 0 for each in times)


def test_time_is_in_milliseconds() -> None:
    assert milliseconds(lambda: sum(range(1000))) < 1000


def test_names_are_the_modules() -> None:
    assert {"start", "tables"} <= set(command.names())
    assert not {"harness", "_window", "_child"} & set(command.names())


def test_a_wrong_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["tabels"])
    assert ended.value.code == 2
    assert "no such measurement: tabels (there are: " in capsys.readouterr().err


def test_strict_ends_with_1_when_a_goal_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.bench import tables

    monkeypatch.setattr(tables, "measure", report)
    assert command.main(["tables"]) == 0
    assert command.main(["tables", "--strict"]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_tables_at_a_small_size() -> None:
    """The real measurement runs through, on few rows and few rounds."""
    code = (
        "from tests.bench import tables\n"
        "tables.ROWS, tables.ROUNDS = 200, 2\n"
        "print(tables.measure().text())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Mapping table, 200 rows" in done.stdout
    assert "sort by Decision" in done.stdout
