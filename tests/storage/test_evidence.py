from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from desktop_app.domain.aftermath import Remote, RemoteStatus
from desktop_app.domain.proof import Difference, How, Proof
from desktop_app.domain.records import CreatedDocument, PushState
from desktop_app.errors import RuleError
from desktop_app.storage import migrations
from desktop_app.storage.database import Database
from desktop_app.storage.evidence import SqlEvidenceStore
from desktop_app.storage.pushes import SqlPushStore
from desktop_app.storage.workspaces import SqlWorkspaceStore

from .samples import NOW, push

BODY = {
    "Id": "145",
    "SyncToken": "0",
    "TotalAmt": Decimal("150.10"),
    "TxnTaxDetail": {"TotalTax": Decimal("0.10")},
    "Line": [{"Amount": Decimal("150.00"), "DetailType": "SubTotalLineDetail"}],
}
PROOF = Proof(
    invoice_id="i1",
    request_id="r1",
    entity="Invoice",
    qbo_id="145",
    sync_token="0",
    taken_at=NOW,
    how=How.ANSWER,
    differences=(Difference("tax", "0.09", "0.10"),),
    body=BODY,
)


def stores(database: Database) -> tuple[SqlPushStore, SqlEvidenceStore]:
    pushes = SqlPushStore(database)
    return pushes, SqlEvidenceStore(database, pushes)


def test_evidence_is_written_with_its_push_and_read_to_the_digit(file: Path) -> None:
    database = Database.open(file)
    workspace_id = SqlWorkspaceStore(database).current().id
    pushes, evidence = stores(database)
    assert evidence.proofs(workspace_id) == {}
    sent = replace(push("i1", "r1"), state=PushState.DIFFERS, qbo_id="145")
    evidence.answered(workspace_id, [(sent, PROOF)])
    assert evidence.proofs(workspace_id) == {"r1": PROOF}
    database.close()
    database = Database.open(file)
    pushes, evidence = stores(database)
    assert pushes.all(workspace_id) == {"i1": sent}
    again = evidence.proofs(workspace_id)["r1"]
    assert again == PROOF
    assert str(again.body["TotalAmt"]) == "150.10"
    database.close()


def test_pushes_and_evidence_are_one_transaction(database: Database, workspace_id: int) -> None:
    pushes, evidence = stores(database)
    pushes.save(workspace_id, push("i1", "r1"))
    refused = push("i1", "r2")  # a second request of the same invoice under way
    with pytest.raises(RuleError):
        evidence.answered(workspace_id, [(push("i9", "r9"), PROOF), (refused, None)])
    assert set(pushes.all(workspace_id)) == {"i1"}
    assert evidence.proofs(workspace_id) == {}


def test_a_batch_is_written_down_whole_or_not_at_all(database: Database, workspace_id: int) -> None:
    pushes, _ = stores(database)
    some = [push(f"i{number}", f"r{number}") for number in range(30)]
    pushes.save_all(workspace_id, some)
    assert len(pushes.all(workspace_id)) == 30
    with pytest.raises(RuleError):
        pushes.save_all(workspace_id, [push("j1", "s1"), push("i3", "s3")])
    assert "j1" not in pushes.all(workspace_id)


def test_only_what_is_under_way_can_be_withdrawn(database: Database, workspace_id: int) -> None:
    pushes, _ = stores(database)
    pushes.save_all(workspace_id, [push("i1", "r1"), push("i2", "r2", PushState.SENT)])
    pushes.withdraw(workspace_id, ["r1", "r2"])
    assert set(pushes.all(workspace_id)) == {"i2"}


def test_the_last_look_counts(database: Database, workspace_id: int) -> None:
    _, evidence = stores(database)
    document = CreatedDocument("145", "0", "", Decimal("150.10"), Decimal("0.10"), "", body=BODY)
    seen = Remote("Invoice", "145", RemoteStatus.PRESENT, document)
    evidence.saw(workspace_id, [seen], NOW)
    assert evidence.remotes(workspace_id) == {("Invoice", "145"): seen}
    gone = Remote("Invoice", "145", RemoteStatus.DELETED)
    with database.writing():
        evidence.write_seen(workspace_id, [gone], NOW + timedelta(hours=1))
    evidence.note_seen(workspace_id)
    assert evidence.remotes(workspace_id) == {("Invoice", "145"): gone}


def test_a_leave_is_remembered_by_its_mark(database: Database, workspace_id: int) -> None:
    _, evidence = stores(database)
    for mark in ("one", "two"):
        evidence.leave(workspace_id, "i1", mark, NOW)
        assert evidence.left(workspace_id) == {"i1": mark}


def test_step_5_keeps_pushes_of_before(file: Path) -> None:
    Database.open(file, steps=migrations.STEPS[:4]).close()
    with closing(sqlite3.connect(file)) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(workspaces)")]
        values = [1 if name == "id" else "x" for name in columns]
        db.execute(
            f"INSERT INTO workspaces VALUES ({', '.join('?' * len(values))})",
            [None if n in ("activated_at", "refreshed_at", "quickbooks_checkpoint") else v
             for n, v in zip(columns, values, strict=True)],
        )  # fmt: skip
        db.execute(
            "INSERT INTO pushes (workspace_id, invoice_id, realm_id, state, request_id, payload,"
            " expected_total, expected_tax, started_at, qbo_id, doc_number, problem, reference)"
            " VALUES (1, 'i1', '9', 'sent', 'old', '{}', '1.00', '0.00',"
            " '2026-11-20T09:00:00.000000+00:00', '145', 'NB-1', '', '')"
        )
        db.commit()
    database = Database.open(file, steps=migrations.STEPS[:5])
    try:
        kept = SqlPushStore(database).all(1)["i1"]
    finally:
        database.close()
    assert (kept.entity, kept.batch_id, kept.batch_item, kept.source, kept.rival) == (
        "Invoice", "", "", "", "",
    )  # fmt: skip
    assert (kept.qbo_id, kept.total) == ("145", None)
