"""Colours of other descriptions are shown as sRGB."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from sent_files import file_of, pattern
from tiffs import tiff

from realnvp.images import open_image
from realnvp.opening.colour import MAX_PROFILE, PRIMARIES, matrix_profile

PICTURES = Path(__file__).parent / "pictures"
# Linear sRGB to linear Display P3.
TO_P3 = np.array([[0.82246, 0.17754, 0.0], [0.03319, 0.96681, 0.0], [0.01708, 0.07240, 0.91052]])
P3 = matrix_profile(PRIMARIES[12][1], None)
NOTE = "colours converted from"


def linear(pixels: np.ndarray) -> np.ndarray:
    x = pixels / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def coded(light: np.ndarray) -> np.ndarray:
    x = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (255 * x).round().clip(0, 255).astype(np.uint8)


def in_p3(pixels: np.ndarray) -> np.ndarray:
    """The same colours in the numbers of Display P3."""
    return coded(linear(pixels) @ TO_P3.T)


SCENE = (90 + 0.4 * pattern()).round().astype(np.uint8)  # no colour at the edge of sRGB


def off(data: bytes, wanted: np.ndarray = SCENE) -> int:
    return int(np.abs(open_image(data).pixels.astype(int) - wanted).max())


def chunked(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with more chunks before its palette and picture."""
    made = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return data[:33] + made + data[33:]


def chrm(*numbers: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(1e5 * number) for number in numbers))


def gama(number: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(1e5 * number))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
def test_a_wide_profile_is_converted(kind: str) -> None:
    best = {"JPEG": {"quality": 100, "subsampling": 0}, "WEBP": {"lossless": True}}
    best["AVIF"] = {"quality": 100, "subsampling": "4:4:4"}
    image = Image.fromarray(in_p3(SCENE))
    data = file_of(image, kind, icc_profile=P3, **best.get(kind, {}))
    assert off(data) <= {"JPEG": 6, "AVIF": 8}.get(kind, 1)
    assert any(note.startswith(NOTE) for note in open_image(data).notes)
    assert off(file_of(image, kind, **best.get(kind, {}))) > 10  # it is needed


def test_sixteen_bits_and_palettes_have_profiles_too() -> None:
    deep = tiff(in_p3(SCENE).astype(np.uint16) * 257, more={})
    assert off(deep) > 10
    few = Image.fromarray(in_p3(SCENE // 64 * 64)).quantize(256)
    shown = np.asarray(few.convert("RGB"))
    wanted = open_image(file_of(Image.fromarray(shown), "PNG", icc_profile=P3)).pixels
    assert off(file_of(few, "PNG", icc_profile=P3), wanted) == 0


def test_colours_are_converted_before_they_are_laid_over_white() -> None:
    image = Image.fromarray(in_p3(SCENE)).convert("RGBA")
    image.putalpha(128)
    wanted = SCENE * (128 / 255) + 255 * (127 / 255)
    assert off(file_of(image, "PNG", icc_profile=P3), wanted.round()) <= 1


def test_srgb_by_any_name_changes_no_byte() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    named = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (named, matrix_profile(PRIMARIES[1][1], None)):
        picture = open_image(file_of(Image.fromarray(noise), "PNG", icc_profile=profile))
        assert np.array_equal(picture.pixels, noise)
        assert picture.notes == ()


def grey_profile(gamma: float) -> bytes:
    """A profile of one channel, from the matrix one of LittleCMS."""
    white = struct.pack(">4s4x3i", b"XYZ ", *(round(65_536 * x) for x in (0.9642, 1.0, 0.8249)))
    curve = struct.pack(">4s4xIH2x", b"curv", 1, round(256 * gamma))
    head = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()[:128])
    head[8:12], head[16:20] = b"\x02\x10\0\0", b"GRAY"
    table = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, 16)
    struct.pack_into(">I", head, 0, 192)
    return bytes(head) + table + white + curve


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_grey_profile_is_converted(kind: str) -> None:
    grey = SCENE[..., 0]
    wanted = coded((grey / 255.0) ** 1.0)  # linear light
    image = Image.fromarray(grey)
    data = file_of(
        image, kind, icc_profile=grey_profile(1.0), **({"quality": 100} if kind == "JPEG" else {})
    )
    assert off(data, wanted[..., None]) <= (12 if kind == "JPEG" else 1)
    assert open_image(data).grey
    alpha = image.convert("LA")
    assert off(file_of(alpha, "PNG", icc_profile=grey_profile(1.0)), wanted[..., None]) <= 1


