"""TIFFs, first page, also of samples that Pillow does not read, or only the high bytes of.

libtiff, in Pillow, unpacks whatever it is told are grey bytes. So it is told so, of the same
strips or tiles, and what the bytes mean is done here.
"""

import io
import struct
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image, UnidentifiedImageError

from realnvp.opening.colour import lab_profile
from realnvp.opening.depth import BITS as DEPTH
from realnvp.opening.depth import eight_bits, limits_of
from realnvp.opening.limits import MAX_MEMORY, ImageError
from realnvp.opening.loaded import Area, Loaded, Plan, parts_of, pillow_bytes

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
STRIPS, ORIENTATION, SAMPLES, ROWS, STRIP_BYTES, PLANAR = 273, 274, 277, 278, 279, 284
PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 317, 322, 323, 324, 325
EXTRA, FORMAT, PROFILE = 338, 339, 34675

MAX_VALUES = (
    2**18
)  # of a tag, strips among them, each of which Pillow holds as a number of Python's
MAX_TAGS = 1000
UNCOMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS, LZMA, ZSTD = 1, 5, 8, 32946, 32773, 34925, 50000
BYTEWISE = {UNCOMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACK_BITS, LZMA, ZSTD}
MIN_IS_WHITE, MIN_IS_BLACK, RGB, CMYK = 0, 1, 2, 5
COLOURS = {MIN_IS_WHITE: 1, MIN_IS_BLACK: 1, RGB: 3, CMYK: 4}  # samples of each
SUBFILE, SUB_PAGES, DNG = 254, 330, 50706
REDUCED = 1  # of SUBFILE: a smaller version of another picture in the file
PACKED = (10, 12, 14)  # bits of samples that lie side by side without regard to bytes
ROWS_AT_ONCE = 64
PREVIEW = (
    "Only a small preview in this file can be opened, as in raw files of cameras."
    " Please save the picture as JPEG or PNG."
)
UNKNOWN = "A TIFF of this kind cannot be opened. Please save it as PNG."
_TYPES = {1: "B", 2: "s", 3: "H", 4: "I", 6: "b", 7: "s", 8: "h", 9: "i", 13: "I", 16: "Q"}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}


@dataclass(frozen=True)
class Page:
    """The first page's tags, and whether others follow.

    Args:
        order: "<" or ">".
        tags: whole numbers, and bytes as they are.
    """

    order: Literal["<", ">"]
    tags: dict[int, tuple[int, ...] | bytes]
    has_more: bool

    def one(self, tag: int, default: int) -> int:
        found = self.tags.get(tag)
        return found[0] if found else default

    def every(self, tag: int) -> tuple[int, ...]:
        return tuple(self.tags.get(tag, ()))

    @property
    def notes(self) -> list[str]:
        return ["first page of several"] if self.has_more else []

    @property
    def size(self) -> tuple[int, int]:
        return self.one(WIDTH, 0), self.one(HEIGHT, 0)

    @property
    def samples(self) -> int:
        return self.one(SAMPLES, 1)

    @property
    def bits(self) -> int:
        """Of a sample; 0 where they differ."""
        found = set(self.every(BITS)) or {1}
        return found.pop() if len(found) == 1 else 0


def plan(data: bytes) -> Plan:
    """How to open its first page.

    Raises:
        ImageError: if it is made of too many parts, or too large ones, or of a kind that nothing
            here reads.
        Exception: others, if it is damaged.
    """
    page = first_page(data)
    is_reduced = page.one(SUBFILE, 0) & REDUCED
    if data[8:10] == b"CR" or (is_reduced and (SUB_PAGES in page.tags or DNG in page.tags)):
        raise ImageError(PREVIEW)
    kind = _kind(page)
    if kind is not None and (kind != np.dtype("u1") or page.one(PLANAR, 1) == 2):
        return _deep_plan(data, page)
    try:
        image = Image.open(io.BytesIO(data), formats=("TIFF",))
    except UnidentifiedImageError:
        if kind is None:
            raise ImageError(UNKNOWN) from None
        return _deep_plan(data, page)
    size = image.size

    def load() -> Loaded:
        image.load()  # upright, after this
        notes = list(page.notes)
        profile = image.info.get("icc_profile")
        if image.mode == "CMYK" and profile is None:
            notes.append("from CMYK, without a colour profile")
        if image.mode == "LAB" and profile is None:
            profile = lab_profile()
        is_grey = image.mode in ("1", "L", "LA", "La")
        return Loaded(image.size, parts_of(image), is_grey, 1, profile, notes=notes)

    upright = 2 if page.one(ORIENTATION, 1) > 1 else 1
    return Plan(size, float(upright * pillow_bytes(image) * size[0] * size[1]), load)


def _deep_plan(data: bytes, page: Page) -> Plan:
    sample = max(page.bits, 8) / 8
    memory = page.size[0] * page.size[1] * (page.samples * (2 * sample) + 4)
    return Plan(page.size, memory, lambda: _load(data, page))


