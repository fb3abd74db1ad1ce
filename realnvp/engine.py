"""The one place that runs a model for many users."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

import torch

P = ParamSpec("P")
R = TypeVar("R")


class Busy(RuntimeError):
    """More people are asking than the queue holds; one line for the one who is turned away."""


@dataclass(frozen=True)
class Call(Generic[R]):
    """What a call gave, with its time on the model thread in milliseconds."""

    value: R
    milliseconds: float


class Engine:
    """Runs functions of models one at a time on a thread of their own, in the order they came.

    PyTorch starts its helper threads anew for each thread that calls it: many calling threads on
    few cores make times erratic, one owner keeps them even and leaves the server free to answer.

    Args:
        device: where models are placed; None is `best_device()`.
        places: calls that may wait; one more is turned away.
    """

    def __init__(self, device: torch.device | None = None, places: int = 64) -> None:
        self.device = device or best_device()
        self._queue: queue.Queue[tuple[Future[Any], Callable[[], Any]] | None]
        self._queue = queue.Queue(places)
        self._thread = threading.Thread(target=self._work, name="model", daemon=True)
        self._thread.start()

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """The function's answer, from the model thread, without gradients.

        Raises:
            Busy: if the queue is full.
            Whatever the function raises.
        """
        future: Future[Call[R]] = Future()

        def timed() -> Call[R]:
            start = time.perf_counter()
            value = function(*args, **kwargs)
            self._finish()
            return Call(value, 1000 * (time.perf_counter() - start))

        try:
            self._queue.put_nowait((future, timed))
        except queue.Full:
            raise Busy(
                "Many people are here at the moment. Please try again in a second."
            ) from None
        return future.result()

    def calls(
        self, function: Callable[[slice], R], total: int, chunk: int = 64
    ) -> Iterator[Call[R]]:
        """`function` of one slice of range(total) after the other, with turns between."""
        for start in range(0, total, chunk):
            yield self.call(function, slice(start, min(start + chunk, total)))

    def fall_back(self) -> None:
        """Go on with the CPU, for good: the device has not memory enough for one picture."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self.device = torch.device("cpu")

    def close(self) -> None:
        """End the thread once what waits is done."""
        self._queue.put(None)
        self._thread.join()

    def _finish(self) -> None:
        """CUDA answers before it is done; the time is that of the pictures, not of the order."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)

    @torch.inference_mode()
    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            future, function = item
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)
            # The next wait may be long: hold nobody's pictures meanwhile.
            del item, future, function


def best_device() -> torch.device:
    """The first of CUDA, Apple's MPS and the CPU that is there."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_name(device: torch.device) -> str:
    """For people: "NVIDIA L4", "Apple GPU", "CPU, 2 threads"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"
