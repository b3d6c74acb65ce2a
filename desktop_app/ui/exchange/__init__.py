"""Mapping tables, change sets and the review report: files out and in."""
