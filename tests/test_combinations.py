"""Every combination of levels is there, in the order that is said."""

import pytest
import torch
from flows import random_pictures, small_flow

from realnvp import RealNVP
from realnvp.explore.combinations import (
    ablations,
    choices,
    coarsest_labels,
    crosses,
    swap_choices,
)
from realnvp.explore.levels import swap


def two_latents(flow: RealNVP) -> tuple[torch.Tensor, torch.Tensor]:
    return flow.draw(2, generator=torch.Generator().manual_seed(0)).chunk(2)


@pytest.mark.parametrize("num_levels", [1, 2, 3])
def test_ablations_leave_out_each_level_then_all_others(num_levels: int) -> None:
    flow = small_flow(num_levels=num_levels)
    z, _ = two_latents(flow)
    levels = flow.unpack(z)
    rows = flow.unpack(ablations(flow, z))
    for level, (own, of_rows) in enumerate(zip(levels, rows, strict=True)):
        without, only = of_rows.chunk(2)
        for row in range(num_levels + 1):
            assert torch.equal(without[row], 0 * own[0] if row == level + 1 else own[0])
            assert torch.equal(only[row], own[0] if row == level + 1 else 0 * own[0])


def test_choices_count_upwards_from_none_with_the_finest_level_first() -> None:
    assert choices(1) == [(), (0,)]
    assert choices(3) == [(), (0,), (1,), (0, 1), (2,), (0, 2), (1, 2), (0, 1, 2)]


def test_a_swap_is_shown_between_none_and_all() -> None:
    assert swap_choices(3, [2])[:4] == [(), (2,), (0, 1), (0, 1, 2)]
    assert swap_choices(3, [2])[4:] == choices(3)


def test_more_than_the_most_levels_are_not_combined() -> None:
    assert swap_choices(5, [0, 4], most=4) == [(), (0, 4), (1, 2, 3), (0, 1, 2, 3, 4)]


@pytest.mark.parametrize("num_levels", [1, 2, 3])
def test_a_cross_is_the_swap_of_its_choice(num_levels: int) -> None:
    flow = small_flow(num_levels=num_levels)
    a, b = two_latents(flow)
    rows = crosses(flow, a, b, choices(num_levels))
    assert rows.shape == (2**num_levels, flow.dim)
    for row, chosen in zip(rows, choices(num_levels), strict=True):
        assert torch.equal(row, swap(flow, a, b, chosen)[0][0])


def test_flat_latents_are_taken_like_rows() -> None:
    flow = small_flow()
    a, b = two_latents(flow)
    assert torch.equal(crosses(flow, a[0], b[0], choices(3)), crosses(flow, a, b, choices(3)))
    assert torch.equal(ablations(flow, a[0]), ablations(flow, a))


def test_the_label_goes_with_the_coarsest_level() -> None:
    flow = small_flow(label_kind="class", num_labels=5)
    labels = coarsest_labels(flow, torch.tensor([1]), torch.tensor([4]), choices(3))
    assert labels is not None
    assert labels.tolist() == [4 if 2 in chosen else 1 for chosen in choices(3)]


def test_all_levels_of_b_under_their_label_are_b_itself() -> None:
    flow, pictures = small_flow(label_kind="class", num_labels=5), random_pictures(2)
    a_label, b_label = torch.tensor([1]), torch.tensor([4])
    a, b = flow.encode(pictures[:1], a_label), flow.encode(pictures[1:], b_label)
    chosen = swap_choices(3, range(3))
    labels = coarsest_labels(flow, a_label, b_label, chosen)
    images = flow.decode(crosses(flow, a, b, chosen), labels)
    assert torch.equal(images[:4], pictures[[0, 1, 0, 1]])


def test_crosses_of_an_unconditional_model_have_no_labels() -> None:
    assert coarsest_labels(small_flow(), None, None, choices(3)) is None
