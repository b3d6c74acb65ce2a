"""How documents are made in the open workspace: choices, confirmations, and what is known of the
books, gathered as one record."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import asdict, fields
from enum import StrEnum
from typing import Any

from desktop_app.domain.document_choices import (
    STANDARD,
    DocumentChoices,
    Track,
    Tracked,
    TrackRule,
)
from desktop_app.domain.handling import Confirmation, Handling, Subject
from desktop_app.domain.money import amount_of
from desktop_app.domain.ports import SettingsStore
from desktop_app.domain.ports_handling import HandlingStore


class HandlingReader:
    """Reads and keeps the settings part; the store keeps the rest."""

    def __init__(self, store: HandlingStore, settings: SettingsStore) -> None:
        self._store = store
        self._settings = settings

    def read(self, workspace_id: int) -> Handling:
        latest: dict[tuple[Subject, str], Confirmation] = {}
        for each in self._store.confirmations(workspace_id):
            latest[each.subject, each.subject_id] = each
        standing = [each for each in latest.values() if each.made]
        return Handling(
            choices=self.choices(workspace_id),
            credit_totals={
                each.subject_id: total
                for each in standing
                if each.subject is Subject.CREDIT_MEMO
                and (total := amount_of(each.detail)) is not None
            },
            updated=frozenset(
                each.subject_id for each in standing if each.subject is Subject.AGREEMENT_UPDATED
            ),
            tracked={
                track: found
                for track in Track
                if (found := self.tracked(workspace_id, track)) is not None
            },
            rates=self._store.rates(workspace_id),
            books=self._store.books(workspace_id),
            reads=self._store.reads(workspace_id),
        )

    def choices(self, workspace_id: int) -> DocumentChoices:
        stored = self._settings.get(f"documents/{workspace_id}", {})
        return _choices(stored) if isinstance(stored, dict) else STANDARD

    def set_choices(self, workspace_id: int, choices: DocumentChoices) -> None:
        values = asdict(choices)
        for name in ("classes", "locations"):
            rule: TrackRule = getattr(choices, name)
            values[name] = {
                "fixed": rule.fixed,
                "by_organization": dict(rule.by_organization),
                "by_account": dict(rule.by_account),
            }
        self._settings.set(f"documents/{workspace_id}", values)

    def tracked(self, workspace_id: int, track: Track) -> MappingOf[str, Tracked] | None:
        """By id, in the order of the names; None when the list was never read."""
        rows = self._settings.get(f"{track.value}-list/{workspace_id}", None)
        if rows is None:
            return None
        found = [Tracked(track, str(i), str(name), bool(active)) for i, name, active in rows]
        return {each.id: each for each in sorted(found, key=lambda t: t.name.casefold())}

    def set_tracked(self, workspace_id: int, track: Track, found: tuple[Tracked, ...]) -> None:
        rows = [[each.id, each.name, each.active] for each in found]
        self._settings.set(f"{track.value}-list/{workspace_id}", rows)


def _choices(stored: MappingOf[str, Any]) -> DocumentChoices:
    """Of stored values; whatever does not fit is as it is by default."""
    values: dict[str, Any] = {}
    for field in fields(DocumentChoices):
        default, value = getattr(STANDARD, field.name), stored.get(field.name)
        if value is None:
            continue
        if isinstance(default, TrackRule):
            values[field.name] = _rule(value)
        elif isinstance(default, StrEnum):
            kind = type(default)
            values[field.name] = kind(value) if value in list(kind) else default
        elif isinstance(value, type(default)):
            values[field.name] = value
    return DocumentChoices(**values)


def _rule(value: Any) -> TrackRule:
    if not isinstance(value, dict):
        return TrackRule()
    return TrackRule(
        str(value.get("fixed", "")),
        _texts(value.get("by_organization")),
        _texts(value.get("by_account")),
    )


def _texts(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}
