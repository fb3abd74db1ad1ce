"""A strip of pictures, one of which is chosen by pressing it."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import torch

from explorer.ui.tiles import show_tiles
from realnvp.fitting import fit


def show_strip(
    pictures: Iterable[np.ndarray],
    names: Sequence[str],
    chosen: str,
    on_press: Callable[[int], None],
    *,
    size: tuple[int, int],
    channels: int,
    tile: int,
    columns: int,
    key: str,
    what: str,
) -> None:
    """Pictures, uint8 (H, W, 3) each, cut in the middle to one size.

    Args:
        names: of each.
        chosen: one of the names.
        on_press: called with the number of the one that is pressed, from 0.
        size: (H, W) that they are brought to.
        channels: 1 for grey, 3 for colour.
        tile: side of one, in CSS pixels.
        columns: in a row, at most.
        what: they are, for people.
    """
    across = min(len(names), columns)
    show_tiles(
        torch.cat([fit(pixels, size, channels)[0] for pixels in pictures]),
        across,
        key=key,
        alt=f"{what}: {', '.join(names)}",
        room=tile * across,
        titles=names,
        pressed=names.index(chosen),
        on_press=on_press,
    )
