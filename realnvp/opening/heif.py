"""HEIC and HEIF, decoded by libheif: the picture that a phone shows first, upright."""

import io

import numpy as np
import pi_heif
from PIL import Image

from realnvp.opening.colour import coded
from realnvp.opening.depth import BITS
from realnvp.opening.limits import ImageError
from realnvp.opening.loaded import Area, Loaded, Plan, parts_of

pi_heif.options.THUMBNAILS = False  # what is not looked at need not be read
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False
BYTES_A_PIXEL = 9  # a pixel, while it is decoded; measured


def plan(data: bytes) -> Plan:
    """How to open it.

    Raises:
        ImageError: if there is none.
        Exception: ValueError and others, if the file is damaged.
    """
    file = pi_heif.HeifFile(io.BytesIO(data), convert_hdr_to_8bit=True, remove_stride=False)
    if not len(file):
        raise ImageError("There is no picture in the file.")
    image = file[file.primary_index]
    width, height = image.size
    bytes_a_pixel = BYTES_A_PIXEL * (2 if image.info.get("bit_depth", 8) > 8 else 1)
    return Plan((width, height), float(bytes_a_pixel * width * height), lambda: _load(image))


def _load(image: "pi_heif.HeifImage") -> Loaded:
    """Decode it. Turning and mirroring is done there, in the file's own words, not in Exif's."""
    data, (width, height), mode = image.data, image.size, image.mode
    channels = Image.getmodebands(mode)
    rows = np.frombuffer(data, np.uint8).reshape(height, -1)[:, : width * channels]
    values = rows.reshape(height, width, channels)

    def part(area: Area) -> Image.Image:
        left, top, right, bottom = area
        piece = np.ascontiguousarray(values[top:bottom, left:right])
        size = (right - left, bottom - top)
        whole = Image.frombytes(mode, size, piece.tobytes())
        return parts_of(whole)((0, 0, *size))

    made = Loaded((width, height), part, grey=mode in ("L", "LA", "La"))
    made.profile = image.info.get("icc_profile")
    told = image.info.get("nclx_profile")
    if made.profile is None and told:
        numbers = told["color_primaries"], told["transfer_characteristics"]
        made.profile, made.profile_name = coded(*numbers, made.notes)
    if image.info.get("bit_depth", 8) > 8:
        made.notes.append(BITS.format(image.info["bit_depth"]))
    return made
