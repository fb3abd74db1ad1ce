"""One picture file as a square of pixels."""

import hashlib
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from realnvp.data.imageset import DataError
from realnvp.data.resize import shrink
from realnvp.images import eight_bits

ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp"}
FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
MAX_PIXELS = 50_000_000
Crop = Literal["center", "random"]

# CelebA's aligned pictures are 178 wide, 218 high; the authors of the paper cut out these
# 148x148, a little below the middle, where the face is.
CELEBA_SIZE = (178, 218)
CELEBA_BOX = (15, 40, 163, 188)


def name_hash(name: str) -> int:
    """64 bits that depend on the name alone, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()[:8])


def read_picture(
    path: Path, name: str, size: int | None, crop: Crop = "center"
) -> tuple[np.ndarray, bool]:
    """Decode (upright, first frame, over white), cut out a square, shrink it.

    Args:
        path: the file; its format is told by its content.
        name: what a random crop depends on.
        size: side of the result in pixels; None keeps the cut square's own.
        crop: "center", or "random": the shorter side to 1.5 size (Lanczos) and then a square of
            `size` from anywhere, as the paper does for LSUN with 96 and 64.

    Returns:
        uint8 (3, size, size), and whether the picture is grey, so one channel would do.

    Raises:
        DataError: if it cannot be decoded, or is smaller than `size`.
    """
    image, grey = _decode(path)
    if crop == "random" and size is not None:
        image = _random_square(path, image, size, name_hash(name))
    elif image.size == CELEBA_SIZE:
        image = image.crop(CELEBA_BOX)
    else:
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    pixels = np.asarray(image).transpose(2, 0, 1)[None]
    if size is not None and pixels.shape[-1] < size:
        raise _too_small(path, image, size)
    return shrink(pixels, size)[0], grey


def _decode(path: Path) -> tuple[Image.Image, bool]:
    try:
        with path.open("rb") as file, Image.open(file, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                problem = f"{image.width}x{image.height} pixels; expected at most {MAX_PIXELS}"
                raise DataError(path, problem)
            image.load()
            grey = image.mode in ("1", "L", "LA") or image.mode.startswith("I")
            return _to_rgb(ImageOps.exif_transpose(image)), grey
    except DataError:
        raise
    except UnidentifiedImageError:
        raise DataError(path, "not a picture; expected PNG, JPEG, WebP or BMP") from None
    except Exception:
        # Pillow's decoders raise OSError, SyntaxError, struct.error, ... on damaged bytes.
        raise DataError(path, "a damaged, truncated or oversized picture") from None


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits; convert() would clip them, not scale
        image = eight_bits(image)
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    return image.convert("RGB")


def _random_square(path: Path, image: Image.Image, size: int, seed: int) -> Image.Image:
    short = min(image.size)
    if short < size:
        raise _too_small(path, image, size)
    target = round(1.5 * size)
    if short > target:
        width, height = (round(side * target / short) for side in image.size)
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    rng = np.random.default_rng(seed)
    left = int(rng.integers(image.width - size + 1))
    top = int(rng.integers(image.height - size + 1))
    return image.crop((left, top, left + size, top + size))


def _too_small(path: Path, image: Image.Image, size: int) -> DataError:
    return DataError(path, f"{image.width}x{image.height} is smaller than the size asked, {size}")
