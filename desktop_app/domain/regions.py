"""Where NinjaOne instances live, and how their addresses are tidied.

Source: NinjaOne sheet 1.1. A tenant lives on exactly one host, so the user chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from desktop_app.errors import ConfigurationError

_ADVICE = "Choose a region, or copy the address from the browser's address bar in NinjaOne."
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Region:
    """key: as people write it. label: for the settings page."""

    key: str
    label: str
    base_url: str


NINJAONE_REGIONS = (
    Region("app", "North America", "https://app.ninjarmm.com"),
    Region("us2", "North America (US2)", "https://us2.ninjarmm.com"),
    Region("eu", "Europe, Middle East, Africa", "https://eu.ninjarmm.com"),
    Region("ca", "Canada", "https://ca.ninjarmm.com"),
    Region("oc", "Oceania and Asia-Pacific", "https://oc.ninjarmm.com"),
    Region("fed", "FedRAMP (US government)", "https://fed.ninjarmm.com"),
)
_ALIASES = {"us": "app", "na": "app", "us1": "app"}


def normalise_base_url(text: str) -> str:
    """The instance's base address, from a region's key or any address of the instance.

    "eu", "eu.ninjarmm.com/", "https://eu.ninjarmm.com/api/v2" and an address copied from the
    browser (its page and fragment are dropped) all give "https://eu.ninjarmm.com". Plain http is
    accepted for this computer only. Raises ConfigurationError.
    """
    entered = text.strip()
    key = _ALIASES.get(entered.casefold(), entered.casefold())
    for region in NINJAONE_REGIONS:
        if key == region.key:
            return region.base_url
    if not entered:
        raise ConfigurationError("The NinjaOne address is missing.", advice=_ADVICE)
    try:
        parts = urlsplit(entered if "://" in entered else f"https://{entered}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigurationError("The NinjaOne address is not valid.", advice=_ADVICE) from None
    if not _plausible(host) or "@" in parts.netloc:
        raise ConfigurationError("The NinjaOne address is not valid.", advice=_ADVICE)
    local = host in _LOOPBACK
    if parts.scheme not in ("https", "http"):
        raise ConfigurationError("The NinjaOne address must begin with https://.", advice=_ADVICE)
    scheme = parts.scheme if local else "https"
    shown = f"[{host}]" if ":" in host else host
    default = {"https": 443, "http": 80}
    place = shown if port is None or port == default[parts.scheme] else f"{shown}:{port}"
    return f"{scheme}://{place}"


def region_of(base_url: str) -> Region | None:
    """The listed region with this base address, None for an address of one's own."""
    return next((one for one in NINJAONE_REGIONS if one.base_url == base_url), None)


def _plausible(host: str) -> bool:
    """A name with a dot, or this computer; no blanks or other odd characters."""
    if host in _LOOPBACK:
        return True
    labels = host.split(".")
    return len(labels) > 1 and all(
        label and label.replace("-", "").isalnum() and label.strip("-") == label for label in labels
    )
