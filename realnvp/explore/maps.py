"""The points of a map by the name of its projection."""

from typing import Literal

from torch import Tensor

from realnvp.explore.atlas import project_pca
from realnvp.explore.tsne import tsne
from realnvp.explore.umap_map import umap_of

ProjectionName = Literal["PCA", "t-SNE", "UMAP"]


def points_of(z: Tensor, projection: str) -> Tensor:
    """(N, 2) of latents, (N, D), on the same machine always the same.

    Raises:
        ValueError: for UMAP, where it is not installed.
    """
    if projection == "PCA":
        return project_pca(z).points
    return tsne(z) if projection == "t-SNE" else umap_of(z)
