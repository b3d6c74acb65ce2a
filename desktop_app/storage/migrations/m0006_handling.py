"""What people confirmed about agreements and credit memos; exchange rates; documents of QuickBooks
as last read, whoever made them.

Confirmations are only ever added to: the last one of a subject counts, and all of them say who said
what and when.
"""

SQL = """
CREATE TABLE confirmations (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    made INTEGER NOT NULL,
    who TEXT NOT NULL,
    "when" TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX confirmations_subject ON confirmations (workspace_id, subject, subject_id, sequence);
CREATE TRIGGER confirmations_stay BEFORE UPDATE ON confirmations
BEGIN SELECT RAISE(ABORT, 'confirmations are append-only'); END;
CREATE TRIGGER confirmations_remain BEFORE DELETE ON confirmations
BEGIN SELECT RAISE(ABORT, 'confirmations are append-only'); END;

CREATE TABLE exchange_rates (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    currency TEXT NOT NULL,
    day TEXT NOT NULL,
    rate TEXT NOT NULL,
    PRIMARY KEY (workspace_id, currency, day)
) WITHOUT ROWID;

CREATE TABLE books_documents (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    entity TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    day TEXT,
    customer_id TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    currency TEXT NOT NULL,
    total TEXT NOT NULL,
    tax TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (workspace_id, entity, id)
) WITHOUT ROWID;

CREATE TABLE books_reads (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    start TEXT NOT NULL,
    end TEXT NOT NULL,
    read_at TEXT NOT NULL
);
"""
