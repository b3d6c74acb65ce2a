"""What the table of agreements shows."""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.domain.money import money_text
from desktop_app.services.api import AgreementRow
from desktop_app.services.api_preflight import Mark as PersonMark
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


@dataclass(frozen=True, slots=True)
class ShownAgreement(AgreementRow):
    """mark: the last that a person said about it."""

    mark: PersonMark | None = None

    @property
    def marked(self) -> bool:
        return self.mark is not None and self.mark.made

    @property
    def told(self) -> str:
        """The setting, or that a person marked it."""
        if self.marked and self.agreement.accounting_action is None:
            return f"{self.setting}; marked as updated"
        return self.setting


AGREEMENTS: TableSpec[ShownAgreement] = TableSpec(
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
        Column("interval", "Interval", lambda row: row.agreement.interval, 90, quiet=True),
        Column(
            "setting",
            "Setting in NinjaOne",
            lambda row: row.told,
            width=270,
            mark=lambda row: _agreement_mark(row),
        ),
        Column(
            "waiting",
            "Waiting",
            lambda row: f"{row.waiting:,}" if row.waiting else "",
            width=80,
            sort=lambda row: row.waiting,
            numeric=True,
            tooltip=lambda row: f"{row.waiting:,} approved invoices wait for this agreement",
        ),
        Column(
            "amount",
            "Amount",
            lambda row: money_text(row.waiting_amount) if row.waiting else "",
            width=110,
            sort=lambda row: row.waiting_amount,
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
    search=lambda row: f"{row.agreement.name} {row.agreement.organization_name} {row.told}",
    tags=lambda row: _agreement_tags(row),
    speak=lambda row: (
        f"{row.agreement.name}, {row.told}"
        + (f", keeps {row.waiting} invoices from going" if row.holds_back else "")
    ),
)


def _agreement_mark(row: ShownAgreement) -> Mark:
    if row.holds_back:
        return Mark("ban", Tone.WARNING)
    if row.agreement.accounting_action is None and not row.marked:
        return Mark("help", Tone.MUTED)
    return Mark("check-circle", Tone.GOOD)


def _agreement_tags(row: ShownAgreement) -> tuple[str, ...]:
    if row.holds_back:
        return (HOLDS,)
    if row.agreement.accounting_action is None:
        return (MARKED,) if row.marked else (UNTOLD,)
    return ()
