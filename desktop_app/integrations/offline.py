"""Stand-ins for every adapter when the program was started offline: nothing is ever asked."""

from __future__ import annotations

from typing import Any, NoReturn

from desktop_app.domain.ports import (
    AccessTokens,
    Gateways,
    IntuitSignIn,
    NinjaOneApi,
    NinjaOneSignIn,
    QuickBooksApi,
)
from desktop_app.domain.ports_sending import NinjaOneWriter
from desktop_app.domain.records import Environment, NinjaOneApp, Workspace
from desktop_app.errors import NetworkError


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise NetworkError(
        "The program was started offline, so it does not use the network.",
        title="Started offline",
        advice="Close it and start it without --offline to connect, refresh or send. Reviewing and"
        " changing mappings works now.",
        retryable=False,
    )


class OfflineIntuit(IntuitSignIn):
    """Raises NetworkError for everything."""

    begin = exchange = refresh = revoke = user = test_keys = _refuse


class OfflineNinjaOne(NinjaOneSignIn):
    """Raises NetworkError for everything."""

    begin = exchange = machine = refresh = revoke = test_keys = _refuse


class _OfflineQuickBooks(QuickBooksApi):
    @property
    def metered_reads(self) -> int:
        return 0

    company = small_lists = all_targets = changes = counts = create = _refuse
    encode = find_documents = find_by_note = create_service_item = _refuse
    repeat = create_many = read_documents = find_numbers = _refuse
    update_document = void_document = _refuse
    names = named = create_record = _refuse
    exchange_rate = tracked = books = _refuse


class _OfflineNinjaOneApi(NinjaOneApi):
    check = lists = invoices = _refuse


class _OfflineNinjaOneWriter(NinjaOneWriter):
    set_note = export = _refuse


class OfflineGateways(Gateways):
    """Adapters that raise NetworkError. Addresses for the user's own browser are still known from
    *real*, which is asked for nothing else."""

    def __init__(self, real: Gateways) -> None:
        self._real = real

    def quickbooks(self, workspace: Workspace, tokens: AccessTokens) -> QuickBooksApi:
        return _OfflineQuickBooks()

    def ninjaone(self, workspace: Workspace, tokens: AccessTokens) -> NinjaOneApi:
        return _OfflineNinjaOneApi()

    def ninjaone_writer(self, workspace: Workspace, tokens: AccessTokens) -> NinjaOneWriter:
        return _OfflineNinjaOneWriter()

    def web_address(self, environment: Environment, entity: str, qbo_id: str) -> str:
        return self._real.web_address(environment, entity, qbo_id)

    def agreement_address(self, app: NinjaOneApp, agreement_id: str) -> str:
        return self._real.agreement_address(app, agreement_id)
