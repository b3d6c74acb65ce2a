"""Reading the address at which a sign-in ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from desktop_app.domain.ports import SignInRequest
from desktop_app.errors import SignInError
from desktop_app.progress import Progress
from desktop_app.services.api import Service


@dataclass(frozen=True, slots=True)
class Redirected:
    """What a good redirect carries. realm_id is "" for NinjaOne."""

    code: str
    realm_id: str

    def __repr__(self) -> str:  # the code must not reach a log by accident
        return f"Redirected(realm_id={self.realm_id!r})"


def new_state() -> str:
    """256 random bits for the state parameter."""
    return secrets.token_urlsafe(32)


def read_redirect(service: Service, request: SignInRequest, address: str) -> Redirected:
    """Check *address* against *request*. Raises SignInError with what happened and what to do."""
    parts = urlsplit(address.strip())
    if not _same_place(parts, urlsplit(request.redirect_uri)):
        raise SignInError(
            "That is not the address at which the sign-in ends.",
            advice=f"Copy the whole address that begins with {request.redirect_uri}",
        )
    values = {name: found[0] for name, found in parse_qs(parts.query).items()}
    if not secrets.compare_digest(values.get("state", "").encode(), request.state.encode()):
        raise SignInError(
            "The answer does not belong to this sign-in, so it was not used.",
            title="Wrong sign-in answer",
            advice="Start again with Enable, and finish in the same window.",
        )
    if "error" in values:
        raise _refused(service, values["error"])
    code, realm_id = values.get("code", ""), values.get("realmId", "")
    if not code:
        raise SignInError(
            f"{service.value} sent no sign-in code.",
            advice="Start again. If it happens again, check the app's redirect address.",
        )
    if service is Service.QUICKBOOKS and not realm_id.isdigit():
        raise SignInError(
            "Intuit did not say which company was chosen.",
            advice="Start again and choose a QuickBooks company before Connect.",
        )
    return Redirected(code, realm_id if service is Service.QUICKBOOKS else "")


def _same_place(left: SplitResult, right: SplitResult) -> bool:
    def key(parts: SplitResult) -> tuple[str, str, int | None, str]:
        return parts.scheme.lower(), (parts.hostname or "").lower(), parts.port, parts.path or "/"

    try:
        return key(left) == key(right)
    except ValueError:  # a port that is no number
        return False


def _refused(service: Service, error: str) -> SignInError:
    """The OAuth error values that both services know, in words (QuickBooks sheet 1.3)."""
    if error == "access_denied":
        return SignInError(
            f"The connection was refused on {service.value}'s page, so nothing was connected.",
            title="Not connected",
            advice="Choose Enable again, and Connect on the last page.",
        )
    if error in ("unauthorized_client", "invalid_scope", "invalid_request",
                 "unsupported_response_type"):  # fmt: skip
        return SignInError(
            f"{service.value} does not let this app sign in ({error}).",
            advice="Check the app's keys, its grants and its redirect address in Settings.",
        )
    return SignInError(
        f"{service.value} had a problem of its own ({error[:60]}).",
        advice="Wait a few minutes, then try again.",
        retryable=True,
    )


class FixedToken:
    """AccessTokens for a login that is not stored yet."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self, progress: Progress | None = None) -> str:
        return self._token

    def renew(self, stale: str, progress: Progress | None = None) -> str:
        raise SignInError("The new login was refused at once.", advice="Start again with Enable.")
