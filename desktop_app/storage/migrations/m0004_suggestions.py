"""The last search for suggestions, and records that a person wants created in QuickBooks."""

SQL = """
CREATE TABLE suggestions (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    state TEXT NOT NULL,
    gap TEXT NOT NULL,
    candidates TEXT NOT NULL,
    PRIMARY KEY (workspace_id, kind, source_id)
) WITHOUT ROWID;

CREATE TABLE creations (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) BETWEEN 1 AND 50),
    realm_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('staged', 'sending', 'created', 'refused')),
    draft_kind TEXT NOT NULL,
    draft_source_id TEXT NOT NULL,
    draft_source_name TEXT NOT NULL,
    draft_name TEXT NOT NULL,
    draft_company_name TEXT NOT NULL,
    draft_email TEXT NOT NULL,
    draft_term_id TEXT NOT NULL,
    draft_currency TEXT NOT NULL,
    draft_item_type TEXT NOT NULL,
    draft_income_account_id TEXT NOT NULL,
    draft_price TEXT,
    draft_sku TEXT NOT NULL,
    draft_taxable INTEGER NOT NULL,
    draft_description TEXT NOT NULL,
    draft_note TEXT NOT NULL,
    who TEXT NOT NULL,
    made_at TEXT NOT NULL,
    finished_at TEXT,
    target_id TEXT NOT NULL,
    problem TEXT NOT NULL,
    reference TEXT NOT NULL,
    accepted TEXT NOT NULL
);
-- At most one creation for a row may be waiting or under way.
CREATE UNIQUE INDEX creations_one_open ON creations (workspace_id, draft_kind, draft_source_id)
WHERE state IN ('staged', 'sending');
"""
