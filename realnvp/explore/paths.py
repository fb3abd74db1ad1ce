"""Paths from latent to latent.

Every `between` function has the form `f(a, b, t)`: latents a and b, (D,), and positions t, (n,), in
[0, 1]; it gives (n, D), where t = 0 is a and t = 1 is b, bit for bit. All is computed in float64.
"""

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

# Below this share of its length, what two unit latents differ by is the rounding of float32.
_SAME_DIRECTION = 1e-6


def lerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Straight line, (1 - t) a + t b.

    Between two draws from N(0, I) it dips to 0.7 of their norm, where the prior has no mass.
    """
    return _with_ends(a, b, t, _straight(a, b, t))


def norm_corrected(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """The direction of the straight line, at the norm (1 - t) ||a|| + t ||b||.

    Where the line meets the origin there is no direction: the point stays there.
    """
    line = _straight(a, b, t)
    return _with_ends(a, b, t, _unit(line) * _norms(a, b, t))


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Great circle at an even angular speed, at the norm (1 - t) ||a|| + t ||b||.

        u = a / ||a||,  w = the part of b at right angles to u, normalised,  angle = that of a and b
        point = (cos(t angle) u + sin(t angle) w) ((1 - t) ||a|| + t ||b||)

    Opposite latents have many great circles between them: one through a fixed random direction is
    taken. From or to the zero latent, which has no direction, the path is the straight line.
    """
    u, v = _unit(a.double()), _unit(b.double())
    u, v = (u if u.any() else v), (v if v.any() else u)
    w = v - (u @ v) * u
    angle = torch.atan2(w.norm(), u @ v)
    if w.norm() < _SAME_DIRECTION:
        w = torch.randn(len(u), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
        w = w - (u @ w) * u
    turned = t.double()[:, None] * angle
    return _with_ends(a, b, t, (turned.cos() * u + turned.sin() * _unit(w)) * _norms(a, b, t))


BETWEEN: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "spherical": slerp,
    "linear": lerp,
    "norm-corrected": norm_corrected,
}


def path(latents: Tensor, frames: int, kind: str = "spherical") -> Tensor:
    """A path through latents in their order.

    Args:
        latents: (m, D), at least 2.
        frames: points of the path, at least m.
        kind: one of `BETWEEN`.

    Returns:
        (frames, D). Each of the latents is one of the frames, bit for bit, and the others are
        spread evenly between: see `positions`.

    Raises:
        ValueError: for another kind, fewer than 2 latents, or fewer frames than latents.
    """
    if kind not in BETWEEN:
        raise ValueError(f"a path is {', '.join(BETWEEN)}, not {kind!r}")
    at = positions(len(latents), frames)
    parts = []
    for index, (a, b) in enumerate(pairwise(latents)):
        inside = (at >= index) & (at < index + 1)
        parts.append(BETWEEN[kind](a, b, at[inside] - index))
    return torch.cat([*parts, latents[-1:]])


def positions(count: int, frames: int) -> Tensor:
    """Where each frame lies, (frames,), float64: k is the k-th of `count` latents, from 0.

    Every latent is met. Where the steps between do not come out even, earlier stretches have one
    more.

    Raises:
        ValueError: if count < 2 or frames < count.
    """
    if count < 2:
        raise ValueError(f"a path needs at least 2 latents, not {count}")
    if frames < count:
        raise ValueError(f"{frames} frames are too few for a path through {count} latents")
    steps, more = divmod(frames - 1, count - 1)
    at: list[float] = []
    for index in range(count - 1):
        length = steps + (index < more)
        at += [index + step / length for step in range(length)]
    return torch.tensor([*at, count - 1], dtype=torch.float64)


def ping_pong(frames: int) -> list[int]:
    """The order in which an animation that repeats shows them: 0 ... n - 1 ... 1."""
    return [*range(frames), *range(frames - 2, 0, -1)]


def _straight(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    share = t.double()[:, None]
    return (1 - share) * a.double() + share * b.double()


def _norms(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """(n, 1)."""
    return _straight(a.double().norm()[None], b.double().norm()[None], t)


def _unit(x: Tensor) -> Tensor:
    """x / ||x|| over the last axis; 0 stays 0."""
    norm = x.norm(dim=-1, keepdim=True)
    return torch.where(norm > 0, x / norm.clamp_min(torch.finfo(x.dtype).tiny), 0.0)


def _with_ends(a: Tensor, b: Tensor, t: Tensor, points: Tensor) -> Tensor:
    """Rounded to the dtype of a, with the ends themselves where t is 0 or 1."""
    points, at = points.to(a.dtype), t[:, None]
    return torch.where(at == 0, a, torch.where(at == 1, b, points))
