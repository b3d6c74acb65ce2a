"""What a bearer token stands for, as the sign-in side tells the API engines."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TokenInfo:
    """An access token that was issued at some time; expired or revoked ones are told apart.

    realm_id: the one company that the grant is bound to. user_email: who consented.
    """

    client_id: str
    realm_id: str
    user_email: str
    scopes: frozenset[str]
    expired: bool = False
    revoked: bool = False

    @property
    def usable(self) -> bool:
        return not (self.expired or self.revoked)
