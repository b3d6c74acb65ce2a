"""Two computers send for one company: an invoice is made once, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from desktop_app import logs
from desktop_app.bootstrap import Stage
from desktop_app.paths import Paths
from desktop_app.progress import Progress
from desktop_app.services.api import InvoiceState, Services
from desktop_app.simulator.server import Simulator
from tests.e2e import desk


class Company:
    """One company, and the profiles of two computers."""

    def __init__(self, simulator: Simulator, one: Services, other: Services) -> None:
        self.simulator, self.one, self.other = simulator, one, other
        self.realm = simulator.seed.companies[0].realm_id

    @property
    def count(self) -> int:
        return int(self.simulator.quickbooks.summary(self.realm)["counts"]["Invoice"])


@pytest.fixture(params=[True, False], ids=["numbers are checked", "numbers are not checked"])
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """Whether QuickBooks refuses a number that it has."""
    with ExitStack() as stack:
        simulator = stack.enter_context(Simulator("small", seed=1))
        realm = simulator.seed.companies[0].realm_id
        forms = simulator.quickbooks.company(realm).preferences["SalesFormsPrefs"]
        forms["CustomTxnNumbers"] = request.param
        services = []
        running = stack.enter_context(logs.started(tmp_path / "log.txt"))
        for name in ("one", "other"):
            paths = Paths.at(tmp_path / name)
            paths.create()
            stage = Stage(paths, running, f"Billing Bridge {name}", simulator)
            opened = stack.enter_context(stage.open()).services
            desk.connect(opened, simulator)
            opened.refresh.refresh(Progress())
            desk.auto_map(opened)
            services.append(opened)
        yield Company(simulator, *services)
        assert not simulator.errors


def ready(services: Services) -> list[str]:
    return [
        row.invoice.id
        for row in services.invoices.rows()
        if row.state is InvoiceState.READY and not row.blockers and row.invoice.number
    ][:6]


def test_what_the_other_computer_sent_is_found_and_not_made_again(company: Company) -> None:
    ids = ready(company.one)
    before = company.count
    first = company.one.sending.start(ids[:4]).run(Progress())
    assert first.sent + first.differs == 4
    second = company.other.sending.start(ids).run(Progress())
    assert (second.sent + second.differs, second.refused, second.uncertain) == (6, 0, 0)
    assert company.count == before + 6
    mine = {key: proof.qbo_id for key, proof in company.one.sending.proofs().items()}
    theirs = company.other.sending.proofs()
    assert {key: theirs[key].qbo_id for key in ids[:4]} == mine
    # What the first one does not know of yet is found there, too.
    third = company.one.sending.start(ids[4:]).run(Progress())
    assert (third.sent + third.differs, company.count) == (2, before + 6)
