"""Stand-ins for the QuickBooks engine and the data, until both are in."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import (
    CompanySeed,
    IntuitApp,
    IntuitUser,
    NinjaOneApp,
    Seed,
    TenantSeed,
)
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


def build(size: str, seed: int) -> Seed:
    companies = [
        CompanySeed("9341450000000001", "Tidewater IT Services", "US", {}, {}, {}),
        CompanySeed("9341450000000002", "Quayside Networks Ltd", "GB", {}, {}, {}),
    ]
    realms = [one.realm_id for one in companies]
    users = [
        IntuitUser("owner@tidewater.example", "sample-owner", "Dana", "Reyes", None, realms[:1]),
        IntuitUser("both@tidewater.example", "sample-both", "Ana", "Silva", "123456", realms),
        IntuitUser("clerk@tidewater.example", "sample-clerk", "Lee", "Ng", None, [], realms[:1]),
    ]
    return Seed(
        size,
        seed,
        users,
        companies,
        TenantSeed([], [], [], [], [], [], [], []),
        [
            IntuitApp(
                "SIMintuitClientId1",
                "SIMintuitSecret1",
                ["https://billing.example/connected", "http://localhost:8000/callback"],
            )
        ],
        [
            NinjaOneApp(
                "native",
                "sim-native",
                "",
                "http://localhost:8888/",
                ["monitoring", "management", "offline_access"],
            ),
            NinjaOneApp(
                "web",
                "sim-web",
                "sim-web-secret",
                "https://billing.example/ninjaone",
                ["monitoring", "management", "control", "offline_access"],
            ),
            NinjaOneApp(
                "machine",
                "sim-machine",
                "sim-machine-secret",
                "",
                ["monitoring", "management", "control"],
            ),
        ],
    )
