"""Who may sign in, and with which app keys. All of it is sample data and protects nothing.

| User | Password | Second factor | May connect |
|---|---|---|---|
| admin@tidewater.example | demo-Password1 | none | the first two companies |
| owner@tidewater.example | demo-Password2 | 246810 | all three |
| books@tidewater-uk.example | demo-Password3 | none | only Tidewater IT Services UK |
| clerk@tidewater.example | demo-Password4 | none | none (standard user of the first) |
"""

from __future__ import annotations

from desktop_app.simulator.data.companies import SHORELINE, TIDEWATER, TIDEWATER_UK
from desktop_app.simulator.data.seed import IntuitApp, IntuitUser, NinjaOneApp

_SCOPES = ["monitoring", "management", "control", "offline_access"]


def users() -> list[IntuitUser]:
    first, second, third = TIDEWATER.realm_id, SHORELINE.realm_id, TIDEWATER_UK.realm_id
    return [
        IntuitUser(
            "admin@tidewater.example", "demo-Password1", "Dana", "Whitaker",
            admin_of=[first, second],
        ),
        IntuitUser(
            "owner@tidewater.example", "demo-Password2", "Marcus", "Tide", otp="246810",
            admin_of=[first, second, third],
        ),
        IntuitUser(
            "books@tidewater-uk.example", "demo-Password3", "Imogen", "Hale", admin_of=[third],
        ),
        IntuitUser(
            "clerk@tidewater.example", "demo-Password4", "Cole", "Barlow", standard_of=[first],
        ),
    ]  # fmt: skip


def apps() -> list[IntuitApp]:
    return [
        IntuitApp(
            "ABsampleBillingBridgeSandboxClientId000000000000001",
            "sampleBillingBridgeSandboxSecret00000001",
            ["https://billing-bridge.example/oauth/callback", "http://localhost:8765/callback"],
        ),
        IntuitApp(
            "ABsampleOtherToolClientId00000000000000000000000002",
            "sampleOtherToolSecret0000000000000000002",
            ["https://other-tool.example/callback"],
        ),
    ]


def ninjaone_apps() -> list[NinjaOneApp]:
    return [
        NinjaOneApp("native", "sample-native-client", "", "http://localhost:8888/", list(_SCOPES)),
        NinjaOneApp(
            "web", "sample-web-client", "sample-web-secret",
            "https://billing-bridge.example/ninjaone/callback", list(_SCOPES),
        ),
        NinjaOneApp(
            "machine", "sample-machine-client", "sample-machine-secret", "",
            ["monitoring", "management", "control"],
        ),
    ]  # fmt: skip
