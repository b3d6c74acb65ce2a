"""Many clients at once: one company's writes happen one after another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.simulator.books import Books


def test_one_name_is_given_once() -> None:
    books = Books()
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: books.raw("POST", "customer", {"DisplayName": "Contested"}), range(24)
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 23
    assert len(books.ids("SELECT * FROM Customer WHERE DisplayName = 'Contested'")) == 1


def test_one_request_id_makes_one_invoice() -> None:
    books = Books()
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(lambda _: books.save("Invoice", books.invoice(), requestid="r"), range(24))
        )
    assert {one["Id"] for one in made} == {"1"}
    assert books.read("Customer", "1")["Balance"] == 100


def test_ids_and_balances_hold_under_load() -> None:
    books = Books()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: books.save("Invoice", books.invoice()), range(60)))
        list(pool.map(lambda one: books.engine.simulate_payment(books.realm, one["Id"], 40), made))
    assert len({one["Id"] for one in made}) == 60
    assert books.read("Customer", "1")["Balance"] == 60 * 60
    assert books.engine.summary(books.realm)["open_balance"] == 60 * 60
