"""What answers on a cluster: an engine with models of its own; requests and answers are bytes."""

import asyncio
import contextlib
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from explorer.engine.cluster.serialization import (
    NotSerializableError,
    Reference,
    digest_of,
    pack,
    remember,
    unpack,
)
from explorer.engine.interface import Call
from explorer.engine.process import Engine
from realnvp import checkpoint
from realnvp.baselines.store import FOLDER, load_baseline
from realnvp.checkpoint import CheckpointError, checkpoint_folder
from realnvp.inference import fold
from realnvp.memory import keep_freed_memory

KEPT = 8  # models


@dataclass(frozen=True)
class Answer:
    """What became of a request.

    Args:
        call: what the function gave, if it gave anything.
        error: what it raised.
        stays: why it cannot be run here; whoever sent it can run it locally.
        runs_on: what it was computed on, for people.
    """

    call: Call[Any] | None = None
    error: BaseException | None = None
    stays: str = ""
    runs_on: str = ""


class Replica:
    """One of those that share the work; all of its methods are called from one event loop.

    Args:
        places: calls that may wait; one more is turned away.
        device: where models are placed; None is the best that is there.
    """

    def __init__(self, places: int = 64, device: torch.device | None = None) -> None:
        keep_freed_memory()
        self._engine = Engine(device, places)
        self._models = _Models(self._engine.device)
        self._broken = ""

    async def run(self, request: bytes) -> bytes:
        """The `Answer` to a packed function, its arguments and its keyword arguments."""
        return await self._answer(
            request,
            lambda function, args, kwargs: self._engine.submit(function, *args, **kwargs),
        )

    async def decode(self, request: bytes) -> bytes:
        """The `Answer` to a packed flow, latent and labels: `AnyEngine.decode`."""
        return await self._answer(request, self._engine.submit_decode)

    async def check_health(self) -> None:
        """Raises RuntimeError if this process can answer nobody any more, and has to be replaced.

        A long call is no fault: nothing here waits for the model's thread.
        """
        if self._broken:
            raise RuntimeError(self._broken)
        if not self._engine.is_alive():
            raise RuntimeError("the model's thread has ended")

    def close(self) -> None:
        self._engine.close()

    async def _answer(self, request: bytes, submit: Callable[..., Future[Call[Any]]]) -> bytes:
        try:
            # On a thread: a model may have to be read first.
            request_parts = await asyncio.to_thread(unpack, request, self._models.find)
            # Whoever is cancelled here takes the call back from the queue.
            call = await asyncio.wrap_future(submit(*request_parts))
            answer = Answer(call)
        except NotSerializableError as error:
            answer = Answer(stays=str(error))
        except Exception as error:
            answer = Answer(error=self._seen(error))
        return await asyncio.to_thread(self._packed, answer)

    def _packed(self, answer: Answer) -> bytes:
        answer = Answer(answer.call, answer.error, answer.stays, self._engine.runs_on)
        try:
            data, _ = pack(answer)
            if answer.error is not None:
                unpack(data, self._models.find)  # an error may refuse only when it is read
        except Exception as error:
            why = f"its answer cannot be serialized: {answer.error or error!r}"
            data, _ = pack(Answer(stays=why, runs_on=answer.runs_on))
        return data

    def _seen(self, error: Exception) -> Exception:
        """The error, with the place where it happened for the log of whoever sent the request."""
        if isinstance(error, torch.OutOfMemoryError) and self._engine.device.type == "cuda":
            torch.cuda.empty_cache()
        elif isinstance(error, torch.AcceleratorError):
            self._broken = f"the GPU has failed: {error}"  # and fails from now on, whoever calls
        error.add_note("".join(traceback.format_exception(error)))
        return error.with_traceback(None)


class _Models:
    """The models that were asked for last, each loaded when it is first asked for."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._kept: OrderedDict[Reference, nn.Module] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, reference: Reference) -> nn.Module:
        """Raises NotSerializableError if the files here are others than the sender's."""
        with self._lock:
            if reference not in self._kept:
                self._kept[reference] = self._load(reference)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(reference)
            return self._kept[reference]

    def _load(self, reference: Reference) -> nn.Module:
        found = ""
        with contextlib.suppress(OSError):
            found = digest_of(checkpoint_folder(reference.name))
        if found != reference.digest:
            raise NotSerializableError(
                f"{reference.name} is another, or none, among the checkpoints here"
            )
        try:
            model = self._opened(reference.name)
        except CheckpointError as error:
            raise NotSerializableError(str(error)) from None
        remember(model, reference)
        return model

    def _opened(self, name: str) -> nn.Module:
        folder, _, kind = name.rpartition("/")
        if folder == FOLDER:
            return load_baseline(kind).to(self._device)
        return fold(checkpoint.load(name).to(self._device))
