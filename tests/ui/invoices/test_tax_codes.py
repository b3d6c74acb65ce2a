"""The tax codes of companies whose lines each name one, chosen in Settings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtWidgets import QVBoxLayout
from pytestqt.qtbot import QtBot

from desktop_app.domain.records import TaxCode
from desktop_app.ui.settings.tax_codes import TaxCodeChoices
from desktop_app.ui.shell import Page, Shell
from tests.services.test_tracking import company
from tests.ui.fakes_data import World
from tests.ui.invoices.small import make_small
from tests.ui.invoices.test_document_settings import pick
from tests.ui.pages_support import MakeShell, open_page

CODES = [
    TaxCode("TAX", "TAX", taxable=True),
    TaxCode("5", "GST", taxable=True, rate=Decimal(5)),
    TaxCode("7", "HST ON", taxable=True, rate=Decimal(13)),
    TaxCode("8", "HST ON", taxable=True, rate=Decimal(13)),
    TaxCode("9", "Exempt", rate=Decimal(0)),
    TaxCode("10", "Gone", active=False, rate=Decimal(0)),
]


class OneCard(Page):
    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.card = TaxCodeChoices(shell)
        QVBoxLayout(self).addWidget(self.card)

    def refresh(self, changes: object) -> None:
        self.card.fill()


@pytest.fixture
def small() -> World:
    made = make_small()
    made.catalogue.tax_code_list = CODES
    company(made, country="CA")
    return made


def test_a_code_is_chosen_by_its_name_and_rate(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    card = open_page(qtbot, make_shell, small, OneCard, documents=small.documents).card
    assert [card.taxable.itemText(n) for n in range(card.taxable.count())] == [
        "By the invoice's tax rate", "Exempt (0 %)", "GST (5 %)", "HST ON (13 %, id 7)",
        "HST ON (13 %, id 8)",
    ]  # fmt: skip
    assert card.exempt.count() == 2, "of 0 % only"
    pick(qtbot, card.taxable, "HST ON (13 %, id 8)")
    pick(qtbot, card.exempt, "Exempt (0 %)")
    choices = small.documents.choices()
    assert (choices.taxable_code_id, choices.exempt_code_id) == ("8", "9")
    small.catalogue.tax_code_list = CODES[:-3]
    small.facts.invalidate()
    card.fill()
    assert card.taxable.currentText() == "Id 8 (cannot be used)"
    pick(qtbot, card.taxable, "GST (5 %)")
    assert small.documents.choices().taxable_code_id == "5", "the other one is no hindrance"


def test_in_the_united_states_there_is_nothing_to_choose(
    qtbot: QtBot, make_shell: MakeShell, small: World
) -> None:
    company(small, country="US")
    card = open_page(qtbot, make_shell, small, OneCard, documents=small.documents).card
    assert not card.isVisible()
