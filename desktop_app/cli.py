"""The command line: options, and words instead of tracebacks before there is a window."""

from __future__ import annotations

import argparse
import errno
import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app import __version__
from desktop_app.errors import AlreadyOpen, BridgeError

DEBUG_NAMES = ("services", "storage", "integrations", "ui", "bootstrap")
PICTURES = Path("demo-out")  # when the demo has no display and was given no place
DEMO_SIZES = ("small", "medium", "large")


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for. debug: None for a user's log, () for everything, else parts by name."""

    profile_dir: Path | None = None
    temp_profile: bool = False
    offline: bool = False
    demo: bool = False
    size: str = "small"
    seed: int = 1
    headless: bool = False
    out: Path | None = None
    debug: tuple[str, ...] | None = None
    smoke_test: bool = False
    read_only: bool = False


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Ends the process as argparse does: 0 after --help and --version, 2 for a wrong option."""
    parser = argparse.ArgumentParser(
        prog="billing-bridge",
        description="Maps NinjaOne Billing to QuickBooks Online, and sends approved invoices.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"Billing Bridge {__version__}")
    profile = parser.add_argument_group("profile").add_mutually_exclusive_group()
    profile.add_argument(
        "--profile-dir",
        type=Path,
        metavar="DIR",
        help="keep everything (database, settings, log) below this folder",
    )
    profile.add_argument(
        "--temp-profile",
        action="store_true",
        help="use a new profile that is removed at the end",
    )
    parser.add_argument(
        "--offline", action="store_true", help="never use the network; reviewing works"
    )
    parser.add_argument(
        "--read-only",
        action="store_true",
        help="look at the data beside a window that is open: nothing is changed or sent",
    )
    parser.add_argument(
        "--debug",
        nargs="*",
        choices=DEBUG_NAMES,
        metavar="NAME",
        help=f"write more to the log: all, or these parts ({', '.join(DEBUG_NAMES)})",
    )
    parser.add_argument(
        "--smoke-test",
        action="store_true",
        help="check that window, browser, database and keyring work, in a throw-away profile",
    )
    demo = parser.add_argument_group("demo")
    demo.add_argument(
        "--demo",
        action="store_true",
        help="join the program to built-in sample services (in a throw-away profile unless"
        " --profile-dir is given)",
    )
    demo.add_argument("--size", choices=DEMO_SIZES, default="small", help="how much sample data")
    demo.add_argument("--seed", type=int, default=1, help="the same number, the same sample data")
    demo.add_argument(
        "--headless",
        action="store_true",
        help="drive the whole job offscreen, then end (always, where there is no display)",
    )
    demo.add_argument("--out", type=Path, metavar="DIR", help="where --headless saves its pictures")
    found = parser.parse_args(arguments)
    if found.headless and not (found.demo and found.out):
        parser.error("--headless needs --demo and --out DIR")
    if found.out and not found.headless:
        parser.error("--out is for --demo --headless")
    if found.read_only and (found.demo or found.temp_profile):
        parser.error("--read-only looks at a profile that is in use")
    if found.smoke_test and (found.demo or found.profile_dir):
        parser.error("--smoke-test makes a profile of its own and goes with no other option")
    return Options(
        profile_dir=found.profile_dir,
        temp_profile=found.temp_profile,
        offline=found.offline,
        demo=found.demo,
        size=found.size,
        seed=found.seed,
        headless=found.headless,
        out=found.out,
        debug=None if found.debug is None else tuple(found.debug),
        smoke_test=found.smoke_test,
        read_only=found.read_only,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all went well, 1 when the program could not start or a check failed,
    2 for a wrong option, 130 when it was interrupted."""
    options = parse(arguments)
    if options.demo and not options.headless and not _display():
        print(f"There is no display, so the demo runs by itself; pictures go to {PICTURES}.")
        options = replace(options, headless=True, out=PICTURES)
    if options.headless or (options.smoke_test and not _display()):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything loads Qt
    if not _display() and "QT_QPA_PLATFORM" not in os.environ:  # Qt would end the process
        _tell(
            "There is no display",
            "The program has a window, and neither DISPLAY nor WAYLAND_DISPLAY is set.",
            "Start it in a desktop session; --demo and --smoke-test work without.",
        )
        return 1
    _end_in_order()
    gc.disable()  # nothing of what a start loads is garbage; the window switches it on again
    try:
        # Not before the options are known: --help and --version work without Qt.
        from desktop_app.bootstrap import ask_to_read, run
    except ImportError as error:
        _tell("The program is not complete", *_missing(error))
        return 1
    try:
        try:
            return run(options)
        except AlreadyOpen as error:
            if options.headless or options.smoke_test or not _can_ask():
                raise
            if not ask_to_read(error):
                return 1
            return run(replace(options, demo=False, read_only=True))
    except BridgeError as error:
        _tell(error.title, error.message, error.advice)
        return 1
    except OSError as error:
        _tell("The program could not start", *_refused(error))
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        gc.enable()


def _refused(error: OSError) -> tuple[str, str]:
    """Words for an error of the disk or of its permissions."""
    place = str(error.filename or "the profile folder")
    if error.errno == errno.ENOSPC:
        return "The disk is full.", f"Free some space on the disk that holds {place}."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"It may not write to {place}.",
            "Allow your user to write to that folder, or start with another --profile-dir.",
        )
    return (
        f"The system refused: {error.strerror or error}.",
        f"Check {place}, or start with another --profile-dir.",
    )


def _display() -> bool:
    """Whether there is a screen to show a window on."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    # Platforms of Qt that need neither, such as a frame buffer; "offscreen" shows nobody anything.
    return os.environ.get("QT_QPA_PLATFORM", "offscreen") not in ("offscreen", "minimal")


def _can_ask() -> bool:
    """Whether somebody would see a question."""
    return _display() and os.environ.get("QT_QPA_PLATFORM") not in ("offscreen", "minimal")


def _end_in_order() -> None:
    """Being told to end is like Ctrl+C, so that a throw-away profile is removed then, too."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))


def _missing(error: ImportError) -> tuple[str, str]:
    """Words for a library that Qt or the program does not find."""
    if error.name is None or error.name.partition(".")[0] != "desktop_app":
        return (
            f"A library that it needs could not be loaded: {error}.",
            "From the sources, start it with: python3 dev.py demo. That installs what is missing.",
        )
    return f"A part of it could not be loaded: {error}.", "Install it again."


def _tell(title: str, message: str, advice: str = "") -> None:
    """On the error stream; a frozen program, whose stream nobody sees, says it in a box, too."""
    text = " ".join(filter(None, (message, advice)))
    if sys.stderr is not None:
        print(f"billing-bridge: {title}. {text}", file=sys.stderr)
    if not getattr(sys, "frozen", False):
        return
    if sys.platform == "win32":  # works whatever is missing
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, f"Billing Bridge: {title}", 0x10)
    elif _display():
        try:
            from desktop_app.bootstrap import say
        except ImportError:
            return
        say(title, message, advice)
