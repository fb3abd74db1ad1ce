"""The app below its pages: what a view is, the tray, training jobs, the engine."""
