"""A strict stand-in for the QuickBooks Online Accounting API v3 (see engine.QuickBooks)."""
