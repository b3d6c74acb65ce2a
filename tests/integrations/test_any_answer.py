"""Whatever a service answers ends in a record or in an error of this program, never in a crash."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import simplejson
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.domain.kinds import Kind
from desktop_app.errors import ServiceFault
from desktop_app.integrations.http import Answer
from desktop_app.integrations.intuit_client import Discovery, Tokens, Unreadable, User, _checked
from desktop_app.integrations.ninjaone import decode as ninjaone
from desktop_app.integrations.ninjaone import faults as ninjaone_faults
from desktop_app.integrations.ninjaone import wire
from desktop_app.integrations.quickbooks import decode as quickbooks
from desktop_app.integrations.quickbooks.faults import judge
from desktop_app.integrations.wire import read_json

# Names that the adapters look at, so that the random values land where they hurt.
WORDS = """
id Id name Name status active client clientId account product agreementProduct productId
products agreementProducts ticketProducts price quantity discount subTotal taxRate total
invoiceDate createTime billContent results data value ParentRef UnitPrice DueDays Active
TotalAmt TxnTaxDetail SalesTaxRateList TaxRateDetail TaxRateRef EffectiveTaxRate EffectiveDate
OtherPrefs NameValue AccountingInfoPrefs TaxPrefs Fault fault Error error code message Message
Detail errorCode resultCode incidentId access_token expires_in refresh_token email givenName
token_endpoint issuer system editable
"""
NAMES = st.sampled_from(WORDS.split())
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["2026-11-01", "1e999999", "-0", "NaN", "9" * 400, "ACTIVE"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=15,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=12)


def through_json(value: Any) -> Any:
    return read_json(simplejson.dumps(value).encode())


MODELS = (
    wire.OrganizationRow,
    wire.AccountRow,
    wire.ProductRow,
    wire.AgreementRow,
    wire.InvoiceRow,
    wire.InvoiceDetail,
    wire.LineRow,
)


@settings(max_examples=40)
@given(OBJECTS)
def test_ninjaone_rows(value: Any) -> None:
    for model in MODELS:
        with contextlib.suppress(wire.Misshapen):
            row = wire.one(model, through_json(value))
            if isinstance(row, wire.InvoiceDetail):
                ninjaone.invoice_with_lines(row, ninjaone.Names(), "")


@settings(max_examples=40)
@given(VALUES)
def test_ninjaone_lists(value: Any) -> None:
    with contextlib.suppress(wire.Misshapen):
        wire.many(wire.AgreementRow, through_json(value))


QUICKBOOKS: list[Callable[[Any], object]] = [
    *(lambda row, kind=kind: quickbooks.target(kind, row) for kind in Kind),
    lambda row: quickbooks.company("1", row, row),
    quickbooks.term,
    lambda row: quickbooks.tax_code(row, {}),
    lambda row: quickbooks.tax_rate(row, date(2026, 1, 1)),
    lambda row: quickbooks.document(row, ""),
]


@pytest.mark.parametrize("read", QUICKBOOKS)
@settings(max_examples=40)
@given(row=OBJECTS)
def test_quickbooks_rows(read: Callable[[Any], object], row: Any) -> None:
    with contextlib.suppress(ServiceFault):
        read(through_json(row))


@settings(max_examples=40)
@given(VALUES, st.sampled_from([200, 400, 401, 403, 404, 429, 500, 503]))
def test_refusals(value: Any, status: int) -> None:
    answer = Answer(status, {}, simplejson.dumps(value).encode(), "ref")
    assert status == 200 or judge(answer) is not None
    assert ninjaone_faults.fault(answer, billing=True).message


@settings(max_examples=40)
@given(st.binary(max_size=60), st.sampled_from([200, 401, 500]))
def test_bytes(body: bytes, status: int) -> None:
    answer = Answer(status, {}, body, "")
    judge(answer)
    ninjaone_faults.fault(answer, billing=False)
    for model in (Tokens, Discovery, User):
        with contextlib.suppress(Unreadable):
            _checked(model, body)


@settings(max_examples=40)
@given(VALUES)
def test_intuit_answers(value: Any) -> None:
    for model in (Tokens, Discovery, User):
        with contextlib.suppress(Unreadable):
            _checked(model, simplejson.dumps(value).encode())
