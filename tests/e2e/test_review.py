"""Reviewing on a train, with the real adapters: decide offline, reconnect, see what changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import requests

from desktop_app.domain.catalogue import What
from desktop_app.domain.kinds import Kind
from desktop_app.domain.preflight import Reason
from desktop_app.domain.review import Decision, Health, MappingRow, Where
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Services
from tests.e2e import desk

C = Kind.CUSTOMERS


def linked(services: Services) -> list[MappingRow]:
    return [
        row
        for row in services.review.rows(C)
        if row.decision is Decision.LINKED and row.health is Health.OK
    ]


def row(services: Services, source_id: str) -> MappingRow:
    found = services.review.row(C, source_id)
    assert found is not None
    return found


def test_decided_offline_checked_on_reconnect(tmp_path: Path) -> None:
    with desk.demo_stage(tmp_path) as stage:
        simulator = stage.simulator
        assert simulator is not None
        with stage.open() as program:
            services = program.services
            desk.connect(services, simulator)
            services.refresh.refresh(Progress())
            desk.auto_map(services)
            renamed, merged, switched_off, kept, held, survivor = linked(services)[:6]

        with stage.open(offline=True) as program:
            services = program.services
            assert not services.review.online()
            for each in (renamed, merged, switched_off, kept):
                assert each.target is not None
                services.mapping.clear(C, [each.source.id])
                services.mapping.change(C, [each.source.id], each.target.id)
                assert row(services, each.source.id).where is Where.STAGED
            services.review.exclude(C, [held.source.id])
            assert services.review.staged() == 5
            held_invoices = set(desk.ids_in(services, InvoiceState.HELD))
            assert {
                i.invoice.organization_id
                for i in services.invoices.rows()
                if i.invoice.id in held_invoices
            } <= {held.source.id}

        realm = simulator.seed.companies[0].realm_id
        books = simulator.quickbooks
        assert renamed.target and merged.target and switched_off.target and survivor.target  # noqa: PT018
        books.simulate_rename(realm, "Customer", renamed.target.id, "Quite Another Name")
        books.simulate_inactivate(realm, "Customer", switched_off.target.id)
        books.simulate_merge(realm, "Customer", merged.target.id, survivor.target.id)

        with stage.open() as program:
            services = program.services
            report = services.refresh.refresh(Progress(), full=True)
            assert "3 offline decisions need a look" in report.text
            problems = {c.source_id: c.problem for c in services.review.conflicts()}
            assert problems == {
                renamed.source.id: "renamed",
                merged.source.id: "gone",
                switched_off.source.id: "inactive",
            }
            assert row(services, kept.source.id).where is Where.CHECKED
            assert row(services, held.source.id).where is Where.CHECKED
            assert row(services, merged.source.id).health is Health.MERGED
            changes = {c.source_ids[0]: c.what for c in services.review.changes()}
            assert changes[renamed.source.id] is What.RENAMED
            assert changes[merged.source.id] is What.MERGED
            assert changes[switched_off.source.id] is What.DEACTIVATED
            doubted = {
                i.invoice.organization_id
                for i in services.invoices.rows()
                if any(blocker.reason is Reason.CONFLICT for blocker in i.blockers)
            }
            assert doubted <= {renamed.source.id}

            services.review.keep(C, [renamed.source.id])
            services.mapping.clear(C, [merged.source.id, switched_off.source.id])
            assert services.review.conflicts() == ()
            label = row(services, renamed.source.id).target_text
            assert label == "Quite Another Name"


def test_a_merge_is_seen_by_a_refresh_of_changes(tmp_path: Path) -> None:
    with desk.demo_stage(tmp_path) as stage, stage.open() as program:
        simulator, services = stage.simulator, program.services
        assert simulator is not None
        desk.connect(services, simulator)
        services.refresh.refresh(Progress())
        desk.auto_map(services)
        realm = simulator.seed.companies[0].realm_id
        lost, kept, renamed = linked(services)[:3]
        assert lost.target and kept.target and renamed.target  # noqa: PT018

        def change(what: str, **body: str) -> None:
            url = f"{simulator.base}/_sim/quickbooks/{realm}/{what}"
            requests.post(url, json={"entity": "Customer", **body}, timeout=10).raise_for_status()

        def metered() -> int:
            answer = requests.get(f"{simulator.base}/_sim/meter", timeout=10).json()
            return int(answer[realm])

        before = metered()
        assert services.refresh.estimate() == "about 9 metered reads (changes only)"
        assert services.refresh.refresh(Progress()).metered_reads == metered() - before == 9

        # As many new ones as were lost: the number alone would be the same.
        books = simulator.quickbooks.company(realm)
        change("merge", lost_id=lost.target.id, kept_id=kept.target.id)
        change("rename", id=renamed.target.id, name="Quite Another Name")
        undecided = next(r for r in services.review.rows(C) if r.decision is Decision.UNDECIDED)
        draft = replace(services.create.draft(C, undecided.source.id), name="Brand New Ltd")
        services.create.create(draft, Progress())
        assert any(c["DisplayName"] == "Brand New Ltd" for c in books.all("Customer"))
        before = metered()
        report = services.refresh.refresh(Progress())
        assert not report.full
        assert report.metered_reads == metered() - before == 11  # a count and a page more
        assert [name for name, _, _ in report.counts if name.startswith("QuickBooks")] == [
            "QuickBooks customers"
        ]
        changes = {c.record_id: c.what for c in services.review.changes()}
        assert changes[lost.target.id] is What.MERGED
        assert changes[renamed.target.id] is What.RENAMED
        assert row(services, lost.source.id).health is Health.MERGED
        assert services.refresh.refresh(Progress()).metered_reads == 9
