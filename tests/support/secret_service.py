"""A real Secret Service (gnome-keyring on a D-Bus of its own), apart from the user's."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")
READY_WITHIN = 20.0  # seconds

# No service directories: a bus that starts services on demand would start a second, locked
# daemon for whoever asks before the first one has taken its name.
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={bus}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class NotAvailable(Exception):
    """There is no Secret Service to be had here; the text says why."""


@contextmanager
def secret_service() -> Iterator[dict[str, str]]:
    """Start both daemons; yields the variables that lead a program to them.

    Raises NotAvailable where the programs are not installed, RuntimeError when they do not start.
    """
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise NotAvailable(f"not installed here: {', '.join(missing)} (dev.py test adds them)")
    with ExitStack() as stack:
        # Below the system's own temporary folder: a socket's path has to be short.
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bb-keyring-")))
        log = stack.enter_context((home / "daemons.log").open("w+"))
        variables = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home / 'bus'}",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
        }
        (home / "data" / "keyrings").mkdir(parents=True, mode=0o700)
        environment = {**os.environ, **variables}

        def start(*command: str, stdin: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [*_ends_with_us(), *command],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
            stack.callback(_end, process)
            assert process.stdin is not None
            process.stdin.write(stdin)
            process.stdin.close()
            return process

        settings = home / "bus.conf"
        settings.write_text(BUS.format(bus=home / "bus"))
        bus = start("dbus-daemon", f"--config-file={settings}", "--nofork", "--nopidfile", stdin="")
        _wait(lambda: (home / "bus").exists(), bus, home / "daemons.log")
        # The password on its input makes the login keyring and unlocks it, so nobody is asked.
        keyring = start(
            "gnome-keyring-daemon",
            "--foreground",
            "--unlock",
            "--components=secrets",
            f"--control-directory={home / 'control'}",
            stdin="correct horse\n",
        )
        _wait(
            lambda: _has_default_collection(variables["DBUS_SESSION_BUS_ADDRESS"]),
            keyring,
            home / "daemons.log",
        )
        yield variables


def _ends_with_us() -> list[str]:
    """A prefix that ends the daemon should the test run itself be killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def _has_default_collection(address: str) -> bool:
    from jeepney import DBusAddress, DBusErrorResponse, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    service = DBusAddress(
        "/org/freedesktop/secrets",
        bus_name="org.freedesktop.secrets",
        interface="org.freedesktop.Secret.Service",
    )
    try:
        with open_dbus_connection(address) as connection:
            call = new_method_call(service, "ReadAlias", "s", ("default",))
            path = connection.send_and_get_reply(call, timeout=READY_WITHIN).body[0]
    except (OSError, DBusErrorResponse):
        return False
    return isinstance(path, str) and path.startswith("/org/freedesktop/secrets/")


def _wait(ready: object, process: subprocess.Popen[str], log: Path) -> None:
    """Daemons give no sign that they are ready, so look again until they answer."""
    assert callable(ready)
    end = time.monotonic() + READY_WITHIN
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"no Secret Service: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
