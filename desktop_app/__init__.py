"""Billing Bridge: NinjaOne Billing to QuickBooks Online, from the desk."""

__version__ = "0.1.0"
