"""The quantile plot of normal values is a straight line through zero with slope one."""

import math

import pytest
import torch

from realnvp.explore.normality import quantiles_against_normal


def test_normal_values_lie_on_the_line() -> None:
    grid = (torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000
    expected, observed = quantiles_against_normal(torch.special.ndtri(grid).view(10, 100, 100))
    torch.testing.assert_close(observed, expected, rtol=0, atol=1e-3)


def test_wider_values_are_steeper_and_moved_ones_shifted() -> None:
    grid = (torch.arange(100_000, dtype=torch.float64) + 0.5) / 100_000
    expected, observed = quantiles_against_normal(2 * torch.special.ndtri(grid) + 1)
    torch.testing.assert_close(observed, 2 * expected + 1, rtol=0, atol=1e-3)


def test_uniform_values_follow_the_normal_distribution_function() -> None:
    values = torch.linspace(0, 1, 10_001, dtype=torch.float64)
    expected, observed = quantiles_against_normal(values, points=9)
    shares = [0.5 * (1 + math.erf(x / math.sqrt(2))) for x in expected.tolist()]
    assert observed.tolist() == pytest.approx(shares)
    assert shares == pytest.approx([(k + 0.5) / 9 for k in range(9)])
