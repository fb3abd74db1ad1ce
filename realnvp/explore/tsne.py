"""Latents in two dimensions by t-SNE: neighbours stay neighbours, distances mean little."""

import torch
from torch import Tensor

from realnvp.explore.atlas import NEIGHBOURS, nearest
from realnvp.explore.learnt_directions import principal

COMPONENTS = 50  # principal ones that it starts from, as its authors do
PERPLEXITY = 30.0  # about how many neighbours each point keeps; fewer where there are few points


def tsne(z: Tensor, seed: int = 0) -> Tensor:
    """Points, (N, 2), float64, of latents, (N, D) with N at least 4.

    van der Maaten and Hinton 2008, JMLR 9, by scikit-learn. It runs on one thread: some seconds for
    500 latents. The same machine gives the same points.
    """
    # Imported here: it takes a second that only this asks for.
    from sklearn.manifold import TSNE  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    axes, _, _ = principal(z, min(COMPONENTS, len(z) - 1, z.shape[1]))
    scores = (z.double() - z.double().mean(dim=0)) @ axes.T
    perplexity = min(PERPLEXITY, (len(z) - 1) / 3)
    with threadpool_limits(1):
        made = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
        return torch.from_numpy(made.fit_transform(scores.numpy())).double()


def place_among(points: Tensor, z: Tensor, new: Tensor) -> Tensor:
    """Where a new latent, (1, D), goes on a map that has no formula: (2,).

    The mean of the points, (N, 2), of its `NEIGHBOURS` nearest latents among z, (N, D), each by one
    over its distance; on one of them, that one's.
    """
    rows = nearest(z, new[0], NEIGHBOURS)
    distances = (z[rows].double() - new.double()).norm(dim=1)
    weights = 1 / distances.clamp_min(1e-12)
    return weights @ points[rows] / weights.sum()
