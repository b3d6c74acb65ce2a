"""Authorization codes, grants and tokens of the Intuit side.

Lifetimes are those of the fact sheet (1.3, 1.5): codes 10 minutes (assumed), access tokens
60 minutes, refresh values 101 days from the day they were made, grants five years.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.ids import derived, opaque

CODE_LIFE = 600
ACCESS_LIFE = 3600
REFRESH_LIFE = 8_726_400
GRANT_LIFE = 157_680_000
ROTATE_AFTER = 24 * 3600


class GrantError(Exception):
    """Why the token endpoint refuses; ``description`` as the service words it."""

    def __init__(self, description: str | None) -> None:
        super().__init__(description)
        self.description = description


@dataclass
class Grant:
    """One user's permission for one app and one company. Instants are epoch seconds."""

    id: str
    client_id: str
    email: str
    realm_id: str
    scopes: list[str]
    created: float
    refresh_token: str
    refresh_born: float
    revoked: bool = False
    superseded: list[str] = field(default_factory=list)

    @property
    def refresh_ends(self) -> float:
        return min(self.refresh_born + REFRESH_LIFE, self.hard_ends)

    @property
    def hard_ends(self) -> float:
        return self.created + GRANT_LIFE


@dataclass
class Code:
    value: str
    client_id: str
    redirect_uri: str
    email: str
    realm_id: str
    scopes: list[str]
    issued: float
    grant_id: str | None = None


@dataclass
class AccessToken:
    value: str
    grant_id: str
    ends: float
    revoked: bool = False


def new_refresh_value() -> str:
    return "RT1-" + opaque(46)


def _new_access_value() -> str:
    return "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0.." + ".".join(
        (opaque(22), opaque(740), opaque(22))
    )


class GrantStore:
    """Not locked: the Intuit service holds its lock around every call."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self.grants: dict[str, Grant] = {}
        self._codes: dict[str, Code] = {}
        self._access: dict[str, AccessToken] = {}
        self._by_refresh: dict[str, str] = {}

    def issue_code(
        self, client_id: str, redirect_uri: str, email: str, realm_id: str, scopes: list[str]
    ) -> str:
        value = "XAB" + opaque(47)
        self._codes[value] = Code(
            value, client_id, redirect_uri, email, realm_id, scopes, self._clock.timestamp()
        )
        return value

    def open(
        self,
        client_id: str,
        email: str,
        realm_id: str,
        scopes: list[str],
        refresh_token: str | None = None,
    ) -> Grant:
        now = self._clock.timestamp()
        grant = Grant(
            id=opaque(16),
            client_id=client_id,
            email=email,
            realm_id=realm_id,
            scopes=list(scopes),
            created=now,
            refresh_token=refresh_token or new_refresh_value(),
            refresh_born=now,
        )
        self.grants[grant.id] = grant
        self._by_refresh[grant.refresh_token] = grant.id
        return grant

    def open_ready_made(
        self, seed: int, client_id: str, email: str, realm_id: str, scopes: list[str]
    ) -> Grant:
        """A grant whose refresh token depends on the seed and company alone."""
        value = "RT1-" + derived(46, str(seed), client_id, realm_id)
        return self.open(client_id, email, realm_id, scopes, value)

    def redeem_code(
        self, value: str, client_id: str, redirect_uri: str, *, used: bool, expired: bool
    ) -> Grant:
        """Exchange a code once. A second exchange also ends what the first one gave.

        Raises:
            GrantError: unknown, used, too old, or made for other keys or another address.
        """
        code = self._codes.get(value)
        if code is None:
            raise GrantError("Invalid authorization code")
        if code.client_id != client_id:
            raise GrantError("Incorrect Token type or clientID")
        if code.grant_id is not None or used:
            if code.grant_id is not None:
                self.revoke_grant(self.grants[code.grant_id])
            raise GrantError("Invalid authorization code")
        if expired or self._clock.timestamp() > code.issued + CODE_LIFE:
            raise GrantError("Invalid authorization code")
        if code.redirect_uri != redirect_uri:
            raise GrantError("Invalid authorization code")
        grant = self.open(client_id, code.email, code.realm_id, code.scopes)
        code.grant_id = grant.id
        return grant

    def find_refresh(self, value: str, client_id: str) -> Grant:
        """The live grant whose newest refresh value this is.

        Raises:
            GrantError: unknown, superseded, revoked, too old, an access token, or other keys.
        """
        if value in self._access:
            raise GrantError("Incorrect Token type or clientID")
        grant_id = self._by_refresh.get(value)
        if grant_id is None:
            raise GrantError("Incorrect or invalid refresh token")
        grant = self.grants[grant_id]
        if grant.client_id != client_id:
            raise GrantError("Incorrect Token type or clientID")
        if grant.revoked:
            raise GrantError("Token invalid")
        if value != grant.refresh_token or self._clock.timestamp() > grant.refresh_ends:
            raise GrantError("Incorrect or invalid refresh token")
        return grant

    def refresh(self, grant: Grant, *, rotate: bool) -> None:
        """Give a new refresh value when the present one is a day old, or when told to."""
        now = self._clock.timestamp()
        if rotate or now - grant.refresh_born >= ROTATE_AFTER:
            grant.superseded.append(grant.refresh_token)
            grant.refresh_token = new_refresh_value()
            grant.refresh_born = now
            self._by_refresh[grant.refresh_token] = grant.id

    def issue_access(self, grant: Grant) -> AccessToken:
        now = self._clock.timestamp()
        token = AccessToken(_new_access_value(), grant.id, now + ACCESS_LIFE)
        self._access[token.value] = token
        return token

    def find_access(self, value: str) -> tuple[AccessToken, Grant] | None:
        token = self._access.get(value)
        return None if token is None else (token, self.grants[token.grant_id])

    def access_expired(self, token: AccessToken) -> bool:
        return self._clock.timestamp() >= token.ends

    def revoke(self, value: str, client_id: str) -> bool:
        """End the grant that either kind of token belongs to; False when there is none."""
        grant_id = self._by_refresh.get(value)
        if grant_id is None:
            token = self._access.get(value)
            if token is None or token.revoked:
                return False
            grant_id = token.grant_id
        grant = self.grants[grant_id]
        if grant.client_id != client_id or grant.revoked:
            return False
        self.revoke_grant(grant)
        return True

    def revoke_grant(self, grant: Grant) -> None:
        grant.revoked = True
        for token in self._access.values():
            if token.grant_id == grant.id:
                token.revoked = True

    def dump(self) -> dict[str, Any]:
        return {
            "grants": [asdict(grant) for grant in self.grants.values()],
            "codes": [asdict(code) for code in self._codes.values()],
            "access": [asdict(token) for token in self._access.values()],
        }

    def load(self, state: dict[str, Any]) -> None:
        self.grants = {one["id"]: Grant(**_floats(one)) for one in state["grants"]}
        self._codes = {one["value"]: Code(**_floats(one)) for one in state["codes"]}
        self._access = {one["value"]: AccessToken(**_floats(one)) for one in state["access"]}
        self._by_refresh = {
            value: grant.id
            for grant in self.grants.values()
            for value in (*grant.superseded, grant.refresh_token)
        }


def _floats(record: dict[str, Any]) -> dict[str, Any]:
    """Instants come back from a state file as Decimal."""
    instants = {"created", "refresh_born", "issued", "ends"}
    return {key: float(value) if key in instants else value for key, value in record.items()}
