"""Whether the program has a connection, as far as is known without trying."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop_app.domain.records import Delivery, Mode, Workspace
from desktop_app.domain.stamps import stamp

STALE_AFTER = timedelta(hours=8)
"""A decision made on lists older than this is looked at again by the next refresh."""


class Connection:
    """Offline: started so, not connected to QuickBooks, or the last refresh did not get through.

    started_offline: the program was told never to go online.
    """

    def __init__(self, *, started_offline: bool = False) -> None:
        self._started_offline = started_offline
        self._broken = False

    def worked(self) -> None:
        """A refresh got through."""
        self._broken = False

    def failed(self) -> None:
        """A service could not be reached."""
        self._broken = True

    def online(self, workspace: Workspace) -> bool:
        return not (self._started_offline or self._broken) and workspace.quickbooks_connected

    def mode(self, workspace: Workspace, now: datetime) -> Mode:
        """How a decision made now is kept."""
        if not self.online(workspace):
            delivery = Delivery.STAGED
        elif workspace.refreshed_at is None or now - workspace.refreshed_at > STALE_AFTER:
            delivery = Delivery.RECHECK
        else:
            delivery = Delivery.SAVED
        return Mode(delivery, stamp(workspace))
