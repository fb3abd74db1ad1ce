"""TIFFs, first page, of all kinds of samples, become the same pixels."""

import itertools

import numpy as np
import pytest
from PIL import Image
from sent_files import file_of, pattern
from tiffs import MIN_IS_WHITE, tiff

from realnvp.images import ImageError, open_image

TYPES = ("u1", "u2", "u4", "i2", "i4", "f2", "f4", "f8")
ARRANGED = [dict(tile=16), dict(planes=True), dict(packed=False), dict(tile=16, planes=True)]


def samples(kind: str, image: np.ndarray) -> np.ndarray:
    """uint8 pixels as samples of a type, over the whole range from 0 up."""
    kind = np.dtype(kind)
    white = 1.0 if kind.kind == "f" else float(np.iinfo(kind).max)
    return (image / 255 * white).round(9 if kind.kind == "f" else 0).astype(kind)


def off(data: bytes, wanted: np.ndarray) -> int:
    return int(np.abs(open_image(data).pixels.astype(int) - wanted).max())


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("order", ["<", ">"])
def test_samples_of_any_type_are_the_same_pixels(kind: str, order: str) -> None:
    image, grey = pattern(), pattern()[..., 1:2]
    for arranged in [{}, *ARRANGED]:
        assert off(tiff(samples(kind, image), order=order, **arranged), image) <= 1
        assert off(tiff(samples(kind, grey), order=order, **arranged), grey) <= 1


@pytest.mark.parametrize(
    ("kind", "predictor"),
    [
        *(("u1", 2), ("u2", 2), ("u4", 2), ("f4", 2), ("f8", 2)),
        *(("f4", 3), ("f8", 3), ("f2", 3)),
    ],
)
def test_a_predictor_is_undone(kind: str, predictor: int) -> None:
    for order, tile in itertools.product("<>", (None, 16)):
        data = tiff(samples(kind, pattern()), order=order, tile=tile, predictor=predictor)
        assert off(data, pattern()) <= 1


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("order", ["<", ">"])
def test_samples_that_are_no_whole_bytes_are_read(bits: int, order: str) -> None:
    for image in (pattern(), pattern()[..., 1:2]):
        channels = image.shape[2]
        most = 2**bits - 1
        numbers = (image / 255 * most).round().astype(np.uint16).reshape(24, -1)
        single = numbers[..., None] >> np.arange(bits)[::-1] & 1
        rows = np.packbits(single.reshape(24, -1).astype(np.uint8), axis=1)[..., None]
        tags: dict[int, tuple[int, ...]] = {256: (32,), 258: (bits,) * channels}
        tags |= {262: (2 if channels == 3 else 1,), 277: (channels,), 339: (1,) * channels}
        data = tiff(rows, order=order, more=tags)
        assert off(data, image) <= 1
        assert open_image(data).notes == (f"{bits} bits rounded to 8",)
        if (bits, channels) == (12, 1):  # two tiles of 16 columns, which are 24 bytes
            assert off(tiff(rows, order=order, tile=24, more=tags | {322: (16,)}), image) <= 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_preview_of_a_raw_file_is_not_taken_for_the_picture(order: str) -> None:
    tags: list[dict[int, tuple[int, ...]]] = [{254: (1,), 330: (8,)}, {254: (1,), 50706: (1,)}]
    for more in tags:
        with pytest.raises(ImageError, match="small preview"):
            open_image(tiff(pattern(), order=order, more=more))
    assert off(tiff(pattern(), order=order, more={254: (0,), 330: (8,)}), pattern()) == 0
    canon = tiff(pattern())
    with pytest.raises(ImageError, match="small preview"):
        open_image(canon[:8] + b"CR" + canon[10:])


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "f4"])
def test_where_the_least_is_white_all_is_turned_round(kind: str) -> None:
    grey = pattern()[..., :1]
    assert off(tiff(samples(kind, 255 - grey), photometric=MIN_IS_WHITE), grey) <= 1


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
@pytest.mark.parametrize("extra", [1, 2])
def test_alpha_is_laid_over_white(kind: str, extra: int) -> None:
    image = np.concatenate([pattern(), np.full((24, 32, 1), 51, np.uint8)], axis=2)
    over = pattern() * 0.2 + 255 * 0.8
    if extra == 1:
        image[..., :3] = (pattern() * 0.2).round()
    data = tiff(samples(kind, image), extra=extra)
    assert np.abs(open_image(data).pixels - over).max() <= 4  # a fifth has few bits
    assert "transparent parts laid over white" in open_image(data).notes


