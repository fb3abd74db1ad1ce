"""GIF, BMP and WebP, of which Pillow does all the work."""

import io
from collections.abc import Callable

from PIL import Image, ImageFile

from realnvp.opening import webp
from realnvp.opening.loaded import (
    Area,
    Loaded,
    Plan,
    only,
    orientation_of,
    parts_of,
    pillow_bytes,
    placed,
)
from realnvp.opening.partial import load_what_is_there, words_of

BESIDE = {"WEBP": 12}  # bytes of a pixel beside those of the picture itself; measured
MAY_BE_CUT = ("GIF", "BMP")


def plan(data: bytes, kind: str) -> Plan:
    """How to open it.

    Raises:
        ImageError: if nothing of it is there.
        Exception: others, if it is damaged.
    """

    def fresh() -> ImageFile.ImageFile:
        return Image.open(io.BytesIO(data), formats=(kind,))

    if kind == "WEBP" and webp.missing(data) > 0:
        with Image.open(io.BytesIO(webp.filled(data)), formats=(kind,)) as whole:
            size, held = whole.size, pillow_bytes(whole)
        memory = (2 * held + BESIDE[kind]) * size[0] * size[1]
        return Plan(size, float(memory), lambda: webp.load_what_is_there(data))
    image = fresh()

    def load() -> Loaded:
        notes = []
        if kind != "BMP" and getattr(image, "is_animated", False):
            image.seek(0)
            notes.append("first frame of an animation")
        whole, there, box = image, None, _box(image, data, kind)
        try:
            image.load()
        except (OSError, EOFError, IndexError):
            if kind not in MAY_BE_CUT:
                raise
            whole, there = load_what_is_there(fresh)
        part = parts_of(whole)
        if there is not None:
            part = only(part, there)
        if box is not None:
            part = placed(_within(part, box), whole.size, box)
        is_grey = whole.mode in ("1", "L", "LA")
        made = Loaded(whole.size, part, is_grey, orientation_of(whole), notes=notes)
        made.cut = words_of(there)
        made.profile = whole.info.get("icc_profile")
        return made

    copies = pillow_bytes(image) * (3 if kind in MAY_BE_CUT else 1) + BESIDE.get(kind, 0)
    return Plan(image.size, float(copies * image.width * image.height), load)


def _box(image: ImageFile.ImageFile, data: bytes, kind: str) -> Area | None:
    """Of a first frame that is less than its canvas, where it is; Pillow fills the rest."""
    box = webp.first_frame(data) if kind == "WEBP" else None
    if kind == "GIF" and image.tile:
        box = image.tile[0][1]
    return None if box in (None, (0, 0, *image.size)) else box


def _within(part: Callable[[Area], Image.Image], box: Area) -> Callable[[Area], Image.Image]:
    """The areas of a frame, out of those of the canvas that it is on."""
    left, top, *_ = box
    return lambda area: part((area[0] + left, area[1] + top, area[2] + left, area[3] + top))
