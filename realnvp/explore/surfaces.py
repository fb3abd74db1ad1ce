"""Latents over two parameters.

Each function gives (rows * columns, D), row after row; one row and one column give one point.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def manifold(corners: Tensor, phi: Sequence[float], phi_prime: Sequence[float]) -> Tensor:
    """The paper's manifold through four latents, Eq. 19.

        z = cos(phi) (cos(phi') z_1 + sin(phi') z_2) + sin(phi) (cos(phi') z_3 + sin(phi') z_4)

    Args:
        corners: z_1 ... z_4, (4, D).
        phi: angles of the rows, radians; the paper takes `full_turn(8)` for both.
        phi_prime: angles of the columns.

    Returns:
        (rows * columns, D). (0, 0), (0, pi/2), (pi/2, 0) and (pi/2, pi/2) are z_1 ... z_4, bit for
        bit. The squares of the four weights add up to 1: of latents at right angles with one norm,
        as draws from N(0, I) nearly are, that norm is kept.

    Raises:
        ValueError: if there are not four latents.
    """
    if corners.ndim != 2 or len(corners) != 4:
        raise ValueError(f"the manifold has four corners, not {len(corners)}")
    rows = _cos_sin(phi)[:, None, :, None]
    columns = _cos_sin(phi_prime)[None, :, None, :]
    weights = (rows * columns).reshape(-1, 4)
    return (weights @ corners.double()).to(corners.dtype)


def full_turn(n: int) -> list[float]:
    """n angles around the circle from 0, radians."""
    return [2 * math.pi * k / n for k in range(n)]


def _cos_sin(angles: Sequence[float]) -> Tensor:
    """(n, 2), with zeros that float64's pi misses by 1e-16 put right."""
    angle = torch.tensor(angles, dtype=torch.float64)
    both = torch.stack([angle.cos(), angle.sin()], dim=1)
    return both.where(both.abs() > 1e-15, 0.0)


def plane(
    z: Tensor,
    across: Sequence[float],
    down: Sequence[float],
    seed: int,
    *,
    keep_norm: bool = False,
) -> Tensor:
    """A plane through a latent: z + sqrt(D) (across u + down v).

    u and v are of length 1, at right angles to each other and to z, and drawn with the seed: the
    plane touches the sphere of ||z||. sqrt(D) is the norm of a typical latent, so at 1 the step is
    about as long as z itself.

    Args:
        z: (D,) or (1, D), D at least 3.
        across: steps of the columns.
        down: steps of the rows.
        keep_norm: scale every point back to ||z||, onto the sphere.

    Returns:
        (rows * columns, D); the point of no steps is z.
    """
    middle = z.reshape(-1, 1).double()
    noise = torch.randn(2, len(middle), generator=torch.Generator().manual_seed(seed))
    # QR is Gram-Schmidt from the left: z first, then what is new in each of the two.
    basis = torch.linalg.qr(torch.cat([middle, noise.double().T], dim=1)).Q
    u, v = math.sqrt(len(middle)) * basis[:, 1:].T
    steps = torch.cartesian_prod(
        torch.tensor(down, dtype=torch.float64), torch.tensor(across, dtype=torch.float64)
    )
    points = middle.T + steps[:, 1:] * u + steps[:, :1] * v
    if keep_norm:
        norms = points.norm(dim=1, keepdim=True)
        points = points * (middle.norm() / norms.clamp_min(torch.finfo(norms.dtype).tiny))
    return points.to(z.dtype)
