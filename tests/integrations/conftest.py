from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.integrations.http import Patience
from tests.integrations.stub import Stub


@pytest.fixture
def stub() -> Iterator[Stub]:
    server = Stub()
    yield server
    server.close()


@pytest.fixture
def quick() -> Patience:
    """Time-outs and pauses that a test need not wait for."""
    return Patience(connect=2, read=0.3, attempts=3, backoff=0.001, longest_pause=0.01)


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
