"""Directions in a latent space: learnt from yes and no, found by variance, and where they lead.

Latents are (N, D) or (D,). A direction v is of length 1; a latent's score on it is

    (z . v - threshold) / spread

where spread is the standard deviation of z . v over the latents that it was made from, so a score
counts standard deviations from where it tips from no to yes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

LABEL, PRINCIPAL, TAUGHT = "label", "principal", "taught"
KINDS = (LABEL, PRINCIPAL, TAUGHT)
MINE = "Mine"  # the name of the one that a visitor teaches; no file's may have it
SELECTION = "Selection"  # of the one from a selection on the map; neither may this
FEWEST = 2  # latents of yes, and of no, that a direction can be learnt from with leave-one-out
DEPENDENT = 0.02  # of a direction's length: half-precision vectors are sums of others to within it


@dataclass(frozen=True, eq=False)
class Directions:
    """K directions, with what is known of them.

    Args:
        names: all different.
        kinds: one of `KINDS` each.
        vectors: (K, D), float32, of length 1.
        thresholds: (K,), z . v where no becomes yes; of a principal one, the mean.
        spreads: (K,), positive.
        figures: (K,), from 0 to 1: balanced accuracy of a label on held-out latents; leave-one-out
            of a taught one; share of the variance of a principal one.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    vectors: Tensor
    thresholds: Tensor
    spreads: Tensor
    figures: Tensor

    def __len__(self) -> int:
        return len(self.names)

    def pick(self, names: Sequence[str]) -> "Directions":
        """Those of these names, in this order.

        Raises:
            ValueError: if there is none of a name.
        """
        if unknown := [name for name in names if name not in self.names]:
            raise ValueError(f"no direction {unknown[0]!r}; there are: {', '.join(self.names)}")
        rows = [self.names.index(name) for name in names]
        return Directions(
            tuple(names),
            tuple(self.kinds[row] for row in rows),
            *(part[rows] for part in (self.vectors, self.thresholds, self.spreads, self.figures)),
        )


def within(directions: Directions, variables: Tensor) -> Directions:
    """What they do to some variables, boolean (D,): elsewhere zero, and not of length 1 any more.

    Figures and scales stay those of the whole direction.
    """
    return replace(directions, vectors=directions.vectors * variables.to(directions.vectors))


def no_directions(dim: int) -> Directions:
    """None at all, of latents of so many values."""
    return Directions((), (), torch.zeros(0, dim), *(torch.zeros(0) for _ in range(3)))


def joined(first: Directions, second: Directions) -> Directions:
    """All of both.

    Raises:
        ValueError: if both have a direction of one name.
    """
    if shared := set(first.names) & set(second.names):
        raise ValueError(f"two directions are called {sorted(shared)[0]!r}")
    parts = ("vectors", "thresholds", "spreads", "figures")
    return Directions(
        first.names + second.names,
        first.kinds + second.kinds,
        *(torch.cat([getattr(first, part), getattr(second, part)]) for part in parts),
    )


def cosines(vectors: Tensor) -> Tensor:
    """Of the angles between all of (K, D): (K, K), 1 for the same and 0 at right angles."""
    unit = torch.nn.functional.normalize(vectors.double(), dim=1)
    return (unit @ unit.T).clamp(-1, 1)


def orthogonal(vectors: Tensor) -> Tensor:
    """Each direction freed of those before it, of its own length again: Gram-Schmidt, (K, D).

    One of which nothing is left becomes zero: the last of all classes, which is minus the sum of
    the others, for example.
    """
    free: list[Tensor] = []
    for vector in vectors.double():
        rest = vector
        for _ in range(2):  # once more for what rounding left
            for other in free:
                rest = rest - (rest @ other) * other
        length = rest.norm()
        free.append(rest / length if length > DEPENDENT * vector.norm() else torch.zeros_like(rest))
    if not free:
        return vectors
    lengths = vectors.double().norm(dim=1, keepdim=True)
    return (torch.stack(free) * lengths).to(vectors.dtype)


def move(z: Tensor, vectors: Tensor, amounts: Tensor, *, keep_norm: bool = False) -> Tensor:
    """z + sum of amounts[k] vectors[k].

    Args:
        z: (B, D).
        vectors: (K, D).
        amounts: (K,) for all latents, or (B, K).
        keep_norm: scale every latent back to its own norm.

    Returns:
        (B, D); without amounts z itself, bit for bit.
    """
    start = z.double()
    moved = start + amounts.double() @ vectors.double()
    if keep_norm:
        norms = moved.norm(dim=1, keepdim=True).clamp_min(torch.finfo(torch.float64).tiny)
        moved = moved * (start.norm(dim=1, keepdim=True) / norms)
    return moved.to(z.dtype)


def steer(
    directions: Directions,
    z: Tensor,
    steps: Sequence[float],
    *,
    orthogonalised: bool = False,
    keep_norm: bool = False,
) -> Tensor:
    """Latents, (B, D), moved along all directions at once.

    Args:
        steps: of each direction, in its standard deviations.
        orthogonalised: free each of those before it.
    """
    vectors = orthogonal(directions.vectors) if orthogonalised else directions.vectors
    amounts = torch.tensor(steps, dtype=torch.float64) * directions.spreads.double()
    return move(z, vectors, amounts, keep_norm=keep_norm)


def walk(
    directions: Directions, z: Tensor, reach: float, frames: int, *, keep_norm: bool = False
) -> Tensor:
    """A latent, (1, D), from -reach to reach standard deviations along one direction: (frames, D).

    Of an odd number of frames that in the middle is z.
    """
    steps = torch.linspace(-reach, reach, frames, dtype=torch.float64)[:, None]
    amounts = steps * directions.spreads.double()
    return move(z.expand(frames, -1), directions.vectors, amounts, keep_norm=keep_norm)


def scores(directions: Directions, z: Tensor) -> Tensor:
    """(z . v - threshold) / spread of each latent, (B, D), on each direction: (B, K), float64."""
    projected = z.double() @ directions.vectors.double().T
    return (projected - directions.thresholds.double()) / directions.spreads.double()


def side_effects(directions: Directions, before: Tensor, after: Tensor) -> Tensor:
    """What a move does to the score on each direction, meant or not: (K,).

    Moved by amounts a along vectors u, without keeping the norm, it is sum of a_k u_k . v / spread.

    Args:
        before, after: the latent, (1, D), and where it went.
    """
    return (scores(directions, after) - scores(directions, before))[0]
