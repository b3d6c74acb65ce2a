"""App keys, tax, look and folders: the Settings page."""
