"""A file that lacks its end shows what it has, as browsers do."""

import numpy as np
import pytest
from PIL import Image
from sent_files import file_of

from realnvp.images import ImageError, open_image

CLOUD = np.random.default_rng(0).integers(-20, 20, (96, 96, 3))
PHOTO = (np.add.outer(np.arange(96), np.arange(96))[..., None] + 20 + CLOUD).clip(0, 255)
IMAGE = Image.fromarray(PHOTO.astype(np.uint8))

FILES = {
    "JPEG": file_of(IMAGE, "JPEG"),
    "grey JPEG": file_of(IMAGE.convert("L"), "JPEG"),
    "CMYK JPEG": file_of(IMAGE.convert("CMYK"), "JPEG"),
    "PNG": file_of(IMAGE, "PNG"),
    "palette PNG": file_of(IMAGE.convert("P"), "PNG"),
    "transparent PNG": file_of(IMAGE.convert("RGBA"), "PNG"),
    "deep PNG": file_of(Image.fromarray(PHOTO[..., 0].astype(np.uint16) * 257), "PNG"),
    "animated PNG": file_of(IMAGE, "PNG", save_all=True, append_images=[IMAGE.rotate(180)]),
    "GIF": file_of(IMAGE, "GIF", interlace=0),
    "BMP": file_of(IMAGE, "BMP"),
    "WebP": file_of(IMAGE, "WEBP", quality=90),
    "lossless WebP": file_of(IMAGE, "WEBP", lossless=True),
}
# The frames of the animation are two; of what is cut at half, hardly the first is left.
SHARES = {"animated PNG": 0.3}


def rows_that_are_right(pixels: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return (np.abs(pixels.astype(int) - whole) <= 4).all(axis=(1, 2))


@pytest.mark.parametrize("name", FILES)
def test_the_rows_that_are_there_are_shown_over_white(name: str) -> None:
    data = FILES[name]
    whole = open_image(data).pixels.astype(int)
    picture = open_image(data[: int(SHARES.get(name, 0.6) * len(data))])
    right = rows_that_are_right(picture.pixels, whole)
    if name == "BMP":  # from the bottom up
        right, picture.pixels[:] = right[::-1], picture.pixels[::-1].copy()
    count = int(np.argmin(right))
    assert count > 20
    assert not right[-20:].any()
    assert (picture.pixels[-16:] == 255).all()
    assert any("is cut off" in note and "%" in note for note in picture.notes)


def test_a_progressive_jpeg_is_shown_as_far_as_it_goes() -> None:
    data = file_of(IMAGE, "JPEG", progressive=True)
    whole = open_image(data).pixels.astype(int)
    for share in (0.4, 0.6, 0.8):
        picture = open_image(data[: int(share * len(data))])
        assert np.abs(picture.pixels - whole).mean() < 15
        assert "is cut off" in picture.notes[0]


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("missing", [1, 2])
def test_a_jpeg_without_its_last_bytes_lacks_nothing(progressive: bool, missing: int) -> None:
    data = file_of(IMAGE, "JPEG", progressive=progressive)
    picture = open_image(data[:-missing])
    assert np.array_equal(picture.pixels, open_image(data).pixels)
    assert picture.notes == ("the end of the file is missing",)


@pytest.mark.parametrize("name", FILES)
def test_what_is_cut_before_the_first_row_is_one_line(name: str) -> None:
    data = FILES[name]
    marks = {"JPEG": b"\xff\xda", "PNG": b"IDAT", "GIF": b"\x2c\0\0\0\0", "WebP": b"VP8"}
    start = next((data.index(m) for kind, m in marks.items() if name.endswith(kind)), 54)
    for length in (12, start // 2, start, start + 12):
        with pytest.raises(ImageError) as caught:
            open_image(data[:length])
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_set_can_refuse_it(name: str) -> None:
    data = FILES[name]
    open_image(data, may_be_cut=False)
    with pytest.raises(ImageError, match="cut off"):
        open_image(data[: int(SHARES.get(name, 0.6) * len(data))], may_be_cut=False)


def test_a_cut_photo_is_turned_and_made_small_as_a_whole_one() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    large = IMAGE.resize((2400, 1600))
    data = file_of(large, "JPEG", exif=exif)
    picture = open_image(data[: len(data) // 2])
    assert picture.pixels.shape[0] > picture.pixels.shape[1]
    assert (picture.pixels[:, :20] == 255).all()  # its last rows, turned
    assert (picture.pixels[:, -20:] != 255).any()


def test_nothing_is_switched_for_other_threads() -> None:
    from PIL import ImageFile

    open_image(FILES["JPEG"][:-900])
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
