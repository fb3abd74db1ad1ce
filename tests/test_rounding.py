"""Rounded parts add up to their rounded total, and none is far from what it was."""

from decimal import Decimal

import pytest
import torch

from realnvp.explore.rounding import rounded_parts


@pytest.mark.parametrize("decimals", [0, 1, 3, 5])
@pytest.mark.parametrize("seed", range(5))
def test_parts_as_shown_add_up_to_the_total_as_shown(decimals: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    parts = torch.randn(38, generator=generator, dtype=torch.float64).tolist()
    shown, total = rounded_parts(parts, decimals)
    assert sum(shown) == total
    assert f"{total}" == f"{sum(parts):.{decimals}f}"
    for part, exact in zip(shown, parts, strict=True):
        assert abs(float(part) - exact) < 10**-decimals


def test_missing_units_go_to_the_largest_remainders() -> None:
    shown, total = rounded_parts([0.16, 0.17, 0.27, 0.4], 1)
    assert [str(part) for part in shown] == ["0.1", "0.2", "0.3", "0.4"]
    assert str(total) == "1.0"


def test_thirds_still_make_a_whole() -> None:
    shown, total = rounded_parts([1 / 3, 1 / 3, 1 / 3], 2)
    assert [str(part) for part in shown] == ["0.34", "0.33", "0.33"]
    assert str(total) == "1.00"


def test_parts_of_both_signs_keep_their_total() -> None:
    shown, total = rounded_parts([8.0, -2.345, -1.2345, 0.0004], 2)
    assert sum(shown) == total == Decimal("4.42")


def test_a_total_known_from_elsewhere_is_shown_as_it_is() -> None:
    shown, total = rounded_parts([1.2, 1.3], 0, total=2.5000001)
    assert str(total) == "3"
    assert sum(shown) == 3


def test_parts_of_another_total_are_refused() -> None:
    with pytest.raises(ValueError, match="add up to 3, not to 7"):
        rounded_parts([1.0, 2.0], 1, total=7.0)


def test_no_parts_add_up_to_nothing() -> None:
    assert rounded_parts([], 2) == ([], Decimal("0.00"))
