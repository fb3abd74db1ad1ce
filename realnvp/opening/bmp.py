"""BMPs: those that Pillow does not read, or reads without their transparency, are unpacked here."""

import io
import struct
from dataclasses import dataclass

import numpy as np
from PIL import Image

from realnvp.opening import others
from realnvp.opening.limits import ImageError
from realnvp.opening.loaded import Area, Loaded, Plan, only
from realnvp.opening.partial import NONE_LEFT, words_of

PLAIN, RLE8, RLE4, FIELDS, ALPHA_FIELDS = 0, 1, 2, 3, 6
UNKNOWN = "A BMP of this kind cannot be opened. Please save it as PNG."
BYTES_A_PIXEL = 8  # while it is unpacked
BAND = 64  # rows that are worked on at once


@dataclass(frozen=True)
class Header:
    """What a BMP says of itself.

    Args:
        size: width and height.
        is_top_down: whether its first row is the uppermost.
        bits: of a pixel.
        packing: PLAIN, RLE8 and so on.
        masks: where in a pixel's number red, green, blue and alpha are; 0 for none.
        palette: uint8 (N, 3), red, green and blue.
        start: of the pixels, in bytes.
    """

    size: tuple[int, int]
    is_top_down: bool
    bits: int
    packing: int
    masks: tuple[int, int, int, int]
    palette: np.ndarray
    start: int

    @property
    def is_grey(self) -> bool:
        """Whether all colours of the palette are grey."""
        return bool((self.palette == self.palette[:, :1]).all())


def plan(data: bytes) -> Plan:
    """How to open it.

    Raises:
        ImageError: if it is of a kind that nothing here reads.
        Exception: others, if it is damaged.
    """
    (length,) = struct.unpack_from("<I", data, 14)
    head = _header(data, length) if length >= 40 else None
    if head is not None:
        width, height = head.size
        memory = float(BYTES_A_PIXEL * width * height)
        if head.packing in (FIELDS, ALPHA_FIELDS) and head.bits in (16, 32):
            return Plan(head.size, memory, lambda: _of_fields(data, head))
        if (head.packing, head.bits) in ((RLE8, 8), (RLE4, 4)):
            return Plan(head.size, memory, lambda: _of_runs(data, head))
        if (head.packing, head.bits) == (PLAIN, 2):
            return Plan(head.size, memory, lambda: _of_two_bits(data, head))
    try:
        Image.open(io.BytesIO(data), formats=("BMP",)).close()
    except OSError:
        raise ImageError(UNKNOWN) from None
    return others.plan(data, "BMP")


