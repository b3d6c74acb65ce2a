#!/usr/bin/env python3
"""One command for everything a developer does: demo, test, check, bench, build.

Needs a Python (3.11 or newer) and nothing else. It keeps a virtual environment in ``.venv`` beside
this file, installs into it what ``requirements.lock`` names (again only when that file changed),
and on Debian and Ubuntu sees to the system libraries that Qt loads. Words after the command are
passed on: ``python3 dev.py test -k mapping``.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed-lock.txt"
WINDOWS = os.name == "nt"
LINUX = sys.platform.startswith("linux")
VENV_BIN = VENV / ("Scripts" if WINDOWS else "bin")
VENV_PYTHON = VENV_BIN / ("python.exe" if WINDOWS else "python")
OLDEST_PYTHON = (3, 11)
BEYOND_PYTHON = (3, 15)

# What Qt and QtWebEngine load at run time. Where a library changed its package's name between
# releases, the newer name comes first.
QT_LIBRARIES = (
    "libegl1",
    "libgl1",
    "libglib2.0-0t64 libglib2.0-0",
    "libxkbcommon0",
    "libxkbcommon-x11-0",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libnss3",
    "libnspr4",
    "libxcomposite1",
    "libxdamage1",
    "libxrandr2",
    "libxtst6",
    "libxkbfile1",
    "libasound2t64 libasound2",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxi6",
    "libxrender1",
    "libx11-xcb1",
    "libdrm2",
    "libgbm1",
    "libgssapi-krb5-2",
    "libudev1",
    "libwayland-cursor0",
    "libwayland-egl1",
    "fonts-dejavu-core",
)
# Programs that a command uses if it finds them; without them it does less, and says so.
EXTRA_PACKAGES = {"test": ("xvfb", "dbus", "gnome-keyring"), "build": ("binutils",)}

COMMANDS = {
    "demo": "the program joined to a local simulator; --headless --out DIR drives it by itself",
    "test": "all tests, or those that the words after it select (pytest's)",
    "check": "lint, format, types, workflow file and lock",
    "bench": "measurements by name: start, tables, ...",
    "build": "the frozen program in dist, started once to see that it works",
    "libraries": "only the system libraries that the others use (Debian and Ubuntu, as root)",
}


class Stop(Exception):
    """Ends the run with a message and exit code 1."""


def say(text: str) -> None:
    print(text, flush=True)


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        say("usage: python3 dev.py COMMAND [words passed on]\n")
        for name, meaning in COMMANDS.items():
            say(f"  {name:<9} {meaning}")
        return 0 if arguments and arguments[0] in ("-h", "--help") else 2
    command, rest = arguments[0], arguments[1:]
    try:
        check_python()
        see_to_system_libraries(command)
        if command == "libraries":
            return 0
        see_to_environment()
        return globals()[f"run_{command}"](rest)  # type: ignore[no-any-return]
    except Stop as stop:
        say(f"dev.py: {stop}")
        return 1
    except KeyboardInterrupt:
        return 130


# --- what has to be there -------------------------------------------------------------------------


def check_python() -> None:
    here = sys.version_info[:2]
    if not OLDEST_PYTHON <= here < BEYOND_PYTHON:
        raise Stop(
            "Python {}.{} or newer (below {}.{}) is needed; this is {}.{}. Run this file with"
            " such a Python, for example: python3.13 dev.py test".format(
                *OLDEST_PYTHON, *BEYOND_PYTHON, *here
            )
        )


def see_to_environment() -> None:
    """Make .venv and install the lock into it, unless that was done and finished before."""
    wanted = environment_mark()
    if STAMP.is_file() and STAMP.read_text("utf-8") == wanted and VENV_PYTHON.exists():
        return
    if not environment_works():
        say(f"Making the virtual environment {VENV.name} ...")
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if made.returncode != 0:
            raise Stop(
                f"the virtual environment could not be made.\n{made.stdout.strip()}\n"
                "On Debian and Ubuntu the package python3-venv provides what is missing."
            )
    say(f"Installing {LOCK.name} (a few minutes the first time) ...")
    STAMP.unlink(missing_ok=True)  # an interrupted install is done again
    pip = [str(VENV_PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check", "--no-input"]
    # First, since a package may have left its files to another one.
    surplus = installed_names() - locked_names() - {"pip", "setuptools", "wheel"}
    done = 0
    if surplus:
        done = subprocess.run([*pip, "uninstall", "-y", *sorted(surplus)], check=False).returncode
    install = [*pip, "install", "--no-deps", "--require-hashes", "-r", str(LOCK)]
    if done != 0 or subprocess.run(install, cwd=ROOT, check=False).returncode != 0:
        raise Stop(
            "pip could not install the locked packages; its reason stands above. Check the network"
            " (or pip's own settings for a mirror or proxy) and run the same command again."
        )
    STAMP.write_text(wanted, "utf-8")


def environment_mark() -> str:
    """What the environment was made from: another lock, Python or machine means a new install."""
    return "\n".join(
        (
            hashlib.sha256(LOCK.read_bytes()).hexdigest(),
            platform.python_version(),
            platform.machine(),
            str(VENV),  # scripts in it name their place, so a moved folder is made anew
            "",
        )
    )


def locked_names() -> set[str]:
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", LOCK.read_text("utf-8"), re.MULTILINE))


def installed_names() -> set[str]:
    """The packages in .venv, in the spelling of the lock."""
    pip = [str(VENV_PYTHON), "-m", "pip", "--disable-pip-version-check"]
    listed = subprocess.run(
        [*pip, "list", "--format=json"],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout
    return {re.sub(r"[-_.]+", "-", entry["name"]).lower() for entry in json.loads(listed or "[]")}


def environment_works() -> bool:
    """Whether .venv holds this very Python version, with pip."""
    if not VENV_PYTHON.exists():
        return False
    asked = "import pip, platform, sys; print(platform.python_version(), sys.prefix)"
    answer = subprocess.run(
        [str(VENV_PYTHON), "-c", asked], capture_output=True, text=True, check=False
    )
    version, _, prefix = answer.stdout.strip().partition(" ")
    return (
        answer.returncode == 0
        and version == platform.python_version()
        and Path(prefix).resolve() == VENV.resolve()
    )


def see_to_system_libraries(command: str) -> None:
    """On Linux, install what is missing (as root) or say which command does."""
    if not LINUX or command == "check":
        return
    if command == "libraries":
        extras = tuple(name for names in EXTRA_PACKAGES.values() for name in names)
    else:
        extras = EXTRA_PACKAGES.get(command, ())
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        missing = libraries_not_loadable()
        if missing:
            say(
                "Qt will not start before the system has these libraries: "
                + " ".join(missing)
                + ". Your distribution's packages for them have similar names."
            )
        return
    needed = missing_packages(QT_LIBRARIES)
    wished = missing_packages(extras)
    try:
        import ensurepip  # noqa: F401 - Debian ships it apart
    except ImportError:
        needed.append(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv python3-venv")
    if not needed and not wished:
        return
    if is_root():
        install_packages(needed + wished)
        return
    line = "sudo apt-get install " + " ".join(existing_names(needed + wished))
    if needed:
        raise Stop(f"system libraries are missing. Run this once, then try again:\n  {line}")
    say(f"Some tests will be skipped; this adds what they use:\n  {line}")


def missing_packages(wanted: tuple[str, ...]) -> list[str]:
    """Those of *wanted* (each one name, or alternatives) of which no alternative is installed."""
    names = [name for entry in wanted for name in entry.split()]
    if not names:
        return []
    listed = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,  # it ends with 1 when any of them is unknown
    ).stdout
    installed = {line.split()[0] for line in listed.splitlines() if line.endswith(" installed")}
    return [entry for entry in wanted if not installed.intersection(entry.split())]


def existing_names(entries: list[str]) -> list[str]:
    """The alternative of each entry that this release of the distribution has."""
    chosen = []
    for entry in entries:
        names = entry.split()
        for name in names:
            policy = subprocess.run(
                ["apt-cache", "policy", name], capture_output=True, text=True, check=False
            ).stdout
            if "Candidate:" in policy and "Candidate: (none)" not in policy:
                chosen.append(name)
                break
        else:
            chosen.append(names[-1])
    return chosen


def install_packages(entries: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}

    def apt(*words: str) -> None:
        done = subprocess.run(
            ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            tail = "\n".join(done.stdout.strip().splitlines()[-12:])
            raise Stop(f"apt-get {shlex.join(words)} failed:\n{tail}")

    say(f"Installing {len(entries)} system packages ...")
    apt("update")
    apt("install", "-y", "--no-install-recommends", *existing_names(entries))


def libraries_not_loadable() -> list[str]:
    """Sonames that Qt loads and the loader does not find, where packages cannot be asked."""
    from ctypes.util import find_library

    sonames = ("EGL", "GL", "glib-2.0", "xkbcommon", "xkbcommon-x11", "dbus-1", "fontconfig")
    sonames += ("freetype", "nss3", "nspr4", "Xcomposite", "Xdamage", "Xrandr", "Xtst", "xkbfile")
    sonames += (
        "asound",
        "gssapi_krb5",
        "xcb-cursor",
        "xcb-icccm",
        "xcb-image",
        "xcb-keysyms",
        "xcb-shape",
    )
    sonames += ("xcb-render-util", "xcb-xinerama", "xcb-xkb", "Xi", "Xrender")
    return [f"lib{name}" for name in sonames if find_library(name) is None]


# --- the commands ---------------------------------------------------------------------------------


def environment_for(command: str, arguments: list[str]) -> dict[str, str]:
    """The variables a command runs with: offscreen without a display, and as root without the
    browser's sandbox, which refuses to work there."""
    environment = dict(os.environ)
    display = not LINUX or environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    if not display or (command == "demo" and "--headless" in arguments):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    if is_root() and command in ("demo", "test", "smoke-test"):
        environment.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    return environment


