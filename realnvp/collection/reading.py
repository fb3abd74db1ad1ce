"""Files read ahead of the model, never more than a few."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TypeVar

from torch import Tensor

from realnvp.config import ModelConfig
from realnvp.data.left_out import unreadable
from realnvp.fitting import open_fitted
from realnvp.images import ImageError

T = TypeVar("T")
R = TypeVar("R")


def read(path: Path, config: ModelConfig) -> Tensor | str:
    """The picture as the model takes it, uint8 (1, C, H, W), or one line that says why not."""
    try:
        return open_fitted(path, config.image_size, config.channels)
    except ImageError as error:
        return str(error)
    except OSError as error:
        return unreadable(error)


def ahead(pool: Executor, function: Callable[[T], R], items: Iterable[T], most: int) -> Iterator[R]:
    """The function's answers in the order of the items; at most so many wait to be taken."""
    waiting: deque[Future[R]] = deque()
    for item in items:
        if len(waiting) == most:
            yield waiting.popleft().result()
        waiting.append(pool.submit(function, item))
    while waiting:
        yield waiting.popleft().result()
