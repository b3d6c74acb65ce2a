"""NinjaOne v2: signing in and reading Billing."""
