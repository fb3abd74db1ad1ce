"""How far the logits of pictures may reach."""

import numpy as np

from realnvp.config import ModelConfig

WIDE, MANY = 1e-3, 0.25


def margin_for(images: np.ndarray) -> float:
    """alpha for these pictures: the paper's 0.05, or 0.001 where a quarter of all values are ends.

    p = alpha + (1 - 2 alpha) x / 256. With 0.05 the one step of grey that noise fills in black is
    0.07 wide in logits, so a flow must magnify it fifty times to make noise of variance 1, and
    whatever is not black with it. With 0.001 it is 1.6 wide, and little is left to do.

    Args:
        images: uint8, of any shape.
    """
    ends = np.mean((images == 0) | (images == 255))
    return WIDE if ends >= MANY else ModelConfig.alpha
