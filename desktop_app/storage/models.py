"""Peewee's view of the tables, for building queries only.

The schema itself is what :mod:`desktop_app.storage.migrations` makes; a test compares the two.
Values are converted by :mod:`desktop_app.storage.codec`, so the fields are plain. The models
belong to no database: each query is given one when it is run.
"""

from __future__ import annotations

from typing import Any

from peewee import AutoField, CompositeKey, IntegerField, Model, TextField

from desktop_app.domain import records
from desktop_app.storage.codec import Codec
from desktop_app.storage.handling_models import HANDLING_MODELS
from desktop_app.storage.review_models import CatalogueChange, RestorePoint
from desktop_app.storage.suggest_models import Creation, Suggestion

WORKSPACE = Codec(records.Workspace)
SOURCE = Codec(records.Source)
TARGET = Codec(records.Target)
COMPANY = Codec(records.Company)
TERM = Codec(records.Term)
TAX_CODE = Codec(records.TaxCode)
AGREEMENT = Codec(records.Agreement)
INVOICE = Codec(records.Invoice, skip=("lines",))
LINE = Codec(records.InvoiceLine)
MAPPING = Codec(records.Mapping)
PUSH = Codec(records.Push)


class Setting(Model):
    name = TextField(primary_key=True)
    value = TextField()

    class Meta:
        table_name = "settings"


class Workspace(Model):
    id = AutoField()
    opened = IntegerField()
    name = TextField()
    quickbooks_app_client_id = TextField()
    quickbooks_app_environment = TextField()
    quickbooks_app_redirect_uri = TextField()
    quickbooks_app_discovery_url = TextField()
    quickbooks_app_api_url = TextField()
    ninjaone_app_base_url = TextField()
    ninjaone_app_client_id = TextField()
    ninjaone_app_grant = TextField()
    ninjaone_app_redirect_uri = TextField()
    realm_id = TextField()
    company_name = TextField()
    country = TextField()
    activated_at = TextField(null=True)
    quickbooks_connected = IntegerField()
    quickbooks_user = TextField()
    refresh_token_expires_at = TextField(null=True)
    ninjaone_connected = IntegerField()
    tax_choice = TextField()
    refreshed_at = TextField(null=True)
    quickbooks_checkpoint = TextField(null=True)

    class Meta:
        table_name = "workspaces"


class Source(Model):
    workspace_id = IntegerField()
    kind = TextField()
    id = TextField()
    name = TextField()
    active = IntegerField()
    code = TextField()
    description = TextField()
    system = IntegerField()
    account_id = TextField()
    price = TextField(null=True)
    quantity_source = TextField()
    email = TextField()
    removed_at = TextField(null=True)

    class Meta:
        table_name = "sources"
        primary_key = CompositeKey("workspace_id", "kind", "id")


class Target(Model):
    workspace_id = IntegerField()
    kind = TextField()
    id = TextField()
    name = TextField()
    full_name = TextField()
    active = IntegerField()
    sync_token = TextField()
    parent_id = TextField()
    subordinate = IntegerField()
    type = TextField()
    subtype = TextField()
    number = TextField()
    company_name = TextField()
    email = TextField()
    city = TextField()
    currency = TextField()
    price = TextField(null=True)
    income_account_id = TextField()
    taxable = IntegerField()
    term_id = TextField()
    removed_at = TextField(null=True)
    starts_on = TextField(null=True)

    class Meta:
        table_name = "targets"
        primary_key = CompositeKey("workspace_id", "kind", "id")


class Company(Model):
    workspace_id = IntegerField(primary_key=True)
    realm_id = TextField()
    name = TextField()
    country = TextField()
    home_currency = TextField()
    multicurrency = IntegerField()
    book_close_date = TextField(null=True)
    custom_txn_numbers = IntegerField()
    using_sales_tax = IntegerField()
    partner_tax = IntegerField(null=True)
    tax_group_code_id = TextField()
    allow_discount = IntegerField()
    discount_account_id = TextField()
    use_account_numbers = IntegerField()
    class_per_txn = IntegerField()
    class_per_line = IntegerField()
    track_departments = IntegerField()
    default_term_id = TextField()
    default_item_id = TextField()

    class Meta:
        table_name = "companies"


class Term(Model):
    workspace_id = IntegerField()
    id = TextField()
    name = TextField()
    due_days = IntegerField(null=True)
    active = IntegerField()

    class Meta:
        table_name = "terms"
        primary_key = CompositeKey("workspace_id", "id")


class TaxCode(Model):
    workspace_id = IntegerField()
    id = TextField()
    name = TextField()
    taxable = IntegerField()
    group = IntegerField()
    active = IntegerField()
    rate = TextField(null=True)

    class Meta:
        table_name = "tax_codes"
        primary_key = CompositeKey("workspace_id", "id")


class Agreement(Model):
    workspace_id = IntegerField()
    id = TextField()
    name = TextField()
    organization_id = TextField()
    organization_name = TextField()
    active = IntegerField()
    interval = TextField()
    accounting_action = TextField(null=True)

    class Meta:
        table_name = "agreements"
        primary_key = CompositeKey("workspace_id", "id")


