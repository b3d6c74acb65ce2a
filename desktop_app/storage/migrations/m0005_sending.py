"""Sending in depth: what was compared after sending, and what happened to it since.

``entity`` and the batch a request went with are needed to repeat the very same request;
``source`` is what of NinjaOne's invoice was sent; ``rival`` the document that holds its number.
"""

SQL = """
ALTER TABLE pushes ADD COLUMN entity TEXT NOT NULL DEFAULT 'Invoice';
ALTER TABLE pushes ADD COLUMN batch_id TEXT NOT NULL DEFAULT '';
ALTER TABLE pushes ADD COLUMN batch_item TEXT NOT NULL DEFAULT '';
ALTER TABLE pushes ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE pushes ADD COLUMN rival TEXT NOT NULL DEFAULT '';

-- The latest evidence of each request. body, differences: JSON text, amounts exact.
CREATE TABLE proofs (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    invoice_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    entity TEXT NOT NULL,
    qbo_id TEXT NOT NULL,
    sync_token TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    how TEXT NOT NULL,
    differences TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (workspace_id, request_id)
);
CREATE INDEX proofs_invoice ON proofs (workspace_id, invoice_id);

-- Documents of ours as QuickBooks last showed them; body is empty once deleted.
CREATE TABLE remotes (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    entity TEXT NOT NULL,
    qbo_id TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('present', 'voided', 'deleted')),
    seen_at TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (workspace_id, entity, qbo_id)
);

-- A person said to leave an invoice as it is in this very state.
CREATE TABLE left_alone (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    invoice_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    left_at TEXT NOT NULL,
    PRIMARY KEY (workspace_id, invoice_id)
) WITHOUT ROWID;
"""
