"""The three error bodies of the API (fact sheet, 5.1), one function each."""

from __future__ import annotations

import uuid
from typing import Any

from werkzeug.wrappers import Response

from desktop_app.simulator.wire import json_response


class ApiError(Exception):
    """Raised by handlers; the service turns it into its answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body

    def response(self) -> Response:
        return json_response(self.body, self.status)


def auth(status: int, error: str, description: str, code: int) -> ApiError:
    """The layer that reads the Authorization header."""
    return ApiError(status, {"error": error, "error_description": description, "error_code": code})


def application(status: int, result: str, message: str | None = None) -> ApiError:
    """The layer below it; support asks for the incident's number."""
    body = {"resultCode": result}
    if message is not None:
        body["errorMessage"] = message
    body["incidentId"] = f"WEB_MGMT_SERVICE-{uuid.uuid4()}"
    return ApiError(status, body)


def billing(status: int, code: str, message: str) -> ApiError:
    """Billing's own."""
    return ApiError(status, {"errorCode": code, "message": message})


def missing_header() -> ApiError:
    return auth(400, "missing_header", "Missing required header", 2)


def invalid_header() -> ApiError:
    return auth(400, "invalid_header", "Invalid 'Authorization' header", 1)


def not_authenticated() -> ApiError:
    return auth(401, "not_authenticated", "Invalid credentials", 10)


def no_such_route() -> ApiError:
    return application(404, "FAILURE", "HTTP 404 Not Found")


def unknown_app() -> ApiError:
    return application(404, "Client app not exist")


def bad_parameter(message: str) -> ApiError:
    return application(400, "FAILURE", message)


def not_found(entity: str, number: int) -> ApiError:
    """entity: as in the code, such as "invoice"."""
    return billing(404, f"{entity}_not_found", f"{entity.capitalize()} {number} not found")


def invalid_body(message: str) -> ApiError:
    return billing(400, "invalid_request", message)


def permission_denied() -> ApiError:
    # Documented as 500 on some Billing routes (fact sheet, 5.1).
    return billing(500, "permission_denied", "You do not have permission for this operation")


def user_context_required() -> ApiError:
    return billing(403, "user_context_required", "This operation requires a user context")
