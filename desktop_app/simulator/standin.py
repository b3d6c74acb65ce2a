"""A stand-in for the QuickBooks engine until it is in."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import CompanySeed
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.tokens import TokenInfo


class QuickBooks:
    def __init__(self, clock: SimClock, faults: Faults, companies: list[CompanySeed]) -> None:
        pass

    def handle(self, _request: Request, _grant: TokenInfo | None) -> Response:
        return Response("", status=501)

    def dump(self) -> dict[str, Any]:
        return {}

    def load(self, state: dict[str, Any]) -> None:
        pass

    def metered_reads(self, _realm_id: str) -> int:
        return 0

    def summary(self, _realm_id: str) -> dict[str, Any]:
        return {}
