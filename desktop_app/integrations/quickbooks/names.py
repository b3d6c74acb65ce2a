"""Who has a name: customers, vendors and employees share one set of names, items have their own.

Source: QuickBooks sheet 4.1 (uniqueness, the suffix of inactive records) and 3.4 (queries).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop_app.domain.creating import NameUse
from desktop_app.domain.kinds import Kind
from desktop_app.integrations.quickbooks import decode
from desktop_app.integrations.quickbooks.client import Client, Envelope, literal, rows_of
from desktop_app.integrations.quickbooks.faults import envelope as fault_in
from desktop_app.integrations.quickbooks.lists import ALL
from desktop_app.integrations.wire import write_json
from desktop_app.progress import Progress

NAME_FIELD = {
    "Customer": "DisplayName", "Vendor": "DisplayName", "Employee": "DisplayName", "Item": "Name",
}  # fmt: skip
_SHARING = {Kind.CUSTOMERS: ("Customer", "Vendor", "Employee"), Kind.ITEMS: ("Item",)}


def names_in_use(client: Client, kind: Kind, name: str, progress: Progress) -> tuple[NameUse, ...]:
    """One request, one metered read for each list. A record made inactive is found by the name
    that it had; its own name tells that it no longer has it.

    Raises ServiceFault, NetworkError, ReconnectNeeded.
    """
    progress.report("Asking QuickBooks who has this name")
    entities = _SHARING[kind]
    items = [{"bId": entity, "Query": _statement(entity, name)} for entity in entities]
    answered: dict[str, list[Mapping[str, Any]]] = {}
    if len(items) > 1:
        envelope = client.ask_batch(write_json({"BatchItemRequest": items}), len(items), progress)
        answers = envelope.body.get("BatchItemResponse")
        for answer in answers if isinstance(answers, list) else []:
            if isinstance(answer, Mapping) and fault_in(answer) is None:
                part = Envelope(answer, envelope.time, envelope.reference)
                answered[str(answer.get("bId", ""))] = list(rows_of(part, str(answer["bId"])))
    found: list[NameUse] = []
    for entity in entities:
        if entity not in answered:  # asked alone, or that item of the batch failed alone
            statement = _statement(entity, name)
            answered[entity] = list(rows_of(client.query(statement, progress), entity))
        for row in answered[entity]:
            active = row.get("Active") is not False
            # An item below another is unique there only; its full name tells.
            known = str(row.get("FullyQualifiedName" if entity == "Item" else "DisplayName", ""))
            found.append(NameUse(entity, decode.record_id(row), known, active))
    return tuple(found)


def _statement(entity: str, name: str) -> str:
    wanted = ", ".join(literal(text) for text in (name, f"{name} (deleted)"))
    # No SQL: QuickBooks' query language reads only, and every text goes through literal.
    return f"SELECT * FROM {entity} WHERE {NAME_FIELD[entity]} IN ({wanted}) AND {ALL}"  # noqa: S608
