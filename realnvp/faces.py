"""Where a face is in a picture, and the part of it that is framed as a face model's pictures were.

The detector is a cascade of boosted Haar features (Viola and Jones, 2001; Lienhart's `alt2`), whose
weights lie in the wheel of opencv-python-headless before 5: an extra, `pip install .[faces]`.
Without it nothing is found. It is made for faces from the front, upright.
"""

import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from realnvp.fitting import Box

# A detected box in the frame of CelebA's pictures (the middle 148 × 148 of 178 × 218), in sides of
# it: the medians over training pictures. `python -m benchmarks faces` measures them.
CENTRE = (0.500, 0.595)  # from the left, from the top
SIDE = 0.691

LONGEST = 640  # pixels a side that are searched: more take longer, and find no more
SEEN = 24  # pixels a side below which nobody, and not the detector, knows a face
CASCADE = "haarcascade_frontalface_alt2.xml"

_turn = threading.Lock()  # one cascade is not for two threads at once


def is_of_faces(card: Mapping[str, Any]) -> bool:
    """Whether each picture of a model is one face, framed as CelebA's: its card's `subject`."""
    return card.get("subject") == "faces"


def can_find_faces() -> bool:
    """Whether the extra is installed."""
    return _cascade() is not None


def find_face(pixels: np.ndarray, smallest: float = 0.0) -> Box | None:
    """The box of the largest face, from brows to mouth, or None; without the extra always None.

    Args:
        pixels: uint8 (H, W, 3).
        smallest: pixels a side; smaller faces are not looked for.
    """
    cascade = _cascade()
    if cascade is None:
        return None
    image = Image.fromarray(pixels).convert("L")
    image.thumbnail((LONGEST, LONGEST))
    scale = pixels.shape[1] / image.width
    least = max(SEEN, round(smallest / scale))
    if least > min(image.size):
        return None
    with _turn:
        found = cascade.detectMultiScale(np.array(image), 1.1, 4, minSize=(least, least))
    if len(found) == 0:
        return None
    # Of equal ones always the same, in whatever order threads found them.
    left, top, width, height = max((tuple(map(int, box)) for box in found), key=_by_size)
    sides = left, top, left + width, top + height
    left, top, right, bottom = (round(scale * side) for side in sides)
    return left, top, right, bottom


def framed(face: Box, shape: tuple[int, int], size: tuple[int, int], zoom: float) -> Box:
    """The box around a face that shows it as CelebA's pictures show theirs.

    Where the picture ends too early the box is moved inside, and is as large as it can be.

    Args:
        face: as `find_face` gives it.
        shape: (H, W) of the picture.
        size: (H, W) of the model, whose proportions the box has; its height is the frame's side.
        zoom: how many times smaller than the largest box it may be.

    Returns:
        inside of the picture, in whole pixels.
    """
    left, top, right, bottom = face
    largest = min(shape[0] / size[0], shape[1] / size[1])
    scale = min(max((right - left) / SIDE / size[0], largest / zoom), largest)
    height = min(max(round(scale * size[0]), 1), shape[0])
    width = min(max(round(scale * size[1]), 1), shape[1])
    # Where the middle of the frame is, seen from the middle of the face.
    across = (left + right) / 2 + (0.5 - CENTRE[0]) * (right - left) / SIDE
    down = (top + bottom) / 2 + (0.5 - CENTRE[1]) * (bottom - top) / SIDE
    x = min(max(round(across - width / 2), 0), shape[1] - width)
    y = min(max(round(down - height / 2), 0), shape[0] - height)
    return x, y, x + width, y + height


def face_box(pixels: np.ndarray, size: tuple[int, int], zoom: float) -> Box | None:
    """`framed` of the largest face in uint8 (H, W, 3) pixels; None where none is found."""
    shape = pixels.shape[0], pixels.shape[1]
    smallest = min(shape[0] / size[0], shape[1] / size[1]) * size[0] * SIDE / zoom
    face = find_face(pixels, smallest)
    return None if face is None else framed(face, shape, size, zoom)


def _by_size(box: tuple[int, ...]) -> tuple[int, ...]:
    left, top, width, _ = box
    return width, -top, -left


@lru_cache(maxsize=1)
def _cascade() -> Any:
    """The detector; None where there is no OpenCV, or one without it, as from 5 on."""
    try:
        import cv2

        cascade = cv2.CascadeClassifier(str(Path(cv2.__file__).with_name("data") / CASCADE))
    except (ImportError, AttributeError):
        return None
    return None if cascade.empty() else cascade
