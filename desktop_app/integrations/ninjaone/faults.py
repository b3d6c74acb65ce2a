"""NinjaOne's refusals in this program's words.

Source: NinjaOne sheet 1.7 and 5.1: three body shapes, an application error as HTTP 404 or 500,
and web pages where data was expected.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop_app.errors import FaultClass, ServiceFault
from desktop_app.integrations.http import Answer
from desktop_app.integrations.wire import NotJson

SERVICE = "NinjaOne"
UNKNOWN_APP = "Client app not exist"
FORBIDDEN = frozenset({"permission_denied", "organization_access_violation"})

_SHOWN = 300  # characters of the service's own words


@dataclass(frozen=True, slots=True)
class Problem:
    """What a refusing body says. code: "" if it names none. reference: for NinjaOne's support."""

    code: str
    text: str
    reference: str


def problem_of(answer: Answer) -> Problem:
    """Read whichever of the three shapes *answer* has; never raises."""
    try:
        body = answer.json()
    except NotJson:
        body = None
    if not isinstance(body, dict):
        return Problem("", "", answer.reference)

    def first(*names: str) -> str:
        for name in names:
            value = body.get(name)
            if isinstance(value, str) and value:
                return value[:_SHOWN]
        return ""

    incident = first("incidentId")
    return Problem(
        code=first("resultCode", "errorCode", "error"),
        text=first("errorMessage", "message", "error_description", "errorDetails"),
        reference=", ".join(part for part in (incident, answer.reference) if part),
    )


def is_web_page(answer: Answer) -> bool:
    """A success without data: NinjaOne is known to throttle with an HTML page."""
    return answer.ok and not answer.is_json


def is_transient(answer: Answer) -> bool:
    """Whether a GET is worth repeating."""
    if is_web_page(answer) or answer.status in (408, 425, 429, 502, 503, 504):
        return True
    return answer.status == 500 and problem_of(answer).code not in FORBIDDEN


def is_missing(answer: Answer) -> bool:
    """The route is fine, the record asked for does not exist (any more)."""
    return answer.status == 404 and problem_of(answer).code.endswith("_not_found")


def fault(answer: Answer, *, billing: bool) -> ServiceFault:
    """The error for an answer that is no success (or a success that is no data).

    billing: whether the path belongs to Billing, where a generic 404 means that the instance has
    no Billing API.
    """
    problem = problem_of(answer)
    words = _words(answer, problem.code, billing=billing)
    return ServiceFault(
        words.message,
        service=SERVICE,
        status=answer.status,
        code=problem.code,
        fault_class=words.fault_class,
        reference=problem.reference,
        service_detail=problem.text,
        title=words.title,
        advice=words.advice,
        retryable=words.fault_class in (FaultClass.THROTTLED, FaultClass.TRANSIENT),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    fault_class: FaultClass
    message: str
    title: str | None = None
    advice: str | None = None


_BUSY = "NinjaOne is busy"
_BUSY_ADVICE = "Wait a few minutes and try again. If it stays so, check the NinjaOne address."
_NO_PERMISSION = "No permission in NinjaOne"


def _words(answer: Answer, code: str, *, billing: bool) -> _Words:
    status = answer.status
    if is_web_page(answer):
        return _Words(
            FaultClass.THROTTLED,
            "NinjaOne sent a web page instead of data, which is how it asks to slow down.",
            _BUSY,
            _BUSY_ADVICE,
        )
    if status == 429:
        return _Words(FaultClass.THROTTLED, "NinjaOne asks to slow down.", _BUSY, _BUSY_ADVICE)
    if code == "user_context_required":
        return _Words(
            FaultClass.CONNECTION,
            "NinjaOne wants a signed-in person for this, not machine-to-machine keys.",
            _NO_PERMISSION,
            "Reconnect NinjaOne with a sign-in in the browser.",
        )
    if status == 403 or code in FORBIDDEN:
        return _Words(
            FaultClass.CONNECTION,
            "The NinjaOne login may not read this.",
            _NO_PERMISSION,
            "Ask an administrator for the role permission NinjaOne Billing, and check that the"
            " client app may use the scope Monitoring. Then reconnect.",
        )
    if status == 404 and billing:
        return _Words(
            FaultClass.COMPANY,
            "Billing API not available on this instance of NinjaOne.",
            "No Billing here",
            "Switch on NinjaOne Billing under Administration, Apps. If it is on, the instance has"
            " not received the Billing API yet; NinjaOne's support can tell.",
        )
    if status == 404 or 300 <= status < 400:
        return _Words(
            FaultClass.DEFECT,
            "At this address there is no NinjaOne API.",
            "Check the NinjaOne address",
            "Choose the region in which your NinjaOne lives, then reconnect.",
        )
    if status in (401, 407):
        return _Words(
            FaultClass.TOKEN,
            "NinjaOne did not accept the login.",
            None,
            "Open Integrations and choose Reconnect for NinjaOne.",
        )
    if status >= 500 or status in (408, 425):
        return _Words(
            FaultClass.TRANSIENT,
            f"NinjaOne is not working as it should (HTTP {status}).",
            "NinjaOne is not available",
            "Wait a few minutes, then try again.",
        )
    return _Words(
        FaultClass.DEFECT,
        f"NinjaOne refused a request (HTTP {status}).",
        None,
        "This points to a defect in the program. The log holds the reference for support.",
    )
