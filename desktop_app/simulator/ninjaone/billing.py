"""Billing as one table of handlers over the catalogue, the invoices and the ticket charges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.ninjaone.catalogue import Accounts, Agreements, Products
from desktop_app.simulator.ninjaone.invoices import Invoices
from desktop_app.simulator.ninjaone.schema import json_body
from desktop_app.simulator.ninjaone.tenant import Tenant
from desktop_app.simulator.ninjaone.tickets import Tickets

Handler = Callable[..., Any]


class Billing:
    """Not locked: the service holds its lock around every call."""

    def __init__(self, clock: SimClock, tenant: Tenant) -> None:
        self._tenant = tenant
        self.accounts = Accounts(tenant)
        self.products = Products(tenant)
        self.agreements = Agreements(clock, tenant)
        self.invoices = Invoices(clock, tenant)
        self.tickets = Tickets(tenant)

    def handlers(self) -> dict[str, Handler]:
        """Endpoint name to handler(request, number?); None as the result means 204."""
        accounts, products = self.accounts, self.products
        agreements, invoices, tickets = self.agreements, self.invoices, self.tickets
        return {
            "accounts": lambda _request: accounts.listed(),
            "account": lambda _request, number: accounts.detail(number),
            "create_account": _with_body(accounts.create),
            "update_account": _with_body(accounts.update),
            "delete_account": lambda _request, number: accounts.delete(number),
            "products": lambda _request: products.listed(),
            "product": lambda _request, number: products.detail(number),
            "create_product": _with_body(products.create),
            "update_product": _with_body(products.update),
            "activate_product": lambda _request, number: products.switch(number, active=True),
            "deactivate_product": lambda _request, number: products.switch(number, active=False),
            "agreements": lambda request: agreements.listed(request.args),
            "agreement": lambda _request, number: agreements.detail(number),
            "create_agreement": _with_body(agreements.create),
            "update_agreement": _with_body(agreements.update),
            "deactivate_agreement": lambda _request, number: agreements.deactivate(number),
            "invoices": lambda request: invoices.listed(request.args),
            "invoice": lambda _request, number: invoices.detail(number),
            "create_invoice": _with_body(invoices.create),
            "update_invoice": _with_body(invoices.update),
            "note_invoice": _with_body(invoices.note),
            "approve_invoices": _with_body(invoices.approve),
            "archive_invoices": _with_body(invoices.archive),
            "export_invoices": _with_body(invoices.export),
            "unarchive_invoices": _with_body(invoices.unarchive),
            "ticket_products": lambda _request, number: tickets.listed(number),
            "add_adhoc": _with_body(tickets.add_adhoc),
            "add_catalog": _with_body(tickets.add_catalog),
            "delete_ticket_products": _with_body(tickets.delete),
            "update_ticket_product": _with_body(tickets.update),
            "update_time_entry": _with_body(tickets.update_time_entry),
        }

    def summary(self) -> dict[str, Any]:
        tenant = self._tenant
        return {
            "organizations": len(tenant.organizations),
            "archived_organizations": len(tenant.archived_organizations),
            "accounts": len(tenant.accounts),
            "products": len(tenant.products),
            "agreements": len(tenant.agreements),
            "invoices": self.invoices.summary(),
        }


def _with_body(method: Callable[..., Any]) -> Handler:
    """Call ``method`` with the path's number, if any, and the parsed body last."""

    def handler(request: Request, **values: int) -> Any:
        return method(*values.values(), json_body(request))

    return handler
