"""The table "who may import whom", proved on the sources; and the test of that test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.conftest import ROOT

# Lines of a file, about. Tests may list more cases before they are harder to read in one piece.
LONGEST, LONGEST_TEST = 420, 600


def test_every_import_is_allowed() -> None:
    assert rules.broken_rules(ROOT) == []


# Parts of the domain that hold scores of name matching, which are probabilities.
SCORED = {"matching", "auto_map", "proposals", "shortlist", "suggestions", "ports_suggest"}


def test_no_floats_where_money_is() -> None:
    """Scores of name matching are no money; everything else in the domain may be."""
    domain = ROOT / rules.PACKAGE / "domain"
    found = [
        use
        for file in sorted(domain.rglob("*.py"))
        if not SCORED & {*file.relative_to(domain).parts, file.stem}
        for use in rules.floats_in(file, ROOT)
    ]
    assert found == []


def test_the_domain_reads_no_clock() -> None:
    domain = ROOT / rules.PACKAGE / "domain"
    assert [
        read for file in sorted(domain.rglob("*.py")) for read in rules.clock_reads_in(file, ROOT)
    ] == []


def test_files_stay_short() -> None:
    limits = dict.fromkeys([*rules.sources(ROOT), ROOT / "dev.py"], LONGEST)
    limits |= dict.fromkeys((ROOT / "tests").rglob("*.py"), LONGEST_TEST)
    too_long = {
        file.relative_to(ROOT).as_posix(): length
        for file, limit in limits.items()
        if (length := len(file.read_text("utf-8").splitlines())) > limit
    }
    assert too_long == {}


@pytest.mark.parametrize("part", ["domain", "services", "storage", "integrations", "simulator"])
def test_the_core_loads_no_qt(part: str) -> None:
    """Import every module of the part in a new interpreter and look at what came along."""
    code = f"""
import importlib, pkgutil, sys
package = importlib.import_module("{rules.PACKAGE}.{part}")
names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
heavy = ("PySide6", "shiboken6", "{rules.PACKAGE}.ui")
print(*sorted(name for name in sys.modules if name.startswith(heavy)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""


# --- the test of the test -------------------------------------------------------------------------

ALLOWED = {
    "domain/money.py": "from decimal import Decimal\nfrom .kinds import Kind",
    "domain/kinds.py": "import enum",
    "domain/matching/score.py": "import numpy as np, scipy.optimize\nfrom ..names import fold",
    "services/send.py": "from desktop_app.domain import ports\nfrom ..errors import BridgeError",
    "integrations/quickbooks/api.py": "import requests\nfrom ...domain.money import cents",
    "integrations/intuit.py": "from intuitlib.client import AuthClient",
    "storage/vault.py": "import keyring, filelock\nfrom desktop_app import errors",
    "ui/window.py": "from PySide6.QtWidgets import QWidget\nfrom desktop_app.services import api",
    "ui/about.py": "from desktop_app import __version__",
    "simulator/data/seed.py": "from desktop_app.simulator import clock\nimport werkzeug",
    "bootstrap.py": "import PySide6.QtCore, peewee, keyring\nfrom desktop_app.ui import window",
    "wiring.py": "from .storage import models\nfrom .integrations import intuit",
    "demo/drive.py": "from ..bootstrap import run",
    "cli.py": "def main():\n    from desktop_app.bootstrap import run",
    "__main__.py": "from .cli import main",
    "paths.py": "import platformdirs",
}

FORBIDDEN = [
    ("domain/money.py", "import PySide6.QtCore"),
    ("domain/money.py", "import sqlite3"),
    ("domain/money.py", "from urllib.request import urlopen"),
    ("domain/money.py", "from urllib import request"),
    ("domain/money.py", "import os.path"),
    ("domain/names.py", "import rapidfuzz"),
    ("domain/names.py", "from .. import services"),
    ("domain/names.py", "from ..services import api"),
    ("domain/names.py", "from desktop_app import logs"),
    ("domain/matching/score.py", "import sklearn"),
    ("domain/matching/deep/er.py", "from ....storage import models"),
    ("errors.py", "import requests"),
    ("progress.py", "from desktop_app.domain import kinds"),
    ("paths.py", "import requests"),
    ("logs.py", "import platformdirs"),
    ("services/send.py", "from desktop_app.integrations import quickbooks"),
    ("services/send.py", "from desktop_app import storage"),
    ("services/send.py", "def late():\n    import peewee"),
    ("services/send.py", "if TYPE_CHECKING:\n    from PySide6.QtCore import QObject"),
    ("services/send.py", "try:\n    import keyring\nexcept ImportError:\n    pass"),
    ("services/send.py", "import importlib\nimportlib.import_module('requests')"),
    ("services/__init__.py", "from ..ui import window"),
    ("integrations/intuit.py", "import keyring"),
    ("integrations/intuit.py", "from desktop_app.services.api import Service"),
    ("storage/models.py", "import requests"),
    ("storage/models.py", "from ..integrations import intuit"),
    ("ui/window.py", "import peewee"),
    ("ui/window.py", "from desktop_app.storage import models"),
    ("ui/window.py", "from desktop_app.bootstrap import run"),
    ("ui/window.py", "import tests.conftest"),
    ("ui/window.py", "from .. import wiring"),
    ("services/send.py", "from desktop_app.wiring import opened"),
    ("logs.py", "import desktop_app.demo"),
    ("simulator/server.py", "from desktop_app.domain import money"),
    ("simulator/server.py", "import desktop_app.errors"),
    ("simulator/server.py", "import requests"),
    ("bootstrap.py", "import tests"),
    ("__main__.py", "from desktop_app.bootstrap import run"),
    ("cli.py", "import PySide6.QtCore"),
    ("something_new.py", "import json"),
    ("extra/part.py", "import json"),
]


def make(root: Path, tree: dict[str, str]) -> Path:
    for name, text in tree.items():
        file = root / rules.PACKAGE / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    assert rules.broken_rules(make(tmp_path, ALLOWED)) == []


@pytest.mark.parametrize(("name", "text"), FORBIDDEN)
def test_each_forbidden_import_is_found(tmp_path: Path, name: str, text: str) -> None:
    found = rules.broken_rules(make(tmp_path, {**ALLOWED, name: text}))
    module = f"{rules.PACKAGE}.{name}".replace("/", ".").removesuffix(".py")
    assert len(found) == 1, found
    assert found[0].startswith(f"{module.removesuffix('.__init__')}:")


def test_floats_are_found(tmp_path: Path) -> None:
    text = "RATE = 0.1\ndef cents(amount: float):\n    return float(amount) * 100\n"
    make(tmp_path, {"domain/money.py": text})
    found = rules.floats_in(tmp_path / rules.PACKAGE / "domain" / "money.py", tmp_path)
    assert len(found) == 3


def test_clock_reads_are_found(tmp_path: Path) -> None:
    text = "import datetime as d\nd.datetime.now()\nfrom datetime import date\ndate.today()\n"
    make(tmp_path, {"domain/review.py": text})
    found = rules.clock_reads_in(tmp_path / rules.PACKAGE / "domain" / "review.py", tmp_path)
    assert len(found) == 2
