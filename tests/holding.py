"""An engine whose thread is at work for as long as a test wants."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from patience import PATIENCE

from explorer.engine import Engine


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """The model's thread is at work, and what is asked within waits until the end of this."""
    started, release = threading.Event(), threading.Event()

    def slow() -> bool:
        started.set()
        return release.wait(PATIENCE)

    future = engine.submit(slow)
    assert started.wait(PATIENCE)
    try:
        yield
    finally:
        release.set()
        assert future.result(PATIENCE).value
