"""Mapping tables, change sets and the review report as files."""
