"""Thousands of damaged pictures: each becomes pixels of a sane shape, or one kind line."""

import io
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from app_pages import figures, open_page
from fuzz import damaged, is_one_line, rounds
from PIL import Image
from sent_files import png_chunk
from tiffs import tiff

from realnvp.images import KEPT_SIDE, ImageError, open_image
from realnvp.opening.colour import PRIMARIES, matrix_profile

ROOT = Path(__file__).resolve().parents[2]
HEICS = ROOT / "tests" / "pictures"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def file_of(image: Image.Image, kind: str, **settings: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def good_files() -> list[bytes]:
    """A small picture in every kind, mode and manner that people send."""
    rows, columns = np.mgrid[:24, :32]
    parts = [8 * rows, 7 * columns, 255 - 4 * (rows + columns)]
    colour = Image.fromarray(np.stack(parts, axis=-1).clip(0, 255).astype(np.uint8))
    deep = Image.fromarray(np.arange(768, dtype=np.uint16).reshape(24, 32) * 85)
    palette = colour.convert("P", palette=Image.Palette.ADAPTIVE)
    clear = bytes([0, 100, 255])
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "a maker", b"ASCII\0\0\0a comment"
    frames = {"save_all": True, "append_images": [colour.transpose(Image.Transpose.ROTATE_180)]}
    files = [file_of(colour, kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")]
    files += [file_of(colour, kind, exif=exif) for kind in ("PNG", "JPEG", "WEBP")]
    files += [file_of(colour, kind, **frames) for kind in ("PNG", "GIF", "WEBP")]
    files += [file_of(colour.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGBA")]
    files += [file_of(colour.convert(mode), "BMP") for mode in ("1", "L", "P", "RGBA")]
    files += [file_of(colour.convert(mode), "JPEG") for mode in ("L", "CMYK")]
    files += [file_of(palette, "PNG", transparency=clear), file_of(palette, "GIF", transparency=1)]
    files += [file_of(deep, "PNG"), file_of(colour, "JPEG", progressive=True)]
    wide = matrix_profile(PRIMARIES[12][1], None)
    files += [file_of(colour, kind, icc_profile=wide) for kind in ("PNG", "JPEG", "WEBP", "TIFF")]
    files += [file_of(colour, "AVIF"), file_of(colour.convert("LA"), "AVIF")]
    files += [file_of(colour, "AVIF", save_all=True, append_images=frames["append_images"])]
    files += [file_of(colour, "TIFF", compression=how) for how in ("tiff_lzw", "jpeg", "packbits")]
    values = np.asarray(colour)
    files += [tiff(values.astype(np.uint16) * 257), tiff(values / np.float32(255), order=">")]
    files += [tiff(values.astype("u2"), tile=16, planes=True), tiff(values, predictor=2)]
    files += [path.read_bytes() for path in sorted(HEICS.glob("*.heic"))]
    return [*files, file_of(colour.convert("RGBA"), "WEBP", lossless=True)]


def with_good_sums(data: bytes) -> bytes:
    """A damaged PNG with its check sums put right, so that the damage is not seen at once."""
    parts, at = [SIGNATURE], len(SIGNATURE)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        parts.append(png_chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join(parts)


def opened(data: bytes) -> bool:
    """Whether it is a picture, of which the pixels are checked; if not, the line is."""
    try:
        picture = open_image(data)
    except ImageError as error:
        assert is_one_line(str(error))  # noqa: PT017
        return False
    height, width, channels = picture.pixels.shape
    assert picture.pixels.dtype == np.uint8
    assert channels == 3
    assert 0 < height <= KEPT_SIDE
    assert 0 < width <= KEPT_SIDE
    assert all(is_one_line(note) for note in picture.notes)
    return True


def test_no_damage_raises_anything_but_image_error() -> None:
    dice, good = random.Random(0), good_files()
    tried = rounds(4000)
    count = 0
    for _ in tried:
        data = damaged(dice, dice.choice(good), good, header=60)
        if data.startswith(SIGNATURE) and dice.random() < 0.7:
            data = with_good_sums(data)
        count += opened(data)
    assert count > len(tried) / 20  # the damage is small enough to pass the first gate


def test_every_start_of_a_file_is_a_picture_or_one_line() -> None:
    for data in good_files():
        for length in range(0, len(data), 7 if len(data) < 3000 else 37):
            opened(data[:length])
        assert opened(data)


def repeated_scans(side: int, times: int) -> bytes:
    """A progressive JPEG with its last scan again and again: libjpeg goes over all of it anew."""
    data = file_of(Image.new("L", (side, side), 120), "JPEG", progressive=True)
    tables = data.rindex(b"\xff\xc4")
    end = data.rindex(b"\xff\xd9")
    return data[:tables] + data[tables:end] * times + data[end:]


def test_a_jpeg_of_very_many_scans_is_refused() -> None:
    assert opened(repeated_scans(64, 20))
    with pytest.raises(ImageError, match="too many parts"):
        open_image(repeated_scans(64, 400))


def test_a_png_of_very_many_profiles_is_refused() -> None:
    data = file_of(Image.new("RGB", (8, 8)), "PNG")
    profile = png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(1000)))
    for times, good in ((1, True), (1000, False)):
        assert opened(data[:33] + profile * times + data[33:]) == good


def test_a_profile_of_very_many_steps_is_left_out() -> None:
    """LittleCMS would go through all of them for each of thousands of colours."""
    step = struct.pack(">4s4xHH12f", b"matf", 3, 3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    count = 100_000
    place = struct.pack(">II", 16 + 8 * count, len(step))
    table = struct.pack(">4s4xHHI", b"mpet", 3, 3, count) + place * count + step
    usual = matrix_profile(PRIMARIES[1][1], None)
    tags = struct.pack(">I4sII4sII", 2, b"D2B0", 156, len(table), b"D2B1", 156, len(table))
    profile = struct.pack(">I", 156 + len(table)) + usual[4:128] + tags + table
    picture = open_image(file_of(Image.new("RGB", (8, 8), "teal"), "PNG", icc_profile=profile))
    assert (picture.pixels == [0, 128, 128]).all()
    assert "profile" in picture.notes[0]


def png(side: int, bits: int, colour: int, *more: bytes) -> bytes:
    """An empty picture of side² pixels in a few kilobytes."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    packer = zlib.compressobj(1)
    row = bytes(side * channels * bits // 8 + 1)
    body = b"".join([packer.compress(row) for _ in range(side)]) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, bits, colour, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")]
    first, *others = [png_chunk(kind, body) for kind, body in parts]
    return SIGNATURE + first + b"".join(more) + b"".join(others)


def bombs() -> Iterator[bytes]:
    """Small files that want much memory."""
    text = png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6), 9))
    much = zlib.compress(bytes(64 * 2**20), 1)
    yield png(5000, 16, 0)
    yield png(5000, 8, 6)
    yield png(5000, 8, 3, png_chunk(b"PLTE", bytes(768)), png_chunk(b"tRNS", bytes(256)))
    yield png(8, 8, 2, png_chunk(b"zTXt", b"a\0\0" + much))
    yield png(8, 8, 2, *[text] * 1000)
    yield png(8, 8, 2, png_chunk(b"iTXt", b"a\0\1\0\0\0" + much))
    yield png(8, 8, 2, png_chunk(b"iCCP", b"a\0\0" + much))
    yield file_of(Image.new("L", (5000, 5000)), "GIF")
    flat = Image.new("RGB", (5000, 5000), "teal")
    avif = file_of(flat, "AVIF", speed=10)
    yield avif
    at = avif.index(b"ispe") + 8
    yield avif[:at] + struct.pack(">II", 64, 64) + avif[at + 8 :]  # it says that it is small
    heic = (HEICS / "plain.heic").read_bytes()
    at = heic.index(b"ispe") + 8
    for side in (6000, 60_000):
        yield heic[:at] + struct.pack(">II", side, side) + heic[at + 8 :]
    yield file_of(flat, "TIFF", compression="tiff_adobe_deflate")
    pixels = np.zeros((8, 8, 1), np.uint16)
    for tags in (
        {256: (5000,), 257: (5000,)},
        {256: (60_000,), 257: (60_000,)},
        {322: (30_000,), 323: (30_000,), 324: (8,), 325: (99,)},
        {273: (8,) * 2**18, 279: (1,) * 2**18, 257: (2**18,), 278: (1,)},
        {258: (16,) * 2**18, 277: (2**18,)},
        {34675: (0,) * 2**20},
    ):
        yield tiff(pixels, more=tags)
        yield tiff(pixels.astype(np.uint8), more={**tags, 258: tags.get(258, (8,))})
    yield file_of(Image.new("RGB", (4000, 4000)), "WEBP")[:-20]
    yield file_of(Image.new("RGB", (8000, 6000)), "JPEG", progressive=True, subsampling=0)
    yield file_of(Image.new("RGB", (8000, 6000)), "JPEG")[:-99]
    yield png(7000, 8, 2)[:-60]
    yield file_of(Image.new("CMYK", (5000, 5000)), "JPEG")
    for side in (6000, 60_000):
        yield SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))


MEASURE = """
import pathlib, resource, sys
from realnvp.images import ImageError, open_image
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
start = peak()
for path in sys.argv[1:]:
    try:
        open_image(pathlib.Path(path).read_bytes())
    except ImageError:
        pass
print(peak() - start)
"""


@pytest.mark.slow
def test_no_bomb_takes_much_memory(tmp_path: Path) -> None:
    paths = []
    for index, data in enumerate(bombs()):
        paths.append(str(tmp_path / f"{index}"))
        (tmp_path / f"{index}").write_bytes(data)
    command = [sys.executable, "-c", MEASURE, *paths]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    assert int(done.stdout) < 450  # megabytes: MAX_MEMORY, and some more


def test_a_page_outlives_whatever_is_sent_to_it(checkpoints: Path) -> None:
    dice, good = random.Random(1), good_files()
    names = ["photo.png", "../../etc/passwd.png", "x" * 300 + ".png", "\u202egnp.exe.png", "é✂.PNG"]
    names += ["a\nb.png", "<img src=x>.png", "![x](y).png", ".png", "C:\\a.png"]
    app = open_page("encode.py", checkpoint="tiny", source="Upload")
    for index in rounds(24):
        data = good[index % len(good)] if index % 2 else damaged(dice, dice.choice(good), good)
        sent = names[index % len(names)], data, dice.choice(["image/png", "text/html", ""])
        app.file_uploader(key="upload").set_value(sent).run()
        assert not app.exception
        assert len(app.error) <= 1
        assert all(is_one_line(error.value, checkpoints) for error in app.error)
        assert bool(figures(app)) != bool(app.error)  # a picture, or why there is none
