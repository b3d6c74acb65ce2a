"""The local database and the keyring: implementations of the domain's stores, vault and locks."""
