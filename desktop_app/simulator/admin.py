"""The control routes under /_sim: faults, clock, reset, counts and the hooks of the engines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from desktop_app.simulator.fault_list import FAULTS, SELECTORS
from desktop_app.simulator.faults import FaultError
from desktop_app.simulator.quickbooks.codes import ServiceFault
from desktop_app.simulator.wire import json_response, loads

if TYPE_CHECKING:
    from desktop_app.simulator.server import Simulator


class _BadRequest(ValueError):
    """What is wrong with the request, in words."""


def _rule(path: str, endpoint: str, method: str) -> Rule:
    return Rule(f"/_sim{path}", endpoint=endpoint, methods=[method])


_ROUTES = Map(
    [
        _rule("", "index", "GET"),
        _rule("/faults", "list_faults", "GET"),
        _rule("/faults", "arm", "POST"),
        _rule("/faults", "clear", "DELETE"),
        _rule("/faults/<name>", "arm", "POST"),
        _rule("/faults/<name>", "disarm", "DELETE"),
        _rule("/fault", "arm", "POST"),
        _rule("/reset", "reset", "POST"),
        _rule("/clock", "clock", "GET"),
        _rule("/clock/advance", "advance", "POST"),
        _rule("/summary", "summary", "GET"),
        _rule("/meter", "meter", "GET"),
        _rule("/errors", "errors", "GET"),
        _rule("/intuit/users", "users", "GET"),
        _rule("/intuit/<realm_id>/disconnect", "disconnect", "POST"),
        _rule("/quickbooks/<realm_id>/payment", "payment", "POST"),
        _rule("/quickbooks/<realm_id>/rename", "rename", "POST"),
        _rule("/quickbooks/<realm_id>/merge", "merge", "POST"),
        _rule("/quickbooks/<realm_id>/inactivate", "inactivate", "POST"),
        _rule("/quickbooks/<realm_id>/delete", "delete", "POST"),
        _rule("/ninjaone/users", "technicians", "GET"),
        _rule("/ninjaone/bill", "bill", "POST"),
        _rule("/ninjaone/invoice-status", "invoice_status", "POST"),
        _rule("/ninjaone/rename-organization", "rename_organization", "POST"),
        _rule("/ninjaone/archive-organization", "archive_organization", "POST"),
    ],
    strict_slashes=False,
)


class Admin:
    """Answers 200 with JSON; 400 or 404 with {"error": words}."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def handle(self, request: Request) -> Response:
        try:
            endpoint, values = _ROUTES.bind_to_environ(request.environ).match()
            handler: Callable[..., Any] = getattr(self, f"_{endpoint}")
            body = self._body(request)
            return json_response(handler(body, **values))
        except (_BadRequest, FaultError) as error:
            return json_response({"error": str(error)}, 400)
        except (NotFound, MethodNotAllowed) as error:
            return json_response({"error": error.description}, error.code or 404)
        except HTTPException as error:
            return error.get_response(request.environ)

    @staticmethod
    def _body(request: Request) -> dict[str, Any]:
        data = request.get_data()
        if not data:
            return {}
        try:
            body = loads(data)
        except ValueError as error:
            raise _BadRequest(f"the body is not JSON: {error}") from error
        if not isinstance(body, dict):
            raise _BadRequest("the body must be a JSON object")
        return body

    def _index(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {
            **self._simulator.announcement(),
            "routes": sorted(
                f"{method} {rule.rule}"
                for rule in _ROUTES.iter_rules()
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            ),
        }

    # Faults

    def _list_faults(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {
            "selectors": SELECTORS,
            "known": [
                {
                    "name": kind.name,
                    "area": kind.area,
                    "meaning": kind.meaning,
                    "params": kind.params,
                    "taken": self._simulator.faults.taken(kind.name),
                }
                for kind in FAULTS.values()
            ],
            "armed": self._simulator.faults.armed(),
        }

    def _arm(self, body: dict[str, Any], name: str | None = None) -> dict[str, Any]:
        """{"name", "times"?, "params"?: {...}}; parameters may stand beside the name as well."""
        body = dict(body)
        name = name or body.pop("name", None)
        times = body.pop("times", None)
        params = body.pop("params", {})
        if not isinstance(name, str) or not isinstance(params, dict):
            raise _BadRequest('expected {"name": ..., "times": ..., "params": {...}}')
        if times is not None and (not isinstance(times, int) or isinstance(times, bool)):
            raise _BadRequest("times must be a whole number")
        self._simulator.faults.arm(name, times=times, **{**body, **params})
        return {"armed": self._simulator.faults.armed()}

    def _disarm(self, _body: dict[str, Any], name: str) -> dict[str, Any]:
        self._simulator.faults.disarm(name)
        return {"armed": self._simulator.faults.armed()}

    def _clear(self, _body: dict[str, Any]) -> dict[str, Any]:
        self._simulator.faults.clear()
        return {"armed": []}

    # The world

    def _reset(self, _body: dict[str, Any]) -> dict[str, Any]:
        self._simulator.reset()
        return {"reset": True}

    def _clock(self, _body: dict[str, Any]) -> dict[str, Any]:
        clock = self._simulator.clock
        return {"now": clock.now().isoformat(), "offset": clock.offset}

    def _advance(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"seconds": number >= 0}"""
        seconds = body.get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | Decimal) or seconds < 0:
            raise _BadRequest("seconds must be a number of at least 0")
        self._simulator.clock.advance(float(seconds))
        return self._clock({})

    def _summary(self, _body: dict[str, Any]) -> dict[str, Any]:
        quickbooks = self._simulator.quickbooks
        return {
            "quickbooks": {
                company.realm_id: {"name": company.name, **quickbooks.summary(company.realm_id)}
                for company in self._simulator.seed.companies
            },
            "ninjaone": self._simulator.ninjaone.summary(),
        }

    def _meter(self, _body: dict[str, Any]) -> dict[str, Any]:
        quickbooks = self._simulator.quickbooks
        return {
            company.realm_id: quickbooks.metered_reads(company.realm_id)
            for company in self._simulator.seed.companies
        }

    def _errors(self, _body: dict[str, Any]) -> dict[str, Any]:
        return {"errors": self._simulator.errors}

    def _users(self, _body: dict[str, Any]) -> list[dict[str, Any]]:
        return [vars(user) for user in self._simulator.intuit.users]

    def _technicians(self, _body: dict[str, Any]) -> list[dict[str, Any]]:
        return self._simulator.ninjaone.sign_ins()

    def _disconnect(self, _body: dict[str, Any], realm_id: str) -> dict[str, Any]:
        return {"grants_ended": self._simulator.intuit.disconnect(realm_id)}

    # What happens in NinjaOne behind the client's back

    def _bill(self, body: dict[str, Any]) -> Any:
        """{"agreement_id", "approve"?}: a new invoice dated today, as on the bill date."""
        number, approve = _number(body, "agreement_id"), body.get("approve") is True
        return {"invoice": self._ninjaone("simulate_billing", number, approve=approve)}

    def _invoice_status(self, body: dict[str, Any]) -> Any:
        """{"id", "status"}"""
        status = _text(body, "status")
        return {"invoice": self._ninjaone("simulate_status", _number(body, "id"), status)}

    def _rename_organization(self, body: dict[str, Any]) -> Any:
        """{"id", "name"}"""
        name = _text(body, "name")
        return {"organization": self._ninjaone("simulate_rename", _number(body, "id"), name)}

    def _archive_organization(self, body: dict[str, Any]) -> Any:
        """{"id"}: it is not listed any more; its invoices stay."""
        return {"organization": self._ninjaone("simulate_archiving", _number(body, "id"))}

    def _ninjaone(self, name: str, *arguments: Any, **named: Any) -> Any:
        try:
            return getattr(self._simulator.ninjaone, name)(*arguments, **named)
        except (LookupError, ValueError) as error:
            raise _BadRequest(f"{type(error).__name__}: {error}") from error

    # What happens in QuickBooks behind the client's back

    def _payment(self, body: dict[str, Any], realm_id: str) -> Any:
        """{"invoice_id", "amount"?}: all that is open without an amount."""
        amount = body.get("amount")
        if isinstance(amount, bool) or not isinstance(amount, int | Decimal | None):
            raise _BadRequest("amount must be a number")
        return self._hook("simulate_payment", realm_id, _text(body, "invoice_id"), amount)

    def _rename(self, body: dict[str, Any], realm_id: str) -> Any:
        """{"entity", "id", "name"}"""
        return self._hook(
            "simulate_rename",
            realm_id,
            _text(body, "entity"),
            _text(body, "id"),
            _text(body, "name"),
        )

    def _merge(self, body: dict[str, Any], realm_id: str) -> Any:
        """{"entity", "lost_id", "kept_id"}"""
        return self._hook(
            "simulate_merge",
            realm_id,
            _text(body, "entity"),
            _text(body, "lost_id"),
            _text(body, "kept_id"),
        )

    def _inactivate(self, body: dict[str, Any], realm_id: str) -> Any:
        """{"entity", "id"}"""
        entity = _text(body, "entity")
        return self._hook("simulate_inactivate", realm_id, entity, _text(body, "id"))

    def _delete(self, body: dict[str, Any], realm_id: str) -> Any:
        """{"entity", "id"}"""
        entity = _text(body, "entity")
        return self._hook("simulate_delete", realm_id, entity, _text(body, "id"))

    def _hook(self, name: str, realm_id: str, *arguments: Any) -> dict[str, Any]:
        if realm_id not in {company.realm_id for company in self._simulator.seed.companies}:
            raise _BadRequest(f"there is no company {realm_id}")
        try:
            result = getattr(self._simulator.quickbooks, name)(realm_id, *arguments)
        except (LookupError, ValueError, ServiceFault) as error:
            raise _BadRequest(f"{type(error).__name__}: {error}") from error
        return {"result": result}


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise _BadRequest(f"{key} must be a text")
    return value


def _number(body: dict[str, Any], key: str) -> int:
    value = body.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _BadRequest(f"{key} must be a whole number")
    return value
