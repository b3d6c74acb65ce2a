"""Carries a parsed query out over one company's records."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from desktop_app.simulator.quickbooks import codes, money, stamps
from desktop_app.simulator.quickbooks.grammar import Condition, Literal, Query, parse
from desktop_app.simulator.quickbooks.schema import lookup
from desktop_app.simulator.quickbooks.schema.kinds import Entity, Field
from desktop_app.simulator.quickbooks.store import Company
from desktop_app.simulator.quickbooks.switches import Switches
from desktop_app.simulator.quickbooks.views import shown

Json = dict[str, Any]
Path = tuple[str, ...]
Value = str | int | Decimal | bool | date | datetime | None

DEFAULT_PAGE = 100
MAX_PAGE = 1000
_NUMERIC = frozenset({"integer", "decimal", "amount", "percent", "quantity"})


def run(company: Company, statement: str, switches: Switches) -> Json:
    """The value of QueryResponse.

    Raises:
        ServiceFault: 4000 where the statement cannot be parsed, 4001 where it makes no sense.
    """
    query = parse(statement)
    entity = lookup(query.entity)
    if entity is None or "query" not in entity.verbs:
        raise codes.query_invalid(f"Entity {query.entity} not found")
    switches = switches.about(entity.name)
    tests = [_test(entity, one) for one in query.conditions]
    order = [(*_property(entity, name, ordering=True), down) for name, down in query.order]
    start, limit = _window(query)
    rows = _rows(company, entity)
    if "Active" in entity.fields and not any(
        one.field.casefold() == "active" for one in query.conditions
    ):
        rows = [row for row in rows if row.get("Active") is not False]
    rows = [row for row in rows if all(test(row) for test in tests)]
    if query.fields is None:
        return {"totalCount": len(rows)}
    paths = [_projected(entity, name) for name in query.fields if name != "*"]
    rows.sort(key=_id_key)
    for path, field, down in reversed(order):
        rows.sort(key=_sort_key(path, field), reverse=down)
    page = _page(rows, start, limit, switches)
    if not page:
        return {}
    answer: Json = {
        entity.name: [_project(shown(company, entity.name, row), query, paths) for row in page],
        "startPosition": start,
        "maxResults": len(page),
    }
    if query.start is None and query.limit is None and len(page) == len(rows):
        answer["totalCount"] = len(rows)
    return answer


def _window(query: Query) -> tuple[int, int]:
    start = 1 if query.start is None else query.start
    limit = DEFAULT_PAGE if query.limit is None else query.limit
    for value in (start, limit):
        if value < 1:
            raise codes.query_invalid(f"value {value} is too small. Min allowed value is 1")
    return start, min(limit, MAX_PAGE)


def _rows(company: Company, entity: Entity) -> list[Json]:
    if entity.name == "CompanyInfo":
        return [company.company_info]
    if entity.name == "Preferences":
        return [company.preferences]
    return list(company.all(entity.name))


def _page(rows: list[Json], start: int, limit: int, switches: Switches) -> list[Json]:
    if start > 1 and rows and switches.take("qbo.rows_change_between_pages"):
        rows = rows[1:]
    if switches.take("qbo.empty_page"):
        return []
    short = switches.take("qbo.short_page")
    if short:
        limit = min(limit, int(short.get("rows", 1)))
    return rows[start - 1 : start - 1 + limit]


# Properties


def _find(entity: Entity, name: str) -> tuple[Path, Field] | None:
    """A property by its name in any case, dots included."""
    fields, path, known = entity.fields, [], None
    for part in name.split("."):
        match = next((one for one in fields if one.casefold() == part.casefold()), None)
        if match is None:
            return None
        known = fields[match]
        path.append(match)
        fields = known.fields
    return (tuple(path), known) if known is not None else None


def _property(entity: Entity, name: str, *, ordering: bool = False) -> tuple[Path, Field]:
    found = _find(entity, name)
    if found is None:
        raise codes.query_invalid(f"Property {name} not found for Entity {entity.name}")
    path, field = found
    nested = len(path) > 1 and path[0] not in {"MetaData", "PrimaryEmailAddr"}
    if not field.queryable or nested or field.shape in {"list", "free"}:
        wanted = "sortable" if ordering else "queryable"
        raise codes.query_invalid(f"property '{name}' is not {wanted}")
    if field.shape == "object":
        # PrimaryEmailAddr is compared by its address.
        inner = next(iter(field.fields))
        return (*path, inner), field.fields[inner]
    return path, field


def _projected(entity: Entity, name: str) -> Path:
    found = _find(entity, name)
    if found is None:
        raise codes.query_invalid(f"Property {name} not found for Entity {entity.name}")
    return found[0]


def _read(row: Json, path: Path) -> Any:
    value: Any = row
    for part in path:
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _project(row: Json, query: Query, paths: list[Path]) -> Json:
    if query.fields is None or "*" in query.fields:
        return row
    chosen: Json = {"domain": "QBO", "sparse": True}
    for path in paths:
        value = _read(row, path)
        if value is None:
            continue
        inner = chosen
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = value
    return chosen


# Comparing


def _stored(field: Field, value: Any) -> Value:
    """A stored value in the form in which it is compared; None where there is none."""
    if field.type == "boolean":
        return bool(value)
    if field.shape == "reference":
        return str(value.get("value", "")).casefold() if isinstance(value, dict) else None
    if value is None:
        return None
    if field.type in _NUMERIC:
        return money.parse(value)
    if field.type == "id":
        return int(value) if str(value).lstrip("-").isdigit() else str(value).casefold()
    if field.type == "date":
        return str(value)[:10]
    if field.type == "instant":
        return stamps.parse_instant(str(value))
    return str(value).casefold()


def _literal(name: str, field: Field, literal: Literal) -> Value:
    """A literal in the same form.

    Raises:
        ServiceFault: 4001 where it does not fit the property's type.
    """
    if field.type == "boolean" and field.shape == "scalar":
        if isinstance(literal, bool):
            return literal
        if literal.casefold() in {"true", "false"}:
            return literal.casefold() == "true"
        raise _unfit(name, literal)
    if isinstance(literal, bool):
        raise _unfit(name, str(literal).lower())
    value: Value = literal.casefold()
    if field.shape == "reference":
        return value
    if field.type in _NUMERIC:
        value = money.parse(literal)
    elif field.type == "id":
        return int(literal) if literal.lstrip("-").isdigit() else literal.casefold()
    elif field.type == "date":
        value = _day(literal)
    elif field.type == "instant":
        value = stamps.parse_instant(literal)
    if value is None:
        raise _unfit(name, literal)
    return value


def _unfit(name: str, literal: str) -> codes.ServiceFault:
    return codes.query_invalid(f"value '{literal}' is not valid for property '{name}'")


def _day(literal: str) -> str | None:
    try:
        return literal[:10] if stamps.parse_date(literal[:10]) else None
    except ValueError:
        return None


def _test(entity: Entity, condition: Condition) -> Callable[[Json], bool]:
    path, field = _property(entity, condition.field)
    if condition.op == "LIKE":
        return _like(path, field, condition)
    values = [_literal(condition.field, field, one) for one in condition.values]
    default = True if path == ("Active",) else None

    def stored(row: Json) -> Value:
        value = _read(row, path)
        return _stored(field, default if value is None else value)

    if condition.op == "IN":
        return lambda row: stored(row) in values
    wanted = values[0]
    compare = _COMPARISONS[condition.op]
    return lambda row: compare(stored(row), wanted)


def _like(path: Path, field: Field, condition: Condition) -> Callable[[Json], bool]:
    if field.type not in {"text", "enumeration", "email", "id"} or field.shape != "scalar":
        raise codes.query_invalid(f"property '{condition.field}' does not support LIKE")
    parts = str(condition.values[0]).split("%")
    pattern = re.compile(".*".join(re.escape(part) for part in parts), re.IGNORECASE | re.DOTALL)

    def test(row: Json) -> bool:
        value = _read(row, path)
        return value is not None and pattern.fullmatch(str(value)) is not None

    return test


def _ordered(check: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def compare(stored: Value, wanted: Value) -> bool:
        if stored is None or wanted is None:
            return False
        if isinstance(stored, str) != isinstance(wanted, str):
            stored, wanted = str(stored), str(wanted)
        return check(stored, wanted)

    return compare


_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda stored, wanted: stored == wanted,
    "<": _ordered(lambda stored, wanted: stored < wanted),
    ">": _ordered(lambda stored, wanted: stored > wanted),
    "<=": _ordered(lambda stored, wanted: stored <= wanted),
    ">=": _ordered(lambda stored, wanted: stored >= wanted),
}


def _id_key(row: Json) -> tuple[int, int, str]:
    identity = str(row.get("Id", ""))
    return (0, int(identity), "") if identity.isdigit() else (1, 0, identity)


def _sort_key(path: Path, field: Field) -> Callable[[Json], tuple[int, Any]]:
    if path == ("Id",):
        return lambda row: (1, _id_key(row))

    def key(row: Json) -> tuple[int, Any]:
        value = _stored(field, _read(row, path))
        return (0, 0) if value is None else (1, value)

    return key
