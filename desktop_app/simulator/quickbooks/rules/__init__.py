"""The business rules, one module for each family of records."""
