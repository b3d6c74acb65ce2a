"""Who may import whom, as data, and the reading of sources that proves it.

Only the sources are read, with ``ast``; nothing is imported. Imports inside functions, under
``TYPE_CHECKING`` and relative ones count like all others, and so does ``importlib.import_module``
with a literal name.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "desktop_app"
STANDARD = frozenset(sys.stdlib_module_names) | {"__future__"}

# The inner layers know no clock, disk, network or process; a port brings them what they need.
OUTSIDE_WORLD = frozenset(
    (
        *("os", "io", "pathlib", "shutil", "tempfile", "glob", "sqlite3", "select"),
        *("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "webbrowser"),
        *("subprocess", "multiprocessing", "asyncio", "time", "signal", "logging"),
    )
)


@dataclass(frozen=True)
class Rule:
    """What the modules of one part may import.

    own: parts of this program, each with everything below it.
    others: installed libraries by their top name.
    without: modules of the standard library that are out of bounds all the same.
    """

    own: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    everything: bool = field(default=False)


def rule(own: str = "", others: str = "", without: frozenset[str] = frozenset()) -> Rule:
    return Rule(
        frozenset(f"{PACKAGE}.{name}" for name in own.split()), frozenset(others.split()), without
    )


# By longest match. What no line names is refused, so a new part has to be given its place here.
RULES: dict[str, Rule] = {
    "": rule(),  # desktop_app/__init__.py
    "errors": rule("progress"),
    "progress": rule("errors"),
    "paths": rule(others="platformdirs"),
    "logs": rule(),
    "domain": rule("domain errors progress", without=OUTSIDE_WORLD),
    "domain.matching": rule(
        "domain errors progress", "rapidfuzz numpy scipy", without=OUTSIDE_WORLD
    ),
    "services": rule("services domain errors progress", "openpyxl"),
    "integrations": rule(
        "integrations domain errors progress logs __version__",
        "requests urllib3 intuitlib pydantic pydantic_core simplejson",
    ),
    "storage": rule(
        "storage domain errors progress logs paths", "peewee playhouse keyring filelock simplejson"
    ),
    "ui": rule("ui services domain errors progress logs paths __version__", "PySide6 shiboken6"),
    "simulator": rule("simulator", "werkzeug simplejson"),
    # The composition root: it builds and wires every layer, and the demo drives the whole.
    "bootstrap": Rule(everything=True),
    "wiring": Rule(everything=True),
    "settling": Rule(everything=True),
    "online": Rule(everything=True),
    "deferred": rule(),
    "demo": Rule(everything=True),
    "cli": rule("bootstrap simulator errors progress paths logs __version__"),
    "__main__": rule("cli"),
}

# Only these, and each other, may import the parts that everything is allowed to.
COMPOSITION = tuple(f"{PACKAGE}.{name}" for name, found in RULES.items() if found.everything)
COMPOSITION_USERS = (*COMPOSITION, f"{PACKAGE}.cli")


@dataclass(frozen=True)
class Import:
    """One import: by whom, of what (full dotted name), and in which line."""

    importer: str
    target: str
    line: int


def module_name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(root: Path) -> list[Path]:
    """Every source of the package below *root*."""
    return sorted((root / PACKAGE).rglob("*.py"))


def imports_of(file: Path, root: Path) -> Iterator[Import]:
    name = module_name(file, root)
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")
                parent = parent[: len(parent) - node.level + 1]
                base = ".".join([*parent, base] if base else parent)
            for alias in node.names:
                yield Import(name, f"{base}.{alias.name}", node.lineno)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in ("import_module", "importlib.import_module", "__import__"):
                literal = node.args[0] if node.args else None
                if isinstance(literal, ast.Constant) and isinstance(literal.value, str):
                    yield Import(name, literal.value, node.lineno)


def within(name: str, part: str) -> bool:
    return name == part or name.startswith(f"{part}.")


def rule_for(module: str) -> Rule | None:
    part = module.removeprefix(PACKAGE).removeprefix(".")
    while part:
        if part in RULES:
            return RULES[part]
        part = part.rpartition(".")[0]
    return RULES[""] if module == PACKAGE else None


def why_not(each: Import) -> str | None:
    """Why this import is forbidden; None when it is not."""
    found = rule_for(each.importer)
    if found is None:
        return "has no line in the table of tests/architecture/rules.py"
    composes = any(within(each.target, part) for part in COMPOSITION)
    if composes and not any(within(each.importer, user) for user in COMPOSITION_USERS):
        return "only cli imports the composition root"
    top = each.target.partition(".")[0]
    if top in ("tests", "dev"):
        return "the program does not import its tests or tools"
    if found.everything:
        return None
    if top == PACKAGE:
        if any(within(each.target, own) for own in found.own):
            return None
        return "not in its line of the table"
    if top in STANDARD:
        if any(within(each.target, without) for without in found.without):
            return "reaches the outside world, which this part does not know"
        return None
    return None if top in found.others else "not among its libraries"


def broken_rules(root: Path) -> list[str]:
    """One line for each forbidden import in the tree at *root*."""
    return [
        f"{each.importer}:{each.line} imports {each.target}: {reason}"
        for file in sources(root)
        for each in imports_of(file, root)
        if (reason := why_not(each)) is not None
    ]


def floats_in(file: Path, root: Path) -> list[str]:
    """Float literals and every use of ``float`` (a call, an annotation) in one source."""
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file))):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        if literal or (isinstance(node, ast.Name) and node.id == "float"):
            found.append(f"{module_name(file, root)}:{node.lineno} {ast.unparse(node)}")
    return found


CLOCK_CALLS = frozenset({"now", "utcnow", "today"})


def clock_reads_in(file: Path, root: Path) -> list[str]:
    """Calls like ``datetime.now()`` and ``date.today()`` in one source."""
    return [
        f"{module_name(file, root)}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(ast.parse(file.read_text("utf-8"), str(file)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_CALLS
        and ast.unparse(node.func.value).rpartition(".")[2] in ("datetime", "date")
    ]
