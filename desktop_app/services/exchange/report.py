"""The printable review report: what was decided about every row, with a place to sign.

One HTML document of the plain kind that Qt's text documents print: tables, no scripts, nothing
loaded from elsewhere. Every text that comes from data is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from desktop_app.domain.kinds import Kind
from desktop_app.domain.records import Workspace
from desktop_app.domain.review import Decision, Health, MappingRow

_STYLE = """
body { font-family: sans-serif; font-size: 9pt; color: #000000; }
h1 { font-size: 16pt; margin-bottom: 2pt; }
h2 { font-size: 13pt; margin-top: 14pt; margin-bottom: 2pt; }
h3 { font-size: 10pt; margin-top: 8pt; margin-bottom: 2pt; }
th { text-align: left; background-color: #e7ebf0; padding: 2pt; }
td { padding: 2pt; vertical-align: top; }
"""
WHEN = "When (UTC)"
_ORDER = (Decision.LINKED, Decision.CREATE, Decision.EXCLUDED, Decision.UNDECIDED)
_MEANS = {
    Decision.LINKED: "invoices are made out to the record beside",
    Decision.CREATE: "nothing is sent until it was created in QuickBooks",
    Decision.EXCLUDED: "held on purpose, nothing is sent",
    Decision.UNDECIDED: "nothing is sent until it is decided",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One kind's rows, in the order of the screen."""

    kind: Kind
    rows: Sequence[MappingRow]


def review_report_html(
    workspace: Workspace, sections: Sequence[Section], *, when: datetime, who: str
) -> str:
    """The report of *workspace* as it is at *when*, made by *who*."""
    return "".join(_parts(workspace, sections, when, who))


def _parts(
    workspace: Workspace, sections: Sequence[Section], when: datetime, who: str
) -> Iterator[str]:
    company = workspace.company_name or "No company connected"
    title = f"Mapping review: {company}"
    yield (
        "<!DOCTYPE html>\n<html><head><meta charset='utf-8'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>"
    )
    environment = workspace.quickbooks_app.environment.value
    yield _table(
        ("", ""),
        [
            ("Company", f"{company} ({workspace.realm_id or 'no company id'})"),
            ("Environment", environment.upper() if environment != "production" else environment),
            ("Workspace", workspace.name),
            ("Lists refreshed", _moment(workspace.refreshed_at)),
            ("Report made", f"{_moment(when)} by {who}"),
        ],
    )
    yield "<h2>Summary</h2>"
    yield _table(
        ("Mapping", *(decision.value for decision in _ORDER), "Need a look", "All"),
        [
            (
                section.kind.label,
                *(f"{len(_of(section, decision)):,}" for decision in _ORDER),
                f"{sum(_needs_look(row) for row in section.rows):,}",
                f"{len(section.rows):,}",
            )
            for section in sections
        ],
    )
    for section in sections:
        yield f"<h2>{escape(section.kind.label)}</h2>"
        if not section.rows:
            yield f"<p>There are no {section.kind.source_noun}s.</p>"
        for decision in _ORDER:
            yield from _state(section, decision)
    yield from _signatures()
    yield "</body></html>\n"


def _state(section: Section, decision: Decision) -> Iterator[str]:
    found = _of(section, decision)
    if not found:
        return
    yield (
        f"<h3>{escape(decision.value)}: {len(found):,} "
        f"({escape(_MEANS[decision])})</h3>"
    )  # fmt: skip
    source, target = section.kind.source_noun, section.kind.target_noun
    if decision is Decision.LINKED:
        yield _table(
            (f"NinjaOne {source}", f"QuickBooks {target}", "Health", "Reason", "By", WHEN),
            [
                (
                    _named(row.source.name, row.source.id),
                    _named(row.target_text, row.mapping.target_id if row.mapping else ""),
                    row.health.value,
                    "; ".join(filter(None, (_reason(row), row.note))),
                    row.mapping.who if row.mapping else "",
                    _cell(row.mapping.changed_at if row.mapping else None),
                )
                for row in found
            ],
        )
    elif decision is Decision.EXCLUDED:
        yield _table(
            (f"NinjaOne {source}", "Reason", "By", WHEN),
            [
                (
                    _named(row.source.name, row.source.id),
                    _reason(row),
                    row.decided.who if row.decided else "",
                    _cell(row.decided.changed_at if row.decided else None),
                )
                for row in found
            ],
        )
    elif decision is Decision.CREATE:
        yield _table(
            (f"NinjaOne {source}", f"New {target}", "State", "By", "When"),
            [
                (
                    _named(row.source.name, row.source.id),
                    row.creation.draft.name,
                    row.where.value,
                    row.creation.who,
                    _moment(row.creation.made_at),
                )
                for row in found
                if row.creation is not None
            ],
        )
    else:
        yield _table(
            (f"NinjaOne {source}",),
            [(_named(row.source.name, row.source.id),) for row in found],
        )


def _signatures() -> Iterator[str]:
    yield "<h2>Signatures</h2><table width='100%' cellspacing='0'>"
    for role in ("Reviewed by", "Approved by"):
        line = "_" * 24
        yield (
            f"<tr><td style='padding-top: 24pt'>{role}: {line}</td>"
            f"<td style='padding-top: 24pt'>Signature: {line}</td>"
            f"<td style='padding-top: 24pt'>Date: {'_' * 14}</td></tr>"
        )
    yield "</table>"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    parts = ["<table width='100%' border='1' cellspacing='0' style='border-collapse: collapse'>"]
    if any(header):
        # Repeated on every page.
        cells = "".join(f"<th>{escape(each)}</th>" for each in header)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    for row in rows:
        parts.append("<tr>" + "".join(f"<td>{escape(each)}</td>" for each in row) + "</tr>")
    parts.append("</table>")
    return "".join(parts)


def _of(section: Section, decision: Decision) -> list[MappingRow]:
    return [row for row in section.rows if row.decision is decision]


def _needs_look(row: MappingRow) -> bool:
    return bool(row.note) or row.health is not Health.OK


def _named(name: str, record_id: str) -> str:
    return f"{name} ({record_id})" if record_id else name


def _reason(row: MappingRow) -> str:
    found = row.decided or row.mapping
    if found is None:
        return ""
    return found.evidence or found.how.value


def _cell(moment: datetime | None) -> str:
    """Under the title WHEN."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}" if moment else ""


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "never"
