"""The Fréchet distance of two sets of features (Heusel et al., 2017)."""

import numpy as np
from torch import Tensor


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Of the Gaussians that have the means and covariances of two sets.

        d² = |μ_a - μ_b|² + tr(C_a + C_b - 2 (C_a^½ C_b C_a^½)^½)

    It is d², as papers give it: in squared units of the features. Finite sets make it larger than
    it is, fewer of them by more: compare equal numbers only.

    Args:
        a, b: (N, F) and (M, F); at least two each.

    Raises:
        ValueError: if a set has fewer than two, or the features differ in number.
    """
    mean_a, covariance_a = _moments(a)
    mean_b, covariance_b = _moments(b)
    if mean_a.shape != mean_b.shape:
        raise ValueError(f"{len(mean_a)} features cannot be compared with {len(mean_b)}")
    root = _root(covariance_a)
    # Both are symmetric, so eigenvalues are real; rounding alone makes one negative.
    between = np.linalg.eigvalsh(root @ covariance_b @ root).clip(min=0)
    apart = float(((mean_a - mean_b) ** 2).sum())
    spread = float(np.trace(covariance_a) + np.trace(covariance_b) - 2 * np.sqrt(between).sum())
    return max(apart + spread, 0.0)


def _moments(features: Tensor) -> tuple[np.ndarray, np.ndarray]:
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features must be (N, F) with N at least 2, not {tuple(features.shape)}")
    values = features.double().cpu().numpy()
    mean = values.mean(0)
    return mean, (values - mean).T @ (values - mean) / (len(values) - 1)


def _root(covariance: np.ndarray) -> np.ndarray:
    """C^½ of a symmetric matrix."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
