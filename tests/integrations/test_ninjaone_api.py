from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import LineGroup
from desktop_app.errors import BridgeError, FaultClass, NetworkError, ReconnectNeeded, ServiceFault
from desktop_app.integrations.http import Http, Patience
from desktop_app.integrations.ninjaone.api import PARALLEL, NinjaOne
from desktop_app.integrations.ninjaone.signin import NinjaOneOAuth
from desktop_app.progress import Cancelled, Progress, Step
from desktop_app.simulator.server import Simulator
from tests.integrations.stub import HTML, Reply, Seen, Stub
from tests.integrations.test_ninjaone_signin import simulated
from tests.integrations.tokens import Tokens

V2 = "/v2/"
ORGS, ACCOUNTS, PRODUCTS, AGREEMENTS, INVOICES = (
    V2 + "organizations",
    V2 + "billing/accounts",
    V2 + "billing/products",
    V2 + "billing/agreements",
    V2 + "billing/invoices",
)


@pytest.fixture
def tokens() -> Tokens:
    return Tokens("access-1", "access-2")


@pytest.fixture
def api(stub: Stub, quick: Patience, tokens: Tokens) -> NinjaOne:
    for path in (ACCOUNTS, PRODUCTS, AGREEMENTS, INVOICES):
        stub.on(path, Reply(200, []))
    pages(stub, [])
    return NinjaOne(Http("NinjaOne", "x-nj-request-id", quick), stub.url, tokens)


def pages(stub: Stub, ids: list[int], most: int = 1000) -> None:
    """Organizations with these ids, at most *most* a page."""

    def rule(seen: Seen) -> Reply | None:
        if seen.path != ORGS:
            return None
        after = int(seen.query.get("after", 0))
        size = min(most, int(seen.query["pageSize"]))
        rest = [one for one in ids if one > after][:size]
        return Reply(200, [{"id": one, "name": f"Org {one}"} for one in rest])

    stub.rules.insert(0, rule)


@pytest.mark.parametrize(
    ("count", "most"), [(0, 1000), (1, 1000), (1000, 1000), (2500, 1000), (260, 100)]
)
def test_all_pages(api: NinjaOne, stub: Stub, count: int, most: int) -> None:
    pages(stub, list(range(1, count + 1)), most)
    sources = api.lists(Progress()).sources
    assert [one.id for one in sources] == [str(one) for one in range(1, count + 1)]


def test_instance_that_ignores_paging(api: NinjaOne, stub: Stub) -> None:
    stub.on(ORGS, Reply(200, [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}]))
    assert len(api.lists(Progress()).sources) == 2


@pytest.mark.parametrize("path", [ORGS, ACCOUNTS, PRODUCTS, AGREEMENTS, INVOICES])
@pytest.mark.parametrize(
    "trouble",
    [
        Reply(503),
        HTML,
        Reply(200, b'[{"id": 1'),
        Reply(cut="before"),
        Reply(400, {}),
        Reply(200, {}),
    ],
)
def test_no_list_in_part(api: NinjaOne, stub: Stub, path: str, trouble: Reply) -> None:
    stub.on(path, trouble)
    with pytest.raises((ServiceFault, NetworkError)):
        api.lists(Progress())


def test_second_page_fails(api: NinjaOne, stub: Stub) -> None:
    stub.on(ORGS, Reply(200, [{"id": 1}]), Reply(502))
    with pytest.raises(ServiceFault):
        api.lists(Progress())


@pytest.mark.parametrize(
    "trouble", [HTML, Reply(429, "", {"Retry-After": "0"}), Reply(cut="middle", body=[1, 2])]
)
def test_reads_are_repeated(api: NinjaOne, stub: Stub, trouble: Reply) -> None:
    stub.on(ACCOUNTS, trouble, Reply(200, [{"id": 4, "name": "X"}]))
    assert [one.id for one in api.lists(Progress()).sources] == ["4"]


@pytest.mark.parametrize(
    ("reply", "expected", "code"),
    [
        (HTML, FaultClass.THROTTLED, ""),
        (Reply(429), FaultClass.THROTTLED, ""),
        (
            Reply(403, {"errorCode": "user_context_required"}),
            FaultClass.CONNECTION,
            "user_context_required",
        ),
        (Reply(403, "<html>"), FaultClass.CONNECTION, ""),
        (
            Reply(500, {"errorCode": "permission_denied", "message": "no"}),
            FaultClass.CONNECTION,
            "permission_denied",
        ),
        (
            Reply(500, {"errorCode": "organization_access_violation"}),
            FaultClass.CONNECTION,
            "organization_access_violation",
        ),
        (
            Reply(404, {"resultCode": "FAILURE", "errorMessage": "HTTP 404 Not Found"}),
            FaultClass.COMPANY,
            "FAILURE",
        ),
        (Reply(404, "<html>"), FaultClass.COMPANY, ""),
        (
            Reply(400, {"error": "missing_header", "error_code": 2}),
            FaultClass.DEFECT,
            "missing_header",
        ),
        (Reply(500, {"resultCode": "FAILURE"}), FaultClass.TRANSIENT, "FAILURE"),
        (Reply(502), FaultClass.TRANSIENT, ""),
        (Reply(200, {"new": "form"}), FaultClass.DEFECT, ""),
    ],
)
def test_refusals(api: NinjaOne, stub: Stub, reply: Reply, expected: FaultClass, code: str) -> None:
    stub.on(ACCOUNTS, reply)
    with pytest.raises(ServiceFault) as caught:
        api.check(Progress())
    fault = caught.value
    assert (fault.fault_class, fault.code) == (expected, code)
    assert fault.retryable == (expected in (FaultClass.THROTTLED, FaultClass.TRANSIENT))
    once = expected in (FaultClass.CONNECTION, FaultClass.COMPANY, FaultClass.DEFECT)
    assert len(stub.calls(ACCOUNTS)) == (1 if once else 3)


