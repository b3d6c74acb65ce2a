"""How long the QuickBooks login still lasts (100 rolling days; QuickBooks sheet 1.5)."""

from __future__ import annotations

from datetime import datetime

from desktop_app.domain.records import Workspace
from desktop_app.errors import BridgeError
from desktop_app.services.api import TokenHealth

LEVELS = ((2, "urgent"), (7, "warning"), (14, "notice"))
"""Days left, at most, and the level of the warning."""


def token_health(
    workspace: Workspace, now: datetime, trouble: BridgeError | None = None
) -> TokenHealth:
    """trouble: why QuickBooks refused the connection though the login has not ended."""
    ends = workspace.refresh_token_expires_at
    if workspace.quickbooks_connected and trouble is not None:
        return TokenHealth(0, "urgent", f"{trouble.message} {trouble.advice}", trouble.title)
    if not workspace.quickbooks_connected or ends is None:
        return TokenHealth(None, "ok", "")
    if ends <= now:
        return TokenHealth(0, "urgent", "The QuickBooks login has ended. Please reconnect.")
    days = (ends - now).days
    level = next((name for most, name in LEVELS if days <= most), "ok")
    left = "less than a day" if days == 0 else "1 day" if days == 1 else f"{days} days"
    text = f"The QuickBooks login ends in {left}."
    if level != "ok":
        text += " Any refresh renews it; Reconnect renews it for certain."
    return TokenHealth(days, level, text)
