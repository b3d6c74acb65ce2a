"""Reads an entity that was sent as XML into the form of its JSON, by the entity's schema."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from desktop_app.simulator.quickbooks import codes
from desktop_app.simulator.quickbooks.schema.kinds import Entity, Field, Fields

Json = dict[str, Any]

_ATTRIBUTES = ("domain", "sparse")


def read(entity: Entity, text: bytes) -> Json:
    """The body of a write.

    Raises:
        ServiceFault: 2010 for malformed XML or another root element than the entity's.
    """
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise codes.unreadable_property("body", "a document type is not accepted")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a document type nothing can expand
    except ET.ParseError as error:
        raise codes.unreadable_property("body", f"malformed XML ({error})") from None
    if _name(root) != entity.name:
        raise codes.unknown_property(_name(root))
    body = _fields(entity.fields, root)
    for name in _ATTRIBUTES:
        if name in root.attrib:
            body[name] = root.attrib[name]
    return body


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: ET.Element) -> str:
    return (element.text or "").strip()


def _fields(fields: Fields, element: ET.Element) -> Json:
    body: Json = {}
    for child in element:
        name = _name(child)
        known = fields.get(name)
        if known is not None and known.shape == "list":
            body.setdefault(name, []).append(_object(known, child))
        elif known is None or known.shape == "free":
            body[name] = _anything(child)
        else:
            body[name] = _value(known, child)
    return body


def _value(known: Field, element: ET.Element) -> Any:
    if known.shape == "reference":
        return {**element.attrib, "value": _text(element)}
    if known.shape == "object":
        return _object(known, element)
    # Blanks within a text are the sender's own.
    return element.text or ""


def _object(known: Field, element: ET.Element) -> Any:
    if len(element) == 0 and "value" in known.fields:
        return {"value": element.text or ""}
    return _fields(known.fields, element)


def _anything(element: ET.Element) -> Any:
    if len(element) == 0:
        return element.text or ""
    return {_name(child): _anything(child) for child in element}