def test_references_for_support(api: NinjaOne, stub: Stub) -> None:
    body = {"resultCode": "FAILURE", "incidentId": "WEB-17", "errorMessage": "Acme owes 5"}
    stub.on(ACCOUNTS, Reply(400, body, {"x-nj-request-id": "nj-1"}))
    with pytest.raises(ServiceFault) as caught:
        api.check(Progress())
    assert "WEB-17" in caught.value.detail
    assert "nj-1" in caught.value.detail
    assert "Acme" not in caught.value.detail
    assert caught.value.service_detail == "Acme owes 5"


def test_no_api_at_all(api: NinjaOne, stub: Stub) -> None:
    stub.on(ORGS, Reply(404, "<html>"))
    with pytest.raises(ServiceFault, match="no NinjaOne API"):
        api.check(Progress())


def test_login_is_renewed_once(api: NinjaOne, stub: Stub, tokens: Tokens) -> None:
    expired = Reply(401, {"error": "not_authenticated", "error_code": 10})
    stub.on(ACCOUNTS, expired, Reply(200, []))
    api.check(Progress())
    assert tokens.renewals == ["access-1"]
    stub.on(ACCOUNTS, expired)
    with pytest.raises(ReconnectNeeded):
        api.check(Progress())
    assert len(tokens.renewals) == 2


def detail(number: int, **more: Any) -> dict[str, Any]:
    line = {"productId": 1, "accountId": 2, "price": 5}
    return {"id": number, "invoiceNumber": f"N{number}", "products": [line], **more}


def test_details_in_the_order_asked(api: NinjaOne, stub: Stub) -> None:
    for number in range(1, 8):
        stub.on(f"{INVOICES}/{number}", Reply(200, detail(number)))
    stub.on(f"{INVOICES}/3", Reply(404, {"errorCode": "invoice_not_found"}))
    steps: list[Step] = []
    found = api.invoices(["7", "3", "1", "2"], Progress(steps.append))
    assert [one.id for one in found] == ["7", "1", "2"]
    assert all(one.lines and one.raw.startswith("{") for one in found)
    assert steps[-1].total == 4
    assert not stub.calls(PRODUCTS)  # nothing had to be looked up by name


def test_details_look_names_up(api: NinjaOne, stub: Stub) -> None:
    stub.on(PRODUCTS, Reply(200, [{"id": 9, "name": "Router", "accountId": 4}]))
    stub.on(f"{INVOICES}/1", Reply(200, {"id": 1, "ticketProducts": [{"name": "Router"}]}))
    for _ in range(2):
        (invoice,) = api.invoices(["1"], Progress())
        (line,) = invoice.lines or ()
        assert (line.product_id, line.account_id, line.group) == ("9", "4", LineGroup.TICKET)
    assert len(stub.calls(PRODUCTS)) == 1


@pytest.mark.parametrize(
    "trouble", [Reply(500), HTML, Reply(404, {"resultCode": "FAILURE"}), Reply(200, {"id": None})]
)
def test_one_bad_detail_spoils_all(api: NinjaOne, stub: Stub, trouble: Reply) -> None:
    numbers = [str(number) for number in range(1, 30)]
    for number in numbers:
        stub.on(f"{INVOICES}/{number}", Reply(200, detail(int(number))))
    stub.on(f"{INVOICES}/4", trouble)
    with pytest.raises(ServiceFault):
        api.invoices(numbers, Progress())


def test_few_details_at_a_time(api: NinjaOne, stub: Stub) -> None:
    lock = threading.Lock()
    now = most = 0
    full = threading.Event()

    def rule(seen: Seen) -> Reply | None:
        nonlocal now, most
        if not seen.path.startswith(INVOICES + "/"):
            return None
        with lock:
            now += 1
            most = max(most, now)
            if now == PARALLEL:
                full.set()
        full.wait(5)
        with lock:
            now -= 1
        return Reply(200, detail(int(seen.path.rsplit("/")[-1])))

    stub.rules.insert(0, rule)
    slow = NinjaOne(Http("NinjaOne", "", Patience(read=10)), stub.url, Tokens())
    assert len(slow.invoices([str(one) for one in range(1, 20)], Progress())) == 19
    assert most == PARALLEL


