"""Models on a thread of this process."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import torch
from torch import Tensor, nn

from explorer.engine.interface import CLOSED, AnyEngine, Busy, Call
from realnvp.devices import best_device, device_name, round_as_float32
from realnvp.flow import RealNVP
from realnvp.threads import one_thread, use_threads

P = ParamSpec("P")
R = TypeVar("R")

TOGETHER = 64  # pictures that are decoded at once for several people
SHARED = 3  # pictures from which on the CPU's threads share a decode; see `one_thread`


class Engine(AnyEngine):
    """Runs models on a thread of their own, one call after the other, in the order they came.

    PyTorch starts its helper threads anew for each thread that calls it: many calling threads on
    few cores make times erratic, one owner keeps them even and leaves the server free to answer.
    Pictures that several people are waiting for are decoded together, where the model is the same.

    Args:
        device: where models are placed; None is `best_device()`.
        places: calls that may wait; one more is turned away.
    """

    def __init__(self, device: torch.device | None = None, places: int = 64) -> None:
        round_as_float32()
        self.device = device or best_device()
        self._places = places
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closed = False
        # A page's thread may have fewer.
        self._threads, self._on_cpu = torch.get_num_threads(), device_name(torch.device("cpu"))
        self._thread = threading.Thread(target=self._work, name="model", daemon=True)
        self._thread.start()

    @property
    def here(self) -> "Engine":
        return self

    @property
    def runs_on(self) -> str:
        return self._on_cpu if self.device.type == "cpu" else device_name(self.device)

    def submit(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> Future[Call[R]]:
        return self._join(_Waiting(partial(function, *args, **kwargs), _call_each))

    def decode(self, flow: RealNVP, z: Tensor, labels: Tensor | None = None) -> Call[Tensor]:
        return self.submit_decode(flow, z, labels).result()

    def submit_decode(
        self, flow: RealNVP, z: Tensor, labels: Tensor | None = None
    ) -> Future[Call[Tensor]]:
        """`decode`, to come."""
        key = (id(flow), labels is None)
        return self._join(_Waiting((z, labels), partial(_decode_all, flow), key))

    def loaded_from(self, model: nn.Module, folder: Path) -> None:
        """Nothing to do: it runs the very model that it is given."""

    def fall_back(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self.device = torch.device("cpu")

    def is_alive(self) -> bool:
        """Whether its thread is there to answer."""
        return self._thread.is_alive()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _join(self, item: "_Waiting") -> Future[Any]:
        with self._changed:
            if self._closed:  # nobody would come to answer
                raise RuntimeError(CLOSED)
            if len(self._waiting) >= self._places:  # who has left takes no place
                here = (one for one in self._waiting if not one.future.cancelled())
                self._waiting = deque(here)
            if len(self._waiting) >= self._places:
                raise Busy("Many people are here at the moment. Please try again in a second.")
            self._waiting.append(item)
            self._changed.notify()
        return item.future

    @torch.inference_mode()
    def _work(self) -> None:
        use_threads(self._threads)
        while turn := self._next():
            self._answer(turn)
            del turn  # the next wait may be long: hold nobody's pictures meanwhile

    def _next(self) -> "list[_Waiting]":
        """Whose turn it is: the first, with those whose keys are equal; nobody at the end."""
        with self._changed:
            turn: list[_Waiting] = []
            while not turn and not (self._closed and not self._waiting):
                self._changed.wait_for(lambda: self._waiting or self._closed)
                turn = self._take()
            return turn

    def _take(self) -> "list[_Waiting]":
        turn: list[_Waiting] = []
        others: deque[_Waiting] = deque()
        for one in self._waiting:
            joins = not turn or (one.key == turn[0].key is not None and len(turn) < TOGETHER)
            if not joins:
                others.append(one)
            elif one.future.set_running_or_notify_cancel():
                turn.append(one)
        self._waiting = others
        return turn

    def _answer(self, turn: "list[_Waiting]") -> None:
        start = time.perf_counter()
        try:
            values = turn[0].run([one.item for one in turn])
            self._finish()
        except BaseException as error:
            if len(turn) == 1:
                turn[0].future.set_exception(error)
            else:  # one of them may be at fault: the others shall not pay for it
                for one in turn:
                    self._answer([one])
            return
        milliseconds = 1000 * (time.perf_counter() - start)
        for one, value in zip(turn, values, strict=True):
            one.future.set_result(Call(value, milliseconds))

    def _finish(self) -> None:
        """CUDA answers before it is done; the time is that of the pictures, not of the order."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


class _Waiting:
    """Something asked for, whose answer is to come.

    Args:
        item: what `run` takes.
        run: answers of several items; those of equal keys may be asked together.
        key: None if it has to be asked alone.
    """

    def __init__(
        self, item: Any, run: Callable[[Sequence[Any]], Sequence[Any]], key: Hashable = None
    ) -> None:
        self.future: Future[Call[Any]] = Future()
        self.item, self.run, self.key = item, run, key


def _call_each(functions: Sequence[Callable[[], R]]) -> list[R]:
    return [function() for function in functions]


def _decode_all(flow: RealNVP, items: Sequence[tuple[Tensor, Tensor | None]]) -> Sequence[Tensor]:
    latents, labels = zip(*items, strict=True)
    together = None if labels[0] is None else torch.cat(labels)
    with nullcontext() if len(items) >= SHARED else one_thread():
        return flow.decode(torch.cat(latents), together).split(1)
