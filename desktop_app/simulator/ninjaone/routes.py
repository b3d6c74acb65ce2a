"""Every path of the API below /v2 (and /api/v2), and which handler answers it."""

from __future__ import annotations

from werkzeug.routing import Map, Rule

_READS = {
    "/organizations": "organizations",
    "/organizations-detailed": "organizations_detailed",
    "/organization/<int:number>": "organization",
    "/organization/<int:number>/locations": "organization_locations",
    "/locations": "locations",
    "/users": "users",
    "/contacts": "contacts",
    "/ticketing/contact/contacts": "contacts",
    "/billing/accounts": "accounts",
    "/billing/accounts/<int:number>": "account",
    "/billing/agreements": "agreements",
    "/billing/agreements/<int:number>": "agreement",
    "/billing/invoices": "invoices",
    "/billing/invoices/<int:number>": "invoice",
    "/billing/products": "products",
    "/billing/products/<int:number>": "product",
    "/billing/ticket-products/ticket/<int:number>": "ticket_products",
}

_WRITES = [
    ("POST", "/billing/accounts", "create_account"),
    ("PUT", "/billing/accounts/<int:number>", "update_account"),
    ("DELETE", "/billing/accounts/<int:number>", "delete_account"),
    ("POST", "/billing/agreements", "create_agreement"),
    ("PUT", "/billing/agreements/<int:number>", "update_agreement"),
    ("PATCH", "/billing/agreements/<int:number>/deactivate", "deactivate_agreement"),
    ("POST", "/billing/invoices", "create_invoice"),
    ("PUT", "/billing/invoices/<int:number>", "update_invoice"),
    ("PATCH", "/billing/invoices/<int:number>/note", "note_invoice"),
    ("POST", "/billing/invoices/approve", "approve_invoices"),
    ("POST", "/billing/invoices/archive", "archive_invoices"),
    ("POST", "/billing/invoices/export", "export_invoices"),
    ("POST", "/billing/invoices/unarchive", "unarchive_invoices"),
    ("POST", "/billing/products", "create_product"),
    ("PUT", "/billing/products/<int:number>", "update_product"),
    ("PATCH", "/billing/products/<int:number>/activate", "activate_product"),
    ("PATCH", "/billing/products/<int:number>/deactivate", "deactivate_product"),
    ("POST", "/billing/ticket-products/adhoc", "add_adhoc"),
    ("POST", "/billing/ticket-products/catalog", "add_catalog"),
    ("POST", "/billing/ticket-products/delete", "delete_ticket_products"),
    ("PUT", "/billing/ticket-products/<int:number>", "update_ticket_product"),
    ("PUT", "/billing/ticket-time-entry/<int:number>", "update_time_entry"),
]

WRITES = frozenset(endpoint for _method, _path, endpoint in _WRITES)


def build() -> Map:
    """Ids are digits only, so any other text in their place is a route that does not exist."""
    rules = [
        Rule(prefix + path, endpoint=endpoint, methods=["GET"])
        for prefix in ("/v2", "/api/v2")
        for path, endpoint in _READS.items()
    ]
    rules += [
        Rule(prefix + path, endpoint=endpoint, methods=[method])
        for prefix in ("/v2", "/api/v2")
        for method, path, endpoint in _WRITES
    ]
    return Map(rules, strict_slashes=True, merge_slashes=False, redirect_defaults=False)
