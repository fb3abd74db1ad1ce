"""What every engine can do, wherever it runs its models."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

import torch
from torch import Tensor, nn

from realnvp.flow import RealNVP

P = ParamSpec("P")
R = TypeVar("R")


CLOSED = "this engine is closed: open another one"  # to whoever asks it all the same


class Busy(RuntimeError):
    """More people are asking than the queue holds; one line for the one who is turned away."""


@dataclass(frozen=True)
class Call(Generic[R]):
    """What a call gave, with its time on the model thread in milliseconds."""

    value: R
    milliseconds: float


class AnyEngine(ABC):
    """Runs models for many users; each of them asks for functions of models.

    Args:
        device: where the models of this process are placed.
    """

    device: torch.device

    @property
    @abstractmethod
    def here(self) -> "AnyEngine":
        """The engine of this process: for what is changed by being called, such as a training."""

    @property
    @abstractmethod
    def runs_on(self) -> str:
        """What it computes on, for people."""

    @abstractmethod
    def submit(
        self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> Future[Call[R]]:
        """The function's answer to come, without gradients.

        Until its turn has come, `Future.cancel` takes it back, and it costs nobody anything.

        Raises:
            Busy: if too many are waiting, at once or by the future.
            RuntimeError: after `close`, at once, as from all that ask.
        """

    @abstractmethod
    def decode(self, flow: RealNVP, z: Tensor, labels: Tensor | None = None) -> Call[Tensor]:
        """Pictures of a live view, uint8 (1, C, H, W), together with what others wait for.

        A convolution may round differently in a larger batch, and then a byte differs by one here
        and there from `flow.decode` alone.

        Args:
            z: (1, D).
            labels: of one picture, as the flow takes them.

        Raises:
            Busy: if too many are waiting.
            Whatever `flow.decode` raises.
        """

    @abstractmethod
    def loaded_from(self, model: nn.Module, folder: Path) -> None:
        """Tell where a model was loaded from: an engine elsewhere loads a copy of its own.

        Args:
            folder: among the checkpoints.
        """

    @abstractmethod
    def fall_back(self) -> None:
        """Go on with the CPU, for good: the device has not memory enough for one picture."""

    @abstractmethod
    def close(self) -> None:
        """End it once what waits is done."""

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """`submit`, and wait.

        Raises:
            Busy: if too many are waiting.
            Whatever the function raises.
        """
        return self.submit(function, *args, **kwargs).result()

    def calls(
        self, function: Callable[[slice], R], total: int, chunk: int = 64
    ) -> Iterator[Call[R]]:
        """`function` of one slice of range(total) after the other, with turns between."""
        for start in range(0, total, chunk):
            yield self.call(function, slice(start, min(start + chunk, total)))
