"""Commands that the app adds to those of the core."""
