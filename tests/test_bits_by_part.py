"""Bits by part add up: term by term and pixel by pixel, to what the flow says."""

import math

import pytest
import torch
from flows import VARIANTS, random_pictures, small_flow
from torch import Tensor

from realnvp import ModelConfig, NonFiniteError, RealNVP
from realnvp.explore.bits_by_part import KINDS, BitsByPart, bits_by_part
from realnvp.explore.rounding import rounded_parts
from realnvp.flow import dequantize

SHAPES = [
    {"image_size": (8, 8), "num_levels": 3},
    {"image_size": (12, 8), "num_levels": 2, "channels": 1},
    {"image_size": (7, 5), "num_levels": 1, "channels": 2},
    {"image_size": (28, 28), "num_levels": 3, "channels": 1, "width": 2},
    {"image_size": (16, 16), "num_levels": 4, "width": 2},
    *({"variant": variant} for variant in VARIANTS.values()),
]
CONDITIONS = [("class", [2, 0]), ("attributes", [[0, 1, 1], [1, 1, 0]])]


def pictures_for(flow: RealNVP, n: int = 2) -> Tensor:
    height, width = flow.config.image_size
    return random_pictures(n, flow.config.channels, max(height, width))[..., :height, :width]


def term(by_part: BitsByPart, name: str) -> Tensor:
    return by_part.nats[:, [e.name for e in by_part.terms].index(name)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_terms_add_up_to_log_prob(shape: dict[str, object]) -> None:
    flow = small_flow(double=True, **shape)
    pictures = pictures_for(flow)
    by_part = bits_by_part(flow, pictures)
    expected = flow.log_prob(dequantize(pictures, None).double())
    torch.testing.assert_close(by_part.log_prob, expected, rtol=0, atol=1e-9)
    bits = by_part.bits_per_dim.sum(1)
    torch.testing.assert_close(bits, flow.bits_per_dim(pictures), rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_map_adds_up_to_the_bits_of_the_picture(shape: dict[str, object]) -> None:
    flow = small_flow(double=True, **shape)
    pictures = pictures_for(flow)
    by_part = bits_by_part(flow, pictures)
    bits = by_part.pixel_bits()
    assert bits.shape == (2, *flow.config.image_size)
    total = flow.dim * flow.bits_per_dim(pictures)
    torch.testing.assert_close(bits.sum(dim=(1, 2)), total, rtol=0, atol=1e-9)
    each = sum(by_part.pixel_bits(kind) for kind in KINDS)
    torch.testing.assert_close(each, bits)


def test_each_kind_has_the_same_sum_in_both_views() -> None:
    flow = small_flow(double=True)
    by_part = bits_by_part(flow, random_pictures(2))
    for kind in KINDS:
        chosen = [e.kind == kind for e in by_part.terms]
        terms = by_part.nats[:, chosen].sum(1) / math.log(2)
        torch.testing.assert_close(by_part.pixel_bits(kind).sum(dim=(1, 2)), terms)


def test_single_precision_adds_up_to_the_digits_that_are_shown() -> None:
    flow, pictures = small_flow(), random_pictures(8)
    by_part = bits_by_part(flow, pictures)
    exact = small_flow(double=True).bits_per_dim(pictures)
    torch.testing.assert_close(by_part.bits_per_dim.sum(1), exact, rtol=0, atol=1e-5)
    for parts, bits in zip(by_part.bits_per_dim, flow.bits_per_dim(pictures), strict=True):
        shown, total = rounded_parts(parts.tolist(), 3, float(bits))
        assert f"{total}" == f"{float(bits):.3f}"
        assert sum(shown) == total


def test_every_coupling_and_norm_has_the_log_det_of_its_step() -> None:
    flow = small_flow(double=True)
    pictures = random_pictures(2)
    by_part = bits_by_part(flow, pictures)
    h, _ = flow.logit(pictures.double() + 0.5)
    steps = [s for s in flow.multiscale.trace(h) if "squeeze" not in s.name]
    assert len(steps) == 32
    for step in steps:
        assert step.log_det is not None
        torch.testing.assert_close(term(by_part, step.name), -step.log_det)


def test_the_prior_of_each_level_has_a_closed_form() -> None:
    flow = small_flow(double=True)
    pictures = random_pictures(2)
    by_part = bits_by_part(flow, pictures)
    for i, level in enumerate(flow.unpack(flow.encode(pictures))):
        normal = torch.distributions.Normal(torch.zeros_like(level), 1.0)
        expected = -normal.log_prob(level).flatten(1).sum(1)
        torch.testing.assert_close(term(by_part, f"prior, level {i + 1}"), expected)


def test_the_logit_and_the_bytes_have_closed_forms() -> None:
    flow = small_flow(double=True)
    pictures = random_pictures(2)
    by_part = bits_by_part(flow, pictures)
    p = 0.05 + 0.9 * (pictures.double() + 0.5) / 256
    slope = (p.log() + (1 - p).log()).flatten(1).sum(1)
    torch.testing.assert_close(term(by_part, "logit, ln p + ln(1 − p)"), slope)
    margin = torch.full((2,), -192 * math.log(0.9), dtype=torch.float64)
    torch.testing.assert_close(term(by_part, "logit, −ln(1 − 2α)"), margin)
    eight = torch.full((2,), 8.0, dtype=torch.float64)
    torch.testing.assert_close(by_part.bits_per_dim[:, 0], eight)


def test_the_prior_is_mapped_to_where_the_latent_lives() -> None:
    flow = small_flow(double=True)
    pictures = random_pictures(2)
    z = flow.picture(flow.encode(pictures))
    expected = 0.5 * (z.square() + math.log(2 * math.pi)).sum(1) / math.log(2)
    torch.testing.assert_close(bits_by_part(flow, pictures).pixel_bits("prior"), expected)


def test_batch_norms_are_mapped_to_the_pixels_they_change() -> None:
    """Untrained, each costs 1/2 ln(1 + eps): the map counts how often a pixel is changed."""
    flow = RealNVP(ModelConfig(image_size=(8, 8), num_levels=3, width=2)).eval().double()
    counts = bits_by_part(flow, random_pictures(1)).pixel_bits("batch norm")[0]
    counts = counts * math.log(2) / (0.5 * math.log1p(1e-4))
    # By hand, for all three channels. In squeezed space channel 4c + 2i + j is pixel (i, j) of c,
    # and the first half of 12 channels is all of c = 0 with the upper row of c = 1.
    even, odd = 1, 2  # changed by keep even, odd, even
    first, second = 1, 2  # changed by keep first, second, first
    grid = torch.zeros(3, 8, 8)
    rows, columns = torch.arange(8)[:, None], torch.arange(8)
    grid += torch.where((rows + columns) % 2 == 0, even, odd)
    is_first = torch.zeros(3, 8, 8, dtype=torch.bool)
    is_first[0] = True
    is_first[1, ::2] = True
    grid += torch.where(is_first, first, second)
    off_diagonal = (rows + columns) % 2 == 1
    expected = grid.sum(0)
    torch.testing.assert_close(counts[off_diagonal].float(), expected[off_diagonal])
    # Pixels of the last level went through all: 6 + 6 of two levels, 4 of the last.
    assert counts[~off_diagonal].min() > expected.max() / 2
    total = 3 * 64 * 3 + 96 * 3 + 48 * 2
    torch.testing.assert_close(counts.sum(), torch.tensor(float(total), dtype=torch.float64))


def test_a_coupling_s_map_is_the_jacobian_s_diagonal_at_its_pixels() -> None:
    """One level: every coupling's own Jacobian, by autograd, at the pixels it changes."""
    flow = small_flow(double=True, image_size=(4, 4), num_levels=1, channels=1)
    pictures = random_pictures(1, channels=1, side=4)
    x, _ = flow.logit(pictures.double() + 0.5)
    expected = torch.zeros(16, dtype=torch.float64)
    for transform in flow.multiscale.levels[0].transforms:

        def flat(v: Tensor, transform: torch.nn.Module = transform) -> Tensor:
            return transform(v.view(1, 1, 4, 4))[0].flatten()

        jacobian = torch.autograd.functional.jacobian(flat, x.flatten())
        expected = expected - jacobian.diagonal().abs().log2()
        x = transform(x)[0]
    by_part = bits_by_part(flow, pictures)
    both = by_part.pixel_bits("coupling", "batch norm")
    torch.testing.assert_close(both[0].flatten(), expected)


def test_deeper_levels_cost_nothing_at_the_pixels_factored_out_before() -> None:
    flow = small_flow(double=True)
    pictures = random_pictures(1)
    whole = bits_by_part(flow, pictures).pixel_bits("coupling")[0]
    for transform in flow.multiscale.levels[1].transforms:
        if hasattr(transform, "max_log_scale"):
            transform.max_log_scale.zero_()
    without = bits_by_part(flow, pictures).pixel_bits("coupling")[0]
    changed = (whole - without).abs() > 1e-12
    rows, columns = torch.arange(8)[:, None], torch.arange(8)
    assert torch.equal(changed, (rows + columns) % 2 == 0)


@pytest.mark.parametrize(("kind", "labels"), CONDITIONS)
def test_the_bits_of_a_conditional_model_are_those_of_its_labels(
    kind: str, labels: list[object]
) -> None:
    flow = small_flow(double=True, label_kind=kind, num_labels=3)
    pictures, given = random_pictures(2), torch.tensor(labels)
    bits = bits_by_part(flow, pictures, given).bits_per_dim.sum(1)
    torch.testing.assert_close(bits, flow.bits_per_dim(pictures, given), rtol=0, atol=1e-12)
    with pytest.raises(ValueError, match="labels"):
        bits_by_part(flow, pictures)


def test_noise_in_the_bins_is_that_of_bits_per_dim() -> None:
    flow, pictures = small_flow(double=True), random_pictures(2)
    by_part = bits_by_part(flow, pictures, generator=torch.Generator().manual_seed(3))
    expected = flow.bits_per_dim(pictures, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(by_part.bits_per_dim.sum(1), expected, rtol=0, atol=1e-12)


def test_by_level_the_terms_are_few_and_have_the_same_sums() -> None:
    flow = small_flow(double=True)
    by_part = bits_by_part(flow, random_pictures(2))
    short = by_part.by_level()
    assert [e.name for e in short.terms] == [
        "bytes, ln 256",
        "logit, −ln(1 − 2α)",
        "logit, ln p + ln(1 − p)",
        "couplings, level 1",
        "batch norms, level 1",
        "couplings, level 2",
        "batch norms, level 2",
        "couplings, level 3",
        "batch norms, level 3",
        "prior, level 1",
        "prior, level 2",
        "prior, level 3",
    ]
    torch.testing.assert_close(short.nats.sum(1), by_part.nats.sum(1))
    chosen = [e.kind == "coupling" and e.level == 1 for e in by_part.terms]
    assert sum(chosen) == 6
    torch.testing.assert_close(term(short, "couplings, level 2"), by_part.nats[:, chosen].sum(1))


def test_a_broken_layer_is_named() -> None:
    flow = small_flow()
    flow.multiscale.levels[1].transforms[2].max_log_scale.fill_(float("nan"))
    with pytest.raises(NonFiniteError, match=r"level 2, coupling 2"):
        bits_by_part(flow, random_pictures(1))
