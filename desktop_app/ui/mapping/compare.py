"""The two records of a row field by field, for the detail pane. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from desktop_app.domain.kinds import Kind
from desktop_app.domain.money import money_text
from desktop_app.domain.names import equal_fold
from desktop_app.domain.records import Source, Target
from desktop_app.domain.review import target_label


@dataclass(frozen=True, slots=True)
class Line:
    """One field on both sides. differs: both sides say something, and not the same."""

    field: str
    left: str
    right: str
    differs: bool


def compare(
    source: Source, target: Target | None, accounts: MappingOf[str, str] | None = None
) -> list[Line]:
    """The fields that either side has. accounts: id to name, for an item's income account."""
    right = _right(target, accounts or {}) if target is not None else {}
    number = right.pop("Id", "")  # ids of two systems are not to be compared
    lines = []
    for field, left in _left(source).items():
        value = right.pop(field, "")
        if left or value:
            lines.append(_line(field, left, value))
    lines += [_line(field, "", value) for field, value in right.items() if value]
    return [*lines, Line("Id", source.id, number, False)]


def _line(field: str, left: str, right: str) -> Line:
    same = equal_fold(left) == equal_fold(right)
    return Line(field, left, right, bool(left and right) and not same)


def _left(source: Source) -> dict[str, str]:
    fields = {"Name": source.name}
    if source.kind is Kind.CUSTOMERS:
        fields["E-mail"] = source.email
    elif source.kind is Kind.ACCOUNTS:
        fields["Number"] = source.code
    else:
        fields["SKU"] = source.code
        fields["Price"] = money_text(source.price) if source.price is not None else ""
    fields["Description"] = source.description
    fields["State"] = "active" if source.active else "inactive"
    return fields


def _right(target: Target, accounts: MappingOf[str, str]) -> dict[str, str]:
    if target.kind is Kind.ACCOUNTS:
        fields = {"Name": target.full_name, "Number": target.number, "Type": target.type}
    elif target.kind is Kind.ITEMS:
        account = target.income_account_id
        fields = {
            "Name": target_label(target),
            "SKU": target.number,
            "Price": money_text(target.price) if target.price is not None else "",
            "Type": target.type,
            "Income account": accounts.get(account, account) or "none",
        }
    else:
        company = target.company_name
        fields = {
            "Name": target.full_name,
            "Company": company if company != target.name else "",
            "E-mail": target.email,
            "City": target.city,
            "Currency": target.currency,
        }
    fields["State"] = "active" if target.active else "inactive"
    fields["Id"] = target.id
    return fields