def first_page(data: bytes) -> Page:
    """Read the tags.

    Raises:
        ImageError: if they, or a tile, want more than a picture needs.
        struct.error, KeyError: if it is no TIFF.
    """
    order: Literal["<", ">"] = "<" if data[:2] == b"II" else ">"
    is_big = data[2:4] in (b"\x2b\0", b"\0\x2b")
    (start,) = struct.unpack_from(order + ("Q" if is_big else "I"), data, 8 if is_big else 4)
    (count,) = struct.unpack_from(order + ("Q" if is_big else "H"), data, start)
    if count > MAX_TAGS:
        raise ImageError("The picture is made of too many parts.")
    at, step, inline = start + (8 if is_big else 2), 20 if is_big else 12, 8 if is_big else 4
    tags: dict[int, tuple[int, ...] | bytes] = {}
    for place in range(at, at + step * count, step):
        tag, kind = struct.unpack_from(order + "HH", data, place)
        (length,) = struct.unpack_from(order + ("Q" if is_big else "I"), data, place + 4)
        where = place + step - inline
        if length * _SIZES.get(kind, 1) > inline:
            (where,) = struct.unpack_from(order + ("Q" if is_big else "I"), data, where)
        if kind in (1, 2, 7):
            tags.setdefault(tag, data[where : where + length])
            continue
        if length > MAX_VALUES:
            raise ImageError("The picture is made of too many parts.")
        if kind in _TYPES:
            tags.setdefault(tag, struct.unpack_from(f"{order}{length}{_TYPES[kind]}", data, where))
    page = Page(order, tags, any(data[at + step * count : at + step * count + inline]))
    bits = max(page.every(BITS), default=1) * max(1, page.samples)
    if page.one(TILE_WIDTH, 0) * page.one(TILE_HEIGHT, 0) * bits / 8 > MAX_MEMORY / 4:
        raise ImageError("The picture is made of parts that are too large.")
    return page


def _load(data: bytes, page: Page) -> Loaded:
    """Decode the first page's samples.

    Raises:
        Exception: if the file is damaged.
    """
    kind, photometric = _kind(page), page.one(PHOTOMETRIC, MIN_IS_WHITE)
    assert kind is not None
    values = _values(data, page, kind)
    colours = COLOURS[photometric]
    extra = page.every(EXTRA)
    alpha = next((colours + i for i, what in enumerate(extra) if what in (1, 2)), None)
    if not extra and values.shape[2] == colours + 1:
        alpha = colours
    black, white, note = limits_of(values[..., :colours])
    if page.bits in PACKED:
        black, white, note = 0.0, 2.0**page.bits - 1, DEPTH.format(page.bits)
    if photometric == MIN_IS_WHITE:
        black, white = white, black
    notes = [*page.notes, *([note] if kind != np.dtype("u1") else [])]
    premultiplied = alpha is not None and extra[alpha - colours : alpha - colours + 1] == (1,)
    opaque = 1.0 if kind.kind == "f" else float(np.iinfo(kind).max)
    opaque = white if page.bits in PACKED else opaque

    def part(area: Area) -> Image.Image:
        left, top, right, bottom = area
        piece = values[top:bottom, left:right]
        colour = Image.fromarray(
            eight_bits(piece[..., :colours], black, white).squeeze(2 if colours == 1 else ()),
            *(["CMYK"] if colours == 4 else []),
        )
        if alpha is None or colours == 4 or alpha >= piece.shape[2]:
            return colour
        if premultiplied:
            colour = colour.convert("RGB")
        colour.putalpha(Image.fromarray(eight_bits(piece[..., alpha], 0.0, opaque)))
        if premultiplied:
            return Image.frombytes("RGBa", colour.size, colour.tobytes()).convert("RGBA")
        return colour

    profile = page.tags.get(PROFILE)
    return Loaded(
        page.size,
        part,
        colours == 1,
        page.one(ORIENTATION, 1),
        profile if isinstance(profile, bytes) else None,
        notes=notes,
    )


def _kind(page: Page) -> np.dtype | None:
    """The samples' type; None where they are not read here."""
    formats = set(page.every(FORMAT)) or {1}
    if (
        len(formats) > 1
        or page.one(COMPRESSION, UNCOMPRESSED) not in BYTEWISE
        or page.one(PHOTOMETRIC, MIN_IS_WHITE) not in COLOURS
        or page.samples < COLOURS[page.one(PHOTOMETRIC, MIN_IS_WHITE)]
    ):
        return None
    if page.bits in PACKED and formats == {1}:
        return np.dtype("u2") if page.one(PREDICTOR, 1) == 1 else None
    letter = {1: "u", 2: "i", 3: "f", 4: "u"}.get(formats.pop())
    if letter is None or page.bits not in ((16, 32, 64) if letter == "f" else (8, 16, 32, 64)):
        return None
    return np.dtype(f"{letter}{page.bits // 8}")