class Invoice(Model):
    workspace_id = IntegerField()
    id = TextField()
    number = TextField()
    status = TextField()
    organization_id = TextField()
    organization_name = TextField()
    invoice_date = TextField(null=True)
    due_date = TextField(null=True)
    period_start = TextField(null=True)
    period_end = TextField(null=True)
    interval = TextField()
    currency = TextField()
    agreement_id = TextField()
    agreement_name = TextField()
    bill_email = TextField()
    sub_total = TextField()
    discount = TextField()
    tax_rate = TextField(null=True)
    total_tax = TextField()
    total = TextField()
    note = TextField()
    created_at = TextField(null=True)
    updated_at = TextField(null=True)
    raw_ = TextField(column_name="raw")  # "raw" is a method of Model
    lines_known = IntegerField()
    removed_at = TextField(null=True)

    class Meta:
        table_name = "invoices"
        primary_key = CompositeKey("workspace_id", "id")


class InvoiceLine(Model):
    workspace_id = IntegerField()
    invoice_id = TextField()
    position = IntegerField()
    group = TextField()
    name = TextField()
    quantity = TextField()
    price = TextField()
    amount = TextField()
    id = TextField()
    description = TextField()
    discount = TextField()
    product_id = TextField()
    account_id = TextField()
    taxable = IntegerField(null=True)
    period_start = TextField(null=True)
    period_end = TextField(null=True)

    class Meta:
        table_name = "invoice_lines"
        primary_key = CompositeKey("workspace_id", "invoice_id", "position")


class Mapping(Model):
    workspace_id = IntegerField()
    kind = TextField()
    source_id = TextField()
    target_id = TextField()
    target_label = TextField()
    how = TextField()
    who = TextField()
    changed_at = TextField()
    choice = TextField()
    evidence = TextField()
    delivery = TextField()
    problem = TextField()
    company = TextField()

    class Meta:
        table_name = "mappings"
        primary_key = CompositeKey("workspace_id", "kind", "source_id")


class JournalStep(Model):
    id = AutoField()
    workspace_id = IntegerField()
    made_at = TextField()
    who = TextField()
    action = TextField()
    label = TextField()
    reverses = IntegerField(null=True)
    origin = IntegerField(null=True)
    offline = IntegerField()

    class Meta:
        table_name = "journal_steps"


class JournalEntry(Model):
    step_id = IntegerField()
    position = IntegerField()
    kind = TextField()
    source_id = TextField()
    source_label = TextField()
    from_target_id = TextField()
    from_target_label = TextField()
    to_target_id = TextField()
    to_target_label = TextField()
    how = TextField()
    evidence = TextField()
    from_choice = TextField()
    to_choice = TextField()
    from_delivery = TextField()
    from_problem = TextField()
    score = TextField(null=True)
    decided_by = TextField()

    class Meta:
        table_name = "journal"
        primary_key = CompositeKey("step_id", "position")


class Push(Model):
    sequence = AutoField()
    workspace_id = IntegerField()
    invoice_id = TextField()
    realm_id = TextField()
    state = TextField()
    request_id = TextField()
    payload = TextField()
    expected_total = TextField()
    expected_tax = TextField()
    started_at = TextField()
    finished_at = TextField(null=True)
    qbo_id = TextField()
    doc_number = TextField()
    total = TextField(null=True)
    total_tax = TextField(null=True)
    problem = TextField()
    reference = TextField()
    entity = TextField()
    batch_id = TextField()
    batch_item = TextField()
    source = TextField()
    rival = TextField()

    class Meta:
        table_name = "pushes"


class Proof(Model):
    workspace_id = IntegerField()
    invoice_id = TextField()
    request_id = TextField()
    entity = TextField()
    qbo_id = TextField()
    sync_token = TextField()
    taken_at = TextField()
    how = TextField()
    differences = TextField()
    body = TextField()

    class Meta:
        table_name = "proofs"
        primary_key = CompositeKey("workspace_id", "request_id")


class Remote(Model):
    workspace_id = IntegerField()
    entity = TextField()
    qbo_id = TextField()
    status = TextField()
    seen_at = TextField()
    body = TextField()

    class Meta:
        table_name = "remotes"
        primary_key = CompositeKey("workspace_id", "entity", "qbo_id")


class LeftAlone(Model):
    workspace_id = IntegerField()
    invoice_id = TextField()
    mark = TextField()
    left_at = TextField()

    class Meta:
        table_name = "left_alone"
        primary_key = CompositeKey("workspace_id", "invoice_id")


class Carrier(Model):
    workspace_id = IntegerField()
    account_id = TextField()
    item_id = TextField()

    class Meta:
        table_name = "carriers"
        primary_key = CompositeKey("workspace_id", "account_id")


class RememberedPair(Model):
    workspace_id = IntegerField()
    kind = TextField()
    source_id = TextField()
    source_name = TextField()
    target_id = TextField()
    target_name = TextField()
    verdict = TextField()
    who = TextField()
    decided_at = TextField()

    class Meta:
        table_name = "remembered_pairs"
        primary_key = CompositeKey("workspace_id", "kind", "source_id", "target_id")


ALL: tuple[type[Model], ...] = (
    Setting, Workspace, Source, Target, Company, Term, TaxCode, Agreement, Invoice, InvoiceLine,
    Mapping, JournalStep, JournalEntry, RestorePoint, CatalogueChange, Push, Carrier,
    RememberedPair, Suggestion, Creation,
    Proof, Remote, LeftAlone, *HANDLING_MODELS,
)  # fmt: skip


def columns(model: Any, codec: Codec[Any]) -> list[Any]:
    """The model's fields that hold a record, in the record's order, for ``select``."""
    return [model._meta.columns[name] for name in codec.columns]
