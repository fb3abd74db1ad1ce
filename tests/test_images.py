"""Whatever a visitor sends becomes the right pixels or one kind line."""

import io
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from sent_files import file_of, pattern

from realnvp import images
from realnvp.fitting import centre_box, fit, zoomed_box
from realnvp.image_encoding import data_url, to_png, to_webp
from realnvp.images import ImageError, Picture, open_image

PICTURES = Path(__file__).parent / "pictures"


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP", "GIF", "JPEG", "TIFF", "AVIF", "MPO"])
def test_every_allowed_kind_gives_its_pixels(kind: str) -> None:
    settings = {"lossless": True} if kind == "WEBP" else {}
    picture = open_image(file_of(Image.fromarray(pattern()), kind, **settings))
    tolerance = {"JPEG": 40, "MPO": 40, "GIF": 60, "AVIF": 40}.get(kind, 0)
    assert picture.pixels.dtype == np.uint8
    assert np.abs(picture.pixels.astype(int) - pattern()).max() <= tolerance


def test_a_palette_keeps_its_colours() -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    assert (open_image(file_of(image, "PNG")).pixels == [200, 100, 50]).all()


def test_a_transparent_palette_colour_becomes_white() -> None:
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 200, 100, 50])
    picture = open_image(file_of(image, "GIF", transparency=1))
    assert (picture.pixels == 255).all()
    assert "white" in picture.notes[0]


def test_alpha_is_laid_over_white() -> None:
    picture = open_image(file_of(Image.new("RGBA", (4, 4), (0, 100, 200, 51)), "PNG"))
    assert np.abs(picture.pixels.astype(int) - [204, 224, 244]).max() <= 1


def test_opaque_alpha_is_not_worth_a_note() -> None:
    picture = open_image(file_of(Image.fromarray(pattern()).convert("RGBA"), "PNG"))
    assert picture.notes == ()
    assert np.array_equal(picture.pixels, pattern())


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    deep = (np.arange(256, dtype=np.uint16) * 257).reshape(16, 16)
    picture = open_image(file_of(Image.fromarray(deep), "PNG"))
    assert np.array_equal(picture.pixels[..., 0].ravel(), np.arange(256))
    assert picture.notes == ("16 bits rounded to 8",)


def test_cmyk_becomes_colour() -> None:
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    assert np.abs(open_image(file_of(image, "JPEG")).pixels.astype(int) - [255, 0, 0]).max() < 6


def test_black_and_white_becomes_grey() -> None:
    assert (open_image(file_of(Image.new("1", (4, 4), 1), "PNG")).pixels == 255).all()


def heic(name: str) -> Picture:
    """One of 48 × 32 pixels: red at the left, blue at the right, white in the upper left corner."""
    return open_image((PICTURES / f"{name}.heic").read_bytes())


def test_a_heic_is_opened_with_its_depth_alpha_and_main_picture() -> None:
    for name, notes in [
        ("plain", ()),
        ("deep", ("10 bits rounded to 8",)),
        ("alpha", ("transparent parts laid over white",)),
    ]:
        picture = heic(name)
        assert picture.pixels.shape == (32, 48, 3)
        assert picture.notes == notes
        assert np.abs(picture.pixels[20, 8].astype(int) - [200, 60, 40]).max() < 8
        right = [255] * 3 if name == "alpha" else [40, 60, 200]
        assert np.abs(picture.pixels[20, 40].astype(int) - right).max() < 8
        assert picture.pixels[2, 2].min() > 240
    assert heic("two").pixels[30, 46].min() > 240  # the second is the main one, turned by half


def test_a_heic_stands_upright_once() -> None:
    picture = heic("turned")
    assert picture.pixels.shape == (48, 32, 3)
    assert picture.pixels[2, 30].min() > 240


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Pillow's transpositions, as stored
    stored = Image.fromarray(pattern())
    if orientation > 1:
        stored = stored.transpose(Image.Transpose(undo[orientation]))
    assert np.array_equal(open_image(file_of(stored, "PNG", exif=exif)).pixels, pattern())


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    settings = {"lossless": True} if kind == "WEBP" else {}
    data = file_of(frames[0], kind, save_all=True, append_images=frames[1:], **settings)
    picture = open_image(data)
    assert (picture.pixels == [255, 0, 0]).all()
    assert picture.notes == ("first frame of an animation",)


@pytest.mark.parametrize("count", [1, 2])
def test_an_animation_gives_its_first_frame_not_the_picture_for_others(count: int) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    data = file_of(
        frames[0], "PNG", save_all=True, append_images=frames[1 : count + 1], default_image=True
    )
    picture = open_image(data)
    assert (picture.pixels == [0, 255, 0]).all()
    assert picture.notes == ("first frame of an animation",)


