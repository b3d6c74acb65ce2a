"""What stands in front of the data service: tokens, companies, and its own shape of faults."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from werkzeug.wrappers import Request, Response

from desktop_app.simulator.quickbooks import codes
from desktop_app.simulator.quickbooks.switches import Switches
from desktop_app.simulator.tokens import TokenInfo
from desktop_app.simulator.wire import dumps

Json = dict[str, Any]

ACCOUNTING = "com.intuit.quickbooks.accounting"
_SHORTEST_TOKEN = 10
_LONGEST_TOKEN = 4096


class GatewayFault(Exception):
    """A refusal before the data service saw the request.

    kind: AUTHENTICATION, SERVICE, ... as in the lower-case envelope.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        detail: str | None,
        kind: str,
        *,
        xml: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.kind = kind
        self.xml = xml


def _named(name: str, code: str, status: int) -> str:
    return f"message={name}; errorCode={int(code):06d}; statusCode={status}"


def not_authenticated(detail: str | None) -> GatewayFault:
    message = _named("AuthenticationFailed", "3200", 401)
    return GatewayFault(401, "3200", message, detail, "AUTHENTICATION")


def empty_token() -> GatewayFault:
    message = _named("EmptyField", "3202", 401)
    return GatewayFault(401, "3202", message, "The token parameter is empty", "AUTHENTICATION")


def not_authorized() -> GatewayFault:
    message = _named("ApplicationAuthorizationFailed", "3100", 403)
    return GatewayFault(403, "3100", message, None, "SERVICE")


def wrong_cluster() -> GatewayFault:
    return GatewayFault(
        401, "130", "Accessing Wrong Cluster", None, "AuthenticationFault", xml=True
    )


def general_authentication() -> GatewayFault:
    detail = "AuthenticationErrorGeneral: SRV-110-Authentication Failure , statusCode: 401"
    return GatewayFault(
        401, "100", "General Authentication Error", detail, "AuthenticationFault", xml=True
    )


def throttled() -> GatewayFault:
    message = _named("ThrottleExceeded", "3001", 429)
    return GatewayFault(429, "3001", message, codes.THROTTLED, "SERVICE")


def admit(request: Request, grant: TokenInfo | None, realm_id: str, known: bool) -> TokenInfo:
    """Whether the bearer may speak to that company.

    Raises:
        GatewayFault: 401 with 3200 or 3202, 403 with 3100.
    """
    header = request.headers.get("Authorization")
    if header is None:
        raise not_authenticated("Missing or malformed authorization header")
    scheme, _, token = header.partition(" ")
    if scheme.casefold() != "bearer":
        raise not_authenticated("Missing or malformed authorization header")
    token = token.strip()
    if not token:
        raise empty_token()
    if grant is None:
        if not _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN:
            raise not_authenticated("Malformed bearer token: too short or too long")
        raise not_authenticated("Token invalid")
    if grant.revoked:
        raise not_authenticated("Token revoked")
    if grant.expired:
        raise not_authenticated("Token expired: the access token is past its lifetime")
    if ACCOUNTING not in grant.scopes or not known or grant.realm_id != realm_id:
        raise not_authorized()
    return grant


def play_faults(switches: Switches) -> None:
    """The armed faults of sign-in and company.

    Raises:
        GatewayFault: 3200, 100 (XML), 3100, 130.
        ServiceFault: 120, 140, 150.
    """
    if switches.take("qbo.token_expired"):
        raise not_authenticated("Token expired: the access token is past its lifetime")
    if switches.take("qbo.xml_401"):
        raise general_authentication()
    if switches.take("qbo.forbidden"):
        raise not_authorized()
    if switches.take("qbo.wrong_cluster"):
        raise wrong_cluster()
    lost = switches.take("qbo.lost_admin")
    if lost:
        raise codes.lost_right(int(lost.get("status", 403)))
    if switches.take("qbo.company_locked"):
        raise codes.company_locked()
    if switches.take("qbo.maintenance"):
        raise codes.maintenance()


def respond(fault: GatewayFault, *, json: bool, milliseconds: int, stamp: str) -> Response:
    """The gateway's envelope: JSON with lower-case keys, or XML."""
    if json and not fault.xml:
        body = dumps(_envelope(fault, milliseconds))
        return Response(body, fault.status, content_type="application/json;charset=UTF-8")
    return Response(_xml(fault, stamp), fault.status, content_type="application/xml;charset=UTF-8")


def _envelope(fault: GatewayFault, milliseconds: int) -> Json:
    error = {
        "message": fault.message,
        "detail": fault.detail,
        "code": fault.code,
        "element": None,
    }
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": fault.kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": milliseconds,
        "status": None,
        "cdcresponse": [],
    }


def _xml(fault: GatewayFault, stamp: str) -> str:
    detail = f"<Detail>{escape(fault.detail)}</Detail>" if fault.detail else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse time={quoteattr(stamp)} xmlns="http://schema.intuit.com/finance/v3">'
        f"<Fault type={quoteattr(fault.kind)}><Error code={quoteattr(fault.code)}>"
        f"<Message>{escape(fault.message)}</Message>{detail}"
        "</Error></Fault></IntuitResponse>"
    )
