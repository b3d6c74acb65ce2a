"""QuickBooks Online v3: every path below /v3/."""

from __future__ import annotations

import threading
import uuid
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.clock import SimClock
from desktop_app.simulator.data.seed import CompanySeed
from desktop_app.simulator.faults import Faults
from desktop_app.simulator.quickbooks import batch, codes, gateway, hooks, stamps, xml
from desktop_app.simulator.quickbooks.codes import ServiceFault
from desktop_app.simulator.quickbooks.gateway import GatewayFault
from desktop_app.simulator.quickbooks.limits import Limits, Throttle
from desktop_app.simulator.quickbooks.router import (
    Answer,
    NoSuchPath,
    ReadsBlocked,
    Router,
    WrongVerb,
)
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.switches import Switches
from desktop_app.simulator.tokens import TokenInfo
from desktop_app.simulator.wire import dumps, html_response

Json = dict[str, Any]

_JSON = "application/json;charset=UTF-8"
_XML = "application/xml;charset=UTF-8"
_NOT_FOUND = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"
_NOT_ALLOWED = (
    "<html><head><title>405 Method Not Allowed</title></head>"
    "<body><h1>Method Not Allowed</h1></body></html>"
)


class QuickBooks:
    """The accounting service for some companies. Safe to call from several threads.

    limits: throttling; as the real service's by default (see Limits).
    """

    def __init__(
        self,
        clock: SimClock,
        faults: Faults,
        companies: list[CompanySeed],
        limits: Limits | None = None,
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._throttle = Throttle(clock, limits or Limits())
        self._companies = {seed.realm_id: Company(seed, clock) for seed in companies}
        self._lock = threading.Lock()

    @property
    def limits(self) -> Limits:
        """May be changed while serving."""
        return self._throttle.limits

    # Requests

    def handle(self, request: Request, grant: TokenInfo | None) -> Response:
        """Answer one request. grant: what its bearer token stands for, None if unknown."""
        response = self._handle(request, grant)
        response.headers["intuit_tid"] = _transaction_id()
        response.headers["QBO-Version"] = "1975.233"
        return response

    def _handle(self, request: Request, grant: TokenInfo | None) -> Response:
        parts = [part for part in request.path.split("/") if part]
        json = _wants_json(request)
        if len(parts) < 2 or parts[1].casefold() != "company":
            return html_response(_NOT_FOUND, 404)
        realm = parts[2] if len(parts) > 2 else ""
        context = {"path": request.path, "method": request.method, "realm_id": realm}
        if grant is not None:
            context["client_id"] = grant.client_id
        switches = Switches(self._faults, context)
        try:
            known = gateway.admit(request, grant, realm, realm in self._companies)
            gateway.play_faults(switches)
            if len(parts) < 4:
                return html_response(_NOT_FOUND, 404)
            return self._counted(request, known.client_id, parts, switches, json=json)
        except GatewayFault as fault:
            now = self._clock.now()
            return gateway.respond(
                fault,
                json=json,
                milliseconds=int(now.timestamp() * 1000),
                stamp=stamps.envelope_stamp(now),
            )
        except ServiceFault as fault:
            return self._envelope({"Fault": fault.envelope()}, fault.status, json=json)

    def _counted(
        self, request: Request, app: str, parts: list[str], switches: Switches, *, json: bool
    ) -> Response:
        realm, below = parts[2], parts[3:]
        operations = batch.operations_in(request) if below[0].casefold() == "batch" else 0
        passed = self._throttle.enter(realm, app, operations=operations, switches=switches)
        if not passed:
            raise gateway.throttled()
        try:
            if switches.take("qbo.throttled"):
                raise gateway.throttled()
            return self._served(request, self._companies[realm], below, switches, json=json)
        finally:
            self._throttle.leave(realm, app)

    def _served(
        self,
        request: Request,
        company: Company,
        below: list[str],
        switches: Switches,
        *,
        json: bool,
    ) -> Response:
        if switches.take("qbo.system_failure"):
            raise codes.system_failure()
        odd = switches.take("qbo.fault_in_200")
        if odd:
            fault = ServiceFault(
                str(odd["code"]), str(odd["detail"]), message=str(odd["message"]) or "Fault"
            )
            return self._envelope({"Fault": fault.envelope()}, 200, json=json)
        try:
            with company.lock:
                answer = Router(company, request, switches).answer(below)
        except NoSuchPath:
            return html_response(_NOT_FOUND, 404)
        except WrongVerb:
            return html_response(_NOT_ALLOWED, 405)
        except ReadsBlocked:
            raise gateway.throttled() from None
        if request.method == "POST" and switches.take("qbo.system_failure_after"):
            raise codes.system_failure()
        if switches.take("qbo.empty_body"):
            return Response(b"", 200, content_type=_JSON)
        return self._respond(answer, json=json)

    def _respond(self, answer: Answer, *, json: bool) -> Response:
        if isinstance(answer.body, bytes):
            return Response(answer.body, 200, content_type=answer.content_type)
        return self._envelope(answer.body, 200, json=json, content_type=answer.content_type)

    def _envelope(self, body: Json, status: int, *, json: bool, content_type: str = "") -> Response:
        envelope = {**body, "time": stamps.envelope_stamp(self._clock.now())}
        if json:
            return Response(dumps(envelope), status, content_type=content_type or _JSON)
        return Response(xml.render(envelope), status, content_type=_XML)

    # State file

    def dump(self) -> Json:
        """The state of all companies, JSON-ready."""
        return {realm: company.dump() for realm, company in self._companies.items()}

    def load(self, state: Json) -> None:
        """Take up a dumped state; companies that it does not name keep theirs."""
        for realm, saved in state.items():
            if realm in self._companies:
                self._companies[realm].load(saved)

    # For tests and the demo

    def company(self, realm_id: str) -> Company:
        """Raises KeyError for an unknown realm."""
        return self._companies[realm_id]

    def metered_reads(self, realm_id: str) -> int:
        """Reads, queries and change captures so far; writes are free."""
        return self._companies[realm_id].reads

    def summary(self, realm_id: str) -> Json:
        """See hooks.summary."""
        company = self._companies[realm_id]
        with company.lock:
            return hooks.summary(company)

    def simulate_payment(
        self, realm_id: str, invoice_id: str, amount: Decimal | int | str | None = None
    ) -> Json:
        """A customer pays (all that is open, by default); returns the Payment.

        Raises:
            ServiceFault: 610 for an unknown invoice, 6000 for more than is open.
        """
        company = self._companies[realm_id]
        with company.lock:
            return hooks.pay(company, invoice_id, None if amount is None else Decimal(amount))

    def simulate_rename(self, realm_id: str, entity: str, identity: str, name: str) -> Json:
        """Somebody renames a list record; returns it."""
        field = "DisplayName" if entity in {"Customer", "Vendor", "Employee"} else "Name"
        company = self._companies[realm_id]
        with company.lock:
            return hooks.change(company, entity, identity, {field: name})

    def simulate_merge(self, realm_id: str, entity: str, lost_id: str, kept_id: str) -> None:
        """Somebody merges two list records; the lost Id is gone without a trace."""
        company = self._companies[realm_id]
        with company.lock:
            hooks.merge(company, entity, lost_id, kept_id)

    def simulate_inactivate(self, realm_id: str, entity: str, identity: str) -> Json:
        """Somebody makes a list record inactive; returns it."""
        company = self._companies[realm_id]
        with company.lock:
            return hooks.inactivate(company, entity, identity)

    def simulate_delete(self, realm_id: str, entity: str, identity: str) -> None:
        """Somebody deletes a transaction."""
        company = self._companies[realm_id]
        with company.lock:
            hooks.delete(company, entity, identity)


def _wants_json(request: Request) -> bool:
    """JSON only for who asks for it; everybody else gets XML."""
    return "json" in request.headers.get("Accept", "").casefold() or (
        request.args.get("format", "").casefold() == "json"
    )


def _transaction_id() -> str:
    text = uuid.uuid4().hex
    return f"1-{text[:8]}-{text[8:]}"
