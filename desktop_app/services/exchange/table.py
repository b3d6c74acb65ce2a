"""The table that people exchange: its columns, and one mapping row as a line of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Workspace
from desktop_app.domain.review import Decision, MappingRow
from desktop_app.domain.stamps import stamp
from desktop_app.services.exchange.files import unusable

Value = str | datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, as text. number: its line in the file."""

    number: int
    source_id: str = ""
    source_name: str = ""
    target_id: str = ""
    target_name: str = ""
    state: str = ""
    kind: str = ""
    company: str = ""
    company_name: str = ""
    who: str = ""
    when: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """title: the header. field: of Line, "" for what import does not look at."""

    title: str
    width: int
    value: Callable[[MappingRow, Workspace], Value]
    field: str = ""


def _decided(name: str) -> Callable[[MappingRow, Workspace], Value]:
    def value(row: MappingRow, _: Workspace) -> Value:
        found = getattr(row.decided or row.mapping, name, None)
        return found if isinstance(found, datetime) else str(found or "")

    return value


def _target(name: str) -> Callable[[MappingRow, Workspace], Value]:
    return lambda row, _: str(getattr(row.target, name, "") or "")


COLUMNS: tuple[Column, ...] = (
    Column("State", 12, lambda row, _: row.decision.value, "state"),
    Column("NinjaOne id", 14, lambda row, _: row.source.id, "source_id"),
    Column("NinjaOne name", 36, lambda row, _: row.source.name, "source_name"),
    Column(
        "QuickBooks id", 14,
        lambda row, _: row.mapping.target_id if row.mapping else "", "target_id",
    ),
    Column(
        "QuickBooks name", 36,
        lambda row, _: row.target_text if row.mapping else "", "target_name",
    ),
    Column("QuickBooks number", 18, _target("number")),
    Column("QuickBooks type", 18, _target("type")),
    Column("QuickBooks e-mail", 28, _target("email")),
    Column(
        "Health", 24,
        lambda row, _: row.health.value if row.decision is Decision.LINKED else "",
    ),
    Column("Evidence", 36, _decided("evidence"), "evidence"),
    Column("How", 14, lambda row, _: _how(row)),
    Column("Who", 16, _decided("who"), "who"),
    Column("When (UTC)", 20, _decided("changed_at"), "when"),
    Column("Mapping", 12, lambda row, _: row.source.kind.label, "kind"),
    Column("Company", 30, lambda _, workspace: stamp(workspace), "company"),
    Column("Company name", 28, lambda _, workspace: workspace.company_name, "company_name"),
)  # fmt: skip


def _how(row: MappingRow) -> str:
    found = row.decided or row.mapping
    return found.how.value if found else ""


def table_of(rows: Sequence[MappingRow], workspace: Workspace) -> Iterator[list[Value]]:
    """The table's lines without its header."""
    for row in rows:
        yield [column.value(row, workspace) for column in COLUMNS]


def titles() -> list[str]:
    return [column.title for column in COLUMNS]


def moment_text(moment: datetime) -> str:
    """ISO text of the instant in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


# Other titles that are understood, folded.
_ALIASES = {
    "organizationid": "source_id", "organisationid": "source_id", "accountcodeid": "source_id",
    "productid": "source_id", "organization": "source_name", "organisation": "source_name",
    "accountcode": "source_name", "product": "source_name", "customerid": "target_id",
    "accountid": "target_id", "itemid": "target_id", "customer": "target_name",
    "account": "target_name", "item": "target_name", "qboid": "target_id",
}  # fmt: skip
_TITLES = {
    re.sub(r"[^a-z0-9]", "", column.title.casefold()): column.field
    for column in COLUMNS
    if column.field
} | _ALIASES


def field_of(title: str) -> str:
    """The field of Line that a header names, "" for another column."""
    return _TITLES.get(re.sub(r"[^a-z0-9]", "", title.casefold()), "")


def known_columns(header: Sequence[str]) -> int:
    """How many headers are understood."""
    return sum(1 for title in header if field_of(title))


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns are in a file. extra: titles that are not used."""

    places: tuple[tuple[str, int], ...]
    extra: tuple[str, ...]


def layout(header: Sequence[str], kind: Kind) -> Layout:
    """Columns by their titles, in any order. Raises RuleError when the table cannot be read."""
    places: dict[str, int] = {}
    extra = []
    ours = {column.title for column in COLUMNS if not column.field}
    for index, title in enumerate(header):
        field = field_of(title)
        if not field:
            if title.strip() and title.strip() not in ours:
                extra.append(_short(title))
        elif field in places:
            raise unusable(
                f"Two columns are about the same: “{_short(header[places[field]])}” and"
                f" “{_short(title)}”.",
                "Delete or rename one of them.",
            )
        else:
            places[field] = index
    missing = [
        f"“NinjaOne {what}” or “NinjaOne name”" if side == "source" else
        f"“QuickBooks {what}” or “QuickBooks name”"
        for side, what in (("source", "id"), ("target", "id"))
        if f"{side}_id" not in places and f"{side}_name" not in places
    ]  # fmt: skip
    if missing:
        seen = ", ".join(f"“{_short(title)}”" for title in header[:6] if title.strip())
        raise unusable(
            f"The first line does not name the columns: {' and '.join(missing)} is missing"
            f" (found: {seen or 'nothing'}).",
            f"Export the {kind.label.lower()} first, and change that file.",
        )
    return Layout(tuple(places.items()), tuple(extra))


_VERBATIM = ("source_name", "target_name", "company_name", "evidence")


def line_of(number: int, cells: Sequence[str], where: Layout) -> Line | None:
    """None for an empty line."""
    size = len(cells)
    found = {
        name: cells[place] if name in _VERBATIM else cells[place].strip()
        for name, place in where.places
        if place < size
    }
    return Line(number, **found) if any(text.strip() for text in found.values()) else None


def _short(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= 40 else f"{title[:39]}…"
