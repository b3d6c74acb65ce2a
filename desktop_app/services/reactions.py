"""How a run reacts to each fault of QuickBooks, and the words for it.

The class of a code (QuickBooks sheet 5.4) decides, unless the code has a reaction of its own.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from desktop_app.errors import FaultClass, ServiceFault


class Reaction(Enum):
    REFUSE = auto()  # this invoice only; the next one goes
    RIVAL = auto()  # its number is taken: adopt what is ours, ask about the rest
    HOLD_PERIOD = auto()  # invoices dated so early are held back, too
    HOLD_REFERENCE = auto()  # invoices with the same customer or item are held back, too
    AGAIN = auto()  # the same request once more, with the same id
    SLOW_DOWN = auto()  # nobody sends for a minute, then the same request goes on
    STOP = auto()  # every other invoice would meet it


OWN = {
    "6140": Reaction.RIVAL,
    "6210": Reaction.HOLD_PERIOD,
    "610": Reaction.HOLD_REFERENCE,
    "2500": Reaction.HOLD_REFERENCE,
    "5010": Reaction.AGAIN,  # on a create only another write at the same moment explains it
    "600": Reaction.AGAIN,
}
_BY_CLASS = {
    FaultClass.TOKEN: Reaction.STOP,
    FaultClass.CONNECTION: Reaction.STOP,
    FaultClass.COMPANY: Reaction.STOP,
    FaultClass.DEFECT: Reaction.STOP,
    FaultClass.TRANSIENT: Reaction.AGAIN,
    FaultClass.THROTTLED: Reaction.SLOW_DOWN,
    FaultClass.STALE: Reaction.AGAIN,
    FaultClass.DATA: Reaction.REFUSE,
}
STOPPING = frozenset(
    {FaultClass.TOKEN, FaultClass.CONNECTION, FaultClass.COMPANY, FaultClass.THROTTLED,
     FaultClass.DEFECT}
)  # fmt: skip
"""Faults that would meet every other request too."""

_CERTAIN = frozenset({FaultClass.STALE, FaultClass.THROTTLED})
_NAME_LOCK = "one name at a time"
_ELEMENT = re.compile(r"(?P<what>Names|Items|Accounts|Klasses|Depts) element id (?P<id>\w+)")
_FIELDS = {
    "Names": "CustomerRef",
    "Items": "ItemRef",
    "Klasses": "ClassRef",
    "Depts": "DepartmentRef",
}


def react(fault: ServiceFault) -> Reaction:
    return OWN.get(fault.code) or _BY_CLASS[fault.fault_class]


def surely_nothing_done(fault: ServiceFault) -> bool:
    """Whether a fault that is answered by trying again says for certain that nothing was done."""
    return fault.fault_class in _CERTAIN or _NAME_LOCK in fault.service_detail


def refusal_words(fault: ServiceFault) -> str:
    """What happened, what to do, and QuickBooks' own words."""
    said = f"QuickBooks says: {fault.service_detail}" if fault.service_detail else ""
    return " ".join(part for part in (fault.message, fault.advice, said) if part)


def stop_words(fault: ServiceFault) -> str:
    return f"{fault.message} {fault.advice}".strip()


def missing_reference(fault: ServiceFault) -> tuple[str, str] | None:
    """("CustomerRef", "99") for "Names element id 99 not found"; None when it is not named."""
    found = _ELEMENT.search(fault.service_detail)
    if found is None or found["what"] not in _FIELDS:
        return None
    return _FIELDS[found["what"]], found["id"]
