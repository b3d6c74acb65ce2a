"""``python -m tests.bench NAME...``: run the named measurements, or all of them."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from inspect import signature
from pathlib import Path

import tests.bench
from tests.bench.harness import Report

SHARED = {"__main__", "harness"}


def names() -> list[str]:
    """The measurements there are: one module of this package each, with ``measure()``."""
    modules = pkgutil.iter_modules(tests.bench.__path__)
    return sorted(
        module.name
        for module in modules
        if module.name not in SHARED and not module.name.startswith(("_", "test_"))
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument(
        "--strict", action="store_true", help="end with exit code 1 when a goal is missed"
    )
    matching = parser.add_argument_group("of the measurement matching")
    matching.add_argument("--data", type=Path, metavar="DIR", help="labelled lists of names")
    matching.add_argument("--fit", type=Path, metavar="DIR", help="print weights learned from DIR")
    matching.add_argument("--save", action="store_true", help="keep the results as baseline")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in names()]
    if unknown:
        parser.error(f"no such measurement: {', '.join(unknown)} (there are: {', '.join(names())})")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    missed = 0
    for name in options.names or names():
        measure = importlib.import_module(f"tests.bench.{name}").measure
        report: Report = measure(options) if signature(measure).parameters else measure()
        print(report.text(), end="\n\n", flush=True)
        missed += len(report.missed())
    return 1 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
