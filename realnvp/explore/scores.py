"""Latents on their principal components: what maps and clusters start from."""

import torch
from torch import Tensor

from realnvp.explore.learnt_directions import principal

COMPONENTS = 50  # as the authors of t-SNE take
EXACT = 2000  # the lesser of N and D up to which they are exact
ITERATIONS = 4


def scores_of(z: Tensor) -> Tensor:
    """(N, k), float64, of latents (N, D): k is `COMPONENTS`, or what there is.

    Where both N and D are large, by a randomized SVD from a fixed seed (Halko et al. 2011, SIAM
    Review 53): components of nearly the same variance may come mixed.
    """
    count, dim = z.shape
    k = min(COMPONENTS, count - 1, dim)
    if min(count, dim) <= EXACT:
        axes, _, _ = principal(z, k)
        return (z.double() - z.double().mean(dim=0)) @ axes.T
    # Imported here: it takes a second that only this asks for.
    from sklearn.utils.extmath import randomized_svd  # type: ignore[import-untyped]

    centred = (z - z.mean(dim=0)).numpy()
    left, values, _ = randomized_svd(centred, k, n_iter=ITERATIONS, random_state=0)
    return torch.from_numpy(left * values).double()
