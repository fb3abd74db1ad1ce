"""Latents in two dimensions by UMAP, where umap-learn is installed."""

import importlib.util
import warnings

import torch
from torch import Tensor

from realnvp.explore.scores import scores_of

UMAP_MISSING = "UMAP needs umap-learn, which is not here: pip install 'realnvp[umap]'"
NEIGHBOURS = 15
APART = 0.1  # how close points may come


def has_umap() -> bool:
    """Whether umap-learn is installed; nothing is imported."""
    return importlib.util.find_spec("umap") is not None


def umap_of(z: Tensor) -> Tensor:
    """Points, (N, 2), float64, of latents, (N, D) with N at least 4.

    McInnes et al. 2018, arXiv:1802.03426, from the same components as t-SNE. It runs on one thread,
    so that the same machine gives the same points.

    Raises:
        ValueError: if umap-learn is not installed; says how to get it.
    """
    if not has_umap():
        raise ValueError(UMAP_MISSING)
    with warnings.catch_warnings():  # it warns of its own choice of threads, and of others' names
        warnings.simplefilter("ignore")
        from umap import UMAP

        fewer = min(NEIGHBOURS, len(z) - 1)
        made = UMAP(n_neighbors=fewer, min_dist=APART, random_state=0, n_jobs=1)
        return torch.from_numpy(made.fit_transform(scores_of(z).numpy())).double()
