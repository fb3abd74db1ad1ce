"""A flow takes what can be meant, and says what is wrong with the rest, and what is right."""

import numpy as np
import pytest
import torch
from flows import random_pictures, small_flow
from torch import Tensor

from realnvp.flow import dequantize

PICTURES = random_pictures(2)


@pytest.mark.parametrize(
    ("pictures", "wrong", "right"),
    [
        (PICTURES / 255, "float32", r"\(255 \* images\)\.round\(\)\.to\(torch\.uint8\)"),
        (PICTURES.double(), "float64", r"\(images\)\.round\(\)\.to\(torch\.uint8\)"),
        (PICTURES.long(), "int64", r"images\.to\(torch\.uint8\)"),
        (PICTURES.long() * 2 - 300, "int64", "theirs go from -300 to"),
        (PICTURES > 9, "bool", r"255 \* images\.to\(torch\.uint8\)"),
        (PICTURES.numpy() / 255, "float64", r"\(255 \* images\).round\(\)\.astype\(np\.uint8\)"),
        (PICTURES[0], r"\(3, 8, 8\)", r"the batch is missing, images\[None\]"),
        (
            PICTURES[0].permute(1, 2, 0),
            r"\(8, 8, 3\)",
            r"channels are last, images\.permute\(2, 0, 1\)\[None\]",
        ),
        (
            PICTURES.permute(0, 2, 3, 1),
            r"\(2, 8, 8, 3\)",
            r"channels are last, images\.permute\(0, 3, 1, 2\)",
        ),
        (
            PICTURES.permute(0, 2, 3, 1).numpy(),
            r"\(2, 8, 8, 3\)",
            r"images\.transpose\(0, 3, 1, 2\)",
        ),
        (PICTURES[:, :1], "1 channels", r"the model 3 \(colour\)"),
        (PICTURES[..., :6], "8x6", "divisible by 4"),
        ([[1, 2]], "list", "a tensor or a NumPy array"),
        (np.array(["a"]), "<U1", "must be numbers"),
    ],
)
@pytest.mark.parametrize("method", ["encode", "bits_per_dim"])
def test_pictures_are_refused_with_what_is_right(
    pictures: object, wrong: str, right: str, method: str
) -> None:
    with pytest.raises(ValueError, match=rf"{wrong}.*{right}|{right}.*{wrong}") as caught:
        getattr(small_flow(), method)(pictures)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("pictures", "right"),
    [
        (random_pictures(2, 1)[:, 0], r"the channel is missing, images\[:, None\]"),
        (random_pictures(1, 1)[0, 0], r"batch and channel are missing, images\[None, None\]"),
        (random_pictures(2, 3), r"the model 1 \(grey\)"),
    ],
)
def test_grey_pictures_are_refused_with_what_is_right(pictures: Tensor, right: str) -> None:
    with pytest.raises(ValueError, match=right):
        small_flow(channels=1).encode(pictures)


@pytest.mark.parametrize(
    ("z", "right"),
    [
        (torch.zeros(192), r"\(B, 192\).*the batch is missing, z\[None\]"),
        (torch.zeros(2, 191), r"\(B, 192\) for pictures of 8 × 8, not \(2, 191\)$"),
        (torch.zeros(2, 768), r"16 × 16 want size=\(16, 16\)"),
        (torch.zeros(2, 3, 8, 8), r"flow\.unpicture\(z\)"),
        (PICTURES, r"look like pictures, and encode"),
        (torch.zeros(2, 192, dtype=torch.long), r"not int64: z\.float\(\)"),
        (torch.zeros(2, 192, dtype=torch.complex64), r"not complex64$"),
        (np.zeros(192), r"the batch is missing"),
        ("noise", "a tensor or a NumPy array, not of type str"),
    ],
)
@pytest.mark.parametrize("method", ["decode", "inverse", "bits_per_dim_of_latents", "unpack"])
def test_latents_are_refused_with_what_is_right(z: object, right: str, method: str) -> None:
    with pytest.raises(ValueError, match=right):
        getattr(small_flow(), method)(z)


