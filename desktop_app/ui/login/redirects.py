"""Recognising the address a sign-in ends at. Pure functions; nothing here is ever logged."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from desktop_app.domain.ports import SignInRequest
from desktop_app.errors import SignInError

_PORTS = {"http": 80, "https": 443}


def same_place(address: str, redirect_uri: str) -> bool:
    """Whether *address* is the redirect address: scheme, host, port and path equal.

    Query and fragment are the answer itself. An empty path is "/", as every browser has it.
    """
    try:
        here, there = (_place(each) for each in (address, redirect_uri))
    except ValueError:  # a port that is no number, a broken IPv6 host
        return False
    return here == there and bool(here[1])


def _place(address: str) -> tuple[str, str, int | None, str]:
    parts = urlsplit(address.strip())
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or ""), parts.port or _PORTS.get(scheme), parts.path or "/"


def checked_paste(text: str, request: SignInRequest) -> str:
    """The address that a user pasted, ready for the connect service.

    Raises SignInError that says which part is not as it has to be; the text is not in it.
    """
    address = "".join(text.split())  # copying out of a mail or a narrow field breaks lines
    again = "Copy the whole address from the browser's address bar, from http to the end."
    if not address:
        raise SignInError("There is no address in the field yet.", advice=again)
    if same_place(address, request.url) and not same_place(address, request.redirect_uri):
        raise SignInError(
            "This is the address of the sign-in page, not the one it sends you to at the end.",
            advice="Finish the sign-in in the browser first, then copy the address you end at.",
        )
    if not same_place(address, request.redirect_uri):
        raise SignInError(
            f"The address has to begin with {request.redirect_uri}.",
            advice=again,
        )
    query = parse_qs(urlsplit(address).query)
    if "error" not in query and "code" not in query:
        raise SignInError("The address is cut off: the code is missing.", advice=again)
    if "state" not in query:
        raise SignInError("The address is cut off: the state is missing.", advice=again)
    return address


def shown_address(address: str) -> str:
    """An address for the eye: without query and fragment, which may carry a code."""
    parts = urlsplit(address)
    if not parts.hostname:
        return ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"
