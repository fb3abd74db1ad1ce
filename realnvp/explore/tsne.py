"""Latents in two dimensions by t-SNE: neighbours stay neighbours, distances mean little."""

import torch
from torch import Tensor

from realnvp.data.chosen import chosen_rows
from realnvp.explore.atlas import NEIGHBOURS, nearest
from realnvp.explore.scores import scores_of

PERPLEXITY = 30.0  # about how many neighbours each point keeps; fewer where there are few points
MOVED = 5000  # points at most that it moves; it takes minutes for more
BLOCK = 1000  # of the others, placed at once


def tsne(z: Tensor, seed: int = 0) -> Tensor:
    """Points, (N, 2), float64, of latents, (N, D) with N at least 4.

    van der Maaten and Hinton 2008, JMLR 9, by scikit-learn, on principal components. It runs on one
    thread: some seconds for 500 latents. The same machine gives the same points. Of more than
    `MOVED`, so many are moved, chosen by a fixed seed, and the others are placed among them.
    """
    # Imported here: it takes a second that only this asks for.
    from sklearn.manifold import TSNE  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    scores = scores_of(z)
    rows = torch.tensor(chosen_rows(len(z), MOVED))
    perplexity = min(PERPLEXITY, (len(rows) - 1) / 3)
    with threadpool_limits(1):
        made = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
        moved = torch.from_numpy(made.fit_transform(scores[rows].numpy())).double()
    if len(rows) == len(z):
        return moved
    points = torch.cat([_among(moved, scores[rows], part) for part in scores.split(BLOCK)])
    points[rows] = moved
    return points


def place_among(points: Tensor, z: Tensor, new: Tensor) -> Tensor:
    """Where a new latent, (1, D), goes on a map that has no formula: (2,).

    The mean of the points, (N, 2), of its `NEIGHBOURS` nearest latents among z, (N, D), each by one
    over its distance; on one of them, that one's.
    """
    rows = nearest(z, new[0], NEIGHBOURS)
    distances = (z[rows].double() - new.double()).norm(dim=1)
    weights = 1 / distances.clamp_min(1e-12)
    return weights @ points[rows] / weights.sum()


def _among(points: Tensor, places: Tensor, new: Tensor) -> Tensor:
    """`place_among` for many, (n, k) among (N, k): (n, 2)."""
    distances, rows = torch.cdist(new, places).topk(NEIGHBOURS, largest=False)
    weights = 1 / distances.clamp_min(1e-12)
    return (weights[:, :, None] * points[rows]).sum(dim=1) / weights.sum(dim=1, keepdim=True)
