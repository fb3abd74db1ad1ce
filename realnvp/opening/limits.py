"""What a picture from outside may take: bytes of a file, memory while it is decoded."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_BYTES = 50 * 2**20  # of a file: a phone's 108 megapixels are 20 to 40 MB
MAX_SIDE = 65_535  # what a JPEG may have
MAX_PIXELS = 250_000_000  # for the sake of time: a second or two for each picture
# Bytes while one picture is decoded: the limit of all formats. How many pixels that makes depends
# on the format: hundreds of millions for a JPEG, which is made small while it is decoded.
MAX_MEMORY = 420_000_000


class ImageError(ValueError):
    """A file that gives no picture; one line for the person who sent it."""


def check_bytes(count: int) -> None:
    """Refuse an empty file, and one of more than MAX_BYTES.

    Raises:
        ImageError: if it is.
    """
    if not count:
        raise ImageError("The file is empty.")
    if count > MAX_BYTES:
        raise ImageError(
            f"The file has {count / 2**20:.1f} MB; at most {MAX_BYTES >> 20} can be opened."
            " Please save the picture smaller."
        )


def check_size(size: tuple[int, int], memory: float) -> None:
    """Refuse a picture that would take too long, or too much memory.

    Args:
        size: width and height, in pixels.
        memory: bytes that decoding it is going to take.

    Raises:
        ImageError: with how large it may be, in this format.
    """
    pixels = size[0] * size[1]
    most = min(MAX_PIXELS, pixels * MAX_MEMORY / max(memory, 1))
    if pixels <= most and max(size) <= MAX_SIDE:
        return
    if max(size) > MAX_SIDE:
        limit = f"at most {MAX_SIDE:,} pixels a side"
    else:
        limit = f"at most {most / 1e6:.0f} megapixels in this format"
    raise ImageError(
        f"{size[0]:,} × {size[1]:,} pixels are too many. Please save the picture smaller: {limit}."
    )


class Room:
    """Memory that several threads share, each waiting until there is enough for its picture."""

    def __init__(self, total: float) -> None:
        self._total = total
        self._taken = 0.0
        self._changed = threading.Condition()

    @contextmanager
    def take(self, count: float) -> Iterator[None]:
        """So much of it for as long as the block; more than there is waits for all of it."""
        count = min(count, self._total)
        with self._changed:
            self._changed.wait_for(lambda: self._taken + count <= self._total)
            self._taken += count
        try:
            yield
        finally:
            with self._changed:
                self._taken -= count
                self._changed.notify_all()


ROOM = Room(MAX_MEMORY)
