"""The three mapping tabs: Customers, Accounts, Items."""
