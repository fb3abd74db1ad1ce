"""The paper's conceptual compression: keep the coarsest latents, forget the rest."""

from collections.abc import Sequence

import torch
from torch import Tensor

from realnvp.flow import RealNVP

FRACTIONS = (1.0, 0.5, 0.25, 0.125, 0.0625)  # the paper's


def keep_order(flow: RealNVP, size: tuple[int, int] | None = None) -> Tensor:
    """Indices of the variables, (D,), in the order in which they are kept: coarsest first.

    Level after level from the last. Within a level the halving that made the levels goes on: the
    diagonal of every 2x2 cell of its grid comes before the rest, the diagonal of the 2x2 cells of
    those cells before that, and so on. So what is kept lies evenly in the picture, and half of the
    last level is what one more level would have kept. Equals go by channels.
    """
    ranks = []
    for level, (channels, height, width) in enumerate(flow.shapes(size)):
        depth = _halvings(height, width).expand(channels, -1, -1)
        ranks.append((level * 64 + depth).flatten())  # no side is halved 64 times: levels go first
    return torch.cat(ranks).argsort(descending=True, stable=True)


def _halvings(height: int, width: int) -> Tensor:
    """How often each place, (height, width), stays on the diagonal as the grid is halved."""
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    depth = torch.zeros(height, width, dtype=torch.long)
    on_diagonal = torch.ones(height, width, dtype=torch.bool)
    for _ in range(max(height, width).bit_length()):
        on_diagonal = on_diagonal & ((rows + columns) % 2 == 0)
        depth = depth + on_diagonal
        rows, columns = rows // 2, columns // 2
    return depth


def kept_mask(flow: RealNVP, fraction: float, size: tuple[int, int] | None = None) -> Tensor:
    """The first round(fraction D) variables of `keep_order`: boolean (D,).

    Raises:
        ValueError: unless 0 <= fraction <= 1.
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"the fraction that is kept lies between 0 and 1: {fraction!r}")
    order = keep_order(flow, size)
    mask = torch.zeros(len(order), dtype=torch.bool)
    mask[order[: round(fraction * len(order))]] = True
    return mask


def kept_per_level(
    flow: RealNVP, fraction: float, size: tuple[int, int] | None = None
) -> list[float]:
    """Which share of each level is kept, finest first: 0 to 1."""
    levels = flow.unpack(kept_mask(flow, fraction, size)[None], size)
    return [float(level.double().mean()) for level in levels]


def compress(
    flow: RealNVP,
    z: Tensor,
    fractions: Sequence[float] = FRACTIONS,
    generator: torch.Generator | None = None,
    temperature: float | Sequence[float] = 1.0,
    size: tuple[int, int] | None = None,
) -> Tensor:
    """Latents of which only a fraction is kept, for one fraction after the other.

    Args:
        z: (B, D) or (D,).
        generator: draws what is not kept from N(0, temperature^2 I), once for all fractions;
            without one it is set to 0.

    Returns:
        (B len(fractions), D), latent by latent; what is kept is kept bit for bit.
    """
    z = torch.atleast_2d(z)
    rest = torch.zeros_like(z)
    if generator is not None:
        rest = flow.draw(len(z), temperature, generator, size).to(z)
    masks = torch.stack([kept_mask(flow, fraction, size) for fraction in fractions])
    return torch.where(masks, z[:, None], rest[:, None]).flatten(0, 1)
