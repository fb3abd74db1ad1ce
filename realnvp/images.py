"""Untrusted bytes to uint8 pictures, and pictures to bytes that lose nothing."""

import base64
import io
import math
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError
from torch import Tensor

# What Pillow may try: nothing that runs an interpreter, none of the rarely tested decoders.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
ENDINGS = ("png", "jpg", "jpeg", "webp", "gif", "bmp")
MAX_BYTES = 10 * 2**20
MAX_PIXELS = 25_000_000
MAX_SIDE = 12_000
KEPT_SIDE = 1024  # far above any model's; what a visitor's session has to hold stays small
# What a small file may repeat, each time at the cost of a whole picture: the scans of a progressive
# JPEG, of which there are ten or so, and the colour profile of a PNG, which has one. By the first
# bytes of the file: the mark, and how often it may be there, as bytes that mean something else too.
REPEATS = {b"\xff\xd8": (b"\xff\xda", 300), b"\x89PNG": (b"iCCP", 8)}

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels

# Pillow warns of what it repairs; of a visitor's file nobody here has to know. Once and for all: to
# be quiet for a moment, as `catch_warnings` is, is nothing that two threads can do at once.
warnings.filterwarnings("ignore", module=r"PIL\.")

# A picture at the limit takes some 200 MB while it is decoded.
_two_at_once = threading.Semaphore(2)


class ImageError(ValueError):
    """A file that gives no picture; one line for the person who sent it."""


@dataclass(frozen=True)
class Picture:
    """A decoded file.

    Args:
        pixels: uint8 (H, W, 3), upright; at most KEPT_SIDE long.
        notes: what was decided on the way, for people: "first frame of an animation".
    """

    pixels: np.ndarray
    notes: tuple[str, ...] = ()


def open_image(data: bytes) -> Picture:
    """The picture in the bytes of a file, whatever its name or declared type says.

    Raises:
        ImageError: and nothing else, if there is none, it is damaged, or it is too large.
    """
    _check_size(len(data))
    try:
        with _two_at_once:
            _check_repeats(data)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return _decode(image)
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(
            "This is no picture that can be opened; PNG, JPEG, WebP, GIF and BMP can."
        ) from None
    except Image.DecompressionBombError:
        raise ImageError("The picture has too many pixels.") from None
    except Exception:
        # Decoders meet damaged bytes with OSError, SyntaxError, struct.error, IndexError, ...
        raise ImageError("The picture is damaged or cut off.") from None


def open_fitted(path: Path, size: tuple[int, int], channels: int) -> Tensor:
    """The largest part in the middle of a file's picture, as `fit` brings it to a model's size.

    Returns:
        uint8 (1, C, H, W).

    Raises:
        ImageError: as `open_image`.
        OSError: if the file cannot be read.
    """
    _check_size(path.stat().st_size or 1)  # before all of it is in memory; a pipe says 0
    return fit(open_image(path.read_bytes()).pixels, size, channels)[0]


def _check_size(count: int) -> None:
    if not count:
        raise ImageError("The file is empty.")
    if count > MAX_BYTES:
        size = count / 2**20
        raise ImageError(f"The file has {size:.1f} MB; at most {MAX_BYTES >> 20} can be opened.")


def _check_repeats(data: bytes) -> None:
    """Refuse what would keep a core busy for minutes; the decoders have no limit of their own."""
    for start, (mark, most) in REPEATS.items():
        if data.startswith(start) and data.count(mark) > most:
            raise ImageError("The picture is made of too many parts.")


def _decode(image: Image.Image) -> Picture:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageError(
            f"{width} × {height} pixels are too many; up to {MAX_PIXELS // 10**6} million"
            f" and {MAX_SIDE} a side can be opened."
        )
    notes = []
    # A camera's JPEG may hold a second picture for depth (MPO): that is no animation.
    if image.format in ("GIF", "WEBP", "PNG") and getattr(image, "is_animated", False):
        image.seek(0)
        notes.append("first frame of an animation")
    image.draft(None, (KEPT_SIDE, KEPT_SIDE))  # JPEG: shrinks while decoding, in an eighth of time
    image.load()
    factor = math.ceil(max(image.size) / KEPT_SIDE)
    image = _to_rgb(ImageOps.exif_transpose(image), notes)
    if factor > 1:
        image = image.reduce(factor)
    return Picture(np.array(image), tuple(notes))


