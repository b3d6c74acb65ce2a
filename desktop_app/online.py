"""The adapters of both services; their libraries are loaded when the program first goes online."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from desktop_app.deferred import deferred
from desktop_app.domain.ports import Gateways, IntuitSignIn, NinjaOneSignIn
from desktop_app.integrations.offline import OfflineGateways, OfflineIntuit, OfflineNinjaOne


def adapters(
    stack: ExitStack, management: Callable[[], bool], *, offline: bool
) -> tuple[IntuitSignIn, NinjaOneSignIn, Gateways]:
    """management: whether a sign-in to NinjaOne asks for the right to write back. *stack* closes
    what was made."""

    def online() -> Gateways:
        from desktop_app.integrations.gateways import Adapters

        adapters = Adapters()
        stack.callback(adapters.close)
        return adapters

    def signing_in_to_ninjaone() -> NinjaOneSignIn:
        from desktop_app.integrations.ninjaone.signin import NinjaOneOAuth

        oauth = NinjaOneOAuth()
        oauth.management = management
        stack.callback(oauth.close)
        return oauth

    def signing_in_to_intuit() -> IntuitSignIn:
        from desktop_app.integrations.intuit import IntuitOAuth

        return IntuitOAuth()

    gateways = deferred(online)
    if offline:
        return OfflineIntuit(), OfflineNinjaOne(), OfflineGateways(gateways)
    return deferred(signing_in_to_intuit), deferred(signing_in_to_ninjaone), gateways
