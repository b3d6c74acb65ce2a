"""One refresh at a time; the new token is stored before it is used."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from desktop_app.errors import NetworkError, ReconnectNeeded
from desktop_app.services.api import Service
from desktop_app.services.logins import Logins, secret_name
from tests.domain.builders import WORKSPACE
from tests.services.fakes import (
    FakeClock,
    MemoryVault,
    MemoryWorkspaces,
    RotatingSignIn,
    ThreadLocks,
)

NAME = secret_name(1, Service.QUICKBOOKS, "refresh-token")


class Desk:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.vault = MemoryVault()
        self.vault.secrets[NAME] = "rt-0"
        self.workspaces = MemoryWorkspaces(replace(WORKSPACE, ninjaone_connected=True))
        self.intuit = RotatingSignIn(self.clock, self.vault)
        self.locks = ThreadLocks()
        self.logins = self.make()
        self.keeper = self.logins.keeper(1, Service.QUICKBOOKS)

    def make(self) -> Logins:
        unused: Any = None
        sign_in: Any = self.intuit
        return Logins(workspaces=self.workspaces, vault=self.vault, locks=self.locks,
                      intuit=sign_in, ninjaone=unused, clock=self.clock)  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_stored_before_it_is_used(desk: Desk) -> None:
    assert desk.keeper.token() == "at-1"
    assert desk.vault.secrets[NAME] == "rt-1"
    assert desk.workspaces.current().refresh_token_expires_at is not None


def test_an_access_token_is_used_until_five_minutes_before_its_end(desk: Desk) -> None:
    desk.keeper.token()
    desk.clock.advance(minutes=54)
    assert desk.keeper.token() == "at-1"
    desk.clock.advance(minutes=2)
    assert desk.keeper.token() == "at-2"


def test_many_threads_one_refresh(desk: Desk) -> None:
    barrier = threading.Barrier(8)
    got: list[str] = []

    def ask() -> None:
        barrier.wait()
        got.append(desk.keeper.token())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["at-1"] * 8
    assert len(desk.intuit.calls) == 1


def test_a_401_renews_once_for_all_who_saw_it(desk: Desk) -> None:
    stale = desk.keeper.token()
    assert desk.keeper.renew(stale) == "at-2"
    assert desk.keeper.renew(stale) == "at-2"


def test_what_another_process_stored_is_read_again(desk: Desk) -> None:
    desk.keeper.token()
    other = desk.make().keeper(1, Service.QUICKBOOKS)
    other.token()
    desk.clock.advance(hours=1)
    assert desk.keeper.token() == "at-3"


def test_a_dead_login_is_forgotten_and_said(desk: Desk) -> None:
    desk.intuit.errors.append(ReconnectNeeded("Ended."))
    with pytest.raises(ReconnectNeeded):
        desk.keeper.token()
    assert NAME not in desk.vault.secrets
    assert not desk.workspaces.current().quickbooks_connected
    with pytest.raises(ReconnectNeeded, match="no saved"):
        desk.keeper.token()
    assert len(desk.intuit.calls) == 1


def test_no_network_keeps_the_login(desk: Desk) -> None:
    desk.intuit.errors.append(NetworkError("No route."))
    with pytest.raises(NetworkError):
        desk.keeper.token()
    assert desk.vault.secrets[NAME] == "rt-0"
    assert desk.keeper.token() == "at-2"


def test_a_locked_keyring_does_not_lose_the_rotated_token(desk: Desk, expect_log: Any) -> None:
    expect_log("could not be stored")
    desk.vault.failing = True
    assert desk.keeper.token() == "at-1"
    assert desk.vault.secrets[NAME] == "rt-1"


def test_a_login_that_is_gone_is_not_connected(desk: Desk) -> None:
    del desk.vault.secrets[NAME]
    desk.logins.reconcile()
    workspace = desk.workspaces.current()
    assert (workspace.quickbooks_connected, workspace.ninjaone_connected) == (False, False)
    assert workspace.activated_at == WORKSPACE.activated_at
