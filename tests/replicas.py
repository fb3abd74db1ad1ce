"""Replicas of the engine without a cluster, on an event loop of their own, behind a handle."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from explorer.engine.cluster.remote import RemoteEngine
from explorer.engine.cluster.replica import Replica


class Lost(Exception):
    """The replica has died."""


class Full(Exception):
    """The handle's queue is full."""


class Response:
    """An answer on its way to whatever loop awaits it."""

    def __init__(self, future) -> None:
        self._future = future

    def __await__(self):
        return asyncio.wrap_future(self._future).__await__()

    def cancel(self) -> None:
        self._future.cancel()


class Handle:
    """Asks one replica after the other, as a cluster's handle does.

    Args:
        before: called with the number of each request before it is asked; may raise.
    """

    def __init__(self, before: Callable[[int], object] = lambda number: None, **given) -> None:
        self.loop, self.before, self.asked = asyncio.new_event_loop(), before, []
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.replica = Replica(device=torch.device("cpu"), **given)

    def run(self, method: str, request: bytes) -> Response:
        self.asked.append(method)
        return Response(
            asyncio.run_coroutine_threadsafe(
                self._answer(len(self.asked), method, request), self.loop
            )
        )

    async def _answer(self, number: int, method: str, request: bytes) -> bytes:
        self.before(number)
        return await getattr(self.replica, method)(request)

    def is_full(self, error: BaseException) -> bool:
        return isinstance(error, Full)

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, Lost)

    def close(self) -> None:
        self.replica.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def remote_engine(handle: Handle, **given) -> Iterator[RemoteEngine]:
    """An engine that asks the handle's replica; both end with the block."""
    engine = RemoteEngine(handle, **given)
    try:
        yield engine
    finally:
        engine.close()
        handle.close()
