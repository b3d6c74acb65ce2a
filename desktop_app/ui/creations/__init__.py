"""What waits to be created in QuickBooks: listed, checked again, created on one confirmation."""
