"""The first schema.

Amounts are decimal text, instants ISO text in UTC, ids text as the services gave them. Records
that vanish from a service keep their row, with the moment in ``removed_at``.
"""

SQL = """
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE workspaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    opened INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    quickbooks_app_client_id TEXT NOT NULL,
    quickbooks_app_environment TEXT NOT NULL,
    quickbooks_app_redirect_uri TEXT NOT NULL,
    quickbooks_app_discovery_url TEXT NOT NULL,
    quickbooks_app_api_url TEXT NOT NULL,
    ninjaone_app_base_url TEXT NOT NULL,
    ninjaone_app_client_id TEXT NOT NULL,
    ninjaone_app_grant TEXT NOT NULL,
    ninjaone_app_redirect_uri TEXT NOT NULL,
    realm_id TEXT NOT NULL,
    company_name TEXT NOT NULL,
    country TEXT NOT NULL,
    activated_at TEXT,
    quickbooks_connected INTEGER NOT NULL,
    quickbooks_user TEXT NOT NULL,
    refresh_token_expires_at TEXT,
    ninjaone_connected INTEGER NOT NULL,
    tax_choice TEXT NOT NULL,
    refreshed_at TEXT,
    quickbooks_checkpoint TEXT
);
CREATE UNIQUE INDEX workspaces_opened ON workspaces (opened) WHERE opened = 1;

-- Mappings and history belong to one company: a workspace never changes over to another.
CREATE TRIGGER workspaces_keep_realm BEFORE UPDATE OF realm_id ON workspaces
WHEN OLD.realm_id <> '' AND NEW.realm_id <> OLD.realm_id
BEGIN SELECT RAISE(ABORT, 'a workspace keeps its company'); END;
CREATE TRIGGER workspaces_keep_activation BEFORE UPDATE OF activated_at ON workspaces
WHEN OLD.activated_at IS NOT NULL AND NEW.activated_at IS NOT OLD.activated_at
BEGIN SELECT RAISE(ABORT, 'a workspace keeps its activation'); END;

CREATE TABLE sources (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL,
    code TEXT NOT NULL,
    description TEXT NOT NULL,
    system INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    price TEXT,
    quantity_source TEXT NOT NULL,
    email TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (workspace_id, kind, id)
) WITHOUT ROWID;

CREATE TABLE targets (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    full_name TEXT NOT NULL,
    active INTEGER NOT NULL,
    sync_token TEXT NOT NULL,
    parent_id TEXT NOT NULL,
    subordinate INTEGER NOT NULL,
    type TEXT NOT NULL,
    subtype TEXT NOT NULL,
    number TEXT NOT NULL,
    company_name TEXT NOT NULL,
    email TEXT NOT NULL,
    city TEXT NOT NULL,
    currency TEXT NOT NULL,
    price TEXT,
    income_account_id TEXT NOT NULL,
    taxable INTEGER NOT NULL,
    term_id TEXT NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (workspace_id, kind, id)
) WITHOUT ROWID;

CREATE TABLE companies (
    workspace_id INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    realm_id TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    home_currency TEXT NOT NULL,
    multicurrency INTEGER NOT NULL,
    book_close_date TEXT,
    custom_txn_numbers INTEGER NOT NULL,
    using_sales_tax INTEGER NOT NULL,
    partner_tax INTEGER,
    tax_group_code_id TEXT NOT NULL,
    allow_discount INTEGER NOT NULL,
    discount_account_id TEXT NOT NULL,
    use_account_numbers INTEGER NOT NULL,
    class_per_txn INTEGER NOT NULL,
    class_per_line INTEGER NOT NULL,
    track_departments INTEGER NOT NULL,
    default_term_id TEXT NOT NULL,
    default_item_id TEXT NOT NULL
);

CREATE TABLE terms (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    due_days INTEGER,
    active INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE tax_codes (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    taxable INTEGER NOT NULL,
    "group" INTEGER NOT NULL,
    active INTEGER NOT NULL,
    rate TEXT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE agreements (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    active INTEGER NOT NULL,
    interval TEXT NOT NULL,
    accounting_action TEXT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE invoices (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    organization_name TEXT NOT NULL,
    invoice_date TEXT,
    due_date TEXT,
    period_start TEXT,
    period_end TEXT,
    interval TEXT NOT NULL,
    currency TEXT NOT NULL,
    agreement_id TEXT NOT NULL,
    agreement_name TEXT NOT NULL,
    bill_email TEXT NOT NULL,
    sub_total TEXT NOT NULL,
    discount TEXT NOT NULL,
    tax_rate TEXT,
    total_tax TEXT NOT NULL,
    total TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at TEXT,
    updated_at TEXT,
    raw TEXT NOT NULL,
    lines_known INTEGER NOT NULL,
    removed_at TEXT,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE invoice_lines (
    workspace_id INTEGER NOT NULL,
    invoice_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    "group" TEXT NOT NULL,
    name TEXT NOT NULL,
    quantity TEXT NOT NULL,
    price TEXT NOT NULL,
    amount TEXT NOT NULL,
    id TEXT NOT NULL,
    description TEXT NOT NULL,
    discount TEXT NOT NULL,
    product_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    taxable INTEGER,
    period_start TEXT,
    period_end TEXT,
    PRIMARY KEY (workspace_id, invoice_id, position),
    FOREIGN KEY (workspace_id, invoice_id) REFERENCES invoices (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE mappings (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_id TEXT NOT NULL CHECK (target_id <> ''),
    target_label TEXT NOT NULL,
    how TEXT NOT NULL,
    who TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (workspace_id, kind, source_id)
) WITHOUT ROWID;

-- One row for what the user did at once. An undo or redo is a step of its own: "reverses" is the
-- step that it takes back, "origin" the first step of that chain (empty for a first step).
CREATE TABLE journal_steps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    made_at TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('change', 'undo', 'redo')),
    label TEXT NOT NULL,
    reverses INTEGER REFERENCES journal_steps (id),
    origin INTEGER REFERENCES journal_steps (id),
    CHECK ((action = 'change') = (origin IS NULL) AND (action = 'change') = (reverses IS NULL))
);
CREATE INDEX journal_steps_origin ON journal_steps (origin, id);
CREATE INDEX journal_steps_workspace ON journal_steps (workspace_id, action, id);

CREATE TABLE journal (
    step_id INTEGER NOT NULL REFERENCES journal_steps (id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    source_label TEXT NOT NULL,
    from_target_id TEXT NOT NULL,
    from_target_label TEXT NOT NULL,
    to_target_id TEXT NOT NULL,
    to_target_label TEXT NOT NULL,
    how TEXT NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (step_id, position)
) WITHOUT ROWID;
CREATE INDEX journal_source ON journal (kind, source_id, step_id);

CREATE TRIGGER journal_steps_stay BEFORE UPDATE ON journal_steps
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_steps_remain BEFORE DELETE ON journal_steps
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_stays BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_remains BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE pushes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    invoice_id TEXT NOT NULL,
    realm_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'differs', 'refused')),
    request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) BETWEEN 1 AND 50),
    payload TEXT NOT NULL,
    expected_total TEXT NOT NULL,
    expected_tax TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    qbo_id TEXT NOT NULL,
    doc_number TEXT NOT NULL,
    total TEXT,
    total_tax TEXT,
    problem TEXT NOT NULL,
    reference TEXT NOT NULL
);
CREATE INDEX pushes_invoice ON pushes (workspace_id, invoice_id, sequence);
-- At most one request of an invoice may be under way.
CREATE UNIQUE INDEX pushes_one_under_way ON pushes (workspace_id, invoice_id)
WHERE state = 'sending';

CREATE TABLE carriers (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    account_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, account_id)
) WITHOUT ROWID;
"""
