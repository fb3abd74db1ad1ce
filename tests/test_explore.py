"""Samples keep their seed and order; a report adds up; no page is needed for either."""

import pytest
import torch
from flows import random_pictures, small_flow
from torch import Tensor

from realnvp import NonFiniteError
from realnvp.coupling import FlowBatchNorm
from realnvp.explore.report import bits_over_noise, norm_ratio, report_on
from realnvp.explore.samples import draw_samples


def test_a_seed_means_the_same_pictures() -> None:
    flow = small_flow()
    first, again = (draw_samples(flow, 16, 0.7, 5) for _ in range(2))
    assert torch.equal(first.images, again.images)
    assert torch.equal(first.images, flow.decode(first.z))
    assert not torch.equal(first.images, draw_samples(flow, 16, 0.7, 6).images)


def test_temperature_scales_the_same_noise() -> None:
    flow = small_flow()
    cool, warm = (draw_samples(flow, 16, temperature, 5).z for temperature in (0.5, 1.0))
    torch.testing.assert_close(2 * cool, warm)


def test_fewer_samples_are_the_first_of_more() -> None:
    flow = small_flow()
    few, many = (draw_samples(flow, n, 1.0, 5).z for n in (16, 64))
    assert torch.equal(few, many[:16])


@pytest.mark.parametrize("order", ["lowest first", "highest first"])
def test_ordering_moves_latents_images_and_labels_together(order: str) -> None:
    flow = small_flow(label_kind="class", num_labels=4)
    samples = draw_samples(flow, 16, 1.0, 5, torch.arange(16) % 4, order=order)
    assert samples.bits_per_dim is not None
    steps = samples.bits_per_dim.diff()
    assert (steps >= 0 if order == "lowest first" else steps <= 0).all()
    assert torch.equal(samples.images, flow.decode(samples.z, samples.labels))
    torch.testing.assert_close(
        samples.bits_per_dim, flow.bits_per_dim(samples.images, samples.labels)
    )


def test_a_report_is_what_encode_and_decode_give() -> None:
    flow, image = small_flow(), random_pictures(1)
    report = report_on(flow, image)
    assert torch.equal(report.z, flow.encode(image))
    assert torch.equal(report.reconstruction, flow.decode(report.z))
    assert report.bits_per_dim == pytest.approx(float(flow.bits_per_dim(image)))
    assert report.norm == pytest.approx(float(report.z.norm()) / flow.dim**0.5)


def test_a_report_finds_every_byte_back() -> None:
    flow, image = small_flow(), random_pictures(1)
    report = report_on(flow, image)
    assert torch.equal(report.reconstruction, image)
    assert report.equal_bytes == flow.dim
    assert report.byte_error == 0
    assert 0 < report.real_error < 0.01
    assert 0 < report.logit_error < 1e-4


def test_a_report_measures_what_the_way_back_got_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    flow, image = small_flow(), random_pictures(1).clamp(max=250)
    inverse = flow.inverse

    def wrong(z: Tensor, labels: Tensor | None = None) -> Tensor:
        x = inverse(z, labels).clone()
        x[0, 0, 0, :2] += torch.tensor([1.0, 3.0])
        return x

    monkeypatch.setattr(flow, "inverse", wrong)
    report = report_on(flow, image)
    assert (report.equal_bytes, report.byte_error) == (flow.dim - 2, 3)
    assert report.real_error == pytest.approx(3, abs=0.01)


def test_a_report_of_numbers_that_are_not_finite_names_the_layer() -> None:
    flow = small_flow()
    first = next(m for m in flow.modules() if isinstance(m, FlowBatchNorm))
    first.running_mean.fill_(float("nan"))
    with pytest.raises(NonFiniteError, match="level 1, batch norm 1"):
        report_on(flow, random_pictures(1))


@pytest.mark.parametrize("kind", [None, "class"])
def test_noise_is_drawn_as_often_as_stated_and_always_the_same(kind: str | None) -> None:
    flow = small_flow(label_kind=kind, num_labels=3 if kind else 0)
    image, labels = random_pictures(1), torch.tensor([2]) if kind else None
    bits = bits_over_noise(flow, image, labels, draws=4)
    many = image.expand(4, -1, -1, -1)
    many_labels = None if labels is None else labels.expand(4)
    generator = torch.Generator().manual_seed(0)
    torch.testing.assert_close(bits, flow.bits_per_dim(many, many_labels, generator=generator))
    assert bits.unique().numel() == 4
    assert torch.equal(bits, bits_over_noise(flow, image, labels, draws=4))


@pytest.mark.parametrize(
    ("kind", "labels"),
    [("class", torch.tensor([2])), ("attributes", torch.tensor([[1, 0, 1]]))],
)
def test_a_conditional_model_is_reported_under_its_label(kind: str, labels: torch.Tensor) -> None:
    flow = small_flow(label_kind=kind, num_labels=3)
    assert report_on(flow, random_pictures(1), labels).equal_bytes == flow.dim


def test_normal_noise_has_a_norm_ratio_near_one(generator: torch.Generator) -> None:
    assert norm_ratio(torch.randn(1, 10_000, generator=generator)) == pytest.approx(1, abs=0.03)
