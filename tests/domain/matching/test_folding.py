"""What folding leaves of a name."""

from __future__ import annotations

import pytest

from desktop_app.domain.matching import fold
from desktop_app.domain.matching.folding import raw_key, readings
from desktop_app.domain.matching.legal_forms import split_forms


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme Pty. Ltd.", "acme"),
        ("Acme S.p.A.", "acme"),
        ("Acme B.V.", "acme"),
        ("Acme d.o.o.", "acme"),
        ("ООО Acme", "acme"),
        ("Company LLC", "company"),
        ("Co. Ltd", "co"),
        ("The Phone Company", "phone"),
        ("O'Brannigan’s", "obrannigans"),
        ("J. M. Barker", "jm barker"),
        ("U.S. Steel", "us steel"),
        ("Straße 7", "strasse 7"),
        ("TELEPHONE SYSTEMS INC /DE/", "telephone systems"),
        ("Radio/TV", "radio tv"),
        ("Harbor 865-555-0100", "harbor"),
        ("Acme Leeds", "acme leeds"),
    ],
)
def test_customers(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Microsoft 365 Business Premium (NCE)", "m365 business premium"),
        ("Office 365 E3", "o365 e3"),
        ("Exchange Online (Plan 1)", "exchange online p1"),
        ("Managed Server, per month", "managed server"),
        ("Power BI Pro P1Y", "power bi pro annual"),
        ("Panasonic KX-TG450B", "panasonic kxtg450b"),
        ("Backup 500 GB", "backup 500gb"),
        ("Windows Server 2022 CAL - User", "windows server 2022 cal user"),
    ],
)
def test_items(name: str, folded: str) -> None:
    assert fold(name, "items") == folded


def test_accounts() -> None:
    assert fold("4010 – Service Revenue", "accounts") == "service income"
    assert fold("Accounts Payable (A/P)", "accounts") == "payable payable"


def test_other_names_of_one_business_are_readings() -> None:
    texts = [r.text for r in readings("Sweety Novelty DBA Shine Food, Inc.", "customers")]
    assert texts[1:] == ["sweetynovelty", "shinefood"]
    assert len(readings("Plain Name", "customers")) == 1


def test_the_legal_form_never_is_all_of_a_name() -> None:
    assert split_forms(["llc"]) == (["llc"], [])
    assert split_forms(["company", "llc"]) == (["company"], ["llc"])


def test_raw_key_keeps_what_is_written() -> None:
    assert raw_key("  Acme\u200b  Inc. ") == "Acme Inc."
    assert raw_key("ACME") != raw_key("Acme")
    assert raw_key("!?") == ""
