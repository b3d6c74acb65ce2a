"""Peewee's view of restore points and of changed records; see
:mod:`desktop_app.storage.models`."""

from __future__ import annotations

from peewee import AutoField, IntegerField, Model, TextField


class RestorePoint(Model):
    id = AutoField()
    workspace_id = IntegerField()
    made_at = TextField()
    who = TextField()
    name = TextField()
    step = IntegerField()
    automatic = IntegerField()

    class Meta:
        table_name = "restore_points"


class CatalogueChange(Model):
    id = AutoField()
    workspace_id = IntegerField()
    seen_at = TextField()
    side = TextField()
    kind = TextField()
    record_id = TextField()
    what = TextField()
    label = TextField()
    was = TextField()
    now = TextField()
    settled_at = TextField(null=True)
    settled_by = TextField()
    outcome = TextField()

    class Meta:
        table_name = "catalogue_changes"
