"""How a stored record is shown: some fields depend on the company or on the request."""

from __future__ import annotations

from typing import Any

from desktop_app.simulator.quickbooks.store import Company

Json = dict[str, Any]


def shown(
    company: Company, entity: str, record: Json, include: frozenset[str] = frozenset()
) -> Json:
    """``record`` as an answer holds it. include: the request's include parameter, split."""
    if (
        entity == "Account"
        and "AcctNum" in record
        and not company.preference("AccountingInfoPrefs", "UseAccountNumbers", False)
    ):
        return {name: value for name, value in record.items() if name != "AcctNum"}
    if entity == "Invoice" and "invoicelink" in include and _payable_online(company, record):
        link = f"https://connect.intuit.com/t/scs-v1-{company.realm_id}-{record['Id']}"
        return {**record, "InvoiceLink": link}
    return record


def _payable_online(company: Company, record: Json) -> bool:
    online = company.preference("SalesFormsPrefs", "ETransactionPaymentEnabled", False)
    return bool(online and record.get("BillEmail", {}).get("Address"))
