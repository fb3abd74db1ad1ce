"""The frames of a path as a film: it is played, scrubbed, and marked on its curves."""

from collections.abc import Sequence

import numpy as np

from explorer.ui.web import element
from realnvp.explore.frames import Frames
from realnvp.image_encoding import data_url
from realnvp.numerals import numeral
from realnvp.viz import GAP, LINES

_film = element("film")


def show_film(
    sheet: np.ndarray,
    frames: Frames,
    columns: int,
    titles: Sequence[str],
    asked: tuple[int, int],
    *,
    key: str,
) -> None:
    """All frames, of which one is seen, with ‖z‖/√D and bits/dim along them.

    Args:
        sheet: the frames in rows of `columns`, `GAP` apart, uint8 (H, W, 3 or 4).
        titles: what each of them is.
        asked: a frame that the page asks for, and how often it has asked for one.
    """
    norms, bits = frames.norm_ratios.tolist(), frames.bits.tolist()
    height, width = frames.images.shape[2:]
    ends = ", ".join(
        f"{name} from {numeral(min(values), '.2f')} to {numeral(max(values), '.2f')}"
        for name, values in (("‖z‖/√D", norms), ("bits/dim", bits))
    )
    _film(
        key=key,
        data={
            "sheet": data_url(sheet),
            "size": [width, height],
            "columns": columns,
            "gap": GAP,
            "norms": norms,
            "bits": bits,
            "words": [[f"{n:.3f}", numeral(b)] for n, b in zip(norms, bits, strict=True)],
            "titles": list(titles),
            "colours": list(LINES[:2]),
            "asked": list(asked),
            "alt": f"Curves along the frames: {ends}",
        },
    )
