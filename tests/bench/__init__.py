"""Measurements: ``python3 dev.py bench NAME...``. A module of this package is one of them."""
