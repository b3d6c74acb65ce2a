"""Optional writing back to NinjaOne: the note, and the move to Complete.

Off by default. Each is one explicit call over chosen invoices; nothing is ever tried again by
itself, since NinjaOne has no request ids (NinjaOne sheet 4.6).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from desktop_app.domain.ports_sending import NinjaOneWriter
from desktop_app.domain.records import ChangeSet, Invoice, InvoiceStatus, NinjaOneGrant, Push
from desktop_app.errors import BridgeError, ReconnectNeeded, RuleError, UnknownOutcome
from desktop_app.progress import Cancelled, Progress
from desktop_app.services.api import Service
from desktop_app.services.api_sending import SendingOptions, WriteBack
from desktop_app.services.sending_base import IN_QUICKBOOKS, SendingBase

log = logging.getLogger(__name__)

RECONNECT = (
    "Writing to NinjaOne needs another permission (management) than the present login has."
    " Reconnect NinjaOne on the Integrations page."
)
OFF = "Writing back to NinjaOne is switched off for this workspace."


class WritingBack(SendingBase):
    """The part of SendingService about options and NinjaOne's side."""

    def options(self) -> SendingOptions:
        kept = self._kept()
        known = {name: bool(kept[name]) for name in asdict(SendingOptions()) if name in kept}
        return SendingOptions(**known)

    def set_options(self, options: SendingOptions) -> ChangeSet:
        before = self.options()
        kept = {**self._kept(), **asdict(options)}
        if writes(options) and not writes(before):
            kept["asked"] = False  # the present login was given without the permission
        self._keep(kept)
        return ChangeSet(workspace=True, text="Sending options saved")

    def asks_management(self) -> bool:
        """Whether a sign-in to NinjaOne is to ask for the permission; called at its begin."""
        wanted = writes(self.options())
        if wanted:
            self._keep({**self._kept(), "asked": True})
        return wanted

    def write_back_notice(self) -> str:
        workspace = self._ports.workspaces.current()
        machine = workspace.ninjaone_app.grant is NinjaOneGrant.MACHINE
        if not writes(self.options()) or machine or self._kept().get("asked"):
            return ""
        return RECONNECT

    def write_notes(self, invoice_ids: Sequence[str], progress: Progress) -> WriteBack:
        if not self.options().write_note:
            raise RuleError(OFF)

        def write(writer: NinjaOneWriter, invoice: Invoice, push: Push) -> bool:
            told = note_line(push)
            if told in invoice.note:
                return False
            note = f"{invoice.note}\n{told}" if invoice.note else told
            writer.set_note(invoice.id, note, Progress())
            return True

        return self._each(invoice_ids, write, "note written", progress)

    def export_complete(self, invoice_ids: Sequence[str], progress: Progress) -> WriteBack:
        if not self.options().export:
            raise RuleError(OFF)

        def write(writer: NinjaOneWriter, invoice: Invoice, push: Push) -> bool:
            if invoice.status == InvoiceStatus.COMPLETE:
                return False
            if invoice.status != InvoiceStatus.APPROVED:
                raise RuleError(f"NinjaOne calls it “{invoice.status.lower()}”.")
            writer.export([invoice.id], Progress())
            return True

        return self._each(invoice_ids, write, "moved to Complete", progress)

    # --- Parts -------------------------------------------------------------------------------

    def _each(
        self,
        invoice_ids: Sequence[str],
        write: Callable[[NinjaOneWriter, Invoice, Push], bool],
        what: str,
        progress: Progress,
    ) -> WriteBack:
        """One invoice at a time, read again before it is changed. A lost answer or a missing
        permission ends it: neither is met again for every other invoice."""
        workspace = self._ports.workspaces.current()
        keeper = self._ports.logins.keeper(workspace.id, Service.NINJAONE)
        writer = self._ports.gateways.ninjaone_writer(workspace, keeper)
        pushes = self._facts().pushes
        done: list[str] = []
        failed: list[tuple[str, str]] = []
        wanted = [key for key in dict.fromkeys(invoice_ids) if key in pushes]
        for number, invoice_id in enumerate(wanted):
            push = pushes[invoice_id]
            if push.state not in IN_QUICKBOOKS:
                continue
            try:
                progress.report("Writing to NinjaOne", number, len(wanted))
                fresh = self._fresh_invoice(workspace, invoice_id, progress)
                if fresh is None:
                    raise RuleError("NinjaOne no longer has this invoice.")  # noqa: TRY301
                if write(writer, fresh, push):
                    done.append(invoice_id)
            except Cancelled:
                break
            except RuleError as error:
                failed.append((invoice_id, error.message))
            except UnknownOutcome as error:
                failed.append((invoice_id, f"{error.message} Look at it in NinjaOne."))
                break
            except ReconnectNeeded:
                raise
            except BridgeError as error:
                failed.append((invoice_id, f"{error.message} {error.advice}".strip()))
                break
        text = f"{len(done)} {what}" + (f", {len(failed)} not" if failed else "")
        log.info("NinjaOne: %s", text)
        changes = ChangeSet(invoices=bool(done), text=text)
        return WriteBack(tuple(done), tuple(failed), changes, text)

    def _kept(self) -> dict[str, Any]:
        value = self._ports.settings.get(self._name(), {})
        return dict(value) if isinstance(value, dict) else {}

    def _keep(self, value: dict[str, Any]) -> None:
        self._ports.settings.set(self._name(), value)

    def _name(self) -> str:
        return f"sending-{self._ports.workspaces.current().id}"


def writes(options: SendingOptions) -> bool:
    return options.write_note or options.export


def note_line(push: Push) -> str:
    kind = "invoice" if push.entity == "Invoice" else "credit memo"
    return f"QuickBooks {kind} no. {push.doc_number or push.qbo_id}"