def _to_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    if image.mode.startswith(("I", "F")):  # 16 bits; convert() would clip them, not scale
        image = eight_bits(image)
        notes.append("16 bits rounded to 8")
    if image.mode == "CMYK":
        notes.append("from CMYK, without a colour profile")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            notes.append("transparent parts laid over white")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def eight_bits(image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits in 8, where 65535 is 255."""
    high = np.asarray(image).clip(0, 65535).astype(np.uint32)
    high += 128  # in place: a large picture is here several times as it is
    high //= 257
    return Image.fromarray(high.astype(np.uint8))


def centre_box(pixels: np.ndarray, size: tuple[int, int]) -> Box:
    """The largest box in the middle of (H, W, 3) pixels with the proportions of size (H, W)."""
    return zoomed_box(pixels, size, 1.0, 0.5, 0.5)


def zoomed_box(
    pixels: np.ndarray, size: tuple[int, int], zoom: float, across: float, down: float
) -> Box:
    """A box in (H, W, 3) pixels with the proportions of size (H, W), as nearly as pixels allow.

    Args:
        zoom: at least 1; the sides of the largest such box are this many times longer.
        across, down: where it lies, from 0, at the left or the top, to 1.
    """
    height, width = pixels.shape[:2]
    scale = min(height / size[0], width / size[1]) / zoom
    box_height = min(height, max(1, round(scale * size[0])))
    box_width = min(width, max(1, round(scale * size[1])))
    left, top = int(across * (width - box_width)), int(down * (height - box_height))
    return left, top, left + box_width, top + box_height


def fit(
    pixels: np.ndarray, size: tuple[int, int], channels: int, box: Box | None = None
) -> tuple[Tensor, Box]:
    """Cut a box out and bring it to a model's size.

    A whole multiple of the size is averaged in blocks, as the training pictures were; anything
    else goes through a Lanczos filter that widens with the factor. The right size stays as it is.

    Args:
        pixels: uint8 (H, W, 3).
        size: (H, W) of the model.
        channels: 1 for grey, 3 for colour.
        box: what to cut out; None is `centre_box`.

    Returns:
        uint8 (1, C, H, W), and the box.

    Raises:
        ValueError: if the model is neither grey nor colour, or the box not inside the picture.
    """
    if channels not in (1, 3):
        raise ValueError(f"a picture has 1 or 3 channels, this model {channels}")
    box = box or centre_box(pixels, size)
    left, top, right, bottom = box
    if not (0 <= left < right <= pixels.shape[1] and 0 <= top < bottom <= pixels.shape[0]):
        raise ValueError(f"box {box} is not inside {pixels.shape[1]} × {pixels.shape[0]} pixels")
    image = Image.fromarray(pixels)
    factor, rest = divmod(bottom - top, size[0])
    if (factor * size[1], rest) == (right - left, 0):
        image = image.reduce(factor, box)
    else:
        image = image.resize(size[::-1], Image.Resampling.LANCZOS, box)
    array = np.array(image.convert("L" if channels == 1 else "RGB"))
    return torch.from_numpy(array.reshape(*size, channels)).permute(2, 0, 1)[None].contiguous(), box


def to_png(pixels: np.ndarray, text: Mapping[str, str] | None = None) -> bytes:
    """Pixels, uint8 (H, W, 3 or 4), as PNG, with named texts that travel in the file."""
    info = PngImagePlugin.PngInfo()
    for name, value in (text or {}).items():
        info.add_itxt(name, value)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def to_webp(pixels: np.ndarray) -> bytes:
    """Pixels, uint8 (H, W, 3 or 4), as lossless WebP: at method 0 the fastest to make."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", lossless=True, quality=0, method=0, exact=True)
    return buffer.getvalue()


def data_url(pixels: np.ndarray) -> str:
    """Pixels, uint8 (H, W, 3 or 4), as a URL that a browser shows to the last bit."""
    return "data:image/webp;base64," + base64.b64encode(to_webp(pixels)).decode()


def to_animation(frames: np.ndarray, kind: str, milliseconds: int = 80) -> bytes:
    """Frames, uint8 (N, H, W, 3), as an animation that repeats for ever.

    Args:
        kind: "webp", lossless, or "gif", which has 256 colours.
        milliseconds: each frame is shown.
    """
    first, *others = [Image.fromarray(frame) for frame in frames]
    buffer = io.BytesIO()
    quality = {"lossless": True, "method": 2} if kind == "webp" else {"disposal": 2}
    first.save(
        buffer,
        kind.upper(),
        save_all=True,
        append_images=others,
        duration=milliseconds,
        loop=0,
        **quality,
    )
    return buffer.getvalue()
