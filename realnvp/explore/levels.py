"""Operations on chosen levels of a latent.

Latents are (B, D) or (D,); levels are counted from 0, the finest. What is not chosen stays as it
was, bit for bit.
"""

from collections.abc import Collection, Sequence

import torch
from torch import Tensor

from realnvp import latents
from realnvp.flow import RealNVP


def level_mask(
    flow: RealNVP, chosen: Collection[int], size: tuple[int, int] | None = None
) -> Tensor:
    """Which variables belong to the chosen levels: boolean (D,).

    Raises:
        ValueError: for a level that the model does not have.
    """
    shapes = flow.shapes(size)
    if wrong := sorted(set(chosen) - set(range(len(shapes)))):
        raise ValueError(f"level {wrong[0]} is not one of 0 to {len(shapes) - 1}")
    marks = torch.tensor([level in chosen for level in range(len(shapes))])
    return marks.repeat_interleave(torch.tensor([c * h * w for c, h, w in shapes]))


def temper(
    flow: RealNVP,
    z: Tensor,
    temperature: float | Sequence[float],
    size: tuple[int, int] | None = None,
) -> Tensor:
    """z scaled by one temperature, or each level by its own, finest first.

    Raises:
        ValueError: if their number is not that of the levels, or one is negative or not finite.
    """
    return z * latents.level_temperatures(temperature, flow.shapes(size)).to(z)


def zero(
    flow: RealNVP, z: Tensor, chosen: Collection[int], size: tuple[int, int] | None = None
) -> Tensor:
    """z with the chosen levels at 0, the most likely value of each."""
    return torch.where(level_mask(flow, chosen, size), 0.0, z)


def swap(
    flow: RealNVP,
    a: Tensor,
    b: Tensor,
    chosen: Collection[int],
    size: tuple[int, int] | None = None,
) -> tuple[Tensor, Tensor]:
    """a with b's chosen levels, b with a's: all levels exchange the two."""
    mask = level_mask(flow, chosen, size)
    return torch.where(mask, b, a), torch.where(mask, a, b)


def resample(
    flow: RealNVP,
    z: Tensor,
    chosen: Collection[int],
    n: int,
    generator: torch.Generator,
    temperature: float | Sequence[float] = 1.0,
    size: tuple[int, int] | None = None,
) -> Tensor:
    """n variants of each latent with new noise in the chosen levels: (B n, D), latent by latent.

    The noise is drawn for whole latents, so with one seed a level's stays the same when other
    levels are chosen as well, and is that of `flow.draw`. Temperature 0 is `zero`.
    """
    noise = flow.draw(n, temperature, generator, size).to(z)
    mask = level_mask(flow, chosen, size)
    return torch.where(mask, noise, torch.atleast_2d(z)[:, None]).flatten(0, 1)


def spread(images: Tensor) -> Tensor:
    """Standard deviation of each pixel over pictures, uint8 (n, C, H, W): (H, W), in 1/255.

    That of the n pictures themselves (over n, not n - 1), root mean square over the channels.
    """
    return images.double().var(dim=0, correction=0).mean(dim=0).sqrt()