def _values(data: bytes, page: Page, kind: np.dtype) -> np.ndarray:
    """All samples, (H, W, samples), in the machine's order."""
    (width, height), samples = page.size, page.samples
    planes = samples if page.one(PLANAR, 1) == 2 and samples > 1 else 1
    together = samples // planes  # beside each other
    across = page.one(TILE_WIDTH, 0) or width
    padded = -(-width // across) * across
    order: Literal["<", ">"] = page.order if page.one(PREDICTOR, 1) != 3 else ">"
    values = np.empty((height, width, samples), kind)
    step = -(-across * together * page.bits // 8)  # bytes of a row of a tile
    for plane in range(planes):
        raw = _bytes(data, page, padded // across * step, plane, planes)
        for place, left in enumerate(range(0, padded, across)):
            tile = raw[:, place * step : (place + 1) * step]
            if page.bits in PACKED:
                found = _unpacked(tile, page.bits, across * together)
            else:
                tile = _undone(tile, page.one(PREDICTOR, 1), kind.itemsize, together)
                found = np.ascontiguousarray(tile).view(kind.newbyteorder(order))
            found = found.reshape(height, across, together)
            if page.one(PREDICTOR, 1) == 2:  # differences of whole numbers, floats taken as such
                whole = np.dtype(f"u{kind.itemsize}")
                found = found.astype(kind).view(whole)
                found = np.cumsum(found, axis=1, dtype=whole).view(kind)
            right = min(left + across, width)
            into = slice(plane, plane + 1) if planes > 1 else slice(None)
            values[:, left:right, into] = found[:, : right - left]
    return values


def _unpacked(rows: np.ndarray, bits: int, count: int) -> np.ndarray:
    """The numbers of so many bits in rows of bytes, uint16 (H, count)."""
    found = np.empty((len(rows), count), np.uint16)
    weights = (1 << np.arange(bits)[::-1]).astype(np.uint16)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = np.unpackbits(rows[start : start + ROWS_AT_ONCE], axis=1)[:, : count * bits]
        found[start : start + ROWS_AT_ONCE] = some.reshape(-1, count, bits) @ weights
    return found


def _undone(tile: np.ndarray, predictor: int, size: int, together: int) -> np.ndarray:
    """Rows of bytes, with the predictor of floats undone: differences, and bytes sorted by rank."""
    if predictor != 3:
        return tile
    rows, count = tile.shape
    summed = np.cumsum(tile.reshape(rows, -1, together), axis=1, dtype=np.uint8)
    return summed.reshape(rows, size, count // size).transpose(0, 2, 1).reshape(rows, count)


def _bytes(data: bytes, page: Page, width: int, plane: int, planes: int) -> np.ndarray:
    """The unpacked bytes of a plane, (H, width)."""
    is_tiled = TILE_WIDTH in page.tags
    places, lengths = (TILES, TILE_BYTES) if is_tiled else (STRIPS, STRIP_BYTES)
    share = len(page.every(places)) // planes
    kept = slice(plane * share, (plane + 1) * share)
    tags = {
        WIDTH: (width,),
        HEIGHT: (page.size[1],),
        BITS: (8,),
        COMPRESSION: (page.one(COMPRESSION, UNCOMPRESSED),),
        PHOTOMETRIC: (MIN_IS_BLACK,),
        FILL_ORDER: (page.one(FILL_ORDER, 1),),
        SAMPLES: (1,),
        places: page.every(places)[kept],
        lengths: page.every(lengths)[kept],
    }
    if is_tiled:
        tags[TILE_WIDTH] = (width // -(-page.size[0] // page.one(TILE_WIDTH, 1)),)
        tags[TILE_HEIGHT] = (page.one(TILE_HEIGHT, 1),)
    else:
        tags[ROWS] = (page.one(ROWS, page.size[1]),)
    with Image.open(io.BytesIO(_with_tags(data, tags)), formats=("TIFF",)) as image:
        image.load()
        return np.asarray(image)


def _with_tags(data: bytes, tags: dict[int, tuple[int, ...]]) -> bytes:
    """The file with these tags, whole numbers of 32 bits, instead of its own."""
    start = len(data) + len(data) % 2
    more_at = start + 2 + 12 * len(tags) + 4
    entries, more = [], b""
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"<{len(values)}I", *values)
        if len(values) != 1:
            packed, more = struct.pack("<I", more_at + len(more)), more + packed
        entries.append(struct.pack("<HHI", tag, 4, len(values)) + packed)
    directory = struct.pack("<H", len(tags)) + b"".join(entries) + bytes(4) + more
    return b"II\x2a\0" + struct.pack("<I", start) + data[8:].ljust(start - 8, b"\0") + directory