@pytest.mark.parametrize("white", [1, 255, 65_535])
def test_floats_have_white_where_it_usually_is(white: int) -> None:
    dark = pattern() * 0.6
    picture = open_image(tiff((dark / 255 * white).astype("f4")))
    assert np.abs(picture.pixels - dark).max() <= 1
    assert picture.notes == ("32 bits rounded to 8",)


@pytest.mark.parametrize(("low", "high"), [(-3.0, 2.0), (0.0, 20.0), (5.0, 7.5), (1e20, 3e20)])
def test_other_floats_are_stretched_over_their_range_with_a_note(low: float, high: float) -> None:
    grey = pattern()[..., :1].astype(float)
    grey = (grey - grey.min()) / np.ptp(grey)
    picture = open_image(tiff((low + (high - low) * grey).astype("f4")))
    assert np.abs(picture.pixels - 255 * grey).max() <= 1
    assert "its range" in picture.notes[0]


def test_what_is_no_number_is_black() -> None:
    values = np.full((4, 6, 1), 0.5, np.float32)
    values[0, :3, 0] = np.nan, np.inf, -np.inf
    pixels = open_image(tiff(values)).pixels[..., 0]
    assert pixels[0, :3].tolist() == [0, 255, 0]
    assert pixels[1, 1] == 128


def test_whole_numbers_that_mean_bytes_are_left_as_they_are() -> None:
    image = Image.fromarray(pattern()[..., 0])
    data = file_of(image.convert("I"), "TIFF")
    assert np.array_equal(open_image(data).pixels[..., 0], pattern()[..., 0])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "packbits"])
def test_what_pillow_writes_is_read(mode: str, compression: str | None) -> None:
    grey = Image.fromarray(pattern()).convert("L")
    image = (grey if mode in "IF" else Image.fromarray(pattern())).convert(mode)
    wanted = np.asarray((grey if mode in "IF" else image).convert("RGB"))
    assert off(file_of(image, "TIFF", compression=compression), wanted) == 0


def test_the_first_page_counts() -> None:
    first, second = Image.fromarray(pattern()), Image.new("RGB", (9, 9))
    picture = open_image(file_of(first, "TIFF", save_all=True, append_images=[second]))
    assert np.array_equal(picture.pixels, pattern())
    assert picture.notes == ("first page of several",)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_it_stands_upright_whatever_its_samples(orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = np.asarray(Image.fromarray(pattern()).transpose(Image.Transpose(undo[orientation])))
    for kind in ("u1", "u2"):
        assert off(tiff(samples(kind, stored), more={274: (orientation,)}), pattern()) <= 1


@pytest.mark.parametrize(
    "more",
    [
        {322: (30_000,), 323: (30_000,)},  # a tile of a gigabyte
        {256: (100_000,), 257: (100_000,)},
        {277: (60_000,)},
        {258: (0, 0, 0)},
        {273: (0,) * 300_000},
        {273: (), 279: ()},
        {278: (2**32 - 1,)},
        {257: (0,)},
    ],
)
def test_absurd_tags_are_one_line(more: dict[int, tuple[int, ...]]) -> None:
    for kind in ("u1", "u2"):
        try:
            open_image(tiff(samples(kind, pattern()), more=more))
        except ImageError as error:
            assert "\n" not in str(error)  # noqa: PT017
