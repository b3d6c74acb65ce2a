from __future__ import annotations

import pytest

from desktop_app.domain.regions import NINJAONE_REGIONS, normalise_base_url, region_of
from desktop_app.errors import ConfigurationError


@pytest.mark.parametrize(
    ("entered", "base"),
    [
        ("app", "https://app.ninjarmm.com"),
        ("US", "https://app.ninjarmm.com"),
        (" eu ", "https://eu.ninjarmm.com"),
        ("eu.ninjarmm.com", "https://eu.ninjarmm.com"),
        ("https://eu.ninjarmm.com/", "https://eu.ninjarmm.com"),
        ("https://eu.ninjarmm.com/api/v2/", "https://eu.ninjarmm.com"),
        ("https://eu.ninjarmm.com/v2", "https://eu.ninjarmm.com"),
        ("https://EU.NinjaRMM.com:443/#/overview", "https://eu.ninjarmm.com"),
        ("http://partner.rmmservices.net", "https://partner.rmmservices.net"),
        ("https://partner.rmmservices.net:8443/x", "https://partner.rmmservices.net:8443"),
        ("http://127.0.0.1:8799/", "http://127.0.0.1:8799"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:9/", "http://[::1]:9"),
    ],
)
def test_addresses(entered: str, base: str) -> None:
    assert normalise_base_url(entered) == base
    assert normalise_base_url(base) == base


@pytest.mark.parametrize(
    "entered",
    [
        "",
        "  ",
        "mars",
        "ftp://eu.ninjarmm.com",
        "https://",
        "https://a b.com",
        "https://x:y@z.com",
        "https://z.com:port",
        "https://-a.com",
        "https://a..com",
        "javascript:alert(1)",
    ],
)
def test_no_addresses(entered: str) -> None:
    with pytest.raises(ConfigurationError):
        normalise_base_url(entered)


def test_every_region_is_found_again() -> None:
    for region in NINJAONE_REGIONS:
        assert region_of(normalise_base_url(region.key)) == region
    assert region_of("https://partner.rmmservices.net") is None
