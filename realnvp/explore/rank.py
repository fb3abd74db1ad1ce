"""Where a number stands among reference numbers."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Rank:
    """Where a value stands.

    Args:
        percentile: share of the references below it, 0 to 100.
        side: -1 below all of them, 1 above all of them, 0 among them.
    """

    percentile: float
    side: int

    def in_words(self) -> str:
        """ "63 % need fewer bits", "all need fewer bits", "none needs fewer bits"."""
        if self.side:
            return "all need fewer bits" if self.side > 0 else "none needs fewer bits"
        # Rounded away from the ends, which mean all or none.
        return f"{min(max(math.floor(self.percentile + 0.5), 1), 99)} % need fewer bits"


def rank(value: float, quantiles: Sequence[float]) -> Rank:
    """Where `value` stands among references that are known by their quantiles.

    Args:
        quantiles: at even steps from 0 % (the smallest) to 100 % (the largest). Between two of
            them the percentile goes linearly; where several equal the value, it is the middle of
            theirs.

    Raises:
        ValueError: if there are fewer than 2, if they are not in order, or a number is not finite.
    """
    if len(quantiles) < 2 or not all(math.isfinite(q) for q in [*quantiles, value]):
        raise ValueError("a rank needs a finite value with at least 2 finite quantiles")
    if any(low > high for low, high in pairwise(quantiles)):
        raise ValueError("quantiles must go from the smallest to the largest")
    if value < quantiles[0]:
        return Rank(0.0, -1)
    if value > quantiles[-1]:
        return Rank(100.0, 1)
    first, after = bisect_left(quantiles, value), bisect_right(quantiles, value)
    if first < after:
        place = (first + after - 1) / 2
    else:
        low, high = quantiles[first - 1], quantiles[first]
        place = first - 1 + (value - low) / (high - low)
    return Rank(100 * place / (len(quantiles) - 1), 0)


def rank_of(value: float, quantiles: object) -> Rank | None:
    """`rank` among the quantiles of a card; None where it has none that can be used."""
    if not isinstance(quantiles, list) or not all(isinstance(q, int | float) for q in quantiles):
        return None
    try:
        return rank(value, quantiles)
    except (ValueError, OverflowError):  # a whole number in JSON may be too large for a float
        return None


def rank_agreement(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's rank correlation of two lists of numbers, -1 to 1.

    That of the ranks, where equal values share the mean of theirs. Without any it is
    1 - 6 sum d^2 / (n (n^2 - 1)), with d the differences of the ranks. Where all of one list are
    equal, it orders nothing: 0.

    Raises:
        ValueError: if there are fewer than 2, or not as many of one as of the other.
    """
    n = len(first)
    if n != len(second) or n < 2:
        raise ValueError("ranks agree or not only of two lists of one length, at least 2")
    a, b = _from_the_middle(first), _from_the_middle(second)
    spread = int(a @ a) * int(b @ b)
    return int(a @ b) / math.sqrt(spread) if spread else 0.0


def _from_the_middle(values: Sequence[float]) -> np.ndarray:
    """How far each rank is from the mean of all, doubled: that of equals may end in a half."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    return (2 * count.cumsum() - count - len(values))[which]
