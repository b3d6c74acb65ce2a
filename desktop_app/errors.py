"""The errors that a person may see.

Every error that leaves a layer is a :class:`BridgeError`: it says what happened, where, and what
to do. Adapters convert the errors of the libraries they stand on into these at their border.
Nothing secret (token, secret, redirect address with a code) may appear in any field.
"""

from __future__ import annotations

from enum import StrEnum


class BridgeError(Exception):
    """Base of all errors that are shown to the user.

    title: a few words for a dialog's heading.
    message: what happened, in whole sentences.
    advice: what to do next, in whole sentences; may be empty.
    retryable: whether the same action may succeed when simply tried again.
    detail: technical detail for the log and the "Details" fold; never secret.
    """

    title = "Something went wrong"
    advice = ""
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        title: str | None = None,
        advice: str | None = None,
        retryable: bool | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail
        if title is not None:
            self.title = title
        if advice is not None:
            self.advice = advice
        if retryable is not None:
            self.retryable = retryable


class NetworkError(BridgeError):
    """A service could not be reached, or did not answer in time."""

    title = "No connection"
    advice = "Check the network, then try again. Reviewing mappings works without it."
    retryable = True


class SignInError(BridgeError):
    """A sign-in ended without a usable connection (cancelled, refused, wrong state, not admin)."""

    title = "Sign-in did not finish"


class ReconnectNeeded(BridgeError):
    """A saved login is no longer valid; only a new sign-in helps."""

    title = "Please reconnect"
    advice = "Open Integrations and choose Reconnect. Mappings and history are kept."


class ConfigurationError(BridgeError):
    """App keys, addresses or regions that cannot work as entered."""

    title = "Check the settings"


class VaultError(BridgeError):
    """The operating system's keyring could not store or return a secret."""

    title = "Keyring problem"


class StorageError(BridgeError):
    """The local database could not be opened, read or written."""

    title = "Local data problem"


class DamagedData(StorageError):
    """The local database is damaged: a backup can take its place."""


class AlreadyOpen(BridgeError):
    """Another program runs on this profile."""

    title = "Already open"


class RuleError(BridgeError):
    """A request that the program's rules forbid (for example two sources on one customer)."""

    title = "Not possible"


class PartialListError(BridgeError):
    """A list could not be read to its end, so nothing was changed."""

    title = "The list was not complete"
    advice = "Nothing was changed. Refresh again."
    retryable = True


class FaultClass(StrEnum):
    """How the program reacts to a service's fault (section 5.4 of the QuickBooks sheet)."""

    TOKEN = "token"  # noqa: S105 - the name of a class of faults
    CONNECTION = "connection"
    COMPANY = "company"
    TRANSIENT = "transient"
    THROTTLED = "throttled"
    STALE = "stale"
    DATA = "data"
    DEFECT = "defect"


class ServiceFault(BridgeError):
    """An answer in which QuickBooks or NinjaOne refuses a request.

    service: "QuickBooks" or "NinjaOne".
    status: HTTP status.
    code: the service's own code as text, "" where it gave none.
    fault_class: how to react.
    element: the field the service complains about, "" if unnamed.
    reference: intuit_tid, incidentId or request id, for the service's support.
    service_detail: the service's own words; may name customers and amounts, so it is shown but
        kept out of the log.
    """

    title = "The service refused"

    def __init__(
        self,
        message: str,
        *,
        service: str,
        status: int,
        code: str,
        fault_class: FaultClass,
        element: str = "",
        reference: str = "",
        service_detail: str = "",
        title: str | None = None,
        advice: str | None = None,
        retryable: bool | None = None,
    ) -> None:
        super().__init__(
            message,
            title=title,
            advice=advice,
            retryable=retryable,
            detail=f"{service} HTTP {status}, code {code or 'none'}, reference {reference or '-'}",
        )
        self.service = service
        self.status = status
        self.code = code
        self.fault_class = fault_class
        self.element = element
        self.reference = reference
        self.service_detail = service_detail


class UnknownOutcome(BridgeError):
    """A write was sent and its answer never came: it may or may not have happened."""

    title = "The answer was lost"
    advice = "Nothing is sent again until the program has looked up what happened."
    retryable = True


class OtherCompany(SignInError):
    """A sign-in for another QuickBooks company than the workspace's own."""

    title = "That is another company"

    def __init__(self, message: str, *, company_name: str, advice: str) -> None:
        super().__init__(message, advice=advice)
        self.company_name = company_name
