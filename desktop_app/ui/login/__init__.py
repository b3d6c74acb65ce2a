"""Signing in: the embedded browser, and the way through the user's own."""