def png_of(values: np.ndarray, bits: int, colour: int, key: bytes = b"") -> bytes:
    """A PNG of samples, (H, W, C), packed into so many bits, with a transparent colour or none."""
    height, width = values.shape[:2]
    if bits == 16:
        rows = values.astype(">u2").reshape(height, -1).view(np.uint8)
    elif bits == 8:
        rows = values.astype(np.uint8).reshape(height, -1)
    else:
        spread = values.reshape(height, -1)[..., None] >> np.arange(bits)[::-1] & 1
        rows = np.packbits(spread.reshape(height, -1).astype(np.uint8), axis=1)
    lines = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1).tobytes()
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))]
    parts += [(b"tRNS", key)] if key else []
    parts += [(b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_the_transparent_grey_is_the_one_that_the_file_means(bits: int) -> None:
    top = 2**bits - 1
    values = np.linspace(0, top, 2 if bits == 1 else 4).round().astype(int)
    for hidden in values:
        data = png_of(values[None, :, None], bits, 0, struct.pack(">H", hidden))
        wanted = np.where(values == hidden, 255, (values * 255 / top).round())
        picture = open_image(data)
        assert picture.pixels[0, :, 0].tolist() == wanted.tolist()
        assert picture.grey


@pytest.mark.parametrize("bits", [8, 16])
def test_the_transparent_colour_is_the_one_that_the_file_means(bits: int) -> None:
    step = 2**bits // 256
    near = 1 if bits == 16 else 0  # differs in the low byte alone
    values = np.array([[[9, 8, 7], [9, 8, 7 + near], [1, 2, 3]]]) * [step, step, 1]
    data = png_of(values, bits, 2, struct.pack(">3H", *values[0, 0]))
    seen = open_image(data).pixels[0]
    assert seen[0].tolist() == [255, 255, 255]
    assert seen[2].tolist() == [1, 2, 3 // step]
    assert (seen[1].tolist() == [255, 255, 255]) == (bits == 8)


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_are_rounded_not_cut(colour: int, channels: int) -> None:
    values = np.random.default_rng(0).integers(0, 65_536, (9, 7, channels))
    if channels in (2, 4):
        values[..., -1] = 65_535
    colours = values[..., : 1 if channels < 3 else 3]
    picture = open_image(png_of(values, 16, colour))
    assert np.array_equal(picture.pixels, np.broadcast_to((colours + 128) // 257, (9, 7, 3)))
    assert picture.notes == ("16 bits rounded to 8",)


def test_a_key_of_another_length_than_the_colours_need_hides_nothing() -> None:
    data = png_of(np.zeros((2, 2, 3), int), 8, 2, b"\0\0")
    assert (open_image(data).pixels == 0).all()


def test_a_large_photo_is_kept_small() -> None:
    picture = open_image(file_of(Image.new("RGB", (4000, 3000), "teal"), "JPEG"))
    assert max(picture.pixels.shape) <= images.KEPT_SIDE
    assert picture.pixels.shape[1] / picture.pixels.shape[0] == pytest.approx(4 / 3, rel=0.01)


@pytest.mark.parametrize("size", [(1, 2000), (2000, 1), (3, 65_500), (65_500, 3)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "GIF", "TIFF"])
def test_a_strip_is_no_damage_though_its_short_side_is_made_nothing(
    size: tuple[int, int], kind: str
) -> None:
    pixels = open_image(file_of(Image.new("RGB", size, "teal"), kind)).pixels
    assert pixels.shape[1::-1] == tuple(max(1, -(-side // -(-max(size) // 1024))) for side in size)
    assert np.abs(pixels.astype(int) - [0, 128, 128]).max() <= 3


def png_claiming(width: int, height: int) -> bytes:
    """A PNG whose header promises far more pixels than its bytes hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


BAD_FILES = {
    "empty": (b"", "empty"),
    "text": (b"hello, this is no picture", "no picture"),
    "html in disguise": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "no picture"),
    "too many bytes": (bytes(images.MAX_BYTES + 1), "MB"),
    "too many pixels": (png_claiming(16_000, 16_000), "too many"),
    "a bomb": (png_claiming(60_000, 60_000), "too many"),
    "a warned bomb": (png_claiming(12_000, 12_000), "megapixels"),
    "too long a side": (png_claiming(images.MAX_SIDE + 1, 1), "too many"),
    "promised, not there": (png_claiming(500, 500), "damaged"),
    "cut-off JPEG": (file_of(Image.fromarray(pattern(200, 200)), "JPEG")[:400], "cut off"),
    "cut-off PNG": (file_of(Image.fromarray(pattern(200, 200)), "PNG")[:40], "cut off"),
    "only a signature": (b"\x89PNG\r\n\x1a\n", "cut off"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_gets_one_line(name: str) -> None:
    data, reason = BAD_FILES[name]
    with pytest.raises(ImageError, match=reason) as error:
        open_image(data)
    assert "\n" not in str(error.value)


def test_the_right_size_is_left_alone() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    fitted, box = fit(noise, (32, 32), 3)
    assert box == (0, 0, 32, 32)
    assert fitted.shape == (1, 3, 32, 32)
    assert np.array_equal(fitted[0].permute(1, 2, 0).numpy(), noise)


def test_a_whole_multiple_is_averaged_in_blocks() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    fitted, box = fit(noise, (16, 16), 3)
    assert box == (16, 0, 80, 64)
    means = noise[:, 16:80].reshape(16, 4, 16, 4, 3).mean(axis=(1, 3))
    assert np.abs(fitted[0].permute(1, 2, 0).numpy() - means).max() <= 0.5


def test_a_grey_model_gets_one_channel() -> None:
    fitted, _ = fit(pattern(50, 70), (28, 28), 1)
    assert fitted.shape == (1, 1, 28, 28)
    assert fitted.dtype == torch.uint8


def test_shrinking_does_not_alias() -> None:
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[:, ::2] = 255
    fitted, _ = fit(stripes, (28, 28), 3)
    assert fitted[..., 2:-2].float().std() < 3


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 3), (7, 13)])
@pytest.mark.parametrize("size", [(32, 32), (28, 28), (16, 48)])
def test_any_shape_can_be_fitted(shape: tuple[int, int], size: tuple[int, int]) -> None:
    pixels = np.zeros((*shape, 3), np.uint8)
    fitted, (left, top, right, bottom) = fit(pixels, size, 3)
    assert fitted.shape == (1, 3, *size)
    assert 0 <= left < right <= shape[1]
    assert 0 <= top < bottom <= shape[0]


def test_a_box_outside_is_refused() -> None:
    with pytest.raises(ValueError, match="not inside"):
        fit(pattern(), (8, 8), 3, (0, 0, 33, 10))


def test_the_middle_box_has_the_models_proportions() -> None:
    assert centre_box(pattern(100, 300), (32, 32)) == (100, 0, 200, 100)
    assert centre_box(pattern(100, 300), (16, 32)) == (50, 0, 250, 100)


@pytest.mark.parametrize(
    ("place", "box"),
    [
        ((1.0, 0.5, 0.5), (100, 0, 200, 100)),
        ((1.0, 0.0, 0.7), (0, 0, 100, 100)),
        ((2.0, 0.5, 0.5), (125, 25, 175, 75)),
        ((2.0, 1.0, 1.0), (250, 50, 300, 100)),
        ((2.0, 0.0, 1.0), (0, 50, 50, 100)),
    ],
)
def test_a_zoomed_box_is_smaller_and_moves_to_the_edges(
    place: tuple[float, float, float], box: tuple[int, int, int, int]
) -> None:
    assert zoomed_box(pattern(100, 300), (32, 32), *place) == box


def test_a_zoomed_box_is_never_empty_nor_outside() -> None:
    for size in ((1, 1), (3, 2), (2, 9), (64, 48)):
        for zoom in (1.0, 2.7, 8.0, 1000.0):
            for at in (0.0, 0.33, 1.0):
                left, top, right, bottom = zoomed_box(pattern(*size), (28, 28), zoom, at, at)
                assert 0 <= left < right <= size[1]
                assert 0 <= top < bottom <= size[0]


@pytest.mark.parametrize("encode", [to_png, to_webp])
@pytest.mark.parametrize("channels", [3, 4])
def test_nothing_is_lost_on_the_way_out(encode, channels: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (31, 17, channels), dtype=np.uint8)
    with Image.open(io.BytesIO(encode(noise))) as image:
        assert np.array_equal(np.asarray(image), noise)


def test_a_recipe_travels_in_the_png() -> None:
    data = to_png(pattern(), {"realnvp": '{"temperature": 0.7, "of": "‖z‖"}'})
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["realnvp"] == '{"temperature": 0.7, "of": "‖z‖"}'


def test_a_data_url_is_lossless_webp() -> None:
    assert data_url(pattern()).startswith("data:image/webp;base64,")


def test_many_at_once_leave_warnings_as_they_were() -> None:
    data = file_of(Image.fromarray(pattern()), "PNG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_image, [data] * 400))
    assert warnings.filters == before