def _header(data: bytes, length: int) -> Header:
    width, height = struct.unpack_from("<ii", data, 18)
    _, bits, packing = struct.unpack_from("<HHI", data, 26)
    (count,) = struct.unpack_from("<I", data, 46)
    (start,) = struct.unpack_from("<I", data, 10)
    known = 4 if packing == ALPHA_FIELDS or length >= 56 else 3
    masks = [0, 0, 0, 0]
    end = 14 + length
    if packing in (FIELDS, ALPHA_FIELDS):
        masks[:known] = struct.unpack_from(f"<{known}I", data, 54)
        end = max(end, 54 + 4 * known)
    rest = np.frombuffer(data[end : max(start, end)], np.uint8)
    most = min(count or 2 ** min(bits, 8), 256, len(rest) // 4)
    palette = rest[: 4 * most].reshape(-1, 4)[:, 2::-1]
    return Header(
        (max(width, 0), abs(height)),
        height < 0,
        bits,
        packing,
        (masks[0], masks[1], masks[2], masks[3]),
        np.pad(palette, ((0, 256 - len(palette)), (0, 0))),  # black beyond its end, as in browsers
        start or end,
    )


def _rows(data: bytes, head: Header) -> tuple[np.ndarray, int]:
    """The bytes of each row, the uppermost first, and how many rows are there."""
    width, height = head.size
    step = (width * head.bits + 31) // 32 * 4
    flat = np.frombuffer(data, np.uint8)[head.start : head.start + step * height]
    there = len(flat) // step
    if not there:
        raise ImageError(NONE_LEFT)
    rows = flat[: there * step].reshape(there, step)
    if there < height:
        rows = np.pad(rows, ((0, height - there), (0, 0)))
    return (rows if head.is_top_down else rows[::-1]), there


def _of_fields(data: bytes, head: Header) -> Loaded:
    """Pixels that are numbers, of which masks tell the colours."""
    rows, there = _rows(data, head)
    numbers = rows.view("<u4" if head.bits == 32 else "<u2")[:, : head.size[0]]
    *colours, alpha = head.masks
    if not any(colours):
        raise ImageError(UNKNOWN)
    if not (numbers & np.array(alpha, numbers.dtype)).any():
        alpha = 0  # programs that know no transparency leave 0 there, and nothing would be seen

    def part(area: Area) -> Image.Image:
        left, top, right, bottom = area
        piece = numbers[top:bottom, left:right]
        masks = [*colours, alpha] if alpha else colours
        pixels = np.zeros((*piece.shape, len(masks)), np.uint8)
        for start in range(0, len(piece), BAND):
            band = piece[start : start + BAND].astype(np.uint64)
            for channel, mask in enumerate(masks):
                if mask:
                    pixels[start : start + BAND, :, channel] = _field(band, mask)
        return Image.fromarray(pixels)

    return _made(Loaded(head.size, part, grey=False), head, there)


def _field(numbers: np.ndarray, mask: int) -> np.ndarray:
    """What the mask leaves of numbers, uint64, as 0 to 255."""
    lowest = mask & -mask
    values, most = (numbers & np.uint64(mask)) // np.uint64(lowest), mask // lowest
    return (values * np.uint64(255) + np.uint64(most // 2)) // np.uint64(most)


def _of_two_bits(data: bytes, head: Header) -> Loaded:
    rows, there = _rows(data, head)

    def part(area: Area) -> Image.Image:
        left, top, right, bottom = area
        packed = rows[top:bottom, :, None] >> np.array([6, 4, 2, 0], np.uint8) & 3
        indices = packed.reshape(bottom - top, -1)[:, left:right]
        return Image.fromarray(head.palette[indices])

    return _made(Loaded(head.size, part, head.is_grey), head, there)


def _made(loaded: Loaded, head: Header, there: int) -> Loaded:
    """The same, over white where rows are missing at the end of the file."""
    width, height = head.size
    if there < height:
        mask = Image.new("L", head.size)
        top = 0 if head.is_top_down else height - there
        mask.paste(255, (0, top, width, top + there))
        loaded.part, loaded.cut = only(loaded.part, mask), words_of(mask)
    return loaded


def _of_runs(data: bytes, head: Header) -> Loaded:
    """Runs of the same colour; pixels that they pass over are transparent."""
    indices, drawn, rows = _drawn(data, head)
    if not rows:
        raise ImageError(NONE_LEFT)

    def part(area: Area) -> Image.Image:
        left, top, right, bottom = area
        piece = Image.fromarray(head.palette[indices[top:bottom, left:right]])
        piece.putalpha(Image.fromarray(drawn[top:bottom, left:right]))
        return piece

    return _made(Loaded(head.size, part, head.is_grey), head, rows)


def _drawn(data: bytes, head: Header) -> tuple[np.ndarray, np.ndarray, int]:
    """Colours, uint8 (H, W); 255 where there are any; and of how many rows the file tells."""
    width, height = head.size
    indices, drawn = bytearray(width * height), bytearray(width * height)
    step = 2 if head.packing == RLE4 else 1  # pixels of a byte
    at, x, y = head.start, 0, 0
    while at + 2 <= len(data) and y < height:
        count, value = data[at], data[at + 1]
        at += 2
        if count:
            pair = (value >> 4, value & 15) if step == 2 else (value,)
            colours = bytes(pair) * (-(-count // step))
        elif value == 0:
            x, y = 0, y + 1
            continue
        elif value == 1:
            y = height
            continue
        elif value == 2:
            x, y, at = x + data[at], y + data[at + 1], at + 2
            continue
        else:
            count, taken = value, -(-value // step)
            colours = data[at : at + taken]
            if step == 2:
                colours = bytes(half for byte in colours for half in (byte >> 4, byte & 15))
            at += taken + taken % 2
        start, kept = y * width + x, min(count, width - x, len(colours))
        if kept > 0:
            indices[start : start + kept] = colours[:kept]
            drawn[start : start + kept] = b"\xff" * kept
        x += count
    shape = (height, width)
    found, there = (np.frombuffer(flat, np.uint8).reshape(shape) for flat in (indices, drawn))
    return found[::-1], there[::-1], min(y, height)
