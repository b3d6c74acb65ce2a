"""Throttling."""

from __future__ import annotations

import queue
import threading
from dataclasses import replace
from typing import Any

from desktop_app.simulator.quickbooks.limits import Limits
from tests.simulator.books import Books


def throttled(books: Books, response: Any) -> bool:
    if response.status_code != 429:
        return False
    error = books.parsed(response)["fault"]["error"][0]
    assert error["code"] == "3001"
    assert error["message"] == "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    assert error["detail"] == "The request limit was reached. Try again later"
    assert "Retry-After" not in response.headers
    return True


def count(books: Books, requests: int, path: str = "term/1") -> int:
    """How many of that many requests pass."""
    return sum(not throttled(books, books.raw("GET", path)) for _ in range(requests))


def test_ten_a_second() -> None:
    books = Books(limits=Limits(pace=False))
    assert count(books, 14) == 10
    books.clock.advance(1)
    assert count(books, 14) == 10


def test_five_hundred_a_minute() -> None:
    books = Books(limits=Limits(per_second=0))
    assert count(books, 510) == 500
    books.clock.advance(59)
    assert count(books, 1) == 0
    books.clock.advance(2)
    assert count(books, 1) == 1


def test_forty_batches_a_minute() -> None:
    books = Books(limits=Limits(per_second=0))
    body = {"BatchItemRequest": [{"bId": "1", "Query": "SELECT COUNT(*) FROM Term"}]}
    passed = sum(not throttled(books, books.raw("POST", "batch", body)) for _ in range(45))
    assert passed == 40
    assert count(books, 1) == 1


def test_eight_hundred_operations_a_minute_in_batches() -> None:
    books = Books(limits=Limits(per_second=0))
    items = [{"bId": str(n), "Query": "SELECT COUNT(*) FROM Term"} for n in range(30)]
    body = {"BatchItemRequest": items}
    passed = sum(not throttled(books, books.raw("POST", "batch", body)) for _ in range(28))
    assert passed == 26
    body = {"BatchItemRequest": items[:20]}
    assert not throttled(books, books.raw("POST", "batch", body))
    assert throttled(books, books.raw("POST", "batch", {"BatchItemRequest": items[:1]}))
    books.clock.advance(61)
    assert not throttled(books, books.raw("POST", "batch", body))


def test_limits_are_by_app() -> None:
    books = Books(limits=Limits(pace=False))
    assert count(books, 11) == 10
    assert books.grant is not None
    books.grant = replace(books.grant, client_id="another")
    assert count(books, 11) == 10


def test_one_after_the_other_is_slowed_down_not_refused() -> None:
    books = Books(limits=Limits(per_second=10))
    assert count(books, 12) == 12


def test_side_by_side_is_refused() -> None:
    books = Books(limits=Limits(per_second=2))
    outcomes: queue.Queue[bool] = queue.Queue()
    first, release = threading.Event(), threading.Event()
    serve = books.engine._served

    def slow(*args: Any, **more: Any) -> Any:
        first.set()
        assert release.wait(20)
        return serve(*args, **more)

    books.engine._served = slow  # type: ignore[method-assign]
    threads = [
        threading.Thread(target=lambda: outcomes.put(throttled(books, books.raw("GET", "term/1"))))
        for _ in range(5)
    ]
    threads[0].start()
    assert first.wait(20)
    for thread in threads[1:]:
        thread.start()
    assert [outcomes.get(timeout=20) for _ in range(3)] == [True] * 3
    release.set()
    assert [outcomes.get(timeout=20) for _ in range(2)] == [False] * 2
    for thread in threads:
        thread.join(20)


def test_faults_set_other_limits() -> None:
    books = Books()
    books.faults.arm("qbo.rate_per_second", limit=3)
    assert count(books, 5) == 3
    books.faults.disarm("qbo.rate_per_second")
    books.clock.advance(1)
    books.faults.arm("qbo.rate_per_minute", limit=4)
    assert count(books, 5) == 1
