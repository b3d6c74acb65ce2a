"""Intuit's own Python client against the simulator, unchanged but for the discovery address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import jwt
import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError

from desktop_app.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.simulator_fixtures import Browser

# Of Python 3.12 and newer; intuitlib asks for the time in the old way.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")


@pytest.fixture
def client(simulator: Simulator) -> Iterator[AuthClient]:
    app = simulator.intuit.apps[0]
    made = AuthClient(
        app.client_id,
        app.client_secret,
        app.redirect_uris[0],
        environment=simulator.urls["intuit_discovery"],
    )
    yield made
    made.close()


def connect(
    simulator: Simulator, browser: Browser, client: AuthClient, scopes: list[Scopes]
) -> str:
    """The whole code flow; the realm id."""
    one = next(one for one in simulator.intuit.users if len(one.admin_of) == 1)
    browser.open(client.get_authorization_url(scopes, state_token="state-1"))
    if browser.page == "sign-in":
        browser.sign_in(one.email, one.password, one.otp)
    browser.submit("connect")
    assert browser.answer["state"] == "state-1"
    client.get_bearer_token(browser.answer["code"], realm_id=browser.answer["realmId"])
    return browser.answer["realmId"]


def test_discovery_at_every_address(simulator: Simulator) -> None:
    app = simulator.intuit.apps[0]
    found = set()
    for name in ("openid_configuration", "openid_sandbox_configuration"):
        for slash in ("", "/"):
            address = f"{simulator.base}/.well-known/{name}{slash}"
            with AuthClient(app.client_id, app.client_secret, "x", environment=address) as one:
                found.add((one.auth_endpoint, one.token_endpoint, one.revoke_endpoint))
                found.add((one.user_info_url, one.issuer_uri, one.jwks_uri))
    assert len(found) == 2


def test_code_flow(simulator: Simulator, browser: Browser, client: AuthClient) -> None:
    realm = connect(simulator, browser, client, [Scopes.ACCOUNTING])
    assert client.realm_id == realm
    assert client.expires_in == 3600
    assert client.x_refresh_token_expires_in == 8726400
    assert client.id_token is None
    info = simulator.intuit.look_up(client.access_token)
    assert info is not None
    assert info.realm_id == realm
    assert info.scopes == {"com.intuit.quickbooks.accounting"}


def test_identity_is_signed_and_accepted(
    simulator: Simulator, browser: Browser, client: AuthClient
) -> None:
    scopes = [Scopes.ACCOUNTING, Scopes.OPENID, Scopes.EMAIL, Scopes.PROFILE]
    realm = connect(simulator, browser, client, scopes)
    # The client drops a token whose signature, issuer or audience does not fit.
    assert client.id_token is not None
    claims = jwt.decode(client.id_token, options={"verify_signature": False})
    assert claims["realmid"] == realm
    assert claims["aud"] == [client.client_id]
    keys = jwt.PyJWKSet.from_dict(requests.get(client.jwks_uri, timeout=20).json())
    signed, _, signature = client.id_token.rpartition(".")
    forged = f"{signed}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(forged, keys["simulator-1"].key, audience=client.client_id, algorithms=["RS256"])
    answer = client.get_user_info()
    assert answer.json()["sub"] == claims["sub"]
    assert client.email == "" or client.email.endswith(".example")


def test_refresh_rotation_and_revoke(
    simulator: Simulator, browser: Browser, client: AuthClient
) -> None:
    connect(simulator, browser, client, [Scopes.ACCOUNTING, Scopes.OPENID])
    first_access, first_refresh = client.access_token, client.refresh_token
    client.include_refresh_token_hard_expires_in = True
    client.refresh()
    assert client.access_token != first_access
    assert client.refresh_token == first_refresh
    assert client.x_refresh_token_hard_expires_in == pytest.approx(157680000, abs=30)
    simulator.clock.advance(25 * 3600)
    client.refresh()
    assert client.refresh_token != first_refresh
    with pytest.raises(AuthClientError) as refused:
        client.refresh(refresh_token=first_refresh)
    assert refused.value.status_code == 400
    assert b"invalid_grant" in refused.value.content
    assert refused.value.intuit_tid
    assert client.revoke() is True
    with pytest.raises(AuthClientError):
        client.refresh()


def test_ready_made_token(simulator: Simulator, client: AuthClient) -> None:
    client.refresh(refresh_token=simulator.announcement()["companies"][0]["refresh_token"])
    assert client.access_token


def test_wrong_secret(simulator: Simulator) -> None:
    app = simulator.intuit.apps[0]
    discovery = simulator.urls["intuit_discovery"]
    with AuthClient(app.client_id, "wrong", "x", environment=discovery) as client:
        with pytest.raises(AuthClientError) as refused:
            client.get_bearer_token("bogus")
        assert refused.value.status_code == 401
    # Right keys and a bogus code is how an app checks its keys without a browser.
    with AuthClient(app.client_id, app.client_secret, "x", environment=discovery) as client:
        with pytest.raises(AuthClientError) as refused:
            client.get_bearer_token("bogus")
        assert b"invalid_grant" in refused.value.content
