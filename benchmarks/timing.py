"""Times of several functions, taken by turns."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Times:
    """Wall-clock times of one function, in milliseconds."""

    milliseconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def best(self) -> float:
        return min(self.milliseconds)

    def __str__(self) -> str:
        digits = 1 if self.best < 100 else 0
        return f"{self.median:.{digits}f} ({self.best:.{digits}f})"


def in_turns(functions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Times]:
    """Call all functions one after the other, `rounds` times, after two rounds that do not count.

    Whatever else the machine does then slows all of them alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(rounds + 2):
        for name, function in functions.items():
            started = time.perf_counter()
            function()
            if torch.cuda.is_available():
                torch.cuda.synchronize()
            if turn >= 2:
                taken[name].append(1000 * (time.perf_counter() - started))
    return {name: Times(times) for name, times in taken.items()}
