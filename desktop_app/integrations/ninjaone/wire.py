"""NinjaOne's JSON as models: every guess about field names lives here and nowhere else.

Source: NinjaOne sheet chapters 3 and 4, the lenient rules being 4.8. The Billing part of the API
is known from two scripts only, so each field lists the spellings to accept, in order; a null
counts as absent, unknown fields are ignored, an unknown status is kept as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from desktop_app.domain.money import ZERO, cents
from desktop_app.domain.records import InvoiceStatus

LIST_KEYS = ("results", "data", "items")

_TOO_MUCH = Decimal(10) ** 15  # arithmetic to the cent stays exact below this
_MILLISECONDS = Decimal(10) ** 11  # as seconds that would be the year 5138


class Misshapen(ValueError):
    """An answer that even the lenient rules cannot read; names places, never values."""


# --- Values --------------------------------------------------------------------------------------


def _as_id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str):
        return value.strip()
    raise ValueError("not an id")


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise ValueError("not a text")


def _as_amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic wants a ValueError
    try:
        found = Decimal(value)
    except ArithmeticError:
        raise ValueError("not a number") from None
    if not found.is_finite() or abs(found) >= _TOO_MUCH:
        raise ValueError("not an amount")
    return found


def _as_flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    raise ValueError("not yes or no")


def _as_instant(value: Any) -> datetime | None:
    """Epoch seconds (or milliseconds), ISO date-time or date, in UTC; None if unreadable."""
    try:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = Decimal(value)
            seconds = number / 1000 if abs(number) > _MILLISECONDS else number
            return datetime.fromtimestamp(float(seconds), UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _as_day(value: Any) -> date | None:
    """A calendar date. Of a date-time text, the date as written; of a number, the day in UTC."""
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip()).date()
        except ValueError:
            return None
    instant = _as_instant(value)
    return None if instant is None else instant.date()


def _as_status(value: Any) -> str:
    text = _as_text(value)
    folded = text.strip().upper()
    return folded if folded in InvoiceStatus.__members__ else text


def _as_fraction(value: Any) -> Decimal:
    """A rate above 1 is meant as per cent."""
    rate = _as_amount(value)
    return rate / 100 if rate > 1 else rate


Id = Annotated[str, BeforeValidator(_as_id)]
Text = Annotated[str, BeforeValidator(_as_text)]
Amount = Annotated[Decimal, BeforeValidator(_as_amount)]
Flag = Annotated[bool, BeforeValidator(_as_flag)]
Instant = Annotated[datetime | None, BeforeValidator(_as_instant)]
Day = Annotated[date | None, BeforeValidator(_as_day)]
Status = Annotated[str, BeforeValidator(_as_status)]
Fraction = Annotated[Decimal, BeforeValidator(_as_fraction)]


def _spelled(*names: str) -> AliasChoices:
    """Accepted spellings in order; a dot leads into an object."""
    choices = (AliasPath(*name.split(".")) if "." in name else name for name in names)
    return AliasChoices(*choices)


# --- Rows ----------------------------------------------------------------------------------------


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def _with_active(data: Any) -> Any:
    """``status: "ACTIVE"`` says the same as ``active: true``."""
    if isinstance(data, Mapping) and "active" not in data and isinstance(data.get("status"), str):
        return {**data, "active": data["status"].strip().upper() == "ACTIVE"}
    return data


class OrganizationRow(_Row):
    id: Id
    name: Text = ""
    description: Text = ""


class AccountRow(_Row):
    id: Id
    name: Text = ""
    code: Text = Field("", validation_alias=_spelled("code", "accountCode"))
    description: Text = ""
    system: Flag = Field(False, validation_alias=_spelled("system", "default", "isDefault"))

    @model_validator(mode="before")
    @classmethod
    def _not_editable(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and not {"system", "default", "isDefault"} & data.keys():
            return {**data, "system": data.get("editable") is False}
        return data


class ProductRow(_Row):
    id: Id
    name: Text = ""
    description: Text = ""
    active: Flag = True
    quantity_source: Text = Field(
        "", validation_alias=_spelled("quantityType", "quantitySource", "type", "productType")
    )
    account_id: Id = Field("", validation_alias=_spelled("account.id", "accountId"))
    account_name: Text = Field("", validation_alias=_spelled("account.name", "accountName"))
    price: Amount | None = None

    _active = model_validator(mode="before")(_with_active)


class AgreementRow(_Row):
    id: Id
    name: Text = ""
    organization_id: Id = Field(
        "", validation_alias=_spelled("client.id", "clientId", "organizationId")
    )
    organization_name: Text = Field(
        "", validation_alias=_spelled("client.name", "clientName", "organizationName")
    )
    active: Flag = True
    interval: Text = ""
    accounting_action: Text | None = Field(None, validation_alias="accountingAction")

    _active = model_validator(mode="before")(_with_active)


class LineRow(_Row):
    id: Id = ""
    name: Text = ""
    description: Text = ""
    stated_quantity: Amount | None = Field(None, validation_alias="quantity")
    stated_price: Amount | None = Field(None, validation_alias="price")
    discount: Amount = ZERO
    sub_total: Amount | None = Field(None, validation_alias="subTotal")
    with_discount: Amount | None = Field(None, validation_alias="subTotalWithDiscount")
    product_id: Id = Field(
        "",
        validation_alias=_spelled(
            "productId", "product.id", "agreementProduct.product.id", "agreementProduct.productId"
        ),
    )
    account_id: Id = Field("", validation_alias=_spelled("account.id", "accountId"))
    account_name: Text = Field("", validation_alias=_spelled("account.name", "accountName"))
    taxable: Flag | None = None
    period_start: Day = Field(None, validation_alias="billingPeriodStartDate")
    period_end: Day = Field(None, validation_alias="billingPeriodEndDate")

    @property
    def quantity(self) -> Decimal:
        return Decimal(1) if self.stated_quantity is None else self.stated_quantity

    @property
    def amount(self) -> Decimal:
        if self.with_discount is not None:
            return cents(self.with_discount)
        if self.sub_total is not None:
            return cents(self.sub_total - self.discount)
        return cents((self.stated_price or ZERO) * self.quantity - self.discount)

    @property
    def price(self) -> Decimal:
        """Unit price; worked out from the amount where it is not stated."""
        if self.stated_price is not None:
            return self.stated_price
        return (self.amount + self.discount) / self.quantity if self.quantity else ZERO


class InvoiceRow(_Row):
    """Header fields; a list row has no others."""

    id: Id
    stated_number: Text = Field("", validation_alias="invoiceNumber")
    status: Status = ""
    organization_id: Id = Field(
        "", validation_alias=_spelled("client.id", "clientId", "organizationId")
    )
    organization_name: Text = Field(
        "", validation_alias=_spelled("client.name", "clientName", "organizationName")
    )
    invoice_date: Day = Field(None, validation_alias="invoiceDate")
    due_date: Day = Field(None, validation_alias="dueDate")
    period_start: Day = Field(None, validation_alias="billingPeriodStartDate")
    period_end: Day = Field(None, validation_alias="billingPeriodEndDate")
    interval: Text = ""
    currency: Text = ""
    agreement_id: Id = Field("", validation_alias=_spelled("agreement.id", "agreementId"))
    agreement_name: Text = Field("", validation_alias=_spelled("agreement.name", "agreementName"))
    bill_email: Text = Field("", validation_alias=_spelled("billContent.billEmail", "billEmail"))
    sub_total: Amount | None = Field(None, validation_alias="subTotal")
    discount: Amount = ZERO
    tax_rate: Fraction | None = Field(None, validation_alias="taxRate")
    total_tax: Amount = Field(ZERO, validation_alias="totalTax")
    stated_total: Amount | None = Field(None, validation_alias="total")
    note: Text = Field("", validation_alias=_spelled("invoiceNote", "note"))
    stated_created: Instant = Field(
        None, validation_alias=_spelled("createTime", "createdAt", "created")
    )
    updated_at: Instant = Field(
        None, validation_alias=_spelled("updateTime", "updatedAt", "updated")
    )

    @property
    def number(self) -> str:
        return self.stated_number.strip() or f"INV-{self.id}"

    @property
    def created_at(self) -> datetime | None:
        """Without a creation time, midnight UTC of the invoice date (U9)."""
        if self.stated_created is not None or self.invoice_date is None:
            return self.stated_created
        return datetime.combine(self.invoice_date, time(), UTC)


class InvoiceDetail(InvoiceRow):
    products: tuple[LineRow, ...] = ()
    agreement_products: tuple[LineRow, ...] = Field((), validation_alias="agreementProducts")
    ticket_products: tuple[LineRow, ...] = Field((), validation_alias="ticketProducts")


# --- Reading -------------------------------------------------------------------------------------

_R = TypeVar("_R", bound=_Row)


def one(model: type[_R], body: Any) -> _R:
    """*body* as *model*. Raises Misshapen."""
    try:
        return model.model_validate(_pruned(body))
    except ValidationError as error:
        places = sorted({".".join(map(str, each["loc"])) for each in error.errors()})
        raise Misshapen(f"{model.__name__}: {', '.join(places) or 'not an object'}") from None


def many(model: type[_R], body: Any) -> list[_R]:
    """The rows of a list, bare or wrapped, each id once (the last one stays). Raises Misshapen."""
    rows = body
    if isinstance(body, Mapping):
        rows = next((body[key] for key in LIST_KEYS if isinstance(body.get(key), list)), None)
    if not isinstance(rows, list):
        raise Misshapen(f"{model.__name__}: no list")
    found = {}
    for row in rows:
        read = one(model, row)
        found[getattr(read, "id", "")] = read
    return list(found.values())


def _pruned(value: Any) -> Any:
    """Without nulls, so that the next spelling gets its turn."""
    if isinstance(value, Mapping):
        return {key: _pruned(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_pruned(inner) for inner in value]
    return value
