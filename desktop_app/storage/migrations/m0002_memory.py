"""What a person said about pairs of records, for Auto Map's next run."""

SQL = """
CREATE TABLE remembered_pairs (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    source_name TEXT NOT NULL,
    target_id TEXT NOT NULL,
    target_name TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'rejected')),
    who TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (workspace_id, kind, source_id, target_id)
) WITHOUT ROWID;
"""
