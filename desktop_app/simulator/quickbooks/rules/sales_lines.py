"""The lines of sales forms: items, descriptions, bundles and discounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money
from desktop_app.simulator.quickbooks.money import ZERO, cents, decimal_of
from desktop_app.simulator.quickbooks.rules.references import (
    GRATUITY_ITEM,
    SHIPPING_ITEM,
    shown_name,
)
from desktop_app.simulator.quickbooks.rules.tax import TaxBasis, check_line_code
from desktop_app.simulator.quickbooks.rules.work import Work

Json = dict[str, Any]

SALES_ITEM = "SalesItemLineDetail"
MAX_LINES = 10_000
MAX_TAXABLE_LINES = 750
_PLACES = 5
_SUBTOTAL = "Subtotal:"


def settle_lines(work: Work) -> TaxBasis:
    """Check and complete all lines, append the subtotal line, and sum up.

    Raises:
        ServiceFault: 2020, 2250, 2140, 6000, 6070, 6090, 6100, 6270, 6430, 6440, 610, 5030.
    """
    sent = work.values.get("Line") or []
    if not sent:
        raise codes.required("Line")
    lines = [dict(line) for line in sent if line.get("DetailType") != "SubTotalLineDetail"]
    if not lines:
        raise codes.refused("2250", "A transaction needs at least one line.", "Line")
    if len(lines) > MAX_LINES:
        raise codes.business(f"A transaction has at most {MAX_LINES} lines.", "Line")
    basis = TaxBasis()
    discounts: list[Json] = []
    since_subtotal = ZERO
    for line in lines:
        kind = line.get("DetailType")
        if kind is None:
            raise codes.required("Line.DetailType")
        if kind == "DescriptionOnly":
            since_subtotal = _description(line, since_subtotal)
        elif kind == "DiscountLineDetail":
            discounts.append(line)
        elif kind == "GroupLineDetail":
            since_subtotal += _group(work, line, basis)
        else:
            since_subtotal += sales_item(work, line, basis)
    if sum(_is_taxable(line) for line in lines) and len(lines) > MAX_TAXABLE_LINES:
        raise codes.business(
            f"A taxable transaction has at most {MAX_TAXABLE_LINES} lines.", "Line"
        )
    for line in discounts:
        basis.discount += _discount(work, line, basis.subtotal)
    _number_lines(work, lines)
    lines.append(
        {
            "Amount": money.amount(basis.subtotal),
            "DetailType": "SubTotalLineDetail",
            "SubTotalLineDetail": {},
        }
    )
    work.values["Line"] = lines
    return basis


def _is_taxable(line: Json) -> bool:
    code = line.get(SALES_ITEM, {}).get("TaxCodeRef", {}).get("value", "NON")
    return bool(code != "NON")


def _number_lines(work: Work, lines: list[Json]) -> None:
    """A known Id keeps its line; every other line gets the next free one."""
    known = {str(line["Id"]) for line in (work.old or {}).get("Line", []) if line.get("Id")}
    used = {str(line.get("Id")) for line in lines} & known
    following = max((int(one) for one in known if one.isdigit()), default=0)
    seen: set[str] = set()
    for index, line in enumerate(lines, start=1):
        identity = str(line.get("Id", ""))
        if identity not in used or identity in seen:
            following += 1
            identity = str(following)
        seen.add(identity)
        numbered = {**line, "Id": identity, "LineNum": line.get("LineNum") or index}
        if not numbered.get("LinkedTxn"):
            numbered.pop("LinkedTxn", None)
        first = {name: numbered.pop(name) for name in ("Id", "LineNum")}
        lines[index - 1] = {**first, **numbered}


def line_amount(line: Json) -> Decimal:
    """The line's Amount, rounded to cents.

    Raises:
        ServiceFault: 2020 where it is missing, 2140 for too many decimals.
    """
    if line.get("Amount") is None:
        raise codes.required("Line.Amount")
    value = decimal_of(line["Amount"])
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _PLACES:
        raise codes.refused("2140", "Amount has more precision than allowed.", "Line.Amount")
    return value


def check_product(line: Json, detail: Json) -> Decimal:
    """6070: where quantity and price are given, the amount is their product, rounded half up.

    Clients that always send both fields send two zeros for "not given".
    """
    value = line_amount(line)
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    given = quantity is not None and price is not None
    if given and not decimal_of(quantity) and not decimal_of(price):
        detail.pop("Qty")
        detail.pop("UnitPrice")
        given = False
    if given and cents(decimal_of(quantity) * decimal_of(price)) != value:
        raise codes.amount_mismatch(value)
    return cents(value)


def sales_item(work: Work, line: Json, basis: TaxBasis) -> Decimal:
    """One item line; adds to ``basis`` and returns its net amount."""
    detail = line[SALES_ITEM] = dict(line.get(SALES_ITEM) or {})
    net = check_product(line, detail)
    line["Amount"] = money.amount(net)
    item = _item(work, detail)
    if item is not None:
        _usable(work, item)
        account = work.company.get("Account", item["IncomeAccountRef"]["value"])
        detail["ItemAccountRef"] = {
            "value": item["IncomeAccountRef"]["value"],
            "name": str((account or {}).get("Name", item["IncomeAccountRef"].get("name", ""))),
        }
    by_line = work.company.preference("AccountingInfoPrefs", "ClassTrackingPerTxnLine", False)
    if detail.get("ClassRef") and not by_line:
        raise codes.feature("class tracking by line is turned off", "Line.ClassRef")
    code = check_line_code(work, detail, item)
    if not detail.get("TaxInclusiveAmt"):
        detail.pop("TaxInclusiveAmt", None)
    basis.add(code, net, detail.get("TaxInclusiveAmt"))
    return net


def _item(work: Work, detail: Json) -> Json | None:
    """The line's item. A line without one silently takes the company's default item."""
    company = work.company
    identity = str(detail.get("ItemRef", {}).get("value", ""))
    if identity in {SHIPPING_ITEM, GRATUITY_ITEM}:
        return None
    if not identity:
        identity = company.other_preference("SalesFormsPrefs.DefaultItem") or "1"
        item = company.get("Item", identity)
        if item is None or item.get("Active") is False:
            raise codes.refused(
                "6440",
                "Every line with an amount needs a product or service.",
                "Line.SalesItemLineDetail.ItemRef",
            )
        detail["ItemRef"] = {"value": identity, "name": shown_name("Item", item)}
    return company.get("Item", identity)


def _usable(work: Work, item: Json) -> None:
    name = item.get("Name", "")
    if item.get("Type") in {"Category", "Group"}:
        word = "category" if item["Type"] == "Category" else "bundle"
        raise codes.business(
            f"The {word} {name} cannot be used as the product or service of a line.",
            "Line.SalesItemLineDetail.ItemRef",
        )
    if not item.get("IncomeAccountRef", {}).get("value"):
        raise codes.business(
            f"There is no income account associated with the item ({name}).",
            "Line.SalesItemLineDetail.ItemRef",
        )
    started = str(item.get("InvStartDate", ""))[:10]
    if item.get("Type") == "Inventory" and started and work.values["TxnDate"] < started:
        raise codes.refused(
            "6270",
            f"The transaction is dated before the start date {started} of the item {name}.",
            "TxnDate",
        )


def _description(line: Json, since_subtotal: Decimal) -> Decimal:
    line.pop("Amount", None)
    line.setdefault("DescriptionLineDetail", {})
    text = str(line.get("Description", ""))
    if text == _SUBTOTAL or text.startswith(f"{_SUBTOTAL} "):
        line["Description"] = f"{_SUBTOTAL} {cents(since_subtotal)}"
        return ZERO
    return since_subtotal


def _group(work: Work, line: Json, basis: TaxBasis) -> Decimal:
    detail = line["GroupLineDetail"] = dict(line.get("GroupLineDetail") or {})
    group = work.company.get("Item", str(detail.get("GroupItemRef", {}).get("value", "")))
    if group is None:
        raise codes.required("Line.GroupLineDetail.GroupItemRef")
    if group.get("Type") != "Group":
        raise codes.business("GroupItemRef must name a bundle.", "Line.GroupLineDetail")
    factor = decimal_of(detail.get("Quantity")) or Decimal(1)
    detail["Quantity"] = money.number(factor)
    parts = [dict(one) for one in detail.get("Line") or _parts(work, group, factor)]
    total = ZERO
    for part in parts:
        if part.get("DetailType") != SALES_ITEM:
            raise codes.invalid_value(
                "2170", "Line.GroupLineDetail.Line.DetailType", part.get("DetailType"), SALES_ITEM
            )
        total += sales_item(work, part, basis)
    detail["Line"] = parts
    line["Amount"] = money.amount(total)
    return total


def _parts(work: Work, group: Json, factor: Decimal) -> list[Json]:
    parts: list[Json] = []
    for one in group.get("ItemGroupDetail", {}).get("ItemGroupLine", []):
        identity = str(one.get("ItemRef", {}).get("value", ""))
        item = work.company.get("Item", identity)
        if item is None:
            raise codes.reference("Items", identity, "Line.GroupLineDetail.GroupItemRef")
        quantity = decimal_of(one.get("Qty") or 1) * factor
        price = decimal_of(item.get("UnitPrice"))
        parts.append(
            {
                "Description": item.get("Description", ""),
                "Amount": money.amount(quantity * price),
                "DetailType": SALES_ITEM,
                SALES_ITEM: {
                    "ItemRef": {"value": identity, "name": shown_name("Item", item)},
                    "Qty": money.number(quantity),
                    "UnitPrice": money.number(price),
                },
            }
        )
    return parts


def _discount(work: Work, line: Json, subtotal: Decimal) -> Decimal:
    company = work.company
    if not company.preference("SalesFormsPrefs", "AllowDiscount", False):
        raise codes.feature("discounts are turned off", "Line.DiscountLineDetail")
    detail = line["DiscountLineDetail"] = dict(line.get("DiscountLineDetail") or {})
    percent = detail.get("DiscountPercent")
    if detail.get("PercentBased") and percent is not None:
        value = cents(subtotal * decimal_of(percent) / 100)
    elif line.get("Amount") is not None and not detail.get("PercentBased"):
        value = cents(line_amount(line))
        detail["PercentBased"] = False
        detail.pop("DiscountPercent", None)
    else:
        raise codes.refused(
            "6090", "A discount line needs an amount or a percentage.", "Line.DiscountLineDetail"
        )
    line["Amount"] = money.amount(value)
    default = str(company.preference("SalesFormsPrefs", "DefaultDiscountAccount", "") or "")
    chosen = str(detail.get("DiscountAccountRef", {}).get("value", "")) or default
    account = company.get("Account", chosen)
    if account is not None:
        if account.get("AccountType") not in {"Income", "Other Income", "Expense"}:
            raise codes.account_type(str(account.get("AccountType")), "DiscountAccountRef")
        detail["DiscountAccountRef"] = {"value": chosen, "name": account.get("Name", "")}
    return value
