"""Files as visitors send them."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Pixels by chance, uint8 (H, W, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def pattern(height: int = 24, width: int = 32) -> np.ndarray:
    """A smooth picture whose corners all differ."""
    rows, columns = np.mgrid[:height, :width]
    parts = [8 * rows, 7 * columns, 255 - 4 * (rows + columns)]
    return np.stack(parts, axis=-1).clip(0, 255).astype(np.uint8)


def file_of(image: Image.Image, kind: str, **settings: object) -> bytes:
    """A picture as a file of this kind of Pillow's."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **settings)
    return buffer.getvalue()


def photo(width: int = 90, height: int = 60, seed: int = 0, kind: str = "PNG") -> bytes:
    """`noise` as the file of a picture."""
    return file_of(Image.fromarray(noise(width, height, seed)), kind)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG with its length and its check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
