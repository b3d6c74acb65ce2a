from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null
from keyring.errors import KeyringLocked, PasswordSetError

from desktop_app.errors import VaultError
from desktop_app.storage import vault as module
from desktop_app.storage.vault import KeyringVault, service_name
from tests.support.keyrings import MemoryKeyring

ROOT = Path(__file__).resolve().parents[2]
SECRET = "RT1-not-a-real-token-0123456789"


class WindowsLike(MemoryKeyring):
    """Holds 2,560 bytes of UTF-16 in an entry, as Windows does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password.encode("utf-16-le")) > 2560:
            raise PasswordSetError("CredWrite: (1783, 'The stub received bad data.')")
        super().set_password(service, username, password)


class Lockable(MemoryKeyring):
    locked = True
    asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self._ask()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._ask()
        super().set_password(service, username, password)

    def _ask(self) -> None:
        if self.locked:
            self.asked += 1
            raise KeyringLocked("Failed to unlock the collection!")


class Forgetful(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:-1])


class Talkative(MemoryKeyring):
    """Quotes what it was given, as careless backends do."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError(f"could not store {password!r}")


class Chain(chainer.ChainerBackend):
    links: list[KeyringBackend] = []  # noqa: RUF012
    priority = 10  # type: ignore[assignment]

    @property
    def backends(self) -> list[KeyringBackend]:  # type: ignore[override]
        return self.links


def test_the_systems_keyring_is_found_and_remembered(memory_keyring: MemoryKeyring) -> None:
    vault = KeyringVault()
    assert vault.get("a") is None
    vault.set("a", SECRET)
    keyring.set_keyring(fail.Keyring())  # changed by somebody while the program runs
    assert vault.get("a") == SECRET
    assert vault.persistent
    assert vault.backend == memory_keyring.name
    assert memory_keyring.entries == {("Billing Bridge", "a"): SECRET}
    vault.delete("a")
    vault.delete("a")
    assert vault.get("a") is None
    assert memory_keyring.entries == {}


