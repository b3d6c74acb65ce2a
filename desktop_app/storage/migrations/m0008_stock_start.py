"""From when on a stock item can be sold; the lists are read in full once, to learn it."""

SQL = """
ALTER TABLE targets ADD COLUMN starts_on TEXT;
UPDATE workspaces SET quickbooks_checkpoint = NULL;
"""
