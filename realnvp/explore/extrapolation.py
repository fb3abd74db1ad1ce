"""Pictures larger than those the model was trained on.

The network is convolutional: it takes latents of any size, and has learned how far things reach.
"""

from realnvp.flow import RealNVP

MAX_TIMES = 10  # the paper's largest


def larger_size(flow: RealNVP, times: int) -> tuple[int, int]:
    """(H, W) of pictures `times` as high and as wide as the trained ones.

    Raises:
        ValueError: unless `times` is a whole number from 1 to `MAX_TIMES`.
    """
    if not isinstance(times, int) or not 1 <= times <= MAX_TIMES:
        raise ValueError(f"pictures can be 1 to {MAX_TIMES} times the trained size, not {times!r}")
    height, width = flow.config.image_size
    return times * height, times * width
