"""Compression keeps the coarsest latents, whole levels first, and no more than it says."""

from itertools import pairwise

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.explore.compression import (
    FRACTIONS,
    compress,
    keep_order,
    kept_mask,
    kept_per_level,
)
from realnvp.explore.levels import zero


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    ("num_levels", "expected"),
    [
        (3, [[1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0.5], [0, 0, 0.25]]),
        (4, [[1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0.5]]),
    ],
)
def test_the_paper_s_fractions_are_levels_as_far_as_they_go(
    num_levels: int, expected: list[list[float]]
) -> None:
    flow = small_flow(image_size=(32, 32), num_levels=num_levels, width=1)
    assert [kept_per_level(flow, fraction) for fraction in FRACTIONS] == expected


def test_half_of_the_last_level_is_what_one_more_level_would_keep() -> None:
    fewer = small_flow(image_size=(16, 16), num_levels=2, width=1)
    more = small_flow(image_size=(16, 16), num_levels=4, width=1)
    for fraction in FRACTIONS[:4]:
        kept, wanted = (
            flow.picture(kept_mask(flow, fraction)[None].float()) for flow in (fewer, more)
        )
        assert torch.equal(kept, wanted)


def test_the_order_is_one_of_all_variables_with_levels_in_turn() -> None:
    for shape in ({}, {"image_size": (28, 28), "channels": 1}, {"image_size": (12, 20)}):
        flow = small_flow(width=1, **shape)
        order = keep_order(flow)
        assert torch.equal(order.sort().values, torch.arange(flow.dim))
        counts = [c * h * w for c, h, w in flow.shapes()]
        numbers = torch.arange(3).repeat_interleave(torch.tensor(counts))
        assert (numbers[order].diff() <= 0).all()


@pytest.mark.parametrize("fraction", [0, 0.01, 0.3, 0.5, 0.777, 1])
def test_the_kept_number_is_the_nearest(fraction: float) -> None:
    flow = small_flow(image_size=(28, 28), channels=1, width=1)
    assert kept_mask(flow, fraction).sum() == round(fraction * 784)


def test_smaller_fractions_are_parts_of_larger_ones() -> None:
    flow = small_flow()
    masks = [kept_mask(flow, fraction / 20) for fraction in range(21)]
    for smaller, larger in pairwise(masks):
        assert not (smaller & ~larger).any()


def test_what_is_kept_lies_evenly_in_the_picture() -> None:
    flow = small_flow(image_size=(32, 32), width=1)
    for fraction in FRACTIONS:
        kept = flow.picture(kept_mask(flow, fraction)[None].float())[0]
        blocks = kept.unfold(1, 16, 16).unfold(2, 16, 16).sum(dim=(0, 3, 4))
        assert (blocks == blocks[0, 0]).all()


def test_whole_levels_are_dropped_as_zeroing_does() -> None:
    flow = small_flow()
    z = flow.draw(1, generator=seeded(0))
    full, half, quarter, *_ = compress(flow, z)
    assert torch.equal(full, z[0])
    assert torch.equal(half, zero(flow, z, [0])[0])
    assert torch.equal(quarter, zero(flow, z, [0, 1])[0])


def test_the_rest_is_new_noise_that_all_fractions_share() -> None:
    flow = small_flow()
    z = flow.draw(2, generator=seeded(0))
    strips = compress(flow, z, FRACTIONS, seeded(), 0.7).view(2, 5, -1)
    noise = flow.draw(2, 0.7, seeded())
    for index, fraction in enumerate(FRACTIONS):
        mask = kept_mask(flow, fraction)
        assert torch.equal(strips[:, index], torch.where(mask, z, noise))


def test_a_picture_of_which_all_is_kept_is_the_picture() -> None:
    flow, pictures = small_flow(), random_pictures(1)
    strip = compress(flow, flow.encode(pictures)[0], generator=seeded())
    assert torch.equal(flow.decode(strip)[:1], pictures)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, float("nan")])
def test_what_is_no_fraction_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        kept_mask(small_flow(), fraction)
