"""Every fault the simulator can play, by name: area, meaning, parameters with their defaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Parameters that any fault takes to narrow down when it happens. ``path`` fits as a part of the
#: request's path, the others as a whole, without regard to case.
SELECTORS: dict[str, str] = {
    "service": '"intuit", "quickbooks" or "ninjaone"',
    "path": "part of the request's path",
    "method": "HTTP verb",
    "realm_id": "QuickBooks company",
    "entity": "QuickBooks entity, such as Invoice",
    "client_id": "app key",
}


@dataclass(frozen=True)
class FaultKind:
    """params: parameter name to default value."""

    name: str
    area: str
    meaning: str
    params: dict[str, Any] = field(default_factory=dict)


_KINDS = [
    # Intuit sign-in and OAuth: played by simulator.intuit.
    FaultKind("oauth.access_denied", "oauth", "Connect redirects back with error=access_denied"),
    FaultKind(
        "oauth.redirect_error",
        "oauth",
        "Connect redirects back with another OAuth error",
        {"error": "server_error", "description": ""},
    ),
    FaultKind("oauth.state_altered", "oauth", "the redirect carries another state than was sent"),
    FaultKind("oauth.state_missing", "oauth", "the redirect carries no state"),
    FaultKind("oauth.realm_missing", "oauth", "the redirect carries no realmId"),
    FaultKind(
        "oauth.wrong_redirect", "oauth", "authorize shows its error page and never redirects"
    ),
    FaultKind("oauth.never_redirects", "oauth", "Connect leads to a page that waits for ever"),
    FaultKind("oauth.no_companies", "oauth", "the user signed in administers no company"),
    FaultKind("oauth.code_used", "oauth", "the code sent counts as used before"),
    FaultKind("oauth.code_expired", "oauth", "the code sent counts as too old"),
    FaultKind("oauth.rotate", "oauth", "a refresh rotates the token whatever its age"),
    FaultKind("oauth.refresh_dead", "oauth", "a refresh ends the grant: invalid_grant"),
    FaultKind(
        "oauth.parallel_refresh",
        "oauth",
        "a refresh is held open; a second one of the same grant in that time gets invalid_grant,"
        " and what the first one received is revoked",
        {"hold": 0.5},
    ),
    FaultKind(
        "oauth.invalid_client",
        "oauth",
        "token and revoke answer invalid_client though the keys are right",
        {"status": 401},
    ),
    FaultKind("oauth.slow_token", "oauth", "the token endpoint answers late", {"seconds": 15.0}),
    FaultKind("oauth.token_500", "oauth", "the token endpoint answers 500 with JSON"),
    FaultKind("oauth.token_html", "oauth", "the token endpoint answers HTML", {"status": 503}),
    FaultKind(
        "oauth.lost_response",
        "oauth",
        "the token endpoint does its work, rotation included, and the connection is cut",
    ),
    FaultKind("oauth.revoke_fails", "oauth", "revoke answers 400"),
    FaultKind("oauth.extra_key", "oauth", "token answers hold a key that nobody documented"),
    # QuickBooks, played by simulator.quickbooks.
    FaultKind("qbo.token_expired", "auth", "401 code 3200, token expired"),
    FaultKind("qbo.xml_401", "auth", "401 code 100 as XML"),
    FaultKind("qbo.forbidden", "auth", "403 code 3100, app not authorised for the company"),
    FaultKind("qbo.wrong_cluster", "auth", "401 code 130, keys of the other environment"),
    FaultKind("qbo.lost_admin", "auth", "403 code 120, the user lost the right", {"status": 403}),
    FaultKind("qbo.subscription_ended", "auth", "writes answer code 6190", {"status": 403}),
    FaultKind("qbo.throttled", "limits", "429 code 3001 without Retry-After"),
    FaultKind(
        "qbo.rate_per_second",
        "limits",
        "another limit of requests a second and company",
        {"limit": 10},
    ),
    FaultKind(
        "qbo.rate_per_minute",
        "limits",
        "another limit of requests a minute and company",
        {"limit": 500},
    ),
    FaultKind(
        "qbo.reads_blocked",
        "limits",
        "metered reads are blocked with 429 for the rest of the month; writes pass",
    ),
    FaultKind(
        "qbo.batch_item_throttled", "limits", "one item of a batch answers 3001, the others go on"
    ),
    FaultKind("qbo.company_locked", "auth", "403 code 140, the company is locked out"),
    FaultKind("qbo.maintenance", "transport", "503 code 150, the company is under maintenance"),
    FaultKind("qbo.system_failure", "transport", "500 code 10000 before anything is done"),
    FaultKind(
        "qbo.system_failure_after", "transport", "500 code 10000 although the write was done"
    ),
    FaultKind(
        "qbo.fault_in_200",
        "transport",
        "status 200 with a Fault envelope",
        {"code": "610", "message": "Object Not Found", "detail": "Object Not Found"},
    ),
    FaultKind("qbo.empty_body", "transport", "the right status with no body"),
    FaultKind(
        "qbo.rows_change_between_pages",
        "query",
        "one row moves out of the part already read when the second page is asked for",
    ),
    FaultKind("qbo.empty_page", "query", "a query page comes back with no rows"),
    FaultKind(
        "qbo.short_page", "query", "a query page holds fewer rows than there are", {"rows": 1}
    ),
    FaultKind("qbo.stale_object", "concurrency", "an update answers 5010, as after a payment"),
    FaultKind(
        "qbo.total_off_by_a_cent",
        "invoice",
        "the tax engine comes to another total than the document's lines",
        {"cents": 1},
    ),
    FaultKind("qbo.duplicate_number", "invoice", "a create answers 6140 whatever its number"),
    FaultKind("qbo.books_closed", "invoice", "a write answers 6210"),
    FaultKind(
        "qbo.business_rule",
        "invoice",
        "a write answers 6000",
        {"detail": "Business Validation Error: An unexpected error occurred."},
    ),
    FaultKind(
        "qbo.refused",
        "invoice",
        "a write answers this code, with the detail that was observed for it",
        {"code": "610"},
    ),
    FaultKind("qbo.requestid_forgotten", "invoice", "a requestid seen before is not recognised"),
    FaultKind(
        "qbo.cdc_truncated", "cdc", "a change answer stops at this many objects", {"rows": 1000}
    ),
    FaultKind("qbo.cdc_plain_text", "cdc", "change answers come as text/plain"),
    # Any service, played by simulator.server; narrow down with service=, path=, method=.
    FaultKind(
        "transport.delay",
        "transport",
        'the answer is late; when is "before" or "after" the work',
        {"seconds": 15.0, "when": "before"},
    ),
    FaultKind("transport.cut_before", "transport", "the connection is cut, nothing was done"),
    FaultKind("transport.cut_after", "transport", "the work is done, then the connection is cut"),
    FaultKind("transport.truncated", "transport", "the connection is cut in mid-body"),
    FaultKind("transport.bad_json", "transport", "the body ends half way, with a matching length"),
    FaultKind(
        "transport.html_error",
        "transport",
        'an HTML error page; when is "before" or "after" the work',
        {"status": 502, "when": "before"},
    ),
    FaultKind("transport.html_ok", "transport", "status 200 with an HTML page, nothing was done"),
    FaultKind("transport.gzip", "transport", "bodies are gzipped when the client accepts it"),
    # NinjaOne, played by simulator.ninjaone.
    FaultKind(
        "ninja.access_denied",
        "ninjaone",
        "consent redirects back with an error",
        {"error": "access_denied", "description": ""},
    ),
    FaultKind("ninja.state_altered", "ninjaone", "the redirect carries another state"),
    FaultKind("ninja.never_redirects", "ninjaone", "consent leads to a page that waits for ever"),
    FaultKind("ninja.token_expired", "ninjaone", "401 not_authenticated"),
    FaultKind("ninja.refresh_dead", "ninjaone", "a refresh answers 400 invalid_token"),
    FaultKind("ninja.unknown_app", "ninjaone", "404 Client app not exist, as in a wrong region"),
    FaultKind("ninja.invalid_client", "ninjaone", "token answers 400 invalid_client"),
    FaultKind("ninja.no_billing", "ninjaone", "generic 404 for all of Billing, as an old instance"),
    FaultKind("ninja.user_context_required", "ninjaone", "403 on Billing writes, whoever asks"),
    FaultKind("ninja.machine_writes_allowed", "ninjaone", "machine tokens may change invoices too"),
    FaultKind("ninja.permission_denied", "ninjaone", "500 permission_denied on Billing"),
    FaultKind(
        "ninja.throttled",
        "ninjaone",
        "429 with Retry-After, or the HTML page that some have seen",
        {"retry_after": 3, "html": False},
    ),
    FaultKind(
        "ninja.rate_limit",
        "ninjaone",
        "429 (or HTML with 200) above this many requests in this many seconds",
        {"limit": 100, "seconds": 10.0, "html": False},
    ),
    FaultKind(
        "ninja.wrapped_list", "ninjaone", "Billing lists come inside an object", {"key": "results"}
    ),
    FaultKind("ninja.numeric_dates", "ninjaone", "Billing dates come as epoch seconds"),
    FaultKind(
        "ninja.unknown_status", "ninjaone", "invoices carry another status", {"status": "ON_HOLD"}
    ),
    FaultKind("ninja.empty_lists", "ninjaone", "lists come back empty"),
    FaultKind(
        "ninja.changed_between",
        "ninjaone",
        "an invoice that was listed as approved is archived when its detail is read",
    ),
]

FAULTS: dict[str, FaultKind] = {kind.name: kind for kind in _KINDS}
