"""What to say where a cluster is wanted and its library is not there."""

from realnvp.places import IS_INSTALLED

_PACKAGES = '"realnvp[cluster]"' if IS_INSTALLED else "-r requirements-cluster.txt"
RAY_MISSING = f"Ray is not installed: pip install {_PACKAGES}"
