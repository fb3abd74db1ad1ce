"""Files as visitors send them."""

import io
import struct
import zlib

import numpy as np
from PIL import Image


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    """Pixels by chance, uint8 (H, W, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def photo(width: int = 90, height: int = 60, seed: int = 0, kind: str = "PNG") -> bytes:
    """`noise` as the file of a picture."""
    buffer = io.BytesIO()
    Image.fromarray(noise(width, height, seed)).save(buffer, kind)
    return buffer.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG with its length and its check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
