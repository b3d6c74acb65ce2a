"""Class and location of a document, by the workspace's rules (QuickBooks sheet 4.4, 4.7, 4.9)."""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.domain.document_choices import DiscountChoice, Track, TrackRule
from desktop_app.domain.facts import Facts
from desktop_app.domain.lines import plan_line
from desktop_app.domain.records import Company, Invoice, InvoiceLine

WHERE_ON = "Switch the tracking on in QuickBooks (Account and settings, Advanced), then refresh"


NO_RULE = TrackRule()


def is_tracked(track: Track, company: Company) -> bool:
    """Whether QuickBooks takes it on a document of this company at all."""
    if track is Track.LOCATION:
        return company.track_departments
    return company.class_per_txn or company.class_per_line


def is_per_line(track: Track, company: Company) -> bool:
    """Whether each line has its own: a class may, a location never."""
    return track is Track.CLASS and company.class_per_line and not company.class_per_txn


def on_header(invoice: Invoice, facts: Facts, company: Company) -> dict[str, str]:
    """Field name to id of what stands on the document as a whole."""
    found = {}
    for track, name in ((Track.CLASS, "ClassRef"), (Track.LOCATION, "DepartmentRef")):
        chosen = _rule(track, facts).choose(invoice.organization_id)
        if chosen and is_tracked(track, company) and not is_per_line(track, company):
            found[name] = chosen
    return found


def line_class(line: InvoiceLine | None, invoice: Invoice, facts: Facts, company: Company) -> str:
    """The class of one line, "" for none. *line*: None for a line that only the document has."""
    if not is_per_line(Track.CLASS, company):
        return ""
    rule = _rule(Track.CLASS, facts)
    if line is None:
        return rule.choose(invoice.organization_id)
    return rule.choose_line(invoice.organization_id, facts.account_of(line))


def problem(invoice: Invoice, facts: Facts, company: Company) -> tuple[str, str]:
    """Why the rules cannot be followed, and what to do; "" where they can."""
    for track in Track:
        for chosen in _used(track, invoice, facts, company):
            found = _problem_of(track, chosen, facts, company)
            if found[0]:
                return found
    return "", ""


def _used(track: Track, invoice: Invoice, facts: Facts, company: Company) -> Iterator[str]:
    """The ids that the document would name, each once."""
    rule = _rule(track, facts)
    if rule == NO_RULE:
        return
    found = [rule.choose(invoice.organization_id)]
    if is_per_line(track, company):
        own = [
            line_class(line, invoice, facts, company)
            for line in invoice.lines or ()
            if plan_line(line, facts).item is not None
        ]
        as_item = facts.handling.choices.discount is DiscountChoice.ITEM
        found = [*own, *(found if invoice.discount and as_item else ())]
    yield from dict.fromkeys(filter(None, found))


def _problem_of(track: Track, chosen: str, facts: Facts, company: Company) -> tuple[str, str]:
    known = facts.handling.tracked.get(track)
    name = known[chosen].name if known and chosen in known else chosen
    if not is_tracked(track, company):
        text = f"A rule files documents under {track.noun} “{name}”, but QuickBooks does not track "
        text += f"{track.plural} in this company."
        return text, f"{WHERE_ON}; or remove the rule in Settings."
    if known is None:
        return (
            f"The {track.plural} of QuickBooks, which a rule names, were never read.",
            "Refresh.",
        )
    if chosen not in known or not known[chosen].active:
        state = "is inactive" if chosen in known else "is no longer there"
        return (
            f"The {track.noun} “{name}” of a rule {state} in QuickBooks.",
            f"Choose another {track.noun} in Settings.",
        )
    return "", ""


def _rule(track: Track, facts: Facts) -> TrackRule:
    return facts.handling.choices.rule(track)
