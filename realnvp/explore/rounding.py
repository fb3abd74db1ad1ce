"""Rounded parts that add up to their rounded total."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def rounded_parts(
    parts: Sequence[float], decimals: int, total: float | None = None
) -> tuple[list[Decimal], Decimal]:
    """Parts and total to so many decimals, such that the parts as shown add up to it as shown.

    Largest remainder: the total is rounded to the nearest as usual, each part down, and the units
    that are then missing go to the parts that lost most; of equals, the first. No part is moved by
    a whole unit of the last decimal.

    Args:
        total: as it is known from elsewhere, at most a unit of the last decimal from the sum of the
            parts (another order of summation); the sum itself if None.

    Returns:
        Decimals, which add up without a rounding of their own.

    Raises:
        ValueError: if the parts are too far from the total for that.
    """
    unit = Decimal(1).scaleb(-decimals)
    exact = [Decimal(part) for part in parts]
    whole = sum(exact, Decimal(0)) if total is None else Decimal(total)
    shown_total = whole.quantize(unit)
    floors = [part.quantize(unit, rounding=ROUND_FLOOR) for part in exact]
    missing = int((shown_total - sum(floors, Decimal(0))) / unit)
    if not 0 <= missing <= len(parts):
        raise ValueError(f"the parts add up to {float(sum(exact)):g}, not to {float(whole):g}")
    losses = sorted(range(len(parts)), key=lambda i: floors[i] - exact[i])
    raised = set(losses[:missing])
    return [low + unit * (i in raised) for i, low in enumerate(floors)], shown_total