def test_cancel_while_details_hang(api: NinjaOne, stub: Stub) -> None:
    slow = NinjaOne(Http("NinjaOne", "", Patience(read=60)), stub.url, Tokens())
    stub.rules.insert(0, lambda seen: Reply(hang=True))
    progress = Progress()
    threading.Thread(target=lambda: (stub.arrived.wait(10), progress.cancel())).start()
    with pytest.raises(Cancelled):
        slow.invoices(["1", "2", "3", "4", "5"], progress)
    assert len(stub.seen) <= PARALLEL


# --- Against the simulator ---------------------------------------------------------------------


@pytest.fixture
def real(simulator: Simulator, quick: Patience) -> Iterator[NinjaOne]:
    oauth = NinjaOneOAuth(Patience(attempts=1))
    app, secret = simulated(simulator, "machine")
    tokens = Tokens(*(oauth.machine(app, secret).access_token for _ in range(2)))
    http = Http("NinjaOne", "x-nj-request-id", Patience(read=5, backoff=0.001, longest_pause=0.01))
    yield NinjaOne(http, simulator.urls["ninjaone"], tokens)
    http.close()
    oauth.close()


def test_everything_there(simulator: Simulator, real: NinjaOne) -> None:
    real.check(Progress())
    lists = real.lists(Progress())
    assert len(lists.invoices) == len(simulator.ninjaone.tenant.invoices)
    by_kind = {kind: [one for one in lists.sources if one.kind is kind] for kind in Kind}
    assert all(by_kind.values())
    assert sum(one.system for one in by_kind[Kind.ACCOUNTS]) == 10
    assert {one.accounting_action for one in lists.agreements} >= {"SYNC", None}
    found = real.invoices([one.id for one in lists.invoices], Progress())
    assert [one.id for one in found] == [one.id for one in lists.invoices]
    products = {one.id for one in by_kind[Kind.ITEMS]}
    lines = [line for one in found for line in one.lines or ()]
    assert len(lines) > 50
    assert any(line.product_id in products for line in lines)
    # Some are off by a cent on purpose; most must add up.
    right = sum(
        one.total
        == sum((line.amount for line in one.lines or ()), Decimal(0)) - one.discount + one.total_tax
        for one in found
    )
    assert right > len(found) * 0.8


@pytest.mark.parametrize("key", ["results", "data", "items"])
def test_shapes(simulator: Simulator, real: NinjaOne, key: str) -> None:
    plain = real.lists(Progress())
    simulator.faults.arm("ninja.wrapped_list", key=key)
    simulator.faults.arm("ninja.numeric_dates")
    assert real.lists(Progress()) == plain


def test_faults_that_pass(simulator: Simulator, real: NinjaOne) -> None:
    plain = real.lists(Progress())
    simulator.faults.arm("ninja.token_expired", times=1)
    simulator.faults.arm("transport.html_ok", times=1, service="ninjaone")
    simulator.faults.arm("transport.truncated", times=1, service="ninjaone", path="agreements")
    simulator.faults.arm("transport.bad_json", times=1, service="ninjaone", path="products")
    simulator.faults.arm("transport.html_error", times=2, service="ninjaone", path="invoices")
    simulator.faults.arm("ninja.throttled", times=1, path="accounts", retry_after=0)
    assert real.lists(Progress()) == plain
    for name in (
        "ninja.token_expired",
        "transport.html_ok",
        "transport.truncated",
        "transport.bad_json",
        "transport.html_error",
        "ninja.throttled",
    ):
        assert simulator.faults.taken(name), name


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("ninja.no_billing", FaultClass.COMPANY),
        ("ninja.permission_denied", FaultClass.CONNECTION),
        ("ninja.throttled", FaultClass.THROTTLED),
    ],
)
def test_faults_that_stay(
    simulator: Simulator, real: NinjaOne, fault: str, expected: FaultClass
) -> None:
    simulator.faults.arm(fault)
    with pytest.raises(ServiceFault) as caught:
        real.lists(Progress())
    assert caught.value.fault_class is expected


def test_expired_for_good(simulator: Simulator, real: NinjaOne) -> None:
    simulator.faults.arm("ninja.token_expired")
    with pytest.raises(ReconnectNeeded):
        real.check(Progress())


def test_unknown_status_is_kept(simulator: Simulator, real: NinjaOne) -> None:
    simulator.faults.arm("ninja.unknown_status", status="ON_HOLD")
    assert {one.status for one in real.lists(Progress()).invoices} == {"ON_HOLD"}


def test_test_keys(simulator: Simulator) -> None:
    oauth = NinjaOneOAuth(Patience(attempts=1))
    for kind in ("native", "web", "machine"):
        app, secret = simulated(simulator, kind)
        oauth.test_keys(app, secret)
        simulator.faults.arm("ninja.unknown_app", times=1)
        with pytest.raises(BridgeError, match="region"):
            oauth.test_keys(app, secret)
    oauth.close()
