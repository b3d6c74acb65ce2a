"""Peewee's view of suggestions and creations; see :mod:`desktop_app.storage.models`."""

from __future__ import annotations

from peewee import AutoField, CompositeKey, IntegerField, Model, TextField

from desktop_app.domain import creating
from desktop_app.storage.codec import Codec

CREATION = Codec(creating.Creation)


class Suggestion(Model):
    workspace_id = IntegerField()
    kind = TextField()
    source_id = TextField()
    state = TextField()
    gap = TextField()
    candidates = TextField()

    class Meta:
        table_name = "suggestions"
        primary_key = CompositeKey("workspace_id", "kind", "source_id")


class Creation(Model):
    sequence = AutoField()
    workspace_id = IntegerField()
    request_id = TextField()
    realm_id = TextField()
    state = TextField()
    draft_kind = TextField()
    draft_source_id = TextField()
    draft_source_name = TextField()
    draft_name = TextField()
    draft_company_name = TextField()
    draft_email = TextField()
    draft_term_id = TextField()
    draft_currency = TextField()
    draft_item_type = TextField()
    draft_income_account_id = TextField()
    draft_price = TextField(null=True)
    draft_sku = TextField()
    draft_taxable = IntegerField()
    draft_description = TextField()
    draft_note = TextField()
    who = TextField()
    made_at = TextField()
    finished_at = TextField(null=True)
    target_id = TextField()
    problem = TextField()
    reference = TextField()
    accepted = TextField()

    class Meta:
        table_name = "creations"
