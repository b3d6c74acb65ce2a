"""What a run will take, in words."""

from __future__ import annotations

from desktop_app.services.api_sending import SendPlan


def cost_text(plan: SendPlan) -> str:
    """ "It takes 3 calls, 2 metered reads and at least 4 seconds.", "" for nothing to send."""
    if not plan.invoices:
        return ""
    reads = f", {plan.metered_reads:,} metered reads" if plan.metered_reads else ""
    calls = f"{plan.calls:,} call{'' if plan.calls == 1 else 's'}{reads}"
    return f"It takes {calls} and at least {_span(plan.seconds)}."


def _span(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds:,} second{'' if seconds == 1 else 's'}"
    return f"{round(seconds / 60):,} minutes"
