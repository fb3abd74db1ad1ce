"""What a WebP says of its first frame, and those whose file ends too early."""

import io
import struct
from contextlib import suppress
from itertools import islice

import numpy as np
from PIL import Image

from realnvp.opening.limits import MAX_BYTES, ImageError
from realnvp.opening.loaded import Area, Loaded, only, parts_of
from realnvp.opening.partial import NONE_LEFT, words_of

FILLS = (b"\0", b"\x5a", b"\xff", b"\x12\x34\x56\x78", b"\x01", b"\x80")  # not all can be decoded
ROWS = 64  # that are compared at once
MAX_PARTS = 1000  # that may stand before it
SMOOTHED = 4  # rows that may have been smoothed towards made-up ones below


def first_frame(data: bytes) -> Area | None:
    """Where the first frame of an animation is on its canvas; None of a still picture."""
    at = 12
    for _ in range(MAX_PARTS):
        if at + 24 > len(data):
            return None
        name, length = struct.unpack_from("<4sI", data, at)
        if name == b"ANMF":
            left, top, across, down = (
                int.from_bytes(data[at + 8 + place : at + 11 + place], "little")
                for place in (0, 3, 6, 9)
            )
            return 2 * left, 2 * top, 2 * left + across + 1, 2 * top + down + 1
        at += 8 + length + length % 2
    return None


def missing(data: bytes) -> int:
    """How many bytes the file lacks, by what it says itself."""
    return int.from_bytes(data[4:8], "little") + 8 - len(data)


def filled(data: bytes, fill: bytes = b"\0") -> bytes:
    """The file with something in the place of what is missing.

    Raises:
        ImageError: if that is too much.
    """
    count = missing(data)
    if len(data) + count > MAX_BYTES:
        raise ImageError("The picture is damaged or cut off.")
    return data + (fill * (count // len(fill) + 1))[:count]


def load_what_is_there(data: bytes) -> Loaded:
    """The rows that are there.

    libwebp takes whole files only. So what is missing is made up, in two ways; from the first row
    in which the two pictures differ, nothing of the picture is there.

    Raises:
        ImageError: if no row is.
    """
    decoded = (_decoded(filled(data, fill)) for fill in FILLS)
    first, second, *_ = [*islice((image for image in decoded if image), 2), None, None]
    if first is None or second is None:
        raise ImageError("The file is cut off, and what is there cannot be shown.")
    rows = _same_rows(first, second)
    if rows < first.height:
        rows -= SMOOTHED
    if rows <= 0:
        raise ImageError(NONE_LEFT)
    there = Image.new("L", first.size)
    there.paste(255, (0, 0, first.width, rows))
    made = Loaded(first.size, only(parts_of(first), there), grey=False)
    made.cut = words_of(there if rows < first.height else None)
    made.profile = first.info.get("icc_profile")
    return made


def _same_rows(first: Image.Image, second: Image.Image) -> int:
    for top in range(0, first.height, ROWS):
        area = (0, top, first.width, min(top + ROWS, first.height))
        differ = np.asarray(first.crop(area)) != np.asarray(second.crop(area))
        rows = differ.any(axis=(1, 2))
        if rows.any():
            return top + int(rows.argmax())
    return first.height


def _decoded(data: bytes) -> Image.Image | None:
    with Image.open(io.BytesIO(data), formats=("WEBP",)) as image, suppress(OSError):
        image.load()
        return image
    return None
