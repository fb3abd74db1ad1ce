"""Training runs that the app starts, watches and publishes."""
