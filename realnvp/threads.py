"""How many threads of the CPU a thread of Python asks for help."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def use_threads(count: int) -> None:
    """Have this thread of Python, and no other, compute with so many threads of the CPU.

    Of a thread that computes for the first time PyTorch sets it to what was set last, in whatever
    thread: so that has to come before.
    """
    torch.get_num_threads()
    torch.set_num_threads(count)


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
