"""One table for all lists of records: columns are data, ticks and selection follow the record."""
