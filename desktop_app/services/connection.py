"""Whether the program has a connection, as far as is known without trying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from desktop_app.domain.records import Delivery, Mode, Workspace
from desktop_app.domain.stamps import stamp
from desktop_app.errors import BridgeError, NetworkError

STALE_AFTER = timedelta(hours=8)
"""A decision made on lists older than this is looked at again by the next refresh."""


class Connection:
    """Offline: started so, not connected to QuickBooks, or the last refresh did not get through.

    started_offline: the program was told never to go online. last_problem: why the last refresh
    failed, None after one that succeeded.
    """

    def __init__(
        self,
        *,
        started_offline: bool = False,
        last_problem: Callable[[], BridgeError | None] = lambda: None,
    ) -> None:
        self._started_offline = started_offline
        self._last_problem = last_problem

    def online(self, workspace: Workspace) -> bool:
        if self._started_offline or not workspace.quickbooks_connected:
            return False
        return not isinstance(self._last_problem(), NetworkError)

    def mode(self, workspace: Workspace, now: datetime) -> Mode:
        """How a decision made now is kept."""
        if not self.online(workspace):
            delivery = Delivery.STAGED
        elif workspace.refreshed_at is None or now - workspace.refreshed_at > STALE_AFTER:
            delivery = Delivery.RECHECK
        else:
            delivery = Delivery.SAVED
        return Mode(delivery, stamp(workspace))