@pytest.mark.parametrize(
    ("x", "right"),
    [
        (PICTURES, r"float, in \(0, 256\), not uint8: bits_per_dim takes uint8 pictures"),
        (PICTURES[0].float(), "the batch is missing"),
        (PICTURES.float().permute(0, 2, 3, 1), "channels are last"),
        (torch.ones(1, 3, 10, 10), "10x10 must be divisible by 4"),
    ],
)
def test_points_are_refused_with_what_is_right(x: Tensor, right: str) -> None:
    with pytest.raises(ValueError, match=right):
        small_flow().log_prob(x)


@pytest.mark.parametrize(
    ("labels", "right"),
    [
        (torch.tensor([0.0, 1.0]), "whole numbers, not float32"),
        (np.array([0.5, 1.5]), "whole numbers, not float64"),
        (torch.tensor([True, False]), "whole numbers, not bool"),
        (torch.tensor([0, 7]), "from 0 to 2, not 0 to 7"),
        (torch.tensor([0, 1, 2]), r"\(2,\), not \(3,\)"),
        (torch.tensor(1), r"\(2,\), not \(\)"),
        ([0, 1], "a tensor or a NumPy array, not of type list"),
    ],
)
def test_labels_are_refused_with_what_is_right(labels: object, right: str) -> None:
    flow = small_flow(label_kind="class", num_labels=3)
    with pytest.raises(ValueError, match=right):
        flow.encode(PICTURES, labels)


def test_more_labels_than_pictures_are_refused() -> None:
    flow = small_flow(label_kind="attributes", num_labels=2)
    many = random_pictures(130)
    with pytest.raises(ValueError, match=r"130 rows of 2 .*, not \(131, 2\)"):
        flow.encode(many, torch.zeros(131, 2))


def test_arrays_are_taken_wherever_tensors_are() -> None:
    flow = small_flow(label_kind="class", num_labels=3)
    labels = torch.tensor([2, 0])
    given = PICTURES.numpy(), labels.numpy()
    z = flow.encode(PICTURES, labels)
    x = dequantize(PICTURES, None)
    arrays = z.numpy(), labels.numpy()
    pairs = [
        (flow.encode(*given), z),
        (flow.decode(*arrays), PICTURES),
        (flow.bits_per_dim(*given), flow.bits_per_dim(PICTURES, labels)),
        (flow.bits_per_dim_of_latents(*arrays), flow.bits_per_dim_of_latents(z, labels)),
        (flow.log_prob(x.double().numpy(), labels.numpy()), flow.log_prob(x, labels)),
        (flow(x.numpy(), labels.numpy())[0], flow(x, labels)[0]),
        (flow.inverse(*arrays), flow.inverse(z, labels)),
        (flow.pack([level.numpy() for level in flow.unpack(z.numpy())]), z),
        (flow.unpicture(flow.picture(z.numpy()).numpy()), z),
        (
            flow.sample(2, 0.5, torch.Generator().manual_seed(1), labels.numpy()),
            flow.sample(2, 0.5, torch.Generator().manual_seed(1), labels),
        ),
    ]
    for found, expected in pairs:
        assert torch.equal(found, expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda images: images[:, ::-1],
        lambda images: np.asfortranarray(images),
        lambda images: np.broadcast_to(images[:1], images.shape),  # read-only
        lambda images: images.astype(images.dtype.newbyteorder(">")),
    ],
)
def test_arrays_of_any_order_in_memory_are_taken(change: object) -> None:
    flow = small_flow()
    images = change(PICTURES.numpy())
    expected = flow.encode(torch.tensor(images.tolist(), dtype=torch.uint8))
    assert torch.equal(flow.encode(images), expected)
    z = change(expected.numpy()[:, :, None])[..., 0]
    assert flow.decode(z).shape == PICTURES.shape
