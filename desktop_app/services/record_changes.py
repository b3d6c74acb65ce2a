"""Records that changed in QuickBooks or NinjaOne, and keeping the mappings that stand on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.domain.catalogue import HARMLESS, WORDS, Side, What
from desktop_app.domain.facts import Facts
from desktop_app.domain.kinds import Kind
from desktop_app.domain.ports import Clock
from desktop_app.domain.ports_review import NewsStore, StoredChange
from desktop_app.domain.rechecks import Problem
from desktop_app.domain.records import ChangeSet, Choice, Delivery, How, Mapping, MappingChange
from desktop_app.domain.review import target_label
from desktop_app.services.api_review import CatalogueChange
from desktop_app.services.deciding import Decider
from desktop_app.services.local import LocalFacts, Part
from desktop_app.services.row_cache import RowCache
from desktop_app.services.unsent import UnsentInvoices


class RecordChanges:
    """For ReviewDesk. What was renamed in QuickBooks is told as long as a link has the old name:
    to keep it means to write the new one, and Undo brings the line back."""

    def __init__(
        self,
        *,
        facts: LocalFacts,
        rows: RowCache,
        news: NewsStore,
        decider: Decider,
        clock: Clock,
        unsent: UnsentInvoices,
    ) -> None:
        self._facts = facts
        self._rows = rows
        self._news = news
        self._decider = decider
        self._clock = clock
        self._unsent = unsent

    def open(self) -> tuple[CatalogueChange, ...]:
        """Those that concern rows and that nobody has looked at, the newest first."""
        facts = self._facts.get()
        found = []
        for each in self._news.open(facts.workspace.id):
            links = self._links(facts, each) if _in_quickbooks(each) else []
            if _is_rename(each):
                old = _former_names(each, links, facts)
                if not old:
                    continue
                each = replace(each, was=old[0] if len(set(old)) == 1 else each.was)
            found.append(self._change(facts, each, links))
        return tuple(each for each in found if each.source_ids)

    def _links(self, facts: Facts, stored: StoredChange) -> list[Mapping]:
        """To that record; found without looking at all 20,000."""
        links = facts.mappings[stored.kind]
        users = self._rows.users(stored.kind, stored.record_id)
        return [links[each] for each in sorted(users) if each in links]

    def _change(
        self, facts: Facts, stored: StoredChange, links: Sequence[Mapping]
    ) -> CatalogueChange:
        kind, record_id = stored.kind, stored.record_id
        if _in_quickbooks(stored):
            source_ids = tuple(link.source_id for link in links)
        else:
            decided = record_id in facts.mappings[kind] or facts.is_excluded(kind, record_id)
            source_ids = (record_id,) if decided else ()
        return CatalogueChange(
            id=stored.id,
            seen_at=stored.seen_at,
            side=stored.side,
            kind=kind,
            record_id=record_id,
            what=stored.what,
            label=stored.label,
            was=stored.was,
            now=stored.now,
            text=_change_text(stored, facts),
            harmless=stored.what in HARMLESS,
            source_ids=source_ids,
            touched=self._unsent.using(facts, kind, source_ids),
        )

    def keep(self, change_ids: Sequence[int], *, label: str = "") -> ChangeSet:
        facts = self._decider.allowed()
        wanted = frozenset(change_ids)
        chosen = [each for each in self.open() if each.id in wanted]
        changes: dict[tuple[Kind, str], MappingChange] = {}
        looked_at: list[int] = []
        for each in chosen:
            kept = True
            for source_id in each.source_ids if _is_rename(each) else ():
                mapping = facts.mappings[each.kind][source_id]
                if mapping.delivery is Delivery.CONFLICT and mapping.problem != Problem.RENAMED:
                    kept = False  # more than its name has to be decided about
                else:
                    changes[each.kind, source_id] = kept_change(
                        facts, mapping, f"kept: {each.text}"
                    )
            if not (_is_rename(each) and kept):
                looked_at.append(each.id)
        number = len(chosen)
        text = f"Kept {number:,} change{'' if number == 1 else 's'}"
        result = self._decider.apply(list(changes.values()), text, label=label)
        self._news.settle(facts.workspace.id, looked_at, self._decider.who, self._clock.now())
        self._facts.invalidate(Part.NEWS)
        return ChangeSet(
            kinds=frozenset(each.kind for each in chosen),
            source_ids=frozenset(source for each in chosen for source in each.source_ids),
            invoices=result.invoices,
            workspace=False,
            text=result.text,
        )


def kept_change(
    facts: Facts, mapping: Mapping, evidence: str, *, shared: bool = False
) -> MappingChange:
    """The same decision again, under the target's present name."""
    kind = mapping.kind
    target = facts.targets[kind].get(mapping.target_id)
    source = facts.sources[kind].get(mapping.source_id)
    return MappingChange(
        kind=kind,
        source_id=mapping.source_id,
        source_label=source.name if source else f"{kind.source_noun} {mapping.source_id}",
        target_id=mapping.target_id,
        target_label=target_label(target) if target is not None else mapping.target_label,
        how=How.KEPT,
        evidence=evidence,
        choice=Choice.SHARED if shared else mapping.choice,
    )


def _in_quickbooks(change: StoredChange) -> bool:
    return change.side is Side.QUICKBOOKS


def _is_rename(change: StoredChange | CatalogueChange) -> bool:
    return change.side is Side.QUICKBOOKS and change.what is What.RENAMED


def _former_names(change: StoredChange, links: Sequence[Mapping], facts: Facts) -> list[str]:
    """The names in the links that are not the record's present one."""
    target = facts.targets[change.kind].get(change.record_id)
    now = target_label(target) if target is not None else change.now
    return [link.target_label for link in links if link.target_label != now]


def _change_text(stored: StoredChange, facts: Facts) -> str:
    """What it was and what it is."""
    was, now = stored.was, stored.now
    if stored.what is What.INCOME_ACCOUNT:
        account = facts.targets[Kind.ACCOUNTS].get(was)
        name = target_label(account) if account is not None else was
        return f"its income account was “{name}”, it has none now"
    if stored.what in (What.RENAMED, What.CURRENCY, What.TYPE, What.SUBORDINATE):
        return f"was “{was}”, is “{now}”"
    return WORDS[stored.what][0].lower() + WORDS[stored.what][1:]
