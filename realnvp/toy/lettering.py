"""Text as the squares that it covers."""

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

MAX_LETTERS = 8
_HEIGHT = 24  # of the letters, in pixels


def lit_pixels(text: str) -> Tensor:
    """Lower left corners of the pixels that a text covers, float64 (m, 2), y upwards.

    Written in the font that Pillow brings; what is beyond `MAX_LETTERS` is left out.
    """
    line = "".join(letter for letter in text if letter.isprintable())[:MAX_LETTERS]
    font = ImageFont.load_default(_HEIGHT)
    left, top, right, bottom = (round(side) for side in font.getbbox(line))
    if right <= left or bottom <= top:
        return torch.zeros(0, 2, dtype=torch.float64)
    image = Image.new("L", (right - left + 2, bottom - top + 2))
    ImageDraw.Draw(image).text((1 - left, 1 - top), line, fill=255, font=font)
    rows, columns = np.nonzero(np.array(image) > 127)
    return torch.from_numpy(np.stack([columns, image.height - 1 - rows], axis=1)).double()
