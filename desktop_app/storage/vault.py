"""Secrets in the operating system's keyring, and in memory where there is none.

There is no clear-text fallback: without a usable keyring a secret lives until the program closes,
and :attr:`KeyringVault.persistent` says so.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from enum import Enum
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

from desktop_app.errors import VaultError

log = logging.getLogger(__name__)

SERVICE = "Billing Bridge"
# Windows holds 2,560 bytes of UTF-16 in one credential. The limit is kept everywhere, so that
# what works on one system works on all.
LIMIT_BYTES = 2560
LIMIT_TEXT = "1,280 characters"
# How long a keyring that refused to open is left alone, so that its question does not come up
# again at every read.
ASK_AGAIN_AFTER = 60.0  # seconds

_PROBE = "probe"
_UNLOCK = (
    "Unlock the keyring (on Linux: open its passwords program; on macOS: Keychain Access) and try"
    " again."
)


class _State(Enum):
    UNKNOWN = "not asked yet"
    USABLE = "usable"
    LOCKED = "locked or refused"
    ABSENT = "there is none"


def service_name(profile: Path | None) -> str:
    """The name that entries stand under: one for the default profile (None), one for every other
    folder, so that profiles never share a login."""
    if profile is None:
        return SERVICE
    mark = hashlib.sha256(str(profile.expanduser().resolve()).encode()).hexdigest()[:10]
    return f"{SERVICE} ({mark})"


class KeyringVault:
    """The port Vault. Thread-safe; every call may wait for the system's question to the user.

    service: see :func:`service_name`. backend: for tests; the system's own is found at the first
    use and kept until the program closes. seen: told every secret that passes through (the log
    keeps it out from then on).
    """

    def __init__(
        self,
        service: str = SERVICE,
        *,
        backend: KeyringBackend | None = None,
        seen: Callable[[str], None] = lambda secret: None,
    ) -> None:
        self._service = service
        self._given = backend
        self._keyring: KeyringBackend | None = None
        self._seen = seen
        self._memory: dict[str, str] = {}
        self._state = _State.UNKNOWN
        self._ask_again = 0.0
        self._guard = threading.RLock()
        self.stored: set[str] = set()  # names that this object put into the keyring

    # --- what the settings page says; never waits ---

    @property
    def persistent(self) -> bool:
        """Whether every login outlives the program. True until the keyring was first asked."""
        return self._state in (_State.USABLE, _State.UNKNOWN) and not self._memory

    @property
    def backend(self) -> str:
        if self._keyring is None:
            return "none" if self._state is _State.ABSENT else "not asked yet"
        return str(self._keyring.name)

    # --- the secrets ---

    def probe(self) -> bool:
        """Ask the keyring once, at the start, for an entry that does not exist; whether it can be
        used. Never raises."""
        with self._guard:
            if self._state is _State.UNKNOWN:
                self._find()
            if self._keyring is not None and self._may_ask():
                try:
                    self._keyring.get_password(self._service, _PROBE)
                except Exception as error:
                    self._refused(error)
                else:
                    self._state = _State.USABLE
            return self._state is _State.USABLE

    def get(self, name: str) -> str | None:
        """The secret, None when there is none. Raises VaultError while the keyring is locked."""
        with self._guard:
            if name in self._memory:
                return self._memory[name]
            usable = self.probe() if self._state is not _State.USABLE else True
            if self._keyring is None:
                return None
            if not usable:
                raise _locked()
            secret = self._ask(self._keyring, name)
        if secret is not None:
            self._seen(secret)
        return secret

    def set(self, name: str, secret: str) -> None:
        """Store, verified by reading back. Raises VaultError when it is longer than the limit or
        a usable keyring fails; where no keyring can be used it is kept until the program closes.
        """
        self._seen(secret)
        if len(secret.encode("utf-16-le")) > LIMIT_BYTES:
            raise VaultError(
                f"This secret is longer than the {LIMIT_TEXT} that every system's keyring can"
                " hold, so it was not stored.",
                advice="Check that only the key itself was pasted.",
            )
        with self._guard:
            if self._state is not _State.USABLE and not self.probe():
                self._memory[name] = secret
                return
            assert self._keyring is not None
            self.stored.add(name)
            try:
                self._keyring.set_password(self._service, name, secret)
            except Exception as error:
                raise self._failed("store", error) from None
            if self._ask(self._keyring, name) != secret:
                raise VaultError(
                    f"The keyring ({self.backend}) did not give back what was stored in it.",
                    advice="Restart the keyring, or the computer, and try again.",
                    retryable=True,
                )
            self._memory.pop(name, None)

    def delete(self, name: str) -> None:
        """Forget; no error if it was not there. Raises VaultError when the keyring is locked."""
        with self._guard:
            self._memory.pop(name, None)
            usable = self.probe() if self._state is not _State.USABLE else True
            if self._keyring is None:
                return
            if not usable:
                raise _locked()
            if self._ask(self._keyring, name) is None:  # backends differ in how they say so
                return
            try:
                self._keyring.delete_password(self._service, name)
            except PasswordDeleteError as error:
                if self._ask(self._keyring, name) is not None:
                    raise self._failed("forget", error) from None
            except Exception as error:
                raise self._failed("forget", error) from None

    def keep_for_now(self, name: str, secret: str) -> None:
        """Keep in memory only; stands before what the keyring has until :meth:`set` succeeds."""
        self._seen(secret)
        with self._guard:
            self._memory[name] = secret

    # --- inside ---

    def _find(self) -> None:
        try:
            found = _usable(self._given if self._given is not None else keyring.get_keyring())
        except Exception as error:  # a backend named in the environment that is not there
            log.warning("No keyring could be loaded (%s)", type(error).__name__)
            found = None
        self._keyring = found
        if found is None:
            self._state = _State.ABSENT
            log.info("No usable keyring: logins last until the program closes")
        else:
            log.info("Keyring: %s", found.name)

    def _may_ask(self) -> bool:
        return self._state is not _State.LOCKED or time.monotonic() >= self._ask_again

    def _refused(self, error: Exception) -> None:
        self._state = _State.LOCKED
        self._ask_again = time.monotonic() + ASK_AGAIN_AFTER
        log.info("The keyring cannot be used now (%s)", type(error).__name__)

    def _ask(self, backend: KeyringBackend, name: str) -> str | None:
        try:
            return backend.get_password(self._service, name)
        except Exception as error:
            raise self._failed("read", error) from None

    def _failed(self, what: str, error: Exception) -> VaultError:
        """In words. The library's own text stays out: some backends quote what they were given."""
        if isinstance(error, KeyringLocked | InitError):
            self._refused(error)
            return _locked()
        return VaultError(
            f"The keyring ({self.backend}) could not {what} a login or key.",
            advice="Check that the keyring is running and allows this program, then try again.",
            retryable=True,
            detail=type(error).__name__,
        )


def _locked() -> VaultError:
    return VaultError(
        "The keyring is locked, or access to it was refused.", advice=_UNLOCK, retryable=True
    )


def _usable(backend: KeyringBackend) -> KeyringBackend | None:
    """The keyring to use: of a chain its first usable link, None where nothing is safe."""
    if isinstance(backend, chainer.ChainerBackend):
        links: list[KeyringBackend] = list(backend.backends)
        return next(filter(None, map(_usable, links)), None)
    if isinstance(backend, fail.Keyring | null.Keyring):
        return None
    # These write files of their own, some in clear text, and ask on a console that is not there.
    if type(backend).__module__.startswith("keyrings.alt"):
        return None
    return backend
