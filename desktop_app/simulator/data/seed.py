"""The shape of a simulated world before it is served: plain records of plain JSON.

``build(size, seed)`` of this package makes one; the two engines load it. Everything a Seed holds
is JSON-ready (amounts as Decimal), so that a state file can hold it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class IntuitUser:
    """Someone who can type a password at the sign-in page.

    otp: the second factor's code, None where the account has none.
    admin_of: realm ids this user may connect; standard_of: realms seen without that right.
    """

    email: str
    password: str
    given_name: str
    family_name: str
    otp: str | None = None
    admin_of: list[str] = field(default_factory=list)
    standard_of: list[str] = field(default_factory=list)


@dataclass
class CompanySeed:
    """One QuickBooks company. entities: entity name ("Customer") to full answers' objects
    (Id, SyncToken and MetaData included), in ascending Id order."""

    realm_id: str
    name: str
    country: str  # "US", "GB", "CA" ...
    company_info: Json
    preferences: Json
    entities: dict[str, list[Json]]


@dataclass
class TenantSeed:
    """One NinjaOne tenant, as the detail routes answer; list rows are derived from them.

    archived_organizations are not listed any more but invoices may still name them.
    """

    organizations: list[Json]
    archived_organizations: list[Json]
    locations: list[Json]
    contacts: list[Json]
    accounts: list[Json]
    products: list[Json]
    agreements: list[Json]
    invoices: list[Json]


@dataclass
class IntuitApp:
    client_id: str
    client_secret: str
    redirect_uris: list[str]


@dataclass
class NinjaOneApp:
    """type: "native", "web" or "machine"."""

    type: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scopes: list[str]


@dataclass
class Seed:
    size: str
    seed: int
    users: list[IntuitUser]
    companies: list[CompanySeed]
    tenant: TenantSeed
    apps: list[IntuitApp]
    ninjaone_apps: list[NinjaOneApp]
