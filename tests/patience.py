"""How long a test waits for what must come.

A wait ends as soon as it has come, so much patience costs nothing where all is well, and on a slow
or busy machine nothing fails for want of it. $REALNVP_PATIENCE sets other seconds: fewer to see
sooner that something never comes.
"""

import os
import time
from collections.abc import Callable

PATIENCE = float(os.environ.get("REALNVP_PATIENCE", "600"))  # seconds


def wait_until(condition: Callable[[], object], pause: float = 0.01) -> None:
    """Ask again and again until it holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "what was waited for has not come"
        time.sleep(pause)
