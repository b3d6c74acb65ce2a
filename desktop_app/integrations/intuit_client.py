"""intuitlib's client, made safe to use.

Everything it sends and receives passes :meth:`Client.request`, which sets the time-outs, keeps
.netrc out, follows no redirect with a secret, and hands intuitlib a stand-in answer made of the
checked values alone. So an answer can neither overwrite the session's own attributes, nor bring
an id token whose check would fetch keys without a time-out, nor raise a JSON error half way.
"""

from __future__ import annotations

import io
import re
import time
from typing import Annotated, Any, TypeVar

import requests
from intuitlib.client import AuthClient
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from desktop_app.integrations.failures import converted
from desktop_app.integrations.http import (
    USER_AGENT,
    Patience,
    is_safe_address,
    log_call,
    surroundings,
)
from desktop_app.integrations.wire import NotJson, read_json

SERVICE = "Intuit"
_TID = "intuit_tid"

_Model = TypeVar("_Model", bound=BaseModel)


def _safe(address: str) -> str:
    if not is_safe_address(address):
        raise ValueError("not an https address")
    return address


Address = Annotated[str, AfterValidator(_safe)]
# What can stand in a header: no blanks, line ends or control characters.
Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=8192)]
Seconds = Annotated[int, Field(ge=1, le=10**9)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Discovery(_Answer):
    """What intuitlib reads of the discovery document (sheet 1.1)."""

    issuer: str
    authorization_endpoint: Address
    token_endpoint: Address
    userinfo_endpoint: Address
    revocation_endpoint: Address
    jwks_uri: Address


class Tokens(_Answer):
    """A token answer (sheet 1.5), without its id token."""

    access_token: Token
    expires_in: Seconds = 3600
    refresh_token: Token | None = None
    x_refresh_token_expires_in: Seconds | None = None


class User(_Answer):
    """A userinfo answer (sheet 1.6)."""

    email: str = ""
    givenName: str = ""  # noqa: N815 - the service's spelling
    familyName: str = ""  # noqa: N815


class Refusal(Exception):
    """A status other than 200. error: OAuth's error word, "" if the body holds none.

    foreign: the token belongs to other keys (one known description). Never shown as it is.
    """

    def __init__(self, status: int, error: str, foreign: bool, reference: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.error = error
        self.foreign = foreign
        self.detail = f"Intuit HTTP {status}, error {error or 'none'}, reference {reference or '-'}"


class Unreadable(Exception):
    """Status 200 with something else than the answer expected. detail: for the log."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class Client(AuthClient):  # type: ignore[misc]  # intuitlib has no types
    """For one call by one thread. The constructor goes online unless *known* is given.

    Every method raises Refusal, Unreadable, or the NetworkErrors of :mod:`failures`.
    """

    def __init__(
        self,
        client_id: str,
        secret: str,
        redirect_uri: str,
        discovery_url: str,
        patience: Patience,
        known: Discovery | None = None,
    ) -> None:
        self._patience = patience
        self._known = known
        self.discovery: Discovery | None = None
        super().__init__(client_id, secret, redirect_uri, discovery_url)

    def exchange(self, code: str, realm_id: str) -> Tokens:
        self.get_bearer_token(code, realm_id=realm_id)
        return self._tokens()

    def renew(self, refresh_token: str) -> Tokens:
        self.refresh(refresh_token)
        return self._tokens()

    def user(self, access_token: str) -> User:
        return _checked(User, self.get_user_info(access_token).content)

    def request(self, method: str, url: str, **arguments: Any) -> requests.Response:
        finding = self.discovery is None
        if finding and self._known is not None:
            self.discovery = self._known
            return _stand_in(self._known)
        self.trust_env = False  # the constructor of Session has just switched it on
        self.headers["User-Agent"] = USER_AGENT
        arguments |= surroundings(url)
        arguments["timeout"] = (self._patience.connect, self._patience.read)
        arguments["allow_redirects"] = finding
        started = time.monotonic()
        try:
            response = super().request(method, url, **arguments)
        except (requests.RequestException, OSError, ValueError) as error:
            raise converted(error, SERVICE, url) from None
        assert isinstance(response, requests.Response)
        log_call(method, url, response.status_code, response.headers.get(_TID, ""), started)
        if response.status_code != 200:
            raise _refusal(response)
        if finding:
            self.discovery = _checked(Discovery, response.content)
            return _stand_in(self.discovery)
        if url == self.token_endpoint:
            return _stand_in(_checked(Tokens, response.content))
        if url == self.user_info_url:
            return _stand_in(_checked(User, response.content))
        return _stand_in(None)

    def _tokens(self) -> Tokens:
        return Tokens(
            access_token=self.access_token,
            expires_in=self.expires_in,
            refresh_token=self.refresh_token,
            x_refresh_token_expires_in=self.x_refresh_token_expires_in,
        )


def _checked(model: type[_Model], body: bytes) -> _Model:
    try:
        return model.model_validate(read_json(body))
    except NotJson:
        raise Unreadable(f"{model.__name__}: {len(body)} bytes that are not JSON") from None
    except ValidationError as error:
        places = sorted({".".join(map(str, one["loc"])) for one in error.errors()})
        raise Unreadable(f"{model.__name__}: unusable {', '.join(places)}") from None


def _stand_in(model: BaseModel | None) -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response.encoding = "utf-8"
    body = b"" if model is None else model.model_dump_json(exclude_none=True).encode()
    response.raw = io.BytesIO(body)
    return response


def _refusal(response: requests.Response) -> Refusal:
    error = description = ""
    try:
        body = read_json(response.content)
    except NotJson:
        body = None
    if isinstance(body, dict):
        word = body.get("error")
        # The word is shown and logged, so only what looks like one of OAuth's is taken over.
        if isinstance(word, str) and re.fullmatch(r"[a-z_]{1,40}", word):
            error = word
        description = str(body.get("error_description", ""))
    reference = response.headers.get(_TID, "")
    foreign = "clientid" in description.replace(" ", "").casefold()
    return Refusal(response.status_code, error, foreign, reference)
