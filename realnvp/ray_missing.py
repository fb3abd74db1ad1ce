"""What to say where a cluster is wanted and its library is not there."""

RAY_MISSING = "Ray is not installed: pip install -r requirements-cluster.txt"
