"""Peewee's view of confirmations and the books; see :mod:`desktop_app.storage.models`."""

from __future__ import annotations

from peewee import AutoField, CompositeKey, IntegerField, Model, TextField

from desktop_app.domain import handling
from desktop_app.storage.codec import Codec

CONFIRMATION = Codec(handling.Confirmation)
BOOKS_DOCUMENT = Codec(handling.BooksDocument)
BOOKS_READ = Codec(handling.BooksRead)


class Confirmation(Model):
    sequence = AutoField()
    workspace_id = IntegerField()
    subject = TextField()
    subject_id = TextField()
    made = IntegerField()
    who = TextField()
    when = TextField()
    detail = TextField()

    class Meta:
        table_name = "confirmations"


class ExchangeRate(Model):
    workspace_id = IntegerField()
    currency = TextField()
    day = TextField()
    rate = TextField()

    class Meta:
        table_name = "exchange_rates"
        primary_key = CompositeKey("workspace_id", "currency", "day")


class BooksDocument(Model):
    workspace_id = IntegerField()
    entity = TextField()
    id = TextField()
    number = TextField()
    day = TextField(null=True)
    customer_id = TextField()
    customer_name = TextField()
    currency = TextField()
    total = TextField()
    tax = TextField()
    note = TextField()

    class Meta:
        table_name = "books_documents"
        primary_key = CompositeKey("workspace_id", "entity", "id")


class BooksRead(Model):
    sequence = AutoField()
    workspace_id = IntegerField()
    start = TextField()
    end = TextField()
    read_at = TextField()

    class Meta:
        table_name = "books_reads"


HANDLING_MODELS: tuple[type[Model], ...] = (Confirmation, ExchangeRate, BooksDocument, BooksRead)
