"""What runs beside the start of the window: the keyring is asked, the local data read."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from desktop_app.domain.kinds import Kind
from desktop_app.errors import BridgeError, VaultError

if TYPE_CHECKING:
    from desktop_app.wiring import Program

log = logging.getLogger(__name__)

# How long the start waits for the keyring, which may be asking the user to unlock it.
KEYRING_PATIENCE = 3.0  # seconds


@contextlib.contextmanager
def settling_in(program: Program, *, read_only: bool) -> Iterator[None]:
    """While Qt loads: ask the keyring what logins there are, and read the local data.

    Waits a moment for the keyring, so that the window starts with the truth; not for ever,
    because the system may be asking the user to unlock it.
    """
    asked = threading.Event()

    def work() -> None:
        try:
            program.vault.probe()
            program.services.facts["keyring"] = program.vault.backend
            if not read_only:
                program.logins.reconcile()
        except VaultError as error:
            log.info("The saved logins could not be checked: %s", error.message)
        except BridgeError as error:
            log.warning("The saved logins could not be checked: %s", error.message)
        finally:
            asked.set()
        try:
            program.facts.invalidate()
            program.services.review.gather()
            program.services.suggest.gather()
            for kind in Kind:
                program.services.suggest.suggestions(kind)
        except BridgeError as error:  # the first screen meets it again, and tells the user
            log.info("The local data could not be read ahead: %s", error.message)

    thread = threading.Thread(target=work, name="settling-in", daemon=True)
    thread.start()
    asked.wait(KEYRING_PATIENCE)
    try:
        yield
    finally:
        thread.join(KEYRING_PATIENCE)
