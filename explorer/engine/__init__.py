"""The one place that runs models for many users: a thread of this process, or a Ray cluster."""

import os

from explorer.engine.interface import AnyEngine, Busy, Call
from explorer.engine.process import Engine

HOMES = ("process", "ray")


def open_engine() -> AnyEngine:
    """The engine that $REALNVP_ENGINE names: "process", the default, or "ray".

    Raises:
        ValueError: if it names another, or Ray is not installed; one line.
        ConnectionError: if there is no cluster, or nobody has started `python -m realnvp serve`
            on it; one line.
    """
    home = os.environ.get("REALNVP_ENGINE") or HOMES[0]
    if home == "process":
        return Engine()
    if home == "ray":
        from explorer.engine.cluster.deployment import connect

        return connect()
    raise ValueError(f"REALNVP_ENGINE={home} is unknown; there are: {', '.join(HOMES)}")
