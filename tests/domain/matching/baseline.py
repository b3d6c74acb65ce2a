"""What the corpus gave when it was last looked at, and what changed since."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from desktop_app.domain.matching import match

HERE = Path(__file__).parent
SAVED = HERE / "baseline.json"
KINDS = {"customers": "customers", "licences": "items", "products": "items", "accounts": "accounts"}

# set -> left name -> [right name, level]; "" and "none" where nothing was found
Results = dict[str, dict[str, list[str]]]

# How good an answer is: the better, the more of the work is done and the less is wrong.
RIGHT = {"exact": 5, "folded": 5, "likely": 4, "ambiguous": 3, "none": 2}
WRONG = {"none": 2, "ambiguous": 1, "likely": 0, "folded": -1, "exact": -1}


def pairs() -> dict[str, list[tuple[str, str]]]:
    """set -> (left, right) of the corpus, "" for no counterpart."""
    found: dict[str, list[tuple[str, str]]] = {}
    with (HERE / "corpus.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["set"], []).append((row["left"], row["right"]))
    return found


def results() -> Results:
    """What the corpus gives now."""
    found: Results = {}
    for name, rows in pairs().items():
        left = [a for a, _ in rows if a]
        right = sorted(b for _, b in rows if b)
        answers = {a: ["", "none"] for a in left}
        for m in match(left, right, kind=KINDS[name]):
            answers[left[m.left]] = [right[m.right], m.level.value]
        found[name] = answers
    return found


def rank(answer: list[str], truth: str) -> int:
    """How good *answer* is for a left name whose counterpart is *truth*."""
    name, level = answer
    if truth and name == truth:
        return RIGHT[level]
    return WRONG[level] if name or not truth else RIGHT["none"] - 1


def compare(before: Results, now: Results) -> tuple[list[str], list[str]]:
    """(what improved, what got worse), one line each."""
    better, worse = [], []
    for name, rows in pairs().items():
        for left, truth in rows:
            if not left:
                continue
            old = before.get(name, {}).get(left)
            new = now[name][left]
            if old is None or old == new:
                continue
            line = f"{name}: {left!r} -> {old[0]!r} ({old[1]}) is now {new[0]!r} ({new[1]})"
            difference = rank(new, truth) - rank(old, truth)
            if difference:
                (better if difference > 0 else worse).append(line)
    return better, worse


def saved() -> Results:
    loaded: Results = json.loads(SAVED.read_text("utf-8"))
    return loaded


def save() -> Path:
    text = json.dumps(results(), ensure_ascii=False, indent=1, sort_keys=True)
    SAVED.write_text(text + "\n", "utf-8")
    return SAVED.relative_to(Path.cwd()) if SAVED.is_relative_to(Path.cwd()) else SAVED
