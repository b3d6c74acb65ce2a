"""Codes and tokens of the NinjaOne side.

Refresh tokens rotate at every use and the old one dies at once (fact sheet, 1.4). Lifetimes: codes
five minutes and unused refresh tokens 30 days (assumed), access tokens one hour.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.ids import opaque

CODE_LIFE = 300
ACCESS_LIFE = 3600
REFRESH_LIFE = 30 * 24 * 3600


@dataclass
class Code:
    value: str
    client_id: str
    redirect_uri: str
    email: str
    scopes: list[str]
    challenge: str | None
    ends: float
    used: bool = False


@dataclass
class Grant:
    """email is None for a machine-to-machine app."""

    id: str
    client_id: str
    email: str | None
    scopes: list[str]
    refresh_token: str | None = None
    refresh_ends: float = 0.0
    revoked: bool = False


@dataclass
class _Access:
    value: str
    grant_id: str
    ends: float


class GrantStore:
    """Not locked: the service holds its lock around every call."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._codes: dict[str, Code] = {}
        self._grants: dict[str, Grant] = {}
        self._access: dict[str, _Access] = {}

    def issue_code(
        self,
        client_id: str,
        redirect_uri: str,
        email: str,
        scopes: list[str],
        challenge: str | None,
    ) -> str:
        value = "sim-code-" + opaque(40)
        ends = self._clock.timestamp() + CODE_LIFE
        self._codes[value] = Code(value, client_id, redirect_uri, email, scopes, challenge, ends)
        return value

    def take_code(self, value: str) -> Code | None:
        """The code if it can still be redeemed; it cannot be afterwards."""
        code = self._codes.get(value)
        if code is None or code.used or self._clock.timestamp() > code.ends:
            return None
        code.used = True
        return code

    def open(self, client_id: str, email: str | None, scopes: list[str]) -> Grant:
        grant = Grant(opaque(16), client_id, email, list(scopes))
        self._grants[grant.id] = grant
        if "offline_access" in scopes and email is not None:
            self.rotate(grant)
        return grant

    def rotate(self, grant: Grant) -> None:
        grant.refresh_token = "sim-rt-" + opaque(43)
        grant.refresh_ends = self._clock.timestamp() + REFRESH_LIFE

    def find_refresh(self, value: str, client_id: str) -> Grant | None:
        for grant in self._grants.values():
            if (
                grant.refresh_token == value
                and grant.client_id == client_id
                and not grant.revoked
                and self._clock.timestamp() <= grant.refresh_ends
            ):
                return grant
        return None

    def issue_access(self, grant: Grant) -> str:
        value = "sim-at-" + opaque(43)
        self._access[value] = _Access(value, grant.id, self._clock.timestamp() + ACCESS_LIFE)
        return value

    def find_access(self, value: str) -> Grant | None:
        """The grant behind a token that still works."""
        token = self._access.get(value)
        if token is None or self._clock.timestamp() >= token.ends:
            return None
        grant = self._grants[token.grant_id]
        return None if grant.revoked else grant

    def revoke(self, value: str, client_id: str) -> None:
        """A refresh token takes its grant along, an access token goes alone (RFC 7009)."""
        grant = self.find_refresh(value, client_id)
        if grant is not None:
            grant.revoked = True
            return
        token = self._access.get(value)
        if token is not None and self._grants[token.grant_id].client_id == client_id:
            del self._access[value]

    def dump(self) -> dict[str, Any]:
        return {
            "codes": [asdict(one) for one in self._codes.values()],
            "grants": [asdict(one) for one in self._grants.values()],
            "access": [asdict(one) for one in self._access.values()],
        }

    def load(self, state: dict[str, Any]) -> None:
        self._codes = {
            one["value"]: Code(**{**one, "ends": float(one["ends"])}) for one in state["codes"]
        }
        self._grants = {
            one["id"]: Grant(**{**one, "refresh_ends": float(one["refresh_ends"])})
            for one in state["grants"]
        }
        self._access = {
            one["value"]: _Access(**{**one, "ends": float(one["ends"])}) for one in state["access"]
        }
