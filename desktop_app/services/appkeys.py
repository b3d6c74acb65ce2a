"""Checking app keys before they are saved."""

from __future__ import annotations

from urllib.parse import urlsplit

from desktop_app.domain.records import (
    Environment,
    NinjaOneApp,
    NinjaOneGrant,
    QuickBooksApp,
)
from desktop_app.errors import ConfigurationError

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check_quickbooks_app(app: QuickBooksApp) -> None:
    """Raises ConfigurationError that names the field (rules: QuickBooks sheet 1.4)."""
    _need(app.client_id, "Client ID", "Copy it from the app's keys page at Intuit.")
    _check_redirect(app.redirect_uri)
    parts = urlsplit(app.redirect_uri)
    if app.environment is Environment.PRODUCTION and (
        parts.scheme != "https" or parts.hostname in LOOPBACK
    ):
        raise ConfigurationError(
            f"Redirect address: {app.redirect_uri} cannot be registered for production keys.",
            advice="Production keys need an https address that is not this computer.",
        )
    if app.environment is Environment.CUSTOM:
        _check_service_address(app.discovery_url, "Discovery address")
        _check_service_address(app.api_url, "API address")


def check_ninjaone_app(app: NinjaOneApp) -> None:
    """Raises ConfigurationError that names the field (rules: NinjaOne sheet 1.1 and 1.3)."""
    _check_service_address(app.base_url, "NinjaOne address")
    _need(app.client_id, "Client ID", "Copy it from Administration, Apps, API in NinjaOne.")
    if app.grant is not NinjaOneGrant.MACHINE:
        _check_redirect(app.redirect_uri)


def _need(value: str, field: str, advice: str) -> None:
    if not value.strip():
        raise ConfigurationError(f"{field} is empty.", advice=advice)
    if len(value.split()) > 1:
        raise ConfigurationError(f"{field} holds white space.", advice="Copy it again, alone.")


def _check_redirect(address: str) -> None:
    _check_address(address, "Redirect address")
    if urlsplit(address).fragment or urlsplit(address).query:
        raise ConfigurationError(
            "Redirect address: it must have no ? or # part.",
            advice="Enter exactly what is registered with the app.",
        )


def _check_service_address(address: str, field: str) -> None:
    """Addresses that tokens are sent to: https, except on this computer."""
    _check_address(address, field)
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ConfigurationError(
            f"{field}: {address} is not encrypted.", advice="Enter an https address."
        )


def _check_address(address: str, field: str) -> None:
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or " " in address:
        raise ConfigurationError(
            f"{field}: “{address}” is not a web address.",
            advice="Enter it in full, with https:// in front.",
        )
