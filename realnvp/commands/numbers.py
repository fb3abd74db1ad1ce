"""Numbers on a command line, within what can be done with them."""

import argparse
import math
from collections.abc import Callable
from typing import TypeVar

from realnvp.config import MAX_SEED, shown

N = TypeVar("N", int, float)


def whole(low: int, high: int = 10**9) -> Callable[[str], int]:
    """The type of an option that is a whole number from low to high."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            raise _wrong("must be a whole number", text) from None
        return _within(value, low, high, text)

    return number


def real(low: float, high: float = 1e9) -> Callable[[str], float]:
    """The type of an option that is a number from low to high."""

    def number(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise _wrong("must be a number", text) from None
        if math.isnan(value):
            raise _wrong("must be a number", text)
        return _within(value, low, high, text)

    return number


seed = whole(0, MAX_SEED)


def _within(value: N, low: N, high: N, text: str) -> N:
    if value < low:
        raise _wrong(f"must be at least {low}", text)
    if value > high:
        raise _wrong(f"must be at most {high}", text)
    return value


def _wrong(right: str, text: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{right}, not {shown(text)}")
