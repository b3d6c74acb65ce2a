"""The faults that the QuickBooks engine plays, by name: what each does, with its parameters."""

from __future__ import annotations

QUICKBOOKS_FAULTS: dict[str, str] = {
    "qbo.token_expired": "401 code 3200, token expired",
    "qbo.xml_401": "401 code 100 as XML",
    "qbo.forbidden": "403 code 3100, app not authorised for the company",
    "qbo.wrong_cluster": "401 code 130, keys of the other environment",
    "qbo.lost_admin": "code 120, the user lost the right (status: 403)",
    "qbo.subscription_ended": "writes answer code 6190 (status: 403)",
    "qbo.throttled": "429 code 3001 without Retry-After",
    "qbo.rate_per_second": "another limit of requests a second and company (limit: 10)",
    "qbo.rate_per_minute": "another limit of requests a minute and company (limit: 500)",
    "qbo.reads_blocked": "metered reads are blocked with 429 for the rest of the month",
    "qbo.system_failure": "500 code 10000 before anything is done",
    "qbo.system_failure_after": "500 code 10000 although the write was done",
    "qbo.fault_in_200": "status 200 with a Fault envelope (code, message, detail)",
    "qbo.empty_body": "the right status with no body",
    "qbo.rows_change_between_pages": "a row leaves the part already read before the next page",
    "qbo.empty_page": "a query page comes back with no rows",
    "qbo.short_page": "a query page holds fewer rows than there are (rows: 1)",
    "qbo.stale_object": "an update answers 5010, as after a payment",
    "qbo.total_off_by_a_cent": "the total differs from the document's lines (cents: 1)",
    "qbo.duplicate_number": "a create answers 6140 whatever its number",
    "qbo.books_closed": "a write answers 6210",
    "qbo.business_rule": "a write answers 6000 (detail)",
    "qbo.requestid_forgotten": "a requestid seen before is not recognised",
    "qbo.cdc_truncated": "a change answer stops at this many objects (rows: 1000)",
    "qbo.cdc_plain_text": "change answers come as text/plain",
    "qbo.batch_item_throttled": "one item of a batch answers 3001, the others go on",
    "qbo.company_locked": "403 code 140, the company is locked out",
    "qbo.maintenance": "503 code 150, the company is under maintenance",
}
