"""Chosen levels change as asked; the others stay as they were, bit for bit."""

import itertools

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp.explore.levels import level_mask, resample, spread, swap, temper, zero

EVERY_CHOICE = [c for n in range(4) for c in itertools.combinations(range(3), n)]


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_level_mask_marks_the_level_s_own_variables() -> None:
    flow = small_flow()
    for chosen in EVERY_CHOICE:
        marked = flow.unpack(level_mask(flow, chosen)[None])
        assert [bool(level.all()) for level in marked] == [i in chosen for i in range(3)]
        assert [bool(level.any()) for level in marked] == [i in chosen for i in range(3)]


@pytest.mark.parametrize("wrong", [3, -1])
def test_a_level_that_is_not_there_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match=f"level {wrong} is not one of 0 to 2"):
        level_mask(small_flow(), [0, wrong])


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=str)
def test_a_swap_exchanges_the_chosen_levels(chosen: tuple[int, ...]) -> None:
    flow = small_flow()
    a, b = flow.draw(2, generator=seeded()).chunk(2)
    first, second = swap(flow, a, b, chosen)
    for i, levels in enumerate(zip(*map(flow.unpack, (a, b, first, second)), strict=True)):
        of_a, of_b, of_first, of_second = levels
        assert torch.equal(of_first, of_b if i in chosen else of_a)
        assert torch.equal(of_second, of_a if i in chosen else of_b)


def test_a_swap_of_all_levels_is_the_other_picture() -> None:
    flow, pictures = small_flow(), random_pictures(2)
    a, b = flow.encode(pictures)
    first, second = swap(flow, a, b, range(3))
    assert torch.equal(flow.decode(torch.stack([first, second])), pictures.flip(0))


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=str)
def test_resampling_keeps_the_other_levels(chosen: tuple[int, ...]) -> None:
    flow = small_flow()
    z = flow.draw(2, generator=seeded(0))
    variants = resample(flow, z, chosen, 5, seeded())
    assert variants.shape == (10, flow.dim)
    for i, (old, new) in enumerate(zip(flow.unpack(z), flow.unpack(variants), strict=True)):
        kept = new == old.repeat_interleave(5, dim=0)
        assert not kept.any() if i in chosen else kept.all()


def test_resampling_all_levels_is_drawing() -> None:
    flow = small_flow()
    z = flow.draw(1, generator=seeded(0))
    variants = resample(flow, z[0], range(3), 4, seeded(), [0.5, 0.7, 1.0])
    assert torch.equal(variants, flow.draw(4, [0.5, 0.7, 1.0], seeded()))


def test_a_level_gets_the_same_noise_when_another_is_chosen_too() -> None:
    flow = small_flow()
    z = flow.draw(1, generator=seeded(0))
    one, both = resample(flow, z, [1], 4, seeded()), resample(flow, z, [0, 1], 4, seeded())
    assert torch.equal(flow.unpack(one)[1], flow.unpack(both)[1])


@pytest.mark.parametrize("chosen", EVERY_CHOICE, ids=str)
def test_resampling_at_temperature_zero_is_zeroing(chosen: tuple[int, ...]) -> None:
    flow = small_flow()
    z = flow.draw(1, generator=seeded(0))
    variants = resample(flow, z, chosen, 3, seeded(), 0.0)
    assert torch.equal(variants, zero(flow, z, chosen).expand(3, -1))


def test_zeroed_levels_are_zero() -> None:
    flow = small_flow()
    z = flow.draw(2, generator=seeded())
    old, new = flow.unpack(z), flow.unpack(zero(flow, z, [0, 2]))
    assert not new[0].any()
    assert torch.equal(new[1], old[1])
    assert not new[2].any()


def test_each_level_is_scaled_by_its_own_temperature() -> None:
    flow = small_flow()
    z = flow.draw(2, generator=seeded())
    factors = (0.5, 0.0, 1.25)
    for old, new, factor in zip(
        flow.unpack(z), flow.unpack(temper(flow, z, factors)), factors, strict=True
    ):
        assert torch.equal(new, old * factor)
    assert torch.equal(temper(flow, z, 0.7), flow.draw(2, 0.7, seeded()))


def test_levels_of_larger_pictures_are_larger() -> None:
    flow, size = small_flow(), (16, 12)
    z = flow.draw(1, generator=seeded(0), size=size)
    variants = resample(flow, z, [2], 2, seeded(), size=size)
    assert torch.equal(flow.unpack(variants, size)[0][1:], flow.unpack(z, size)[0])
    assert not (flow.unpack(variants, size)[2] == flow.unpack(z, size)[2]).any()


def test_spread_is_the_standard_deviation_of_each_pixel() -> None:
    images = torch.zeros(2, 3, 2, 2, dtype=torch.uint8)
    images[1, 0, 0, 1] = 60  # deviations 30, 0, 0 over the channels
    images[1, :, 1, 0] = 10
    expected = torch.tensor([[0, 30 / 3**0.5], [5, 0]], dtype=torch.float64)
    torch.testing.assert_close(spread(images), expected)
    assert not spread(images[:1]).any()
    torch.testing.assert_close(
        spread(random_pictures(9, channels=1)),
        random_pictures(9, channels=1).double().std(dim=0, correction=0)[0],
    )


@pytest.mark.parametrize("kind", ["class", "attributes"])
def test_variants_of_a_conditional_model_keep_their_label(kind: str) -> None:
    flow = small_flow(label_kind=kind, num_labels=3)
    label = torch.tensor([1]) if kind == "class" else torch.tensor([[0, 1, 1]])
    picture = random_pictures(1)
    z = flow.encode(picture, label)
    variants = resample(flow, z, [], 3, seeded())
    decoded = flow.decode(variants, label.repeat_interleave(3, dim=0))
    assert torch.equal(decoded, picture.expand(3, -1, -1, -1))
