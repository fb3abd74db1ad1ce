"""A pixel mask takes what lives at its pixels: all of it, nothing, or exactly that."""

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.explore.levels import swap
from realnvp.explore.pixel_masks import disc_mask, latent_mask, paste

SHAPES = [
    {"image_size": (8, 8), "num_levels": 3},
    {"image_size": (12, 8), "num_levels": 2, "channels": 1},
    {"image_size": (28, 28), "num_levels": 3, "channels": 1, "width": 2},
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("chosen", [[0], [1], [0, 1]], ids=str)
def test_the_whole_picture_is_the_other_s_level(
    shape: dict[str, object], chosen: list[int]
) -> None:
    flow = small_flow(**shape)
    a, b = flow.draw(2, generator=torch.Generator().manual_seed(0)).chunk(2)
    whole = torch.ones(flow.config.image_size, dtype=torch.bool)
    assert torch.equal(paste(flow, a, b, whole, chosen), swap(flow, a, b, chosen)[0])


def box_mask(box: tuple[int, int, int, int], size: tuple[int, int]) -> torch.Tensor:
    """The pixels of a box (left, top, right, bottom), the last two not included."""
    left, top, right, bottom = box
    pixel_mask = torch.zeros(size, dtype=torch.bool)
    pixel_mask[top:bottom, left:right] = True
    return pixel_mask


def test_the_whole_picture_of_all_levels_is_the_other_picture() -> None:
    flow, pictures = small_flow(), random_pictures(2)
    a, b = flow.encode(pictures)
    whole = torch.ones(8, 8, dtype=torch.bool)
    assert torch.equal(flow.decode(paste(flow, a, b, whole, range(3))[None])[0], pictures[1])


def test_an_empty_mask_changes_nothing() -> None:
    flow = small_flow()
    a, b = flow.draw(2, generator=torch.Generator().manual_seed(0)).chunk(2)
    assert torch.equal(paste(flow, a, b, torch.zeros(8, 8, dtype=torch.bool), range(3)), a)


def test_a_pixel_mask_takes_what_lives_at_its_pixels(generator: torch.Generator) -> None:
    flow = small_flow()
    a, b = flow.draw(2, generator=generator).chunk(2)
    pixel_mask = torch.rand(8, 8, generator=generator) < 0.4
    pasted = flow.picture(paste(flow, a, b, pixel_mask, range(3)))
    assert torch.equal(pasted, torch.where(pixel_mask, flow.picture(b), flow.picture(a)))


def test_a_pixel_mask_takes_only_the_chosen_levels() -> None:
    flow = small_flow()
    a, b = flow.draw(2, generator=torch.Generator().manual_seed(0)).chunk(2)
    pixel_mask = box_mask((0, 0, 4, 8), (8, 8))
    before, after, other = (flow.unpack(z) for z in (a, paste(flow, a, b, pixel_mask, [1]), b))
    assert torch.equal(after[0], before[0])
    assert torch.equal(after[2], before[2])
    assert torch.equal(after[1][..., :1], other[1][..., :1])
    assert torch.equal(after[1][..., 1:], before[1][..., 1:])


def test_one_pixel_holds_its_channels_of_one_level() -> None:
    flow = small_flow()
    for box, level in [((1, 0, 2, 1), 0), ((2, 0, 3, 1), 1), ((1, 1, 2, 2), 2)]:
        pixel_mask = box_mask(box, (8, 8))
        counts = [
            int(part.sum()) for part in flow.unpack(latent_mask(flow, pixel_mask, range(3))[None])
        ]
        assert counts == [3 * (i == level) for i in range(3)]


def test_a_pixel_mask_of_a_larger_picture_fits_its_latents() -> None:
    flow, size = small_flow(), (16, 12)
    a, b = flow.draw(2, generator=torch.Generator().manual_seed(0), size=size).chunk(2)
    pasted = paste(flow, a, b, box_mask((0, 0, 12, 8), size), range(3))
    assert torch.equal(flow.picture(pasted, size)[..., :8, :], flow.picture(b, size)[..., :8, :])
    assert torch.equal(flow.picture(pasted, size)[..., 8:, :], flow.picture(a, size)[..., 8:, :])


def test_a_disc_is_round_and_cut_to_the_picture() -> None:
    disc = disc_mask(2.5, 2.5, 1.0, (5, 5))
    assert disc.int().tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert disc_mask(0.5, 0.5, 1.0, (5, 4)).sum() == 3
    assert not disc_mask(-9.0, 2.0, 3.0, (5, 4)).any()


@pytest.mark.parametrize(
    "pixel_mask",
    [torch.ones(8, 8), torch.ones(1, 8, 8, dtype=torch.bool), torch.ones(6, 8, dtype=torch.bool)],
    ids=["float", "three axes", "wrong size"],
)
def test_what_is_no_pixel_mask_is_refused(pixel_mask: torch.Tensor) -> None:
    with pytest.raises(ValueError, match=r"pixel mask|divisible"):
        latent_mask(small_flow(), pixel_mask, [0])


def test_a_pixel_mask_of_another_size_than_the_latents_is_refused() -> None:
    flow = small_flow()
    a, b = flow.draw(2, generator=torch.Generator().manual_seed(0)).chunk(2)
    with pytest.raises(ValueError, match="a pixel mask of 16x16"):
        paste(flow, a, b, torch.ones(16, 16, dtype=torch.bool), [0])
