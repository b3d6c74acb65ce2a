"""What tests share; :mod:`tests.conftest` offers it as fixtures."""
