"""Of an animation the first frame is shown, as browsers do: white where it leaves the canvas."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from sent_files import file_of, pattern, png_chunk

from realnvp.images import ImageError, open_image

SCENE = pattern(10, 12)
WIDTH, HEIGHT = 30, 20  # of the canvas
PLACES = [(4, 6), (0, 0), (18, 10)]  # left and top of the frame; even, as WebP has it


def on_canvas(left: int, top: int, frame: np.ndarray = SCENE) -> np.ndarray:
    seen = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    seen[top : top + len(frame), left : left + frame.shape[1]] = frame
    return seen


def gif(left: int, top: int, *, grey: bool, hidden: int | None = None) -> tuple[bytes, np.ndarray]:
    """One frame of 12 × 10 on a canvas of 30 × 20, and its pixels."""
    indices = np.random.default_rng(0).integers(0, 256, (10, 12), np.uint8)
    palette = np.random.default_rng(1).integers(0, 256, (256, 3), np.uint8)
    if grey:
        palette = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1)
    codes = [256, *indices.flatten().tolist(), 257]  # of 9 bits, as long as there are few
    packed = sum(code << 9 * place for place, code in enumerate(codes))
    lzw = packed.to_bytes(-(-9 * len(codes) // 8), "little")
    seen = palette[indices]
    data = b"GIF89a" + struct.pack("<HHBBB", WIDTH, HEIGHT, 0xF7, 3, 0) + palette.tobytes()
    if hidden is not None:
        data += b"\x21\xf9\x04\x01\0\0" + bytes((hidden, 0))
        seen = np.where((indices == hidden)[..., None], 255, seen)
    data += b"," + struct.pack("<4HB", left, top, 12, 10, 0) + b"\x08"
    return data + bytes((len(lzw),)) + lzw + b"\0;", seen


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("grey", [True, False])
@pytest.mark.parametrize("hidden", [None, 7])
def test_around_the_frame_of_a_gif_is_nothing(
    place: tuple[int, int], grey: bool, hidden: int | None
) -> None:
    data, seen = gif(*place, grey=grey, hidden=hidden)
    picture = open_image(data)
    assert np.array_equal(picture.pixels, on_canvas(*place, seen))
    assert picture.grey == grey


def apng(left: int, top: int, kind: int, values: np.ndarray, bits: int = 8) -> bytes:
    """An animation with a picture beside it for those who cannot show any, all 77."""
    rows = values.astype(">u2" if bits == 16 else np.uint8).reshape(len(values), -1)
    frame = b"".join(b"\0" + row.tobytes() for row in rows)
    step = len(frame) // len(values) // values.shape[1]
    other = (b"\0" + b"\x4d" * step * WIDTH) * HEIGHT
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, kind, 0, 0, 0)),
        (b"acTL", struct.pack(">II", 2, 0)),
        (b"IDAT", zlib.compress(other)),
    ]
    for number in (0, 2):
        box = (values.shape[1], len(values), left, top)
        parts += [
            (b"fcTL", struct.pack(">5IHHBB", number, *box, 1, 10, 0, 0)),
            (b"fdAT", struct.pack(">I", number + 1) + zlib.compress(frame)),
        ]
        frame = frame[: len(frame) // 2] + bytes(len(frame) - len(frame) // 2)
    body = b"".join(png_chunk(*part) for part in [*parts, (b"IEND", b"")])
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", [8, 16])
def test_around_the_frame_of_a_png_is_nothing(place: tuple[int, int], bits: int) -> None:
    deep = SCENE.astype(np.uint16) * (257 if bits == 16 else 1)
    picture = open_image(apng(*place, 2, deep, bits))
    assert np.array_equal(picture.pixels, on_canvas(*place))
    assert picture.notes[0] == "first frame of an animation"
    grey = open_image(apng(*place, 0, deep[..., :1], bits))
    assert np.array_equal(grey.pixels, on_canvas(*place, SCENE[..., :1].repeat(3, axis=2)))
    assert grey.grey


def test_a_frame_beyond_its_canvas_is_one_line() -> None:
    with pytest.raises(ImageError, match="damaged"):
        open_image(apng(19, 10, 2, SCENE))
    claims = apng(0, 0, 2, SCENE).replace(
        struct.pack(">5I", 0, 12, 10, 0, 0), b"\0\0\0\0" + b"\0\0\xff\xff" * 4
    )
    with pytest.raises(ImageError, match=r"damaged|too many"):
        open_image(claims)


def test_a_frame_of_the_whole_canvas_is_whole() -> None:
    whole = pattern(HEIGHT, WIDTH)
    picture = open_image(apng(0, 0, 2, whole))
    assert np.array_equal(picture.pixels, whole)
    assert picture.notes == ("first frame of an animation",)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("flags", [2, 18])  # an animation without and with transparency
def test_around_the_frame_of_a_webp_is_nothing(place: tuple[int, int], flags: int) -> None:
    still = file_of(Image.fromarray(SCENE), "WEBP", lossless=True)[12:]

    def part(name: bytes, body: bytes) -> bytes:
        return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)

    def three(*numbers: int) -> bytes:
        return b"".join(number.to_bytes(3, "little") for number in numbers)

    left, top = place
    frame = three(left // 2, top // 2, 11, 9, 100) + b"\0" + still
    body = part(b"VP8X", bytes((flags, 0, 0, 0)) + three(WIDTH - 1, HEIGHT - 1))
    body += part(b"ANIM", bytes((0, 0, 255, 255, 0, 0))) + 2 * part(b"ANMF", frame)
    picture = open_image(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)
    assert np.array_equal(picture.pixels, on_canvas(*place))
