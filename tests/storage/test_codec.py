from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.domain import records
from desktop_app.storage.codec import Codec, amount_text, instant_text

RECORDS = (
    records.Source, records.Target, records.Company, records.Term, records.TaxCode,
    records.Agreement, records.InvoiceLine, records.Mapping, records.Push, records.Workspace,
)  # fmt: skip

st.register_type_strategy(
    datetime,
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))])),
)
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("record", RECORDS)
def test_every_value_comes_back_as_it_was(record: type) -> None:
    codec: Codec[object] = Codec(record)

    @given(st.lists(st.builds(record), max_size=5))
    def check(wanted: list[object]) -> None:
        rows = codec.encode(wanted)
        assert {type(value) for row in rows for value in row} <= {str, int, type(None)}
        back = codec.decode(rows)
        assert back == wanted
        assert [repr(type(b)) for b in back] == [repr(type(w)) for w in wanted]

    check()


def test_amounts_keep_their_digits_and_are_never_written_with_an_exponent() -> None:
    assert amount_text(Decimal("12.50")) == "12.50"
    assert amount_text(Decimal("1E+3")) == "1000"
    with pytest.raises(ValueError, match="finite"):
        amount_text(Decimal("NaN"))


def test_instants_are_utc_and_sort_as_text() -> None:
    early = datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=2)))
    late = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
    assert instant_text(early) == "2026-03-01T21:59:59.999999+00:00"
    assert instant_text(early) < instant_text(late)
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2026, 3, 1))  # noqa: DTZ001


def test_a_type_it_cannot_store_is_refused_at_once() -> None:
    @dataclass
    class Price:
        amount: float

    with pytest.raises(TypeError, match="amount"):
        Codec(Price)


def test_truth_values_are_truth_values_again() -> None:
    codec = Codec(records.Term)
    (term,) = codec.decode(codec.encode([records.Term("1", "Net", active=False)]))
    assert term.active is False
