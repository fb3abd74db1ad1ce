"""What a PNG says of its colours, its transparency and its end, all of which Pillow says in part.

16 bits of red, green and blue are cut to 8 there, and a transparent grey of 2, 4 or 16 bits is
compared with other numbers than those that were decoded.
"""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFile

from realnvp.opening.colour import MAX_PROFILE, NO_PROFILE, Named, coded, of_png
from realnvp.opening.depth import BITS, eight_bits
from realnvp.opening.limits import ImageError
from realnvp.opening.loaded import (
    Area,
    Loaded,
    Plan,
    only,
    orientation_of,
    parts_of,
    pillow_bytes,
    placed,
)
from realnvp.opening.partial import NONE_LEFT, load_what_is_there, words_of

START = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS = 200_000
FIRST_FRAME = "first frame of an animation"
MAX_PROFILES = 8  # there should be one
_USED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf"}
GREY, COLOUR, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 4, 6
# What Pillow calls the low bytes of 16 bits, with the most significant first; the two samples of a
# grey with alpha are four bytes, which it can decode at once.
_BYTES = {COLOUR: "RGB;16L", COLOUR_ALPHA: "RGBA;16L", GREY_ALPHA: "RGBA"}
Samples = Callable[[Area], np.ndarray]


def plan(data: bytes) -> Plan:
    """How to open it.

    Raises:
        ImageError: if it is made of far too many parts.
        Exception: others, if it is damaged.
    """
    head = _header(data)

    def fresh() -> ImageFile.ImageFile:
        return Image.open(io.BytesIO(head.data), formats=("PNG",))

    with fresh() as image:
        copies = 1 + 2 * head.is_cut
        copies += head.bits == 16 and head.kind in _BYTES
        memory = float(copies * pillow_bytes(image) * image.width * image.height)
        size = image.size
    if head.frame is None or head.is_cut:
        return Plan(size, memory, lambda: _load(head, fresh))
    frame = plan(head.frame)
    box = (*head.corner, head.corner[0] + frame.size[0], head.corner[1] + frame.size[1])
    if box[2] > size[0] or box[3] > size[1]:
        raise ValueError("a frame reaches beyond its canvas")

    def load() -> Loaded:
        made = frame.load()
        made.part, made.size = placed(made.part, size, box), size
        made.notes.insert(0, FIRST_FRAME)
        return made

    return Plan(size, max(memory, frame.memory), load)


@dataclass(frozen=True)
class Header:
    """A PNG before it is decoded.

    Args:
        data: the file again, with what decoding needs and nothing else.
        bits: of a sample.
        kind: GREY, COLOUR and so on.
        key: the transparent grey or colour, or nothing.
        profile: ICC; b"" where one is there that cannot be unpacked, None where there is none.
        coded: colours by the numbers of H.273: primaries and transfer.
        is_srgb: whether it says so.
        gamma, chromaticity: gAMA, and cHRM as white, red, green and blue, x and y each.
        is_cut: whether its end is missing.
        is_animated: whether it is an animation.
        frame: the first frame as a PNG, where the picture is one for those who cannot show any.
        corner: where that frame is, its left and its top.
    """

    data: bytes
    bits: int
    kind: int
    key: tuple[int, ...] = ()
    profile: bytes | None = None
    coded: tuple[int, int] | None = None
    is_srgb: bool = False
    gamma: float | None = None
    chromaticity: tuple[float, ...] | None = None
    is_cut: bool = False
    is_animated: bool = False
    frame: bytes | None = None
    corner: tuple[int, int] = (0, 0)


def _header(data: bytes) -> Header:
    """Read the chunks; damaged ones that are not needed are passed over.

    Raises:
        ImageError: if there are far too many.
        Exception: struct.error and others, where it is no PNG.
    """
    found: dict[bytes, bytes] = {}
    kept, profiles = [START], 0
    before: list[bytes] = []  # parts before the picture, but for those of its animation
    frames: list[list[bytes]] = []  # after the picture: the first, and that there is another
    at, ended = len(START), False
    for _ in range(MAX_CHUNKS):
        if at + 8 > len(data):
            break
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        is_whole = at + 12 + length <= len(data)
        if name == b"IEND":
            ended = True
            break
        if name == b"fcTL" and b"IDAT" in found and len(frames) < 2:
            frames.append([body])
        elif name == b"fdAT" and len(frames) == 1:
            frames[0].append(body[4:])
        if name == b"IDAT" and body and not is_whole:
            kept.append(struct.pack(">I4s", len(body), name) + body + bytes(4))
        elif name in _USED and is_whole and not (name == b"tRNS" and _is_keyed(kept)):
            kept.append(data[at : at + 12 + length])
        if is_whole and b"IDAT" not in found:
            profiles += name == b"iCCP"
            found.setdefault(name, body)
            if name not in (b"IHDR", b"IDAT", b"acTL", b"fcTL"):
                before.append(data[at : at + 12 + length])
        at += 12 + length
    else:
        raise ImageError("The picture is made of too many parts.")
    if profiles > MAX_PROFILES:
        raise ImageError("The picture is made of too many parts.")
    if not any(part[4:8] == b"IDAT" for part in kept):
        raise ImageError(NONE_LEFT if not ended else "There is no picture in the file.")
    bits, kind = found[b"IHDR"][8:10]
    kept.append(_chunk(b"IEND", b""))
    frame = None
    if b"acTL" in found and b"fcTL" not in found and (ended or len(frames) == 2):
        frame = _frame(found[b"IHDR"], before, frames[0]) if frames else None
    gamma, white_and_primaries = found.get(b"gAMA", b""), found.get(b"cHRM", b"")
    code = found.get(b"cICP", b"")
    return Header(
        b"".join(kept),
        bits,
        kind,
        _key(found.get(b"tRNS", b""), kind),
        _unpacked(found[b"iCCP"]) if b"iCCP" in found else None,
        (code[0], code[1]) if len(code) == 4 else None,
        len(found.get(b"sRGB", b"")) == 1,
        struct.unpack(">I", gamma)[0] / 1e5 if len(gamma) == 4 else None,
        tuple(value / 1e5 for value in struct.unpack(">8I", white_and_primaries))
        if len(white_and_primaries) == 32
        else None,
        not ended,
        found.get(b"acTL", b"\0\0\0\1")[:4] > b"\0\0\0\1",
        frame,
        struct.unpack(">II", frames[0][0][12:20]) if frame else (0, 0),
    )


