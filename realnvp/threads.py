"""Small work on one thread of the CPU: it is too small to share."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it this thread asks no other for help, and sums in the same order on every machine.

    To wake a second thread costs as much as a step of the toy, or as what it saves of the decode of
    one picture, and ten times that where other work has its core.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
