"""Garbage that is collected now and then, not after every page."""

import gc
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

from streamlit.runtime.scriptrunner import script_runner

PAUSE = 2.0  # seconds between two full collections, at least


class Sometimes:
    """In the place of `gc.collect`: what it was asked for too soon, the next one collects.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._last = clock, -PAUSE
        self._lock = threading.Lock()

    def __call__(self, generation: int = 2) -> int:
        with self._lock:
            now = self._clock()
            if now < self._last + PAUSE:
                return 0
            self._last = now
        return gc.collect(generation)


def collect_sometimes() -> None:
    """Streamlit 1.67 has all garbage collected after every run, which stops everybody for 10 ms.

    When a class goes on, that is thirty times in a second.
    """
    script_runner.gc = SimpleNamespace(collect=Sometimes())  # type: ignore[assignment]
