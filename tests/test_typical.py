"""Norms of Gaussian latents against the law they follow, and likelihood against temperature."""

import math

import torch
from flows import small_flow

from realnvp.explore.typical import cooling, norm_density, warmed


def test_the_density_of_norms_integrates_to_one() -> None:
    for dim in (2, 192, 3072):
        ratios = torch.linspace(1e-6, 6, 2_000_001, dtype=torch.float64)
        density = norm_density(ratios, dim)
        assert math.isclose(float(torch.trapezoid(density, ratios)), 1.0, rel_tol=1e-6), dim


def test_in_two_dimensions_it_is_rayleighs() -> None:
    ratios = torch.linspace(0.01, 3, 50, dtype=torch.float64)
    radius = ratios * math.sqrt(2)
    expected = math.sqrt(2) * radius * torch.exp(-radius.square() / 2)
    torch.testing.assert_close(norm_density(ratios, 2), expected)


def test_norms_that_are_drawn_follow_it() -> None:
    dim = 192
    z = torch.randn(20_000, dim, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    ratios = z.norm(dim=1) / math.sqrt(dim)
    grid = torch.linspace(0.5, 1.5, 100_001, dtype=torch.float64)
    density = norm_density(grid, dim)
    mean = float(torch.trapezoid(grid * density, grid))
    variance = float(torch.trapezoid((grid - mean).square() * density, grid))
    assert abs(float(ratios.mean()) - mean) < 5 * math.sqrt(variance / len(z))
    assert abs(float(ratios.var()) / variance - 1) < 0.05


def test_a_norm_is_proportional_to_the_temperature() -> None:
    cooled = cooling(small_flow(), 4, seed=3, temperatures=(0.0, 0.5, 1.0))
    torch.testing.assert_close(cooled.norm_ratios[1], cooled.norm_ratios[2] / 2)
    assert not cooled.norm_ratios[0].any()


def test_at_temperature_zero_all_are_the_mode() -> None:
    flow = small_flow(double=True)
    cooled = cooling(flow, 3, seed=3, temperatures=(0.0, 1.0))
    mode = flow.bits_per_dim(flow.decode(torch.zeros(1, flow.dim)))
    torch.testing.assert_close(cooled.bits_per_dim[0], mode.expand(3))
    drawn = flow.draw(3, 1.0, torch.Generator().manual_seed(3))
    torch.testing.assert_close(cooled.bits_per_dim[1], flow.bits_per_dim(flow.decode(drawn)))


def test_the_mode_comes_before_the_noise() -> None:
    flow = small_flow()
    z = warmed(flow, 3, 0.5, seed=2)
    assert not z[0].any()
    assert torch.equal(z[1:], flow.draw(3, 0.5, torch.Generator().manual_seed(2)))
