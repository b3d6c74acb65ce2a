"""``python -m desktop_app.simulator``: serve until ended, after one line that says where."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from desktop_app.simulator.data import PLANS
from desktop_app.simulator.server import Simulator
from desktop_app.simulator.state import StateError
from desktop_app.simulator.wire import dumps


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise ValueError(text)
    return number


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m desktop_app.simulator",
        description="A local Intuit sign-in, QuickBooks Online and NinjaOne, on loopback only.",
    )
    parser.add_argument("--port", type=_port, default=0, help="0 takes a free one (the default)")
    parser.add_argument("--seed", type=int, default=1, help="the same number gives the same data")
    parser.add_argument("--size", choices=tuple(PLANS), default="small")
    parser.add_argument("--state", type=Path, help="load this file at start, save changes to it")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """0 when ended by a signal, 2 when it cannot start."""
    options = _options(arguments)
    ended = threading.Event()
    before = {
        getattr(signal, name): signal.getsignal(getattr(signal, name))
        for name in ("SIGINT", "SIGTERM", "SIGBREAK")
        if hasattr(signal, name)
    }
    for number in before:
        signal.signal(number, lambda *_: ended.set())
    try:
        return _serve(options, ended)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _serve(options: argparse.Namespace, ended: threading.Event) -> int:
    try:
        simulator = Simulator(options.size, options.seed, options.port, options.state).start()
    except (StateError, OSError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 2
    try:
        print(dumps(simulator.announcement()), flush=True)
        # On Windows a wait without end would not let Ctrl+C through.
        while not ended.wait(0.5):
            pass
    finally:
        simulator.stop()
    for error_text in simulator.errors:
        print(error_text, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
