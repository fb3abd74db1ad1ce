"""Frames are the pictures, norms and bits of their latents, under their labels."""

import math

import pytest
import torch
from flows import small_flow

from realnvp.explore.frames import frames_of, labels_along, norm_ratios, repeat_labels


def test_frames_are_what_the_flow_says_of_their_latents() -> None:
    flow = small_flow()
    z = flow.draw(5, 0.7, torch.Generator().manual_seed(0))
    frames = frames_of(flow, z)
    assert torch.equal(frames.images, flow.decode(z))
    assert torch.equal(frames.bits_per_dim, flow.bits_per_dim(frames.images))
    torch.testing.assert_close(frames.norm_ratios, z.double().norm(dim=1) / math.sqrt(192))
    assert frames_of(flow, z, with_bits=False).bits_per_dim is None


def test_one_latent_is_one_frame() -> None:
    flow = small_flow()
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(0))
    assert torch.equal(frames_of(flow, z[0]).images, flow.decode(z))


def test_frames_of_a_larger_size_are_larger() -> None:
    flow = small_flow()
    z = flow.draw(2, 0.7, torch.Generator().manual_seed(0), size=(16, 12))
    assert frames_of(flow, z, size=(16, 12)).images.shape == (2, 3, 16, 12)


@pytest.mark.parametrize(
    ("kind", "labels"),
    [("class", torch.tensor([2, 0])), ("attributes", torch.tensor([[1.0, 0, 1], [0, 0, 1]]))],
)
def test_frames_of_a_conditional_model_are_decoded_under_their_labels(
    kind: str, labels: torch.Tensor
) -> None:
    flow = small_flow(label_kind=kind, num_labels=3)
    z = flow.draw(2, 1.0, torch.Generator().manual_seed(0))
    frames = frames_of(flow, z, labels)
    assert torch.equal(frames.images, flow.decode(z, labels))
    assert not torch.equal(frames.images, flow.decode(z, labels.flip(0)))
    assert torch.equal(frames.bits_per_dim, flow.bits_per_dim(frames.images, labels))


def test_norm_ratios_are_root_mean_squares() -> None:
    z = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    assert norm_ratios(z).tolist() == pytest.approx([math.sqrt(12.5), 0])
    assert norm_ratios(z[0]).tolist() == pytest.approx([math.sqrt(12.5)])


def test_labels_are_repeated_latent_by_latent() -> None:
    assert repeat_labels(torch.tensor([4, 5]), 3).tolist() == [4, 4, 4, 5, 5, 5]
    assert repeat_labels(torch.tensor([[0, 1], [1, 1]]), 2).tolist() == [[0, 1]] * 2 + [[1, 1]] * 2
    assert repeat_labels(None, 3) is None


def test_a_class_along_a_path_is_that_of_the_nearer_latent() -> None:
    assert labels_along(torch.tensor([7, 2, 5]), 7).tolist() == [7, 7, 2, 2, 2, 5, 5]
    assert labels_along(torch.tensor([7, 2]), 5).tolist() == [7, 7, 2, 2, 2]
    assert labels_along(None, 5) is None


def test_attributes_along_a_path_change_evenly() -> None:
    labels = torch.tensor([[0, 1], [1, 1], [1, 0]])
    expected = torch.tensor([[0, 1], [0.5, 1], [1, 1], [1, 0.5], [1, 0]])
    torch.testing.assert_close(labels_along(labels, 5), expected)
