"""AVIFs, of which the size that is decoded need not be the one that the file tells at first."""

import io
import struct
from collections.abc import Iterator

from PIL import Image

from realnvp.opening.colour import Named, coded
from realnvp.opening.limits import ImageError
from realnvp.opening.loaded import Loaded, Plan, orientation_of, parts_of

BYTES_A_PIXEL = 16  # while it is decoded, the picture itself among them; measured
MAX_ITEMS = 10_000
SEQUENCE = 1  # the kind of the part of an AV1 stream that tells its size
Span = tuple[int, int]  # start and end, in bytes


def plan(data: bytes) -> Plan:
    """How to open it.

    Raises:
        ImageError: if it is made of too many parts.
        Exception: others, if it is damaged.
    """
    notes = []
    if data[8:12] == b"avis":
        # Of an animation, the still picture that comes with it.
        data = data[:8] + b"avif" + data[12:]
        notes.append("first frame of an animation")
    image = Image.open(io.BytesIO(data), formats=("AVIF",))
    pixels = max([image.width * image.height, *_coded_pixels(data)])

    def load() -> Loaded:
        image.load()
        made = Loaded(image.size, parts_of(image), image.mode in ("L", "LA"), orientation_of(image))
        made.notes = notes
        made.profile = image.info.get("icc_profile")
        if made.profile is None:
            made.profile, made.profile_name = _told(data, notes)
        return made

    return Plan(image.size, float(BYTES_A_PIXEL * pixels), load)


def _told(data: bytes, notes: list[str]) -> Named:
    """The profile of one that tells its colours by numbers, and its name."""
    at = data.find(b"colrnclx")
    if at < 0 or at + 12 > len(data):
        return None, None
    primaries, transfer = struct.unpack_from(">HH", data, at + 8)
    return coded(primaries, transfer, notes)


def _coded_pixels(data: bytes) -> Iterator[int]:
    """Of each coded part of the file, the pixels that decoding it gives."""
    meta = next(span for name, span in _boxes(data, (0, len(data))) if name == b"meta")
    inside = dict(_boxes(data, (meta[0] + 4, meta[1])))
    for span in _items(data, inside[b"iloc"], inside.get(b"idat", (0, 0))[0]):
        for start, end in _sequence_headers(data, span):
            yield _size_of(data[start:end])


def _boxes(data: bytes, span: Span) -> Iterator[tuple[bytes, Span]]:
    at, end = span
    for _ in range(MAX_ITEMS):
        if at + 8 > end:
            return
        length, name = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        length = length or end - at
        if length < start - at:
            return
        yield name, (start, min(at + length, end))
        at += length
    raise ImageError("The picture is made of too many parts.")


def _items(data: bytes, iloc: Span, idat: int) -> Iterator[Span]:
    """Where the parts lie."""
    at = iloc[0]
    version, sizes = data[at], struct.unpack_from(">H", data, at + 4)[0]
    offset_size, length_size, base_size, index_size = (
        sizes >> shift & 15 for shift in (12, 8, 4, 0)
    )
    at += 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        if at > iloc[1]:
            raise ValueError("a list of parts is cut off")
        return int.from_bytes(data[at - size : at], "big")

    for _ in range(_few(number(4 if version == 2 else 2))):
        number(4 if version == 2 else 2)
        is_inside = bool(version) and number(2) & 15 == 1
        number(2)
        base = number(base_size) + (idat if is_inside else 0)
        for _ in range(_few(number(2))):
            number(index_size if version else 0)
            start = base + number(offset_size)
            length = number(length_size)
            yield start, start + length if length else len(data)


def _few(count: int) -> int:
    if count > MAX_ITEMS:
        raise ImageError("The picture is made of too many parts.")
    return count


def _sequence_headers(data: bytes, span: Span) -> Iterator[Span]:
    """Those of an AV1 stream; of what is none, whatever looks alike, or nothing."""
    at, end = span[0], min(span[1], len(data))
    for _ in range(MAX_ITEMS):
        if at + 2 > end or data[at] & 0x81:  # bits that are 0 in a stream
            return
        kind, is_sized = data[at] >> 3 & 15, data[at] & 2
        at += 2 if data[at] & 4 else 1
        length, shift = end - at, 0
        if is_sized:
            length = 0
            while at < end and shift < 56:
                length |= (data[at] & 127) << shift
                shift, at = shift + 7, at + 1
                if not data[at - 1] & 128:
                    break
        if kind == SEQUENCE:
            yield at, min(at + length, end)
        at += length


def _size_of(header: bytes) -> int:
    """Pixels of the frames of a stream, by its sequence header (AV1, 5.5.1); 0 if it is none."""
    bits = int.from_bytes(header[:64].ljust(64, b"\0"), "big")
    left = 512

    def take(count: int) -> int:
        nonlocal left
        left -= count
        if left < 0:
            raise ValueError("a header has no end")
        return bits >> left & ((1 << count) - 1)

    def skip_variable() -> None:
        zeros = 0
        while not take(1):
            zeros += 1
        take(zeros)

    take(3 + 1)
    is_reduced = take(1)
    if is_reduced:
        take(5)
    else:
        delay_bits = 0
        has_model = False
        if take(1):  # times
            take(64)
            if take(1):
                skip_variable()
            has_model = bool(take(1))
            if has_model:
                delay_bits = take(5) + 1
                take(32 + 10)
        has_delay = take(1)
        for _ in range(take(5) + 1):
            take(12)
            if take(5) > 7:
                take(1)
            if has_model and take(1):
                take(2 * delay_bits + 1)
            if has_delay and take(1):
                take(4)
    across, down = take(4) + 1, take(4) + 1
    return (take(across) + 1) * (take(down) + 1)
