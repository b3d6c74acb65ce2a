"""The words in which entity schemas are written: kinds of fields and what they accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Shape = Literal["scalar", "object", "list", "reference", "free"]


@dataclass(frozen=True)
class Field:
    """One property.

    shape: scalars carry ``type``; objects and lists carry ``fields`` (a list of scalars carries
        ``type`` too); references carry ``target``, an entity name, or "*" where the target
        depends on another field; free ones hold anything.
    type: text, boolean, integer, decimal, amount, percent, quantity, date, instant, time,
        enumeration, url, email, currency or id.
    low, high: bounds of a text's length, or of a number.
    """

    shape: Shape = "scalar"
    type: str = "text"
    low: int | None = None
    high: int | None = None
    forbidden: str = ""
    values: frozenset[str] = frozenset()
    fields: Mapping[str, Field] = field(default_factory=dict)
    target: str = ""
    required: bool = False
    read_only: bool = False
    queryable: bool = True
    code: str = ""


Fields = Mapping[str, Field]


@dataclass(frozen=True)
class Entity:
    """A resource of the API.

    group: "name" (customers, vendors, employees share their names), "list" or "transaction".
    verbs: of create, read, query, update, delete, void.
    cdc: whether change capture reports it. plural: its family in code 2500.
    """

    name: str
    group: str
    fields: Fields
    verbs: frozenset[str]
    plural: str
    cdc: bool = True
    name_field: str = ""


def text(high: int = 4000, *, low: int = 0, forbidden: str = "") -> Field:
    return Field(low=low, high=high, forbidden=forbidden)


def boolean() -> Field:
    return Field(type="boolean")


def integer(low: int | None = None, high: int | None = None) -> Field:
    return Field(type="integer", low=low, high=high)


def decimal() -> Field:
    return Field(type="decimal")


def amount() -> Field:
    return Field(type="amount")


def percent() -> Field:
    return Field(type="percent", low=0, high=100)


def quantity() -> Field:
    return Field(type="quantity")


def day() -> Field:
    return Field(type="date")


def instant() -> Field:
    return Field(type="instant")


def choice(*values: str, code: str = "2170") -> Field:
    return Field(type="enumeration", values=frozenset(values), code=code)


def url() -> Field:
    return Field(type="url", high=1000)


def email(high: int = 100) -> Field:
    return Field(type="email", high=high)


def currency_code() -> Field:
    return Field(type="currency", high=3)


def identity() -> Field:
    return Field(type="id")


def ref(target: str) -> Field:
    return Field(shape="reference", target=target)


def obj(fields: Fields) -> Field:
    return Field(shape="object", fields=fields, queryable=False)


def many(fields: Fields) -> Field:
    return Field(shape="list", fields=fields, queryable=False)


def free() -> Field:
    """Known to the service, of no consequence here: kept as sent."""
    return Field(shape="free", queryable=False)


def needed(one: Field) -> Field:
    return replace(one, required=True)


def computed(one: Field) -> Field:
    """Read-only: silently ignored in requests."""
    return replace(one, read_only=True)


def hidden(one: Field) -> Field:
    """Not allowed in a query's conditions."""
    return replace(one, queryable=False)


META = {"CreateTime": instant(), "LastUpdatedTime": instant()}

COMMON: Fields = {
    "Id": identity(),
    "SyncToken": Field(type="integer", queryable=False),
    "domain": hidden(text(10)),
    "sparse": hidden(boolean()),
    "MetaData": computed(obj(META)),
    "status": hidden(computed(text())),
    "AttachableRef": free(),
    "CustomField": many(
        {
            "DefinitionId": text(10),
            "Name": text(100),
            "Label": text(100),
            "Type": choice("StringType", "NumberType", "DateType", "BooleanType"),
            "StringValue": text(31),
            "NumberValue": decimal(),
            "DateValue": day(),
            "BooleanValue": boolean(),
        }
    ),
}

ADDRESS: Fields = {
    "Id": hidden(text(30)),
    **{f"Line{n}": text(500) for n in range(1, 6)},
    "City": text(255),
    "CountrySubDivisionCode": text(255),
    "PostalCode": text(30),
    "PostalCodeSuffix": text(30),
    "Country": text(255),
    "CountryCode": text(255),
    "County": text(255),
    "Lat": computed(text()),
    "Long": computed(text()),
    "Note": text(),
    "Tag": text(),
}
PHONE: Fields = {"FreeFormNumber": text(30)}
EMAIL: Fields = {"Address": email()}
EMAILS: Fields = {"Address": email(200)}
WEB: Fields = {"URI": url()}
MEMO: Fields = {"value": text(1000)}
LINKED: Fields = {"TxnId": text(20), "TxnType": text(50), "TxnLineId": text(20)}


def address() -> Field:
    return obj(ADDRESS)


def phone() -> Field:
    return obj(PHONE)


def verbs(words: str) -> frozenset[str]:
    return frozenset(words.split())


LIST_VERBS = verbs("create read query update")
TXN_VERBS = verbs("create read query update delete")
READ_VERBS = verbs("read query")
