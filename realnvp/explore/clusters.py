"""Groups that nobody named: k-means of latents, and HDBSCAN of the points of a map."""

import torch
from torch import Tensor

from realnvp.explore.scores import scores_of

NONE = -1  # in no cluster
STARTS = 4  # of k-means; the best is kept


def k_means(z: Tensor, count: int) -> Tensor:
    """The cluster of each latent, (N, D) to int64 (N,), by Lloyd's algorithm; 0 is the largest.

    It looks at the principal components that t-SNE starts from: on those the sum of

        |z_n - mean of its cluster|^2

    is made small. In all D, most of that sum is noise that no clusters explain.
    """
    from sklearn.cluster import KMeans  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        made = KMeans(min(count, len(z)), n_init=STARTS, random_state=0)
        found = made.fit_predict(scores_of(z).numpy())
    return _largest_first(torch.from_numpy(found).long())


def hdbscan(points: Tensor, smallest: int) -> Tensor:
    """The cluster of each point, (N, 2) to int64 (N,); `NONE` where it is too thin for one.

    Campello et al. 2013, by scikit-learn: dense regions of at least `smallest` points.
    """
    from sklearn.cluster import HDBSCAN

    smallest = max(2, min(smallest, len(points) // 2))
    made = HDBSCAN(min_cluster_size=smallest, copy=True, n_jobs=1)
    return _largest_first(torch.from_numpy(made.fit_predict(points.numpy())).long())


def agreement_with(words: tuple[str, ...], clusters: Tensor) -> float:
    """Adjusted Rand index of clusters, (N,), and labels: 1 for the same groups, 0 for chance."""
    from sklearn.metrics import adjusted_rand_score  # type: ignore[import-untyped]

    return float(adjusted_rand_score(list(words), clusters.tolist()))


def _largest_first(found: Tensor) -> Tensor:
    """The same clusters, numbered by their sizes; of equal ones, the one that comes first."""
    there = found[found >= 0]
    if not len(there):
        return found
    order = there.bincount().argsort(descending=True, stable=True)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(len(order))
    return torch.where(found < 0, found, rank[found.clamp_min(0)])
