"""Builds the API adapters of a workspace (the port Gateways)."""

from __future__ import annotations

from urllib.parse import quote

from desktop_app.domain.ports import AccessTokens, NinjaOneApi, QuickBooksApi
from desktop_app.domain.ports_sending import NinjaOneWriter
from desktop_app.domain.records import Environment, NinjaOneApp, Workspace
from desktop_app.domain.regions import normalise_base_url
from desktop_app.errors import ConfigurationError, ReconnectNeeded
from desktop_app.integrations.http import Http, Patience, is_safe_address
from desktop_app.integrations.ninjaone import faults as ninjaone_faults
from desktop_app.integrations.ninjaone.api import NinjaOne
from desktop_app.integrations.ninjaone.writing import NinjaOneWrites
from desktop_app.integrations.quickbooks import faults as quickbooks_faults
from desktop_app.integrations.quickbooks.api import QuickBooks
from desktop_app.integrations.quickbooks.client import TID, Client
from desktop_app.integrations.quickbooks.pacing import Pace, Pacer, pacer_for

API = {
    Environment.PRODUCTION: "https://quickbooks.api.intuit.com",
    Environment.SANDBOX: "https://sandbox-quickbooks.api.intuit.com",
}
WEB = {
    Environment.PRODUCTION: "https://qbo.intuit.com/app",
    Environment.SANDBOX: "https://sandbox.qbo.intuit.com/app",
}
# Page and parameter by entity. Accounts and items have no page of their own that is known, so
# their lists are opened.
_PAGES = {
    "invoice": ("invoice", "txnId"),
    "creditmemo": ("creditmemo", "txnId"),
    "customer": ("customerdetail", "nameId"),
    "account": ("chartofaccounts", ""),
    "item": ("items", ""),
}

# QuickBooks works on one request for up to 120 seconds (sheet, chapter 6).
QUICKBOOKS_PATIENCE = Patience(connect=10, read=125, attempts=4)
NINJAONE_PATIENCE = Patience(connect=10, read=60, attempts=4, backoff=1.0)


class Adapters:
    """Implements Gateways. One pool of connections per service, shared by all adapters.

    pace: for tests; without it all adapters of one company share the process's one Pacer.
    """

    def __init__(
        self,
        quickbooks: Patience = QUICKBOOKS_PATIENCE,
        ninjaone: Patience = NINJAONE_PATIENCE,
        pace: Pace | None = None,
    ) -> None:
        self._quickbooks = Http(quickbooks_faults.SERVICE, TID, quickbooks)
        self._ninjaone = Http(ninjaone_faults.SERVICE, "x-nj-request-id", ninjaone)
        self._pace = pace

    def close(self) -> None:
        self._quickbooks.close()
        self._ninjaone.close()

    def quickbooks(self, workspace: Workspace, tokens: AccessTokens) -> QuickBooksApi:
        """Raises ConfigurationError (no API address), ReconnectNeeded (no company yet)."""
        app = workspace.quickbooks_app
        url = API.get(app.environment) or app.api_url
        if not is_safe_address(url):
            raise ConfigurationError(
                "The address of the QuickBooks API is missing or not an https address.",
                advice="Enter the API address on the Integrations page, or choose Sandbox or"
                " Production as the environment.",
            )
        if not workspace.realm_id:
            raise ReconnectNeeded(
                "No QuickBooks company is connected in this workspace.",
                advice="Open Integrations and choose Enable.",
            )
        realm = workspace.realm_id
        pacer = pacer_for(url, realm) if self._pace is None else Pacer(self._pace)
        return QuickBooks(Client(self._quickbooks, url, realm, tokens, pacer))

    def ninjaone(self, workspace: Workspace, tokens: AccessTokens) -> NinjaOneApi:
        """Raises ConfigurationError for an address that cannot work."""
        base = normalise_base_url(workspace.ninjaone_app.base_url)
        return NinjaOne(self._ninjaone, base, tokens)

    def ninjaone_writer(self, workspace: Workspace, tokens: AccessTokens) -> NinjaOneWriter:
        """Raises ConfigurationError for an address that cannot work."""
        base = normalise_base_url(workspace.ninjaone_app.base_url)
        return NinjaOneWrites(self._ninjaone, base, tokens)

    def web_address(self, environment: Environment, entity: str, qbo_id: str) -> str:
        """ "" where no web page is known: for a custom environment, or another entity.

        The addresses are an assumption (QuickBooks sheet, chapter 9).
        """
        page, parameter = _PAGES.get(entity.lower(), ("", ""))
        if environment not in WEB or not page:
            return ""
        address = f"{WEB[environment]}/{page}"
        return f"{address}?{parameter}={quote(qbo_id, safe='')}" if parameter else address

    def agreement_address(self, app: NinjaOneApp, agreement_id: str) -> str:
        """ "" without a usable address. The page is an assumption: no sheet names it."""
        try:
            base = normalise_base_url(app.base_url)
        except ConfigurationError:
            return ""
        return f"{base}/#/finance/agreements/{quote(agreement_id, safe='')}"
