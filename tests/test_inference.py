"""A folded flow is the flow: the same latents, densities and pictures, up to rounding."""

import pytest
import torch
from flows import random_pictures, small_flow
from torch import Tensor

from realnvp.inference import fold

KINDS = [
    {},
    {"num_blocks": 0},
    {"num_blocks": 2, "num_levels": 2},
    {"image_size": (7, 5), "num_levels": 1, "channels": 2},
    {"label_kind": "class", "num_labels": 3},
    {"label_kind": "attributes", "num_labels": 2},
]


def labels_of(kind: dict) -> Tensor | None:
    if kind.get("label_kind") == "class":
        return torch.tensor([2, 0, 1])
    return torch.eye(3)[:, :2] if kind.get("label_kind") else None


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("double", [True, False], ids=["float64", "float32"])
def test_folding_changes_nothing_but_rounding(
    kind: dict, double: bool, generator: torch.Generator
) -> None:
    flow = small_flow(double=double, **kind)
    folded = fold(flow)
    shape = (3, flow.config.channels, *flow.config.image_size)
    x = (1 + 254 * torch.rand(shape, generator=generator, dtype=torch.float64)).to(flow.dtype)
    close = {"rtol": 1e-10, "atol": 1e-9} if double else {"rtol": 1e-4, "atol": 1e-4}
    (z, log_det), (other, other_det) = (f(x, labels_of(kind)) for f in (flow, folded))
    torch.testing.assert_close(other, z, **close)
    torch.testing.assert_close(other_det, log_det, **close)
    torch.testing.assert_close(folded.inverse(z, labels_of(kind)), x, rtol=0, atol=1e-2)
    steps = (
        f.multiscale.trace(f.logit(x)[0], f.label_vectors(labels_of(kind), 3))
        for f in (flow, folded)
    )
    for step, same in zip(*steps, strict=True):
        torch.testing.assert_close(same.output, step.output, **close)
        torch.testing.assert_close(same.log_det, step.log_det, **close)


def test_a_folded_coupling_gives_scale_and_shift_where_the_plain_one_does(
    generator: torch.Generator,
) -> None:
    flow = small_flow(double=True)
    folded = fold(flow)
    x = torch.randn(2, 3, 8, 8, generator=generator, dtype=torch.float64)
    for i in (0, 2, 4):
        plain, other = (f.multiscale.levels[0].transforms[i] for f in (flow, folded))
        for a, b in zip(
            plain.scale_and_shift(x, None), other.scale_and_shift(x, None), strict=True
        ):
            torch.testing.assert_close(a, b)


def test_bytes_come_back_and_larger_pictures_decode() -> None:
    folded = fold(small_flow())
    pictures = random_pictures(5)
    assert torch.equal(folded.decode(folded.encode(pictures)), pictures)
    z = folded.draw(2, 0.7, torch.Generator().manual_seed(0), (16, 24))
    assert folded.decode(z, size=(16, 24)).shape == (2, 3, 16, 24)


def test_the_original_is_left_as_it_was() -> None:
    flow = small_flow()
    before = {name: value.clone() for name, value in flow.state_dict().items()}
    fold(flow).encode(random_pictures(1))
    after = flow.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
