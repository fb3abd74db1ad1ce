"""A map of many latents: their two main axes, and who lies near whom.

A set of N pictures has latents z, (N, D). Principal components keep what varies most,

    points = (z - mean) axes^T        axes (2, D), of length 1 and at right angles

and nothing else: `shares` says how much of the variance that is, `noise_share` how much it would
be if the latents were the noise that the prior says they are.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from realnvp.data.chosen import chosen_rows
from realnvp.explore.encode_set import Atlas
from realnvp.explore.learnt_directions import principal
from realnvp.viz import GAP, image_grid

NEIGHBOURS = 8
FEWEST = NEIGHBOURS + 2  # pictures of a map
CHUNK = 1024  # of many pictures, so many are looked at in double precision at once
COMPARED = 2000  # pictures at most of which each is compared with all others


@dataclass(frozen=True, eq=False)
class Projection:
    """Latents in two dimensions.

    Args:
        mean: (D,), float64.
        axes: (2, D), float64.
        points: of the latents it was made from, (N, 2).
        shares: of all variance, along each axis, (2,).
    """

    mean: Tensor
    axes: Tensor
    points: Tensor
    shares: Tensor

    def place(self, z: Tensor) -> Tensor:
        """Where other latents, (n, D), lie: (n, 2)."""
        return (z.double() - self.mean) @ self.axes.T


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The nearest in latents, and in pixels, as rows of the atlas, (k,) each, nearest first."""

    latents: Tensor
    pixels: Tensor

    @property
    def shared(self) -> set[int]:
        """Those in both."""
        return set(self.latents.tolist()) & set(self.pixels.tolist())


@dataclass(frozen=True)
class Agreement:
    """Over all pictures of an atlas, on average.

    Args:
        shared: of each picture's k neighbours, how many are the same in latents and in pixels.
        by_chance: the same for neighbours drawn by chance.
        alike_latents, alike_pixels: share of the neighbours that show the same.
        hub: the row that most pictures have among their neighbours in latents. Where all are about
            equally far apart, those of the smallest norm are everyone's nearest (Radovanovic et al.
            2010, JMLR 11).
        hub_of: how many pictures these are; k on average.
        count: pictures that were compared, `COMPARED` by a fixed seed where there are more.
    """

    shared: float
    by_chance: float
    alike_latents: float
    alike_pixels: float
    hub: int
    hub_of: int
    count: int


def project_pca(z: Tensor) -> Projection:
    """Latents, (N, D) with N and D at least 3, on the two axes along which they vary most."""
    axes, _, shares = principal_of_many(z, 2)
    mean = mean_of(z)
    points = torch.cat([(part.double() - mean) @ axes.T for part in z.split(CHUNK)])
    return Projection(mean, axes, points, shares)


def mean_of(z: Tensor) -> Tensor:
    """The mean latent of (N, D), float64 (D,)."""
    return z.mean(dim=0, dtype=torch.float64)


def principal_of_many(z: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """`principal`; where both N and D are large, by Lanczos iterations from a fixed start.

    They ask for products with the latents alone, never for the D × D covariance.
    """
    count, dim = z.shape
    if min(count, dim) <= COMPARED:
        return principal(z, k)
    from scipy.sparse.linalg import LinearOperator, eigsh  # type: ignore[import-untyped]

    mean = z.mean(dim=0)

    def covariance(vector: np.ndarray) -> np.ndarray:
        v = torch.from_numpy(np.ascontiguousarray(vector, np.float32)).flatten()
        along = z @ v - mean @ v
        return ((along @ z - along.sum() * mean) / count).numpy()

    operator = LinearOperator((dim, dim), covariance, dtype=np.float32)
    values, vectors = eigsh(operator, k, which="LA", v0=np.ones(dim, np.float32), tol=1e-4)
    rows = torch.from_numpy(vectors.T[::-1].copy()).double()
    variances = torch.from_numpy(values[::-1].copy()).double()
    largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
    total = sum(float((part.double() - mean).square().sum()) for part in z.split(CHUNK)) / count
    return rows * largest.sign(), variances, variances / total


def noise_share(n: int, dim: int) -> float:
    """Share of the variance that two principal axes of n latents of pure noise have, about.

    The largest eigenvalue of a covariance of noise is near (1 + sqrt(D / N))^2, the next one not
    far below (Johnstone 2001, Annals of Statistics 29, section 1.2); their mean is 1.
    """
    return min(1.0, 2 * (1 + math.sqrt(dim / n)) ** 2 / dim)


def nearest(places: Tensor, to: Tensor, k: int, *, without: int | None = None) -> Tensor:
    """Rows of (N, D) that are nearest to (D,) by Euclid, at most k, nearest first.

    Args:
        without: a row that is left out: the one that is looked at.
    """
    parts = (part.double() - to.double() for part in places.split(CHUNK))
    squares = torch.cat([part.square().sum(dim=1) for part in parts])
    order = squares.argsort(stable=True)
    return order[order != (-1 if without is None else without)][:k]


def neighbours(atlas: Atlas, z: Tensor, image: Tensor, *, without: int | None = None) -> Neighbours:
    """The `NEIGHBOURS` nearest of a latent, (1, D), and its picture, uint8 (1, C, H, W)."""
    pixels = atlas.images.flatten(1)
    return Neighbours(
        nearest(atlas.z, z[0], NEIGHBOURS, without=without),
        nearest(pixels, image.flatten(), NEIGHBOURS, without=without),
    )


def neighbour_sheet(atlas: Atlas, found: Neighbours) -> np.ndarray:
    """Two rows, uint8 (H, W, 3 or 4): nearest in latents, and below them nearest in pixels."""
    rows = torch.cat([found.latents, found.pixels])
    return image_grid(atlas.images[rows], len(found.latents), GAP)


def agreement(atlas: Atlas) -> Agreement:
    """How far the neighbours in latents are those in pixels, and show the same."""
    chosen = chosen_rows(len(atlas.images), COMPARED)
    count = len(chosen)
    near = [
        _all_nearest(places[chosen].double()) for places in (atlas.z, atlas.images.flatten(1))
    ]  # (N, k) each
    k = near[0].shape[1]
    shared = (near[0][:, :, None] == near[1][:, None, :]).sum(dim=(1, 2)).double().mean()
    known = {word: index for index, word in enumerate(dict.fromkeys(atlas.words))}
    words = torch.tensor([known[atlas.words[row]] for row in chosen])
    latents, pixels = (float((words[rows] == words[:, None]).double().mean()) for rows in near)
    counts = near[0].flatten().bincount(minlength=count)
    hub = int(counts.argmax())
    by_chance, hub_of = k * k / (count - 1), int(counts[hub])
    return Agreement(float(shared), by_chance, latents, pixels, chosen[hub], hub_of, count)


def _all_nearest(places: Tensor) -> Tensor:
    distances = torch.cdist(places, places).fill_diagonal_(torch.inf)
    return distances.argsort(dim=1, stable=True)[:, :NEIGHBOURS]