def _frame(header: bytes, before: list[bytes], parts: list[bytes]) -> bytes:
    """A frame of an animation as a PNG.

    Args:
        header: of the animation.
        parts: the frame's own header (fcTL), and its data.
    """
    return b"".join(
        (
            START,
            _chunk(b"IHDR", parts[0][4:12] + header[8:]),
            *before,
            _chunk(b"IDAT", b"".join(parts[1:])),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def _is_keyed(kept: list[bytes]) -> bool:
    """Whether transparency is a colour, which is looked for here, and not a part of a palette."""
    return len(kept) > 1 and kept[1][17] in (GREY, COLOUR)


def _key(body: bytes, kind: int) -> tuple[int, ...]:
    count = {GREY: 1, COLOUR: 3}.get(kind, 0)
    return struct.unpack(f">{count}H", body) if count and len(body) == 2 * count else ()


def _unpacked(body: bytes) -> bytes:
    name, _, rest = body.partition(b"\0")
    if not 1 <= len(name) <= 79 or rest[:1] != b"\0":
        return b""
    packed = zlib.decompressobj()
    try:
        profile = packed.decompress(rest[1:], MAX_PROFILE)
    except zlib.error:
        return b""
    return profile if packed.eof else b""


def _load(head: Header, fresh: Callable[[], ImageFile.ImageFile]) -> Loaded:
    """Decode it.

    Args:
        fresh: opens `head.data` with Pillow, not yet loaded.
    """
    image = fresh()
    notes = [FIRST_FRAME] if head.is_animated else []
    there = None
    if head.is_cut:
        image, there = load_what_is_there(fresh)
    else:
        image.load()
    if head.bits == 16:
        notes.append(BITS.format(16))
    samples, key = _samples(image), np.array(head.key)
    if head.bits == 16 and head.kind in _BYTES and not head.is_cut:
        samples = _deep_samples(head, image, fresh)
    elif head.bits == 16 and head.kind == COLOUR:
        key = key >> 8  # as Pillow has cut the samples
    elif head.kind == GREY:
        key = key * {1: 255, 2: 85, 4: 17}.get(head.bits, 1)  # as Pillow has spread them
    is_plain = not key.size and head.bits < 16
    part = parts_of(image) if is_plain else _parts(samples, key)
    if there is not None:
        part = only(part, there)
    made = Loaded(
        image.size, part, head.kind in (GREY, GREY_ALPHA), orientation_of(image), notes=notes
    )
    made.cut = words_of(there)
    made.profile, made.profile_name = _colours(head, notes)
    return made


def _colours(head: Header, notes: list[str]) -> Named:
    """The profile that counts, of all that a file may say of its colours, and its name."""
    if head.coded is not None:
        return coded(*head.coded, notes)
    if head.profile:
        return head.profile, None
    if head.profile is not None:
        notes.append(NO_PROFILE)
    return (None, None) if head.is_srgb else of_png(head.gamma, head.chromaticity, notes)


def _samples(image: Image.Image) -> Samples:
    """As Pillow decodes them."""

    def samples(area: Area) -> np.ndarray:
        piece = image.crop(area)
        return np.asarray(piece.convert("L") if piece.mode == "1" else piece)

    return samples


def _deep_samples(
    head: Header, image: Image.Image, fresh: Callable[[], ImageFile.ImageFile]
) -> Samples:
    """All 16 bits of samples that Pillow cuts: the bytes one by one, as if they were samples."""
    other = fresh()
    other.tile = [tile._replace(args=_BYTES[head.kind]) for tile in other.tile]
    other.load()

    def samples(area: Area) -> np.ndarray:
        low = np.asarray(other.crop(area)).astype(np.uint16)
        if head.kind == GREY_ALPHA:
            return low[..., 0::2] << 8 | low[..., 1::2]
        return np.asarray(image.crop(area)).astype(np.uint16) << 8 | low

    return samples


def _parts(samples: Samples, key: np.ndarray) -> Callable[[Area], Image.Image]:
    """Areas in 8 bits; transparent where the samples are the key."""

    def part(area: Area) -> Image.Image:
        values = samples(area)
        piece = Image.fromarray(eight_bits(values) if values.dtype.itemsize > 1 else values)
        if key.size:
            hidden = values == key if values.ndim == 3 else values == key[0]
            hidden = hidden.all(axis=2) if hidden.ndim == 3 else hidden
            piece.putalpha(Image.fromarray(np.where(hidden, 0, 255).astype(np.uint8)))
        return piece

    return part
