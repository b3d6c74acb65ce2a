"""Invoices: what will happen to each, rehearse, send; and the agreements that hold some back."""
