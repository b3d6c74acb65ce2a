"""What the tables of the preflight show: causes, and the invoices of one cause."""

from __future__ import annotations

from decimal import Decimal

from desktop_app.domain.money import money_text
from desktop_app.services.api import InvoiceRow
from desktop_app.services.api_preflight import Jump, Page, PreflightGroup, Weight
from desktop_app.ui.invoices.columns import name_of, sums_text
from desktop_app.ui.invoices.shared_columns import date_column, money_column, state_column
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.theme import Tone

WEIGHT_MARKS = {
    Weight.BLOCKED: Mark("warning", Tone.WARNING),
    Weight.QUESTION: Mark("help", Tone.ACCENT),
    Weight.HELD: Mark("ban", Tone.MUTED),
    Weight.NOT_GOING: Mark("minus", Tone.MUTED),
    Weight.WARNING: Mark("info", Tone.MUTED),
}

WEIGHT_BADGES = {
    Weight.BLOCKED: "warning",
    Weight.QUESTION: "accent",
    Weight.HELD: "neutral",
    Weight.NOT_GOING: "neutral",
    Weight.WARNING: "neutral",
}

_TIPS = {
    Weight.BLOCKED: "Something has to be mended first",
    Weight.QUESTION: "Go after one question: a carrier item, a credit memo",
    Weight.HELD: "Excluded on purpose: no error",
    Weight.NOT_GOING: "Not approved, created before the activation, archived",
    Weight.WARNING: "They go; look all the same",
}
_ORDER = {weight: -place for place, weight in enumerate(Weight)}

CHIPS = (
    ChipSpec("", "All causes"),
    *(
        ChipSpec(weight.value, weight.value, _TIPS[weight], optional=weight is not Weight.BLOCKED)
        for weight in Weight
    ),
)


def largest(group: PreflightGroup) -> Decimal:
    """Its largest amount of one currency: what causes are sorted by."""
    return max((abs(amount) for _, amount in group.amounts), default=Decimal(0))


def invoices_text(count: int) -> str:
    return f"{count:,} invoice{'' if count == 1 else 's'}"


def alone_text(group: PreflightGroup) -> str:
    """How many become ready once this cause is mended, "" for none."""
    if not group.alone:
        return ""
    if group.alone < group.count:
        return f"Nothing else holds back {group.alone:,} of them."
    return f"Nothing else holds {'it' if group.count == 1 else 'them'} back."


def jump_text(jump: Jump) -> str:
    """What the button says that leads to where a cause is mended."""
    if jump.page is Page.MAPPING and jump.kind is not None:
        many = "s" if len(jump.source_ids) > 1 else ""
        return f"Show the {jump.kind.source_noun}{many} in {jump.kind.label}"
    if jump.page is Page.AGREEMENTS:
        return "Show the agreement" if len(jump.source_ids) == 1 else "Show the agreements"
    return {
        Page.INVOICES: "Show them in Invoices",
        Page.INTEGRATIONS: "Open Integrations",
        Page.SETTINGS: "Open Settings",
    }.get(jump.page, "")


def jump_to(group: PreflightGroup) -> tuple[str, object]:
    """The page's key and what it is to show."""
    jump = group.jump
    if jump is None or jump.page is Page.INVOICES:
        return "invoices", group.invoice_ids
    return place_of(jump)


def place_of(jump: Jump) -> tuple[str, object]:
    """The page's key and what it is to show, for a jump away from the invoices."""
    one = jump.source_ids[0] if len(jump.source_ids) == 1 else jump.source_ids or None
    if jump.page is Page.MAPPING and jump.kind is not None:
        return jump.kind.value, one
    if jump.page is Page.SETTINGS:
        return "settings", jump.part
    return jump.page.value, one


CAUSES: TableSpec[PreflightGroup] = TableSpec(
    name="preflight",
    columns=(
        Column(
            "cause",
            "Cause",
            lambda g: g.cause,
            width=380,
            flexible=True,
            mark=lambda g: WEIGHT_MARKS[g.weight],
            tooltip=lambda g: f"{g.cause}.\n{g.advice}",
        ),
        Column(
            "invoices",
            "Invoices",
            lambda g: f"{g.count:,}",
            width=85,
            sort=lambda g: g.count,
            numeric=True,
        ),
        Column(
            "amount",
            "Amount",
            lambda g: sums_text(g.amounts),
            width=175,
            sort=largest,
            numeric=True,
            tooltip=lambda g: sums_text(g.amounts),
        ),
        Column(
            "alone",
            "Ready after",
            lambda g: f"{g.alone:,}" if g.alone else "",
            width=100,
            sort=lambda g: g.alone,
            numeric=True,
            tooltip=lambda g: alone_text(g) or "Others hold them, too",
        ),
        Column(
            "weight",
            "Standing",
            lambda g: g.weight.value,
            width=125,
            sort=lambda g: (_ORDER[g.weight], largest(g)),
            quiet=True,
        ),
        Column(
            "advice",
            "What to do",
            lambda g: g.advice,
            width=300,
            flexible=True,
            sort=lambda g: last_when_empty(g.advice),
        ),
    ),
    identity=lambda g: g.key,
    search=lambda g: f"{g.cause} {g.advice} {g.weight}",
    tags=lambda g: (g.weight.value,),
    speak=lambda g: (
        f"{g.weight}: {g.cause}, {invoices_text(g.count)}, {sums_text(g.amounts)}. {g.advice}"
    ),
)

CONCERNED: TableSpec[InvoiceRow] = TableSpec(
    name="preflight-invoices",
    columns=(
        Column("number", "Number", lambda row: name_of(row.invoice), width=120),
        Column(
            "organization",
            "Organization",
            lambda row: row.invoice.organization_name,
            width=240,
            flexible=True,
        ),
        date_column(lambda row: row.invoice.invoice_date),
        money_column(
            "amount", "Amount", lambda row: row.invoice.total, lambda row: row.invoice.currency
        ),
        state_column(lambda row: row.state, width=150),
        Column(
            "others",
            "Also held back by",
            lambda row: _others(row),
            width=300,
            flexible=True,
            sort=lambda row: last_when_empty(_others(row)),
        ),
    ),
    identity=lambda row: row.invoice.id,
    search=lambda row: f"{row.invoice.number} {row.invoice.organization_name}",
    tags=lambda row: (),
    speak=lambda row: (
        f"Invoice {name_of(row.invoice)}, {row.invoice.organization_name}, "
        f"{money_text(row.invoice.total, row.invoice.currency)}"
    ),
)


def _others(row: InvoiceRow) -> str:
    if len(row.blockers) < 2:
        return ""
    return f"{len(row.blockers) - 1:,} more: {row.blockers[1].text}"
