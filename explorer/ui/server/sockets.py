"""Nagle's algorithm off: small answers leave the server at once."""

import gc
import os
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_DESCRIPTORS = range(3, 1024)  # a server's own sockets are among the first that it opens


def send_at_once() -> int:
    """Switch off Nagle's algorithm for whoever connects from now on; gives for how many sockets.

    asyncio would do so itself, but not for a socket whose protocol was left open, as Streamlit 1.67
    makes it. The body of a small answer then waits until its headers are acknowledged: 40 ms on
    Linux. What is accepted from a listening socket has that socket's settings.
    """
    changed = 0
    for descriptor in _of_objects() if sys.platform == "win32" else _of_process():
        with suppress(OSError), _borrowed(descriptor) as listener:  # closed, or no TCP
            if listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                changed += 1
    return changed


def _of_process() -> Iterator[int]:
    """Descriptors of sockets, whoever opened them."""
    for descriptor in _DESCRIPTORS:
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                yield descriptor


def _of_objects() -> Iterator[int]:
    """Those that Python knows: on Windows a socket is no file."""
    for known in gc.get_objects():
        if issubclass(type(known), socket.socket) and known.fileno() >= 0:
            yield known.fileno()


@contextmanager
def _borrowed(descriptor: int) -> Iterator[socket.socket]:
    """The socket, which stays open afterwards."""
    borrowed = socket.socket(fileno=descriptor)
    try:
        yield borrowed
    finally:
        borrowed.detach()
