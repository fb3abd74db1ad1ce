"""The means of the maps are the terms' bits, and a map sits where its picture does."""

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.explore.bit_maps import PARTS, bit_map, cells_of
from realnvp.explore.bits_by_part import bits_by_part


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("cell", [1, 2, 4])
@pytest.mark.parametrize("part", PARTS)
def test_the_mean_of_a_map_is_its_sum_in_the_bits_by_part(
    part: str, cell: int, channels: int
) -> None:
    by_part = bits_by_part(small_flow(channels=channels), random_pictures(2, channels))
    for row in (0, 1):
        bits = zip(by_part.terms, by_part.bits_per_dim[row].tolist(), strict=True)
        whole = sum(b for term, b in bits if not PARTS[part] or term.kind in PARTS[part])
        shown = bit_map(by_part, part, cell, row=row)
        assert shown.values.shape == (8, 8)
        assert float(shown.values.mean()) == pytest.approx(whole)
        assert shown.low <= float(shown.values.median()) <= shown.high


def test_parts_add_up_to_the_total_beside_the_bytes() -> None:
    by_part = bits_by_part(small_flow(), random_pictures(1))
    parts = sum(bit_map(by_part, part).values for part in PARTS if part != "total")
    torch.testing.assert_close(parts + 8, bit_map(by_part).values)


def test_averaging_fills_each_cell_with_its_mean() -> None:
    by_part = bits_by_part(small_flow(), random_pictures(1))
    fine, coarse = bit_map(by_part).values, bit_map(by_part, cell=2).values
    torch.testing.assert_close(coarse[2:4, 6:8], fine[2:4, 6:8].mean().expand(2, 2))


def test_the_logits_map_is_that_of_their_slopes() -> None:
    flow, image = small_flow(double=True), random_pictures(1)
    x = (image.double() + 0.5).requires_grad_()
    logits, _ = flow.logit(x)
    (slopes,) = torch.autograd.grad(logits.sum(), x)
    bits = -slopes.log2().mean(dim=1)[0] - 8  # the 8 bits of the bytes are counted apart
    shown = bit_map(bits_by_part(flow, image), "logit").values
    torch.testing.assert_close(shown, bits)


def test_only_cells_that_fit_are_offered() -> None:
    assert cells_of((32, 32)) == cells_of((28, 28)) == [1, 2, 4]
    assert cells_of((6, 8)) == [1, 2]
    assert cells_of((7, 8)) == [1]
