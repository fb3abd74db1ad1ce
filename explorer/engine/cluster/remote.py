"""Models on other processes, reached through a handle that knows one that is free."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import torch
from torch import Tensor, nn

from explorer.engine.cluster.replica import Answer
from explorer.engine.cluster.serialization import (
    Models,
    NotSerializableError,
    Reference,
    digest_of,
    pack,
    remember,
    unpack,
)
from explorer.engine.interface import CLOSED, AnyEngine, Busy, Call
from explorer.engine.process import Engine
from realnvp.checkpoint import checkpoint_folders
from realnvp.flow import RealNVP

P = ParamSpec("P")
R = TypeVar("R")

TIMEOUT = 60.0  # seconds after which an answer is given up
FULL = "Many people are here at the moment. Please try again in a second."
LOST = "The server that runs the model is being replaced. Please try again in a few seconds."


class Response(Protocol, Awaitable[bytes]):
    """An answer on its way."""

    def cancel(self) -> object: ...


class Handle(Protocol):
    """Sends requests to one of the replicas; what a handle of Ray Serve does."""

    def run(self, method: str, request: bytes) -> Response:
        """Call `Replica.run` or `Replica.decode`."""

    def is_full(self, error: BaseException) -> bool:
        """Whether it means that too many are waiting."""

    def is_lost(self, error: BaseException) -> bool:
        """Whether it means that the replica has gone, and another may answer."""


class RemoteEngine(AnyEngine):
    """Runs functions where the models are; what cannot be serialized runs in this process.

    The models of this process stay on its CPU: pages ask them for shapes and noise.

    Args:
        handle: to the replicas.
        timeout: seconds after which an answer is given up.
    """

    def __init__(self, handle: Handle, timeout: float = TIMEOUT) -> None:
        self.device = torch.device("cpu")
        self._handle, self._timeout = handle, timeout
        self._runs_on = "a cluster"
        self._lock = threading.Lock()
        self._closed = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="requests", daemon=True)
        self._thread.start()

    @property
    def here(self) -> Engine:
        with self._lock:
            if self._closed:
                raise RuntimeError(CLOSED)
            return self._here

    @cached_property
    def _here(self) -> Engine:
        return Engine(self.device)

    @property
    def runs_on(self) -> str:
        return self._runs_on

    def submit(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> Future[Call[R]]:
        return self._send(
            "run", (function, args, kwargs), lambda: self.here.submit(function, *args, **kwargs)
        )

    def decode(self, flow: RealNVP, z: Tensor, labels: Tensor | None = None) -> Call[Tensor]:
        given = flow, z, labels
        return self._send("decode", given, lambda: self.here.submit_decode(*given)).result()

    def loaded_from(self, model: nn.Module, folder: Path) -> None:
        place = next(place for place in checkpoint_folders() if folder.is_relative_to(place))
        name = folder.relative_to(place).as_posix()
        with contextlib.suppress(OSError):  # gone by now: what is not known is not serialized
            remember(model, Reference(name, digest_of(folder)))

    def fall_back(self) -> None:
        """Nothing to do: the models of this process are on the CPU."""

    def close(self) -> None:
        with self._lock:
            self._closed = True
        asyncio.run_coroutine_threadsafe(_end_tasks(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if "_here" in vars(self):
            self._here.close()

    def _send(
        self, method: str, given: tuple[Any, ...], run_locally: Callable[[], Future[Call[Any]]]
    ) -> Future[Call[Any]]:
        try:
            request, models = pack(given)
        except NotSerializableError as why:
            _log_stay(given[0], str(why))
            return run_locally()
        return self._started(self._answered(method, request, models, given[0], run_locally))

    def _started(self, answer: Coroutine[Any, Any, Call[Any]]) -> Future[Call[Any]]:
        with self._lock:  # what `close` finds started it can end, and nothing starts after it
            if self._closed:
                answer.close()
                raise RuntimeError(CLOSED)
            return asyncio.run_coroutine_threadsafe(answer, self._loop)

    async def _answered(
        self,
        method: str,
        request: bytes,
        models: Models,
        function: object,
        run_locally: Callable[[], Future[Call[Any]]],
    ) -> Call[Any]:
        data = await self._run(method, request)
        answer: Answer = unpack(data, models.__getitem__)
        self._runs_on = answer.runs_on
        if answer.stays:
            _log_stay(function, answer.stays)
            return await asyncio.wrap_future(run_locally())
        if answer.error is not None:
            raise answer.error
        assert answer.call is not None
        return answer.call

    async def _run(self, method: str, request: bytes) -> bytes:
        """The answer of a replica, of another one if the first is lost over it.

        A request changes nothing where it is answered: it can be run twice.
        """
        for is_last in (False, True):
            try:
                return await self._run_once(method, request)
            except TimeoutError:
                raise Busy(LOST) from None
            except Exception as error:
                if self._handle.is_full(error):
                    raise Busy(FULL) from None
                if not self._handle.is_lost(error):
                    raise
                logging.getLogger(__name__).warning("a replica is lost: %s", type(error).__name__)
                if is_last:
                    raise Busy(LOST) from None
        raise AssertionError

    async def _run_once(self, method: str, request: bytes) -> bytes:
        response = self._handle.run(method, request)
        try:
            return await asyncio.wait_for(_of(response), self._timeout)
        except (asyncio.CancelledError, TimeoutError):
            response.cancel()
            raise


async def _of(response: Response) -> bytes:
    return await response


async def _end_tasks() -> None:
    """Cancel whatever waits in this loop, so that nobody waits for it."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _log_stay(function: object, why: str) -> None:
    name = getattr(function, "__qualname__", type(function).__name__)
    logging.getLogger(__name__).info("%s runs in this process: %s", name, why)
