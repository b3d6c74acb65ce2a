"""Cutting a report into what is laid out one after another."""

from __future__ import annotations

from desktop_app.ui.exchange.pieces import PADDING_STYLE, Table, cut

HTML = """<!DOCTYPE html><html><head><title>T &amp; x</title><style>td { color: red }</style>
</head><body><h1>A &amp; B</h1><p>Text</p>
<table border='1'><thead><tr><th>Name</th><th>To</th></tr></thead>
<tr><td>Smith &lt;&amp; Sons</td><td><b>Bold</b> <table><tr><td>in</td></tr></table></td></tr>
</table><p>End</p></body></html>"""


def test_fragments_and_rows_come_in_order_and_stay_escaped() -> None:
    found = cut(HTML)
    assert found.style == "td { color: red }"
    first, table, last = found.parts
    assert isinstance(first, str)
    assert first.strip() == "<h1>A &amp; B</h1><p>Text</p>"
    assert "T &amp; x" not in first  # a title is not printed
    assert isinstance(last, str)
    assert last.strip() == "<p>End</p>"
    assert isinstance(table, Table)
    assert [row.head for row in table.rows] == [True, False]
    cells = table.rows[1].cells
    assert cells[0] == ("Smith &lt;&amp; Sons", "Smith <& Sons")
    assert cells[1][0] == "<b>Bold</b> <table><tr><td>in</td></tr></table>"


def test_columns_share_the_width_by_need() -> None:
    table = cut(HTML).parts[1]
    assert isinstance(table, Table)
    shares = table.shares(len, 100)
    assert abs(sum(shares) - 1) < 1e-9
    assert shares[0] > shares[1]
    row = table.html(table.rows[0], [0.75, 0.25])
    assert row == (
        f"<table width='100%' cellspacing='0'><tr><th width='75.00%' style='{PADDING_STYLE}'>Name"
        f"</th><th width='25.00%' style='{PADDING_STYLE}'>To</th></tr></table>"
    )


def test_an_amount_keeps_its_currency_where_an_even_share_is_enough() -> None:
    amount = "-11,904.00\xa0USD"  # an amount and its currency are one word
    row = f"<tr><td>{'San Pedro Clinic ' * 9}</td><td>{amount}</td><td>{amount}</td></tr>"
    table = cut(f"<table>{row}</table>").parts[0]
    assert isinstance(table, Table)
    name, *amounts = table.shares(len, 45)
    assert [round(share * 45) for share in (name, *amounts)] == [17, 14, 14]


def test_short_columns_keep_their_words_on_one_line() -> None:
    rows = "".join(
        f"<tr><td>{'long ' * 40}</td><td>{'x' * 90}</td><td>today</td></tr>" for _ in "ab"
    )
    table = cut(f"<table>{rows}</table>").parts[0]
    assert isinstance(table, Table)
    assert not table.ruled
    wide, other, short = table.shares(len, 100)
    assert round(short * 100) == 5  # all that it needs
    assert wide == other  # the rest, evenly
