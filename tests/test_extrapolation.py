"""Latents of larger pictures decode to larger pictures."""

import pytest
import torch
from flows import small_flow

from realnvp.explore.extrapolation import larger_size


@pytest.mark.parametrize("times", [1, 2, 3])
def test_larger_latents_decode_to_pictures_so_many_times_as_large(times: int) -> None:
    flow = small_flow(image_size=(8, 12))
    size = larger_size(flow, times)
    z = flow.draw(2, 0.7, torch.Generator().manual_seed(0), size)
    assert z.shape == (2, times**2 * flow.dim)
    images = flow.decode(z, size=size)
    assert images.shape == (2, 3, 8 * times, 12 * times)


@pytest.mark.parametrize("times", [0, 11, 1.5, -1])
def test_other_numbers_are_refused(times: object) -> None:
    with pytest.raises(ValueError, match="1 to 10 times"):
        larger_size(small_flow(), times)  # type: ignore[arg-type]
