"""A picture from outside, of any kind, as upright sRGB pixels: the one way in."""

import math
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from realnvp.opening import avif, bmp, heif, jpeg, others, png, tiff
from realnvp.opening.colour import to_srgb
from realnvp.opening.kinds import ENDINGS, FORMATS, IN_WORDS, kind_of
from realnvp.opening.limits import (
    MAX_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    ROOM,
    ImageError,
    check_bytes,
    check_size,
)
from realnvp.opening.loaded import FactorOf, Loaded, Plan

__all__ = [
    "ENDINGS",
    "FORMATS",
    "KEPT_SIDE",
    "MAX_BYTES",
    "MAX_SIDE",
    "ImageError",
    "Picture",
    "open_file",
    "open_image",
]

FINISHING = 8  # bytes of a pixel, for colours and transparency
KEPT_SIDE = 1024  # far above any model's; what a visitor's session has to hold stays small

# Pillow warns of what it repairs; of a visitor's file nobody here has to know. Once and for all: to
# be quiet for a moment, as `catch_warnings` is, is nothing that two threads can do at once.
warnings.filterwarnings("ignore", module=r"PIL\.")
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # at twice that Pillow refuses; here, at that

_TURNS = {  # what brings a picture upright, by its orientation in Exif
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Picture:
    """A decoded file.

    Args:
        pixels: uint8 (H, W, 3), upright, sRGB; at most KEPT_SIDE long if nothing else was asked.
        notes: what was decided on the way, for people: "first frame of an animation".
        grey: whether the file holds a grey picture, so one channel would do.
    """

    pixels: np.ndarray
    notes: tuple[str, ...] = ()
    grey: bool = False


def kept_small(size: tuple[int, int]) -> int:
    """How many times smaller a picture is made at once, by its width and height."""
    return math.ceil(max(size) / KEPT_SIDE)


def open_image(
    data: bytes, factor_of: FactorOf = kept_small, *, may_be_cut: bool = True
) -> Picture:
    """The picture in the bytes of a file, whatever its name or declared type says.

    Args:
        factor_of: how many times smaller the picture is made, averaging, by its width and height;
            at least 1.
        may_be_cut: whether a file that lacks its end gives what it has, over white.

    Raises:
        ImageError: and nothing else, if there is none, it is damaged, or it is too large.
    """
    check_bytes(len(data))
    try:
        plan = _plan(data, factor_of)
        width, height = plan.size
        memory = plan.memory + FINISHING * width * height / factor_of(plan.size) ** 2
        check_size(plan.size, memory)
        with ROOM.take(memory):
            return _picture(plan.load(), factor_of, may_be_cut)
    except ImageError:
        raise
    except Image.DecompressionBombError:
        raise ImageError("The picture has too many pixels. Please save it smaller.") from None
    except Exception:
        # Decoders meet damaged bytes with OSError, SyntaxError, struct.error, IndexError, ...
        raise ImageError("The picture is damaged or cut off.") from None


def open_file(path: Path, factor_of: FactorOf = kept_small, *, may_be_cut: bool = True) -> Picture:
    """The picture in a file.

    Raises:
        ImageError: as `open_image`.
        OSError: if the file cannot be read.
    """
    check_bytes(path.stat().st_size or 1)  # before all of it is in memory; a pipe says 0
    return open_image(path.read_bytes(), factor_of, may_be_cut=may_be_cut)


def _plan(data: bytes, factor_of: FactorOf) -> Plan:
    kind = kind_of(data)
    match kind:
        case None:
            raise ImageError(f"This is no picture that can be opened; {IN_WORDS} can.")
        case "JPEG":
            return jpeg.plan(data, factor_of)
        case "PNG":
            return png.plan(data)
        case "TIFF":
            return tiff.plan(data)
        case "BMP":
            return bmp.plan(data)
        case "HEIF":
            return heif.plan(data)
        case "AVIF":
            return avif.plan(data)
    return others.plan(data, kind)


def _picture(loaded: Loaded, factor_of: FactorOf, may_be_cut: bool) -> Picture:
    notes = loaded.notes
    if loaded.cut:
        if not may_be_cut:
            raise ImageError(f"{loaded.cut[0].upper()}{loaded.cut[1:]}.")
        notes.append(loaded.cut)
    image = loaded.shrunk(factor_of(loaded.size))
    if loaded.profile is not None:
        image = to_srgb(image, loaded.profile, notes, loaded.profile_name)
    if image.mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema() != (255, 255):
            notes.append("transparent parts laid over white")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    if loaded.orientation in _TURNS:
        image = image.transpose(_TURNS[loaded.orientation])
    return Picture(np.array(image), tuple(notes), loaded.grey)
