"""The XML form of answers, which the service gives to whoever does not ask for JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Json = dict[str, Any]

NAMESPACE = "http://schema.intuit.com/finance/v3"
#: Keys that XML writes as attributes of the element around them.
_ATTRIBUTES = frozenset(
    {"domain", "sparse", "status", "startPosition", "maxResults", "totalCount", "type", "code"}
    | {"element", "bId"}
)


def render(envelope: Json) -> str:
    """One JSON envelope as an IntuitResponse document."""
    stamp = str(envelope.get("time", ""))
    inner = "".join(_element(name, value) for name, value in envelope.items() if name != "time")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<IntuitResponse time={quoteattr(stamp)} xmlns={quoteattr(NAMESPACE)}>"
        f"{inner}</IntuitResponse>"
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if not isinstance(value, dict):
        return f"<{name}>{escape(_text(value))}</{name}>"
    if (
        (name.endswith("Ref") or name == "CustomerMemo")
        and "value" in value
        and not isinstance(value["value"], dict)
    ):
        attributes = _attributes({k: v for k, v in value.items() if k != "value"})
        return f"<{name}{attributes}>{escape(_text(value['value']))}</{name}>"
    own = {k: v for k, v in value.items() if k in _ATTRIBUTES and not isinstance(v, dict | list)}
    inner = "".join(_element(k, v) for k, v in value.items() if k not in own)
    return f"<{name}{_attributes(own)}>{inner}</{name}>"


def _attributes(pairs: Json) -> str:
    return "".join(f" {name}={quoteattr(_text(value))}" for name, value in pairs.items())


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return "" if value is None else str(value)