def cmyk_profile() -> bytes:
    """Of a printer whose inks each take away their share of light: a table of two to the fourth."""
    lab = ImageCms.createProfile("LAB")
    corners = []
    for inks in np.ndindex(2, 2, 2, 2):  # the last ink changes fastest
        cyan, magenta, yellow, black = inks
        light = np.array([1 - cyan, 1 - magenta, 1 - yellow]) * (1 - black)
        colour = Image.fromarray((light * 255).astype(np.uint8)[None, None])
        made = ImageCms.profileToProfile(
            colour, ImageCms.createProfile("sRGB"), lab, outputMode="LAB"
        )
        lightness, a, b = made.getpixel((0, 0))
        corners.append((lightness, (a + 128) % 256, (b + 128) % 256))
    body = struct.pack(">4s4xBBBx", b"mft1", 4, 3, 2)
    body += struct.pack(">9i", *(65_536 if i % 4 == 0 else 0 for i in range(9)))
    ramp = bytes(range(256))
    body += ramp * 4 + bytes(value for corner in corners for value in corner) + ramp * 3
    head = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()[:128])
    head[8:12], head[12:24] = b"\x02\x10\0\0", b"prtrCMYKLab "
    white = struct.pack(">4s4x3i", b"XYZ ", *(round(65_536 * x) for x in (0.9642, 1.0, 0.8249)))
    tags = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"A2B0", 176, len(body))
    struct.pack_into(">I", head, 0, 176 + len(body))
    return bytes(head) + tags + white + body


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_a_printers_profile_is_converted(kind: str) -> None:
    inks = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    with_profile = open_image(file_of(inks, kind, icc_profile=cmyk_profile()))
    (note,) = with_profile.notes
    assert note.startswith(NOTE)
    transform = ImageCms.profileToProfile(
        inks,
        ImageCms.ImageCmsProfile(io.BytesIO(cmyk_profile())),
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
    )
    assert transform is not None
    assert np.abs(with_profile.pixels.astype(int) - np.asarray(transform)).max() <= 2
    without = open_image(file_of(inks, kind))
    assert without.notes == ("from CMYK, without a colour profile",)


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile at all",
        P3[:200],
        P3[:16] + b"CMYK" + P3[20:],
        P3[:16] + b"GRAY" + P3[20:],
        P3[:12] + b"link" + P3[16:],
        P3[:128] + b"\xff" * (len(P3) - 128),
        bytes(MAX_PROFILE + 1),
    ],
)
def test_a_profile_that_cannot_be_used_is_left_out_with_a_note(profile: bytes) -> None:
    data = file_of(Image.fromarray(SCENE), "WEBP", lossless=True, icc_profile=profile)
    picture = open_image(data)
    assert np.array_equal(picture.pixels, SCENE)
    assert "profile" in picture.notes[0]


def test_a_profile_that_cannot_be_unpacked_is_left_out_with_a_note() -> None:
    plain = file_of(Image.fromarray(SCENE), "PNG")
    for body in (
        b"",
        b"name\0\0rubbish",
        b"\0\0" + zlib.compress(P3),
        b"a\0\1" + zlib.compress(P3),
    ):
        picture = open_image(chunked(plain, (b"iCCP", body)))
        assert np.array_equal(picture.pixels, SCENE)
        assert "profile" in picture.notes[0]


def test_the_name_of_a_profile_is_one_short_line() -> None:
    at = P3.index("sRGB".encode("utf-16-be"))
    named = P3[:at] + "<b>\n\u202e\0x".encode("utf-16-be").ljust(26, b"\0") + P3[at + 26 :]
    (note,) = open_image(file_of(Image.fromarray(SCENE), "PNG", icc_profile=named)).notes
    assert note.isprintable()
    assert len(note) < 80


@pytest.mark.parametrize("gamma", [1.0, 1 / 1.8, 0.7])
def test_the_gamma_of_a_png_is_heeded(gamma: float) -> None:
    seen = coded((SCENE / 255.0) ** (1 / gamma))
    plain = file_of(Image.fromarray(SCENE), "PNG")
    assert off(chunked(plain, gama(gamma)), seen) <= 1
    assert off(chunked(plain, gama(gamma), (b"sRGB", b"\0"))) == 0  # sRGB wins
    assert NOTE in open_image(chunked(plain, gama(gamma))).notes[0]
    grey = file_of(Image.fromarray(SCENE[..., 0]), "PNG")
    assert off(chunked(grey, gama(gamma)), seen[..., :1]) <= 1


