"""What the table of changed records shows."""

from __future__ import annotations

from decimal import Decimal

from desktop_app.domain.catalogue import WORDS, Side, What
from desktop_app.domain.money import money_text
from desktop_app.services.api_review import CatalogueChange, Touched
from desktop_app.ui.formats import date_text, instant_text
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec
from desktop_app.ui.theme import Tone

QUICKBOOKS, NINJAONE, RENAMED, SERIOUS = "quickbooks", "ninjaone", "renamed", "serious"

CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(SERIOUS, "Needs a decision", "The mapping does not work any more as it is"),
    ChipSpec(RENAMED, "Renamed", "The mapping goes on working under the new name"),
    ChipSpec(QUICKBOOKS, "In QuickBooks"),
    ChipSpec(NINJAONE, "In NinjaOne"),
)

MARKS = {
    What.RENAMED: Mark("rename", Tone.ACCENT),
    What.MERGED: Mark("error", Tone.BAD),
    What.DELETED: Mark("trash", Tone.BAD),
    What.DEACTIVATED: Mark("ban", Tone.WARNING),
    What.REACTIVATED: Mark("check-circle", Tone.GOOD),
    What.RETURNED: Mark("check-circle", Tone.GOOD),
    What.CURRENCY: Mark("warning", Tone.BAD),
    What.TYPE: Mark("warning", Tone.WARNING),
    What.SUBORDINATE: Mark("warning", Tone.BAD),
    What.INCOME_ACCOUNT: Mark("warning", Tone.WARNING),
    What.VANISHED: Mark("error", Tone.BAD),
    What.NEW: Mark("plus", Tone.ACCENT),
}


def invoices_text(touched: Touched) -> str:
    """ "4 unsent invoices, 2,310.00 USD"; "no unsent invoice"."""
    number = len(touched.invoice_ids)
    if not number:
        return "no unsent invoice"
    amounts = amounts_text(touched)
    return f"{number:,} unsent invoice{'' if number == 1 else 's'}" + (
        f", {amounts}" if amounts else ""
    )


def amounts_text(touched: Touched) -> str:
    return " + ".join(money_text(amount, currency) for currency, amount in touched.amounts)


def rows_text(change: CatalogueChange) -> str:
    """ "3 organizations"."""
    number = len(change.source_ids)
    return f"{number:,} {change.kind.source_noun}{'' if number == 1 else 's'}"


def _largest(change: CatalogueChange) -> Decimal:
    return max((amount for _, amount in change.touched.amounts), default=Decimal(0))


def _noun(change: CatalogueChange) -> str:
    kind = change.kind
    return kind.target_noun if change.side is Side.QUICKBOOKS else kind.source_noun


def _tags(change: CatalogueChange) -> tuple[str, ...]:
    side = QUICKBOOKS if change.side is Side.QUICKBOOKS else NINJAONE
    tags = [side]
    if change.what is What.RENAMED:
        tags.append(RENAMED)
    if not change.harmless:
        tags.append(SERIOUS)
    return tuple(tags)


def _speak(change: CatalogueChange) -> str:
    touched = f"{rows_text(change)}, {invoices_text(change.touched)}"
    return f"{change.label}, {_noun(change)} in {change.side}, {change.text}, {touched}"


CHANGES: TableSpec[CatalogueChange] = TableSpec(
    name="changes",
    columns=(
        Column(
            "record",
            "Record",
            lambda c: c.label,
            width=210,
            flexible=True,
            detail=_noun,
            tooltip=lambda c: f"{c.label}\n{c.side} id {c.record_id}",
        ),
        Column(
            "what",
            "What happened",
            lambda c: WORDS[c.what],
            width=172,
            mark=lambda c: MARKS[c.what],
        ),
        Column(
            "text",
            "Was and is",
            lambda c: c.text,
            width=320,
            flexible=True,
        ),
        Column("side", "Where", lambda c: c.side.value, width=90, quiet=True),
        Column(
            "rows",
            "Rows",
            lambda c: f"{len(c.source_ids):,}",
            width=56,
            sort=lambda c: len(c.source_ids),
            numeric=True,
            tooltip=lambda c: f"{rows_text(c)} mapped to this record",
        ),
        Column(
            "invoices",
            "Invoices",
            lambda c: f"{len(c.touched.invoice_ids):,}" if c.touched.invoice_ids else "",
            width=74,
            sort=lambda c: len(c.touched.invoice_ids),
            numeric=True,
            tooltip=lambda c: f"{invoices_text(c.touched)} depend on it",
        ),
        Column(
            "amount",
            "Amount",
            lambda c: amounts_text(c.touched),
            width=112,
            sort=_largest,
            numeric=True,
        ),
        Column(
            "seen",
            "Seen",
            lambda c: date_text(c.seen_at.astimezone().date()),
            width=96,
            sort=lambda c: c.seen_at.timestamp(),
            tooltip=lambda c: instant_text(c.seen_at),
            quiet=True,
        ),
    ),
    identity=lambda c: str(c.id),
    search=lambda c: f"{c.label} {c.text} {WORDS[c.what]} {c.kind.label}",
    tags=_tags,
    speak=_speak,
)
