"""Reviewing: exclusions, decisions made offline, the company stamp, scores and the state before in
the journal, restore points, and what changed in either catalogue.

The table of mappings is made anew because an exclusion has no target.
"""

SQL = """
CREATE TABLE decisions (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    target_label TEXT NOT NULL,
    how TEXT NOT NULL,
    who TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    choice TEXT NOT NULL CHECK (choice IN ('linked', 'shared', 'excluded')),
    evidence TEXT NOT NULL,
    delivery TEXT NOT NULL CHECK (delivery IN ('saved', 'staged', 'recheck', 'conflict')),
    problem TEXT NOT NULL,
    company TEXT NOT NULL,
    PRIMARY KEY (workspace_id, kind, source_id),
    CHECK ((choice = 'excluded') = (target_id = ''))
) WITHOUT ROWID;

INSERT INTO decisions
SELECT m.workspace_id, m.kind, m.source_id, m.target_id, m.target_label, m.how, m.who,
    m.changed_at, 'linked',
    COALESCE((
        SELECT j.evidence FROM journal j JOIN journal_steps s ON s.id = j.step_id
        WHERE j.kind = m.kind AND j.source_id = m.source_id AND s.workspace_id = m.workspace_id
        ORDER BY j.step_id DESC LIMIT 1
    ), ''),
    'saved', '',
    CASE WHEN w.realm_id = '' THEN '' ELSE w.quickbooks_app_environment || ':' || w.realm_id END
FROM mappings m JOIN workspaces w ON w.id = m.workspace_id;

UPDATE decisions SET choice = 'shared' WHERE evidence = 'shared on purpose';
DROP TABLE mappings;
ALTER TABLE decisions RENAME TO mappings;

ALTER TABLE journal_steps ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;
CREATE INDEX journal_steps_time ON journal_steps (workspace_id, made_at);

-- from_choice, to_choice: empty for "undecided".
ALTER TABLE journal ADD COLUMN from_choice TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN to_choice TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN from_delivery TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN from_problem TEXT NOT NULL DEFAULT '';
ALTER TABLE journal ADD COLUMN score TEXT;
ALTER TABLE journal ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';

DROP TRIGGER journal_stays;
UPDATE journal SET
    from_choice = CASE from_target_id WHEN '' THEN '' ELSE 'linked' END,
    to_choice = CASE to_target_id WHEN '' THEN '' ELSE 'linked' END,
    from_delivery = CASE from_target_id WHEN '' THEN '' ELSE 'saved' END;
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- The mappings as they were after the step (0: before the first).
CREATE TABLE restore_points (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    made_at TEXT NOT NULL,
    who TEXT NOT NULL,
    name TEXT NOT NULL,
    step INTEGER NOT NULL,
    automatic INTEGER NOT NULL
);
CREATE INDEX restore_points_workspace ON restore_points (workspace_id, id);

-- What refreshes found about records that rows point at, and new sources. An open one has no
-- settled_at; outcome: 'kept', 'taken back' or 'superseded'.
CREATE TABLE catalogue_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    seen_at TEXT NOT NULL,
    side TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    what TEXT NOT NULL,
    label TEXT NOT NULL,
    was TEXT NOT NULL,
    now TEXT NOT NULL,
    settled_at TEXT,
    settled_by TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT ''
);
CREATE INDEX catalogue_changes_open ON catalogue_changes (workspace_id, side, kind, record_id)
WHERE settled_at IS NULL;
"""