def test_the_primaries_of_a_png_are_heeded() -> None:
    wide = file_of(Image.fromarray(in_p3(SCENE)), "PNG")
    assert off(chunked(wide, chrm(*PRIMARIES[12][1]))) <= 1
    assert off(chunked(wide, (b"cICP", bytes([12, 13, 0, 1])))) <= 1
    profile = (b"iCCP", b"p3\0\0" + zlib.compress(P3))
    assert off(chunked(wide, profile, gama(1.0), (b"sRGB", b"\0"))) <= 1  # the profile wins
    assert off(chunked(wide, (b"cICP", bytes([1, 13, 0, 1])), profile), in_p3(SCENE)) == 0


# Of H.273, Table 2, but for sRGB's: white, red, green and blue, x and y each.
TABLE = {
    4: (0.310, 0.316, 0.67, 0.33, 0.21, 0.71, 0.14, 0.08),
    5: (0.3127, 0.3290, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (0.3127, 0.3290, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    8: (0.310, 0.316, 0.681, 0.319, 0.243, 0.692, 0.145, 0.049),
    9: (0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    10: (1 / 3, 1 / 3, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    22: (0.3127, 0.3290, 0.630, 0.340, 0.295, 0.605, 0.155, 0.077),
}


def to_cones(table: tuple[float, ...]) -> np.ndarray:
    """Linear colours of these primaries as responses of cones (Bradford), white being 1."""
    cones = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    white, *colours = (
        np.array([x, y, 1 - x - y]) for x, y in zip(table[::2], table[1::2], strict=True)
    )
    columns = np.stack(colours, axis=1)
    responses = cones @ columns * np.linalg.solve(columns, white)
    return responses / responses.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("number", TABLE)
def test_all_primaries_that_have_a_number_are_known(number: int) -> None:
    usual = to_cones((0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06))
    light = linear(SCENE) @ to_cones(TABLE[number]).T @ np.linalg.inv(usual).T
    seen = coded(light.clip(0, 1))
    data = chunked(file_of(Image.fromarray(SCENE), "PNG"), (b"cICP", bytes([number, 13, 0, 1])))
    assert np.abs(seen.astype(int) - SCENE).max() > 2
    assert off(data, seen) <= 1
    assert open_image(data).notes == (f"{NOTE} {PRIMARIES[number][0]}",)


def test_what_says_no_more_than_srgb_changes_no_byte() -> None:
    plain = file_of(Image.fromarray(SCENE), "PNG")
    for chunks in (
        [gama(0.45455)],
        [gama(0.45455), chrm(*PRIMARIES[1][1])],
        [chrm(*PRIMARIES[1][1])],
    ):
        picture = open_image(chunked(plain, *chunks))
        assert np.array_equal(picture.pixels, SCENE)
        assert picture.notes == ()


@pytest.mark.parametrize(
    "chunk",
    [gama(0), gama(40_000), chrm(*[0] * 8), chrm(*[0.3] * 8), (b"gAMA", b"\1"), (b"cHRM", b"")],
)
def test_absurd_gammas_and_primaries_change_nothing(chunk: tuple[bytes, bytes]) -> None:
    assert off(chunked(file_of(Image.fromarray(SCENE), "PNG"), chunk)) == 0


def test_numbers_tell_the_colours_of_heic_and_avif() -> None:
    plain, wide = (open_image((PICTURES / f"{n}.heic").read_bytes()) for n in ("plain", "p3"))
    assert wide.notes == ("colours converted from Display P3",)
    assert plain.notes == ()
    seen = coded(linear(plain.pixels[16:17, 8]) @ np.linalg.inv(TO_P3).T)
    assert np.abs(wide.pixels[16, 8].astype(int) - seen).max() <= 4
    image = Image.fromarray(SCENE)
    data = file_of(image, "AVIF", quality=100, subsampling="4:4:4")
    at = data.index(b"colrnclx") + 8
    wide_avif = data[:at] + b"\0\x0c" + data[at + 2 :]
    assert NOTE in open_image(wide_avif).notes[0]
    assert not open_image(data).notes
