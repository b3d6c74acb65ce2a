"""What the table of agreements shows."""

from __future__ import annotations

from desktop_app.domain.money import ZERO, amounts_text
from desktop_app.services.api import AgreementRow
from desktop_app.ui.tables.browser import ChipSpec
from desktop_app.ui.tables.columns import Column, Mark, TableSpec, last_when_empty
from desktop_app.ui.theme import Tone

HOLDS, UNTOLD, MARKED = "holds", "untold", "marked"

AGREEMENT_CHIPS = (
    ChipSpec("", "All"),
    ChipSpec(HOLDS, "Keeps invoices from going"),
    ChipSpec(
        UNTOLD, "Setting not told", "NinjaOne does not say what the setting is", optional=True
    ),
    ChipSpec(MARKED, "Marked as updated", "A person has looked in NinjaOne", optional=True),
)


AGREEMENTS: TableSpec[AgreementRow] = TableSpec(
    name="agreements",
    columns=(
        Column("name", "Agreement", lambda row: row.agreement.name, width=260, flexible=True),
        Column(
            "organization",
            "Organization",
            lambda row: row.agreement.organization_name,
            190,
            flexible=True,
        ),
        Column(
            "interval", "Interval", lambda row: row.agreement.interval.capitalize(), 90, quiet=True
        ),
        Column(
            "setting",
            "Setting in NinjaOne",
            lambda row: row.setting,
            width=235,
            mark=lambda row: _agreement_mark(row),
        ),
        Column(
            "waiting",
            "Waiting",
            lambda row: f"{row.waiting:,}" if row.waiting else "",
            width=80,
            sort=lambda row: (row.waiting, row.holds_back),
            numeric=True,
            tooltip=lambda row: f"{row.waiting:,} approved invoices wait for this agreement",
        ),
        Column(
            "amount",
            "Amount",
            lambda row: amounts_text(row.waiting_amounts),
            width=130,
            sort=lambda row: max((abs(amount) for _, amount in row.waiting_amounts), default=ZERO),
            numeric=True,
        ),
        Column(
            "advice",
            "What to change",
            lambda row: row.advice,
            width=330,
            flexible=True,
            sort=lambda row: last_when_empty(row.advice),
        ),
    ),
    identity=lambda row: row.agreement.id,
    search=lambda row: f"{row.agreement.name} {row.agreement.organization_name} {row.setting}",
    tags=lambda row: _agreement_tags(row),
    speak=lambda row: (
        f"{row.agreement.name}, {row.setting}"
        + (f", keeps {row.waiting} invoices from going" if row.holds_back else "")
    ),
)


def _agreement_mark(row: AgreementRow) -> Mark:
    if row.holds_back:
        return Mark("ban", Tone.WARNING)
    if row.agreement.accounting_action is None and not row.marked:
        return Mark("help", Tone.MUTED)
    return Mark("check-circle", Tone.GOOD)


def _agreement_tags(row: AgreementRow) -> tuple[str, ...]:
    tags = [HOLDS] if row.holds_back else []
    if row.marked:
        tags.append(MARKED)
    elif row.agreement.accounting_action is None:
        tags.append(UNTOLD)
    return tuple(tags)