def test_profiles_do_not_share_entries(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    names = [service_name(None), service_name(tmp_path / "a"), service_name(tmp_path / "b")]
    assert names[0] == "Billing Bridge"
    assert all(each.startswith("Billing Bridge (") for each in names[1:])
    assert service_name(tmp_path / "x" / ".." / "a") == names[1]
    vaults = [KeyringVault(each) for each in names]
    for number, vault in enumerate(vaults):
        vault.set("a", f"secret {number}")
    assert [vault.get("a") for vault in vaults] == ["secret 0", "secret 1", "secret 2"]


@pytest.mark.parametrize("backend", [MemoryKeyring(), WindowsLike()])
def test_the_windows_limit_holds_everywhere(backend: MemoryKeyring) -> None:
    vault = KeyringVault(backend=backend)
    vault.set("a", "x" * 1280)
    with pytest.raises(VaultError, match="1,280 characters"):
        vault.set("b", "x" * 1281)
    with pytest.raises(VaultError):
        vault.set("b", "\N{KEY}" * 641)  # two units each
    assert vault.get("a") == "x" * 1280
    assert vault.get("b") is None


class Alt(MemoryKeyring):
    pass


Alt.__module__ = "keyrings.alt.file"


def chain(*links: KeyringBackend) -> Chain:
    made = Chain()
    made.links = list(links)
    return made


@pytest.mark.parametrize(
    "backend",
    [fail.Keyring(), null.Keyring(), chain(), chain(fail.Keyring(), null.Keyring()), Alt()],
    ids=["fail", "null", "empty chain", "chain of none", "clear text"],
)
def test_without_a_keyring_secrets_last_until_the_program_closes(backend: KeyringBackend) -> None:
    vault = KeyringVault(backend=backend)
    assert vault.get("a") is None
    assert not vault.persistent
    assert vault.backend == "none"
    vault.set("a", SECRET)
    assert vault.get("a") == SECRET
    with pytest.raises(VaultError, match="1,280"):
        vault.set("a", "x" * 1281)
    vault.delete("a")
    assert vault.get("a") is None
    vault.set("b", SECRET)
    assert KeyringVault(backend=backend).get("b") is None
    assert not getattr(backend, "entries", {})


def test_of_a_chain_the_first_usable_link_is_taken() -> None:
    first, second = MemoryKeyring(), MemoryKeyring()
    vault = KeyringVault(backend=chain(fail.Keyring(), chain(first), second))
    vault.set("a", SECRET)
    assert first.entries
    assert not second.entries
    assert vault.persistent


def test_a_locked_keyring_loses_nothing_and_does_not_ask_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = Lockable()
    backend.entries["Billing Bridge", "old"] = "kept"
    vault = KeyringVault(backend=backend)
    for _ in range(5):
        with pytest.raises(VaultError, match="locked") as caught:
            vault.get("old")
    assert caught.value.retryable
    assert "Unlock" in caught.value.advice
    vault.set("new", SECRET)
    assert vault.get("new") == SECRET
    assert not vault.persistent
    with pytest.raises(VaultError, match="locked"):
        vault.delete("old")
    assert backend.asked == 1
    backend.locked = False
    monkeypatch.setattr(module, "ASK_AGAIN_AFTER", 0.0)
    vault._ask_again = 0.0
    assert vault.get("old") == "kept"
    vault.set("new", SECRET)
    assert vault.persistent
    assert backend.entries["Billing Bridge", "new"] == SECRET


def test_a_keyring_that_gets_locked_later() -> None:
    backend = Lockable()
    backend.locked = False
    vault = KeyringVault(backend=backend)
    vault.set("a", SECRET)
    backend.locked = True
    with pytest.raises(VaultError, match="locked"):
        vault.set("a", "newer")
    vault.keep_for_now("a", "newer")
    assert vault.get("a") == "newer"
    assert not vault.persistent


def test_what_is_kept_for_now_stands_until_it_is_stored(memory_keyring: MemoryKeyring) -> None:
    vault = KeyringVault()
    vault.set("a", "old")
    vault.keep_for_now("a", "new")
    assert vault.get("a") == "new"
    assert not vault.persistent
    assert memory_keyring.entries["Billing Bridge", "a"] == "old"
    vault.set("a", "new")
    assert vault.persistent
    assert memory_keyring.entries["Billing Bridge", "a"] == "new"


def test_what_was_stored_is_read_back() -> None:
    with pytest.raises(VaultError, match="give back"):
        KeyringVault(backend=Forgetful()).set("a", SECRET)


def test_no_secret_in_an_errors_text() -> None:
    with pytest.raises(VaultError) as caught:
        KeyringVault(backend=Talkative()).set("a", SECRET)
    error = caught.value
    assert SECRET not in f"{error} {error.detail} {error.advice} {error.__cause__}"
    assert error.__suppress_context__


def test_the_log_is_told_every_secret() -> None:
    backend = MemoryKeyring()
    seen: list[str] = []
    KeyringVault(backend=backend, seen=seen.append).set("a", "first")
    other = KeyringVault(backend=backend, seen=seen.append)
    other.get("a")
    other.keep_for_now("b", "second")
    assert set(seen) == {"first", "second"}


def test_a_backend_that_cannot_be_loaded(
    monkeypatch: pytest.MonkeyPatch,
    expect_log,  # type: ignore[no-untyped-def]
) -> None:
    def broken() -> KeyringBackend:
        raise ModuleNotFoundError("no such backend")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    expect_log("No keyring could be loaded")
    vault = KeyringVault()
    vault.set("a", SECRET)
    assert not vault.persistent


def test_many_threads(memory_keyring: MemoryKeyring) -> None:
    vault = KeyringVault()

    def work(number: int) -> None:
        for turn in range(20):
            vault.set(f"n{number}", f"{number}-{turn}")
            assert vault.get(f"n{number}") == f"{number}-{turn}"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert len(memory_keyring.entries) == 8


CHILD = """
import sys
from desktop_app.storage.vault import KeyringVault
vault = KeyringVault("Billing Bridge (test)")
if sys.argv[1] == "set":
    vault.set("workspace-1/quickbooks/refresh-token", "x" * 1280)
    vault.set("workspace-1/ninjaone/refresh-token", "\\u00fc-second")
print(vault.get("workspace-1/quickbooks/refresh-token") == "x" * 1280)
print(vault.get("workspace-1/ninjaone/refresh-token") == "\\u00fc-second")
if sys.argv[1] == "delete":
    vault.delete("workspace-1/quickbooks/refresh-token")
    vault.delete("workspace-1/quickbooks/refresh-token")
    print(vault.get("workspace-1/quickbooks/refresh-token"))
print(vault.persistent, vault.backend)
"""


def test_a_real_secret_service(secret_service: dict[str, str]) -> None:
    """Stored by one process, read by the next, forgotten by the third."""

    def run(what: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, what],
            env={**os.environ, **secret_service, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    name = "True SecretService Keyring"
    assert run("set") == ["True", "True", name]
    assert run("get") == ["True", "True", name]
    assert run("delete") == ["True", "True", "None", name]
    assert run("get") == ["False", "True", name]
