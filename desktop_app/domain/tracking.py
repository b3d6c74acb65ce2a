"""Class and location of a document, by the workspace's rule (QuickBooks sheet 4.4, 4.7, 4.9)."""

from __future__ import annotations

from desktop_app.domain.document_choices import Track
from desktop_app.domain.facts import Facts
from desktop_app.domain.records import Company, Invoice


def on_header(invoice: Invoice, facts: Facts, company: Company) -> dict[str, str]:
    """Field name to id of what stands on the document as a whole."""
    found = {}
    chosen = _chosen(Track.CLASS, invoice, facts)
    if chosen and company.class_per_txn:
        found["ClassRef"] = chosen
    chosen = _chosen(Track.LOCATION, invoice, facts)
    if chosen and company.track_departments:
        found["DepartmentRef"] = chosen
    return found


def per_line(invoice: Invoice, facts: Facts, company: Company) -> str:
    """The class that stands on each line, "" for none: where QuickBooks tracks classes by line."""
    if company.class_per_txn or not company.class_per_line:
        return ""
    return _chosen(Track.CLASS, invoice, facts)


def problem(invoice: Invoice, facts: Facts, company: Company) -> tuple[str, str]:
    """Why the rule cannot be followed, and what to do; "" where it can."""
    for track in Track:
        chosen = _chosen(track, invoice, facts)
        if not chosen:
            continue
        known = facts.handling.tracked.get(track, {})
        name = known[chosen].name if chosen in known else chosen
        if not _is_on(track, company):
            where = f"{track.noun} “{name}”"
            return (
                f"The rule files documents under {where}, but QuickBooks does not track it.",
                "Switch the tracking on in QuickBooks and refresh, or remove the rule in Settings.",
            )
        if known and (chosen not in known or not known[chosen].active):
            state = "is inactive" if chosen in known else "is no longer there"
            return (
                f"The {track.noun} “{name}” of the rule {state} in QuickBooks.",
                f"Choose another {track.noun} in Settings.",
            )
    return "", ""


def _chosen(track: Track, invoice: Invoice, facts: Facts) -> str:
    return facts.handling.choices.rule(track).choose(invoice.organization_id)


def _is_on(track: Track, company: Company) -> bool:
    if track is Track.LOCATION:
        return company.track_departments
    return company.class_per_txn or company.class_per_line
