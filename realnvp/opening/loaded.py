"""A picture while it is on its way from a file to pixels."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import ExifTags, Image

FactorOf = Callable[[tuple[int, int]], int]
Area = tuple[int, int, int, int]  # left, top, right, bottom, in pixels

BAND = 2**19  # pixels that are worked on at once


@dataclass(frozen=True)
class Plan:
    """A picture that is not yet decoded.

    Args:
        size: width and height.
        memory: bytes that `load` is going to take, about.
        load: decodes it.
    """

    size: tuple[int, int]
    memory: float
    load: "Callable[[], Loaded]"


@dataclass
class Loaded:
    """A decoded picture, not yet small, upright, sRGB or without transparency.

    Args:
        size: width and height.
        part: any area of it, in a mode of 8 bits a channel: L, LA, RGB, RGBA, CMYK or LAB.
        grey: whether one channel would do.
        orientation: as Exif has it, 1 to 8.
        profile: of its colours, as ICC has it.
        profile_name: for people; None is what the profile says itself.
        cut: what is missing at the end, in words; "" for nothing.
        notes: what was decided so far, for people.
    """

    size: tuple[int, int]
    part: Callable[[Area], Image.Image]
    grey: bool
    orientation: int = 1
    profile: bytes | None = None
    profile_name: str | None = None
    cut: str = ""
    notes: list[str] = field(default_factory=list)

    def shrunk(self, factor: int) -> Image.Image:
        """The picture, every factor² pixels averaged to one; a band at a time."""
        width, height = self.size
        if factor == 1:
            return self.part((0, 0, width, height))
        rows = factor * max(1, BAND // (width * factor))
        bands = []
        for top in range(0, height, rows):
            band = self.part((0, top, width, min(top + rows, height)))
            bands.append(band.reduce(factor))
        whole = Image.new(bands[0].mode, (bands[0].width, sum(band.height for band in bands)))
        top = 0
        for band in bands:
            whole.paste(band, (0, top))
            top += band.height
        return whole


def pillow_bytes(image: Image.Image) -> int:
    """Of a pixel, as Pillow holds it."""
    return {"1": 1, "L": 1, "P": 1}.get(image.mode, 2 if image.mode.startswith("I;16") else 4)


def orientation_of(image: Image.Image) -> int:
    """As Exif has it; upright where that cannot be read."""
    try:
        found = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # whatever a damaged one leads to; the picture itself may be good
        return 1
    return found if found in range(1, 9) else 1


def parts_of(image: Image.Image) -> Callable[[Area], Image.Image]:
    """The areas of an image of Pillow's with at most 8 bits a channel."""

    def part(area: Area) -> Image.Image:
        piece = image if area == (0, 0, *image.size) else image.crop(area)
        if piece.mode == "1":
            return piece.convert("L")
        if piece.mode in ("P", "PA"):
            return piece.convert("RGBA" if image.has_transparency_data else "RGB")
        if piece.mode in ("La", "RGBa"):
            return piece.convert(piece.mode.upper())
        if piece.mode in ("YCbCr", "HSV", "RGBX"):
            return piece.convert("RGB")
        return piece

    return part


def only(part: Callable[[Area], Image.Image], there: Image.Image) -> Callable[[Area], Image.Image]:
    """The same areas, white where a mask of the whole, of mode L, is 0."""

    def kept(area: Area) -> Image.Image:
        piece = part(area)
        white = 0 if piece.mode == "CMYK" else "white"
        return Image.composite(piece, Image.new(piece.mode, piece.size, white), there.crop(area))

    return kept


def placed(
    part: Callable[[Area], Image.Image], size: tuple[int, int], box: Area
) -> Callable[[Area], Image.Image]:
    """The areas of a canvas, of which a frame covers a box; transparent around it.

    Args:
        part: areas of the frame.
        size: of the canvas, width and height.
        box: where the frame is; it may reach beyond the canvas.
    """
    if box[0] <= 0 and box[1] <= 0 and box[2] >= size[0] and box[3] >= size[1]:
        return lambda area: part(
            (area[0] - box[0], area[1] - box[1], area[2] - box[0], area[3] - box[1])
        )

    def around(area: Area) -> Image.Image:
        left, top, right, bottom = area
        within = (max(left, box[0]), max(top, box[1]), min(right, box[2]), min(bottom, box[3]))
        canvas = Image.new("RGBA", (right - left, bottom - top))
        if within[0] < within[2] and within[1] < within[3]:
            x, y, *_ = box
            piece = part((within[0] - x, within[1] - y, within[2] - x, within[3] - y))
            canvas.paste(piece.convert("RGBA"), (within[0] - left, within[1] - top))
        return canvas

    return around
