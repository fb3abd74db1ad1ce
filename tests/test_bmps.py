"""BMPs of every kind that programs write become the right pixels, or one kind line."""

import struct

import numpy as np
import pytest
from sent_files import pattern

from realnvp.images import ImageError, open_image

SCENE = pattern(13, 20)  # 13 rows of 20
PALETTE = np.random.default_rng(0).integers(0, 256, (16, 3), np.uint8)
INDICES = np.random.default_rng(1).integers(0, 16, (13, 20), np.uint8)


def bmp(
    pixels: bytes,
    bits: int,
    packing: int,
    *,
    masks: tuple[int, ...] = (),
    palette: np.ndarray = PALETTE[:0],
    length: int = 40,
    top_down: bool = False,
) -> bytes:
    """A BMP of 20 × 13 pixels; a header of 40 bytes has its masks behind it."""
    height = -13 if top_down else 13
    head = struct.pack("<IiiHHIIiiII", length, 20, height, 1, bits, packing, 0, 0, 0, 0, 0)
    head += struct.pack(f"<{len(masks)}I", *masks)
    head = head.ljust(length, b"\0")
    head += np.pad(palette[:, ::-1], ((0, 0), (0, 1))).tobytes()
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + len(head)) + head + pixels


def lines(rows: np.ndarray, top_down: bool = False) -> bytes:
    """Rows of numbers as their bytes, the lowest first, each filled up to 4 bytes."""
    kept = rows if top_down else rows[::-1]
    return b"".join(row.tobytes().ljust(-(-row.nbytes // 4) * 4, b"\0") for row in kept)


def fields(masks: tuple[int, ...], kind: str, alpha: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The scene as numbers with these masks, and what is left of it."""
    numbers, seen = np.zeros(SCENE.shape[:2], np.uint64), np.zeros(SCENE.shape)
    for channel, mask in enumerate(masks[:3]):
        lowest = mask & -mask
        most = mask // lowest
        values = np.round(SCENE[..., channel] / 255 * most).astype(np.uint64)
        numbers |= values * np.uint64(lowest)
        seen[..., channel] = values / most * 255
    return (numbers | np.uint64(alpha)).astype(kind), seen


@pytest.mark.parametrize("top_down", [False, True])
@pytest.mark.parametrize(
    ("masks", "kind"),
    [
        ((0xFF0000, 0xFF00, 0xFF), "<u4"),
        ((0xFF, 0xFF00, 0xFF0000), "<u4"),
        ((0x3FF00000, 0xFFC00, 0x3FF), "<u4"),  # 10 bits of each
        ((0xF800, 0x7E0, 0x1F), "<u2"),
        ((0xF00, 0xF0, 0xF), "<u2"),
    ],
)
def test_masks_tell_the_colours(masks: tuple[int, ...], kind: str, top_down: bool) -> None:
    numbers, seen = fields(masks, kind)
    bits = 8 * numbers.itemsize
    data = bmp(lines(numbers, top_down), bits, 3, masks=masks, top_down=top_down)
    picture = open_image(data)
    assert np.abs(picture.pixels - seen).max() <= 1
    assert picture.notes == ()


@pytest.mark.parametrize(
    ("masks", "kind", "length", "packing"),
    [
        ((0xFF0000, 0xFF00, 0xFF, 0xFF000000), "<u4", 124, 3),
        ((0xFF0000, 0xFF00, 0xFF, 0xFF000000), "<u4", 40, 6),
        ((0x7C00, 0x3E0, 0x1F, 0x8000), "<u2", 108, 3),
        ((0xF00, 0xF0, 0xF, 0xF000), "<u2", 56, 3),
    ],
)
def test_alpha_is_laid_over_white(
    masks: tuple[int, ...], kind: str, length: int, packing: int
) -> None:
    numbers, seen = fields(masks, kind, masks[3])
    numbers[4:] &= ~np.array(masks[3], numbers.dtype)
    data = bmp(lines(numbers), 8 * numbers.itemsize, packing, masks=masks, length=length)
    picture = open_image(data)
    assert np.abs(picture.pixels[:4] - seen[:4]).max() <= 1
    assert (picture.pixels[4:] == 255).all()
    assert "white" in picture.notes[0]


def test_alpha_that_is_0_everywhere_means_that_there_is_none() -> None:
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    picture = open_image(bmp(lines(fields(masks, "<u4")[0]), 32, 3, masks=masks, length=124))
    assert np.array_equal(picture.pixels, SCENE)
    assert picture.notes == ()


def test_two_bits_are_read() -> None:
    packed = (INDICES & 3).reshape(13, 5, 4) << np.array([6, 4, 2, 0], np.uint8)
    data = bmp(lines(packed.sum(axis=2).astype(np.uint8)), 2, 0, palette=PALETTE[:4])
    assert np.array_equal(open_image(data).pixels, PALETTE[INDICES & 3])


def runs(indices: np.ndarray, bits: int) -> bytes:
    """Rows, the lowest first: some as runs of one colour, some pixel by pixel."""
    found = b""
    for number, row in enumerate(indices[::-1]):
        if number % 2:
            found += b"".join(bytes((1, int(v) << (8 - bits))) for v in row)
        elif bits == 8:
            found += bytes((0, 15)) + row[:15].tobytes() + bytes((0, 0, 5)) + row[15:].tobytes()
            found += b"\0"
        else:
            found += bytes((0, 20)) + (row[::2] << 4 | row[1::2]).tobytes()
        found += b"\0\0"
    return found


@pytest.mark.parametrize(("bits", "packing"), [(8, 1), (4, 2)])
def test_runs_may_end_early_and_pass_pixels_over(bits: int, packing: int) -> None:
    seen = PALETTE[INDICES]
    whole = open_image(bmp(runs(INDICES, bits) + b"\0\1", bits, packing, palette=PALETTE))
    assert np.array_equal(whole.pixels, seen)
    early = open_image(bmp(runs(INDICES[9:], bits) + b"\0\1", bits, packing, palette=PALETTE))
    assert np.array_equal(early.pixels[9:], seen[9:])
    assert (early.pixels[:9] == 255).all()
    over = b"\0\2\5\2" + bytes((2, 0x33)) + b"\0\1"  # 5 to the right, 2 up; two pixels
    few = open_image(bmp(over, bits, packing, palette=PALETTE)).pixels
    drawn = np.zeros((13, 20), bool)
    drawn[10, 5:7] = True
    assert (few[~drawn] == 255).all()
    assert (few[drawn] == (PALETTE[3] if bits == 4 else 0)).all()  # 0x33 is beyond the palette


@pytest.mark.parametrize("bits", [2, 4, 8, 16, 32])
def test_the_rows_that_are_there_are_shown(bits: int) -> None:
    if bits in (4, 8):
        data = bmp(runs(INDICES[9:], bits), bits, 8 // bits, palette=PALETTE)
    elif bits == 2:
        data = bmp(bytes(8) * 4, 2, 0, palette=PALETTE)
    else:
        masks = (0xF00, 0xF0, 0xF)
        data = bmp(lines(fields(masks, f"<u{bits // 8}")[0][9:]), bits, 3, masks=masks)
    picture = open_image(data)
    assert (picture.pixels[:9] == 255).all()
    assert (picture.pixels[9:] != 255).any()
    assert "cut off: 31 %" in picture.notes[0]
    with pytest.raises(ImageError, match="cut off"):
        open_image(data, may_be_cut=False)


@pytest.mark.parametrize("packing", [4, 5, 11, 99])
def test_a_kind_that_is_not_read_is_not_called_damaged(packing: int) -> None:
    with pytest.raises(ImageError, match="of this kind cannot be opened"):
        open_image(bmp(bytes(2000), 24, packing))