def python(command: str, *words: str) -> int:
    """Run the environment's Python on *words* from the root; its exit code."""
    return subprocess.run(
        [str(VENV_PYTHON), *words],
        cwd=ROOT,
        env=environment_for(command, list(words)),
        check=False,
    ).returncode


def run_demo(arguments: list[str]) -> int:
    return python("demo", "-m", "desktop_app", "--demo", *arguments)


def run_test(arguments: list[str]) -> int:
    return python("test", "-m", "pytest", *arguments)


def run_bench(arguments: list[str]) -> int:
    return python("bench", "-m", "tests.bench", *arguments)


def run_check(arguments: list[str]) -> int:
    """Every step runs, so that one look shows all there is to mend."""
    paths = arguments or ["."]
    steps = (
        ("lint", ("-m", "ruff", "check", "--quiet", *paths)),
        ("format", ("-m", "ruff", "format", "--check", "--quiet", *paths)),
        ("types", ("-m", "mypy", "--no-error-summary")),
        ("project files", ("-m", "pytest", "tests/architecture")),
    )
    failed = []
    for name, words in steps:
        code = python("test", *words)
        say(f"{name}: {'ok' if code == 0 else 'FAILED'}")
        if code != 0:
            failed.append(name)
    return 1 if failed else 0


def run_build(arguments: list[str]) -> int:
    """Freeze the program, then start what came out and let it test itself."""
    code = python(
        "build",
        "-m",
        "PyInstaller",
        "--noconfirm",
        "--log-level",
        "ERROR",
        *arguments,
        "build.spec",
    )
    if code != 0:
        raise Stop("PyInstaller failed; its reason stands above.")
    folder = ROOT / "dist" / "BillingBridge"
    program = folder / ("BillingBridge.exe" if WINDOWS else "BillingBridge")
    if sys.platform == "darwin":
        folder = ROOT / "dist" / "Billing Bridge.app"
        program = folder / "Contents" / "MacOS" / "BillingBridge"
    size = sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    say(f"Built {folder.relative_to(ROOT)} ({size:.0f} MB). Starting it ...")
    try:
        done = subprocess.run(
            [str(program), "--smoke-test"],
            cwd=folder,  # so that nothing is found in the source tree by chance
            env=environment_for("smoke-test", []),
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
    except subprocess.TimeoutExpired:
        raise Stop("the built program's smoke test did not end within 3 minutes") from None
    say(done.stdout.rstrip())  # nothing on Windows, where it has no console
    if done.returncode != 0:
        raise Stop(f"its smoke test failed (exit code {done.returncode})\n{done.stderr.rstrip()}")
    say("The built program passed its smoke test.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
