"""The faults that are armed for the request at hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from desktop_app.simulator.faults import Faults
from desktop_app.simulator.quickbooks import codes

Json = dict[str, Any]


@dataclass(frozen=True)
class Switches:
    """context: selectors of this request: path, method, realm_id, client_id, entity."""

    faults: Faults
    context: Json = field(default_factory=dict)

    def take(self, name: str) -> Json | None:
        """Use up one occasion of a fault; its parameters, or None."""
        return self.faults.take(name, **self.context)

    def peek(self, name: str) -> Json | None:
        return self.faults.peek(name, **self.context)

    def about(self, entity: str) -> Switches:
        """The same, for one entity."""
        return replace(self, context={**self.context, "entity": entity})

    def before_write(self, *, creating: bool, changing: bool) -> None:
        """Play the faults that refuse a write.

        Raises:
            ServiceFault: 6190, 6210, 6000, 6140, 5010 or any other code as armed.
        """
        ended = self.take("qbo.subscription_ended")
        if ended:
            raise codes.company_status(int(ended.get("status", 403)))
        if self.take("qbo.books_closed"):
            raise codes.books_closed()
        business = self.take("qbo.business_rule")
        if business:
            raise codes.ServiceFault("6000", str(business.get("detail", "")))
        named = self.take("qbo.refused")
        if named:
            raise codes.observed(str(named["code"]))
        if creating and self.take("qbo.duplicate_number"):
            raise codes.duplicate_number("1001", str(self.context.get("entity", "Invoice")), "1")
        if changing and self.take("qbo.stale_object"):
            raise codes.stale()
