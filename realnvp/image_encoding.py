"""Pixels as files, and as what a browser shows, losing nothing."""

import base64
import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Mapping

import numpy as np
from PIL import Image, PngImagePlugin

URLS = 8 * 2**20  # characters of all that are kept
_urls: OrderedDict[tuple[tuple[int, ...], bytes], str] = OrderedDict()
_lock = threading.Lock()


def to_png(pixels: np.ndarray, text: Mapping[str, str] | None = None) -> bytes:
    """Pixels as PNG, with named texts that travel in the file.

    Args:
        pixels: uint8 (H, W, 3 or 4), or grey (H, W).
    """
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
    """Pixels, uint8 (H, W, 3 or 4), as a URL that a browser shows to the last bit.

    The latest are kept: a class that looks at the same pictures has them packed once.
    """
    key = pixels.shape, hashlib.blake2b(pixels.tobytes(), digest_size=16).digest()
    with _lock:
        if key in _urls:
            _urls.move_to_end(key)
            return _urls[key]
    url = "data:image/webp;base64," + base64.b64encode(to_webp(pixels)).decode()
    with _lock:
        _urls[key] = url
        while len(_urls) > 1 and sum(map(len, _urls.values())) > URLS:
            _urls.popitem(last=False)
    return url


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
