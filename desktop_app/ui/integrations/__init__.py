"""Connecting the two services: the Integrations page."""
