"""Precision and recall of samples by nearest neighbours (Kynkäänniemi et al., 2019)."""

import torch
from torch import Tensor

NEIGHBOUR = 3  # which nearest neighbour gives the radius, as in the paper
BLOCK = 512  # rows of distances at once: memory stays flat


def precision_and_recall(
    real: Tensor, drawn: Tensor, neighbour: int = NEIGHBOUR
) -> tuple[float, float]:
    """The share of samples that lie among real pictures, and the other way round.

    Around every feature of a set there is a ball, as wide as its `neighbour`-th nearest in the
    same set is far; what is in one of them, or on its edge, lies among the set. Samples of high
    precision look real; with high recall they are as various as real pictures.

    Args:
        real, drawn: features, (N, F) and (M, F); each more than `neighbour`.

    Raises:
        ValueError: if there are too few.
    """
    if min(len(real), len(drawn)) <= neighbour:
        raise ValueError(f"neighbour {neighbour} needs more than so many of each")
    real, drawn = real.double(), drawn.double()
    return _share_among(real, drawn, neighbour), _share_among(drawn, real, neighbour)


def _share_among(these: Tensor, others: Tensor, neighbour: int) -> float:
    # One more: the nearest of all is the picture itself.
    radii = torch.cat(
        [_distances(part, these).kthvalue(neighbour + 1).values for part in these.split(BLOCK)]
    )
    among = [(_distances(part, these) <= radii).any(1) for part in others.split(BLOCK)]
    return float(torch.cat(among).double().mean())


def _distances(a: Tensor, b: Tensor) -> Tensor:
    return torch.cdist(a, b, compute_mode="use_mm_for_euclid_dist")
