"""A folded flow is the same flow: every number it gives, in both precisions, on any size."""

import pytest
import torch
from flows import VARIANTS, random_pictures, randomized, small_flow
from torch import nn

from realnvp import NonFiniteError, RealNVP, inference
from realnvp.folding import FoldedConditioner
from realnvp.inference import fold, half_is_faster, in_half
from realnvp.masks import CheckerboardMask
from realnvp.memory import keep_freed_memory
from realnvp.nets import Conditioner

SHAPES = [
    {"image_size": (8, 8), "num_levels": 3},
    {"image_size": (12, 8), "num_levels": 2, "channels": 1, "num_blocks": 0},
    {"image_size": (7, 5), "num_levels": 1, "channels": 2, "num_blocks": 3},
    {"image_size": (1, 2), "num_levels": 1},
    {"image_size": (28, 28), "num_levels": 3, "channels": 1, "width": 2},
    {"label_kind": "class", "num_labels": 3, "num_blocks": 2},
    {"label_kind": "attributes", "num_labels": 2, "num_levels": 2},
    *({"variant": variant, "num_levels": 2} for variant in VARIANTS.values()),
]


def is_half(flow: RealNVP) -> bool:
    """Whether the conditioners run in bfloat16."""
    nets = (net for net in flow.modules() if isinstance(net, FoldedConditioner))
    return any(net.conv_in.weight.dtype == torch.bfloat16 for net in nets)


def labels_for(flow: RealNVP, n: int) -> torch.Tensor | None:
    config = flow.config
    if config.label_kind is None:
        return None
    if config.label_kind == "class":
        return torch.arange(n) % config.num_labels
    return torch.arange(n * config.num_labels).view(n, -1) % 2


def pictures_for(flow: RealNVP, n: int, size: tuple[int, int]) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (n, flow.config.channels, *size)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)


@pytest.mark.parametrize("double", [False, True], ids=["float32", "float64"])
@pytest.mark.parametrize("larger", [1, 3], ids=["trained size", "larger"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_folded_flow_gives_the_numbers_of_the_original(
    shape: dict[str, object], larger: int, double: bool
) -> None:
    flow = small_flow(double=double, **shape)
    folded = fold(flow)
    height, width = flow.config.image_size
    size = (height * larger, width * larger)
    pictures, labels = pictures_for(flow, 4, size), labels_for(flow, 4)
    tolerance = 1e-12 if double else 1e-5
    x = pictures.to(flow.dtype) + 0.5
    (z, log_det), (folded_z, folded_log_det) = flow(x, labels), folded(x, labels)
    torch.testing.assert_close(folded_z, z, rtol=0, atol=tolerance)
    torch.testing.assert_close(folded_log_det / x[0].numel(), log_det / x[0].numel())
    h, _ = flow.logit(flow.inverse(z, labels, size))
    folded_h, _ = flow.logit(folded.inverse(z, labels, size))
    torch.testing.assert_close(folded_h, h, rtol=0, atol=10 * tolerance)
    bits, folded_bits = flow.bits_per_dim(pictures, labels), folded.bits_per_dim(pictures, labels)
    torch.testing.assert_close(folded_bits, bits, rtol=0, atol=tolerance)
    assert torch.equal(folded.decode(folded.encode(pictures, labels), labels, size), pictures)


def test_folded_conditioner_agrees_when_a_norm_mutes_a_map() -> None:
    """Nothing is divided by the norms' scales, so they may be zero or negative."""
    net = randomized(Conditioner(2, 2, 6, num_blocks=2, mask_plane=False)).double().eval()
    with torch.no_grad():
        for norm in net.modules():
            if isinstance(norm, nn.BatchNorm2d) and norm.affine:
                norm.weight[0], norm.weight[1] = 0.0, -1.0
        x = torch.randn(2, 2, 5, 4, dtype=torch.float64)
        torch.testing.assert_close(FoldedConditioner(net)(x, None), net(x, None))


@pytest.mark.parametrize("keep_even", [True, False])
def test_folded_conditioner_at_cells_is_the_whole_one_seen_there(keep_even: bool) -> None:
    mask = CheckerboardMask(keep_even=keep_even)
    net = randomized(Conditioner(2, 2, 6, num_blocks=2, mask_plane=True)).double().eval()
    x = torch.randn(3, 2, 6, 8, dtype=torch.float64)
    with torch.no_grad():
        whole = net(x, mask.plane(x))
        cells = FoldedConditioner(net, mask.changed_cells)(x, mask.plane(x))
    torch.testing.assert_close(cells, torch.cat(mask.changed_parts(whole)))


@pytest.mark.parametrize("size", [(4, 6), (5, 3), (1, 2)])
@pytest.mark.parametrize("keep_even", [True, False])
def test_parts_of_a_checkerboard_are_what_it_changes(
    keep_even: bool, size: tuple[int, int]
) -> None:
    mask = CheckerboardMask(keep_even=keep_even)
    marked = torch.zeros(1, 2, *size)
    for part in mask.changed_parts(marked):
        part += 1
    assert torch.equal(marked[0, 0] == 0, mask.kept(marked))


def test_every_step_of_a_folded_trace_is_that_of_the_original() -> None:
    flow = small_flow(double=True)
    folded = fold(flow)
    h, _ = flow.logit(random_pictures(2).double() + 0.5)
    steps = zip(flow.multiscale.trace(h), folded.multiscale.trace(h), strict=True)
    for step, other in steps:
        assert other.name == step.name
        torch.testing.assert_close(other.output, step.output)
        torch.testing.assert_close(other.log_det, step.log_det)


def test_scale_and_shift_of_a_folded_coupling_are_placed_like_the_original_s() -> None:
    flow = small_flow(double=True, image_size=(7, 5), num_levels=1)
    folded = fold(flow)
    x = torch.randn(2, 3, 7, 5, dtype=torch.float64)
    for i in (0, 2):
        coupling = flow.multiscale.levels[0].transforms[i]
        other = folded.multiscale.levels[0].transforms[i]
        torch.testing.assert_close(
            other.scale_and_shift(x, None),  # type: ignore[attr-defined]
            coupling.scale_and_shift(x, None),  # type: ignore[attr-defined]
        )


def test_gradient_of_the_density_at_a_picture_stays() -> None:
    flow = small_flow(double=True, num_blocks=2)
    x = random_pictures(2).double() + 0.5
    gradients = []
    for form in (flow, fold(flow)):
        form.encode(random_pictures(2))  # what is remembered from inference must not be in the way
        leaf = x.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(form.log_prob(leaf).sum(), leaf)
        gradients.append(gradient)
    torch.testing.assert_close(*gradients)


def test_folding_leaves_the_original_alone() -> None:
    flow = small_flow().train()
    before = {name: value.clone() for name, value in flow.state_dict().items()}
    folded = fold(flow)
    with torch.no_grad():
        for value in folded.state_dict().values():
            value.zero_()
    assert flow.training
    for name, value in flow.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_training_mode_does_not_change_a_folded_flow() -> None:
    folded, pictures = fold(small_flow()), random_pictures(3)
    z = folded.encode(pictures)
    assert torch.equal(folded.train().encode(pictures), z)


def test_a_folded_flow_can_change_its_dtype() -> None:
    flow, pictures = small_flow(), random_pictures(3)
    folded = fold(flow)
    folded.encode(pictures)
    torch.testing.assert_close(
        folded.double().encode(pictures), flow.double().encode(pictures), rtol=0, atol=1e-5
    )


def test_a_folded_flow_remembers_no_end_of_sizes() -> None:
    folded = fold(small_flow(num_levels=1, width=1))
    norm = folded.multiscale.levels[0].transforms[1]
    for side in range(1, 2 * inference.SIZES):
        folded.encode(random_pictures(1, side=side))
    assert isinstance(norm, inference.FoldedBatchNorm)
    assert len(norm._known) <= inference.SIZES


def test_a_broken_layer_is_still_named() -> None:
    folded = fold(small_flow())
    broken = folded.multiscale.levels[1].transforms[2]
    broken.max_log_scale.data.fill_(float("nan"))  # type: ignore[union-attr, operator]
    with pytest.raises(NonFiniteError, match=r"level 2, coupling 2 \(checkerboard"):
        folded.encode(random_pictures(2))


def test_half_precision_moves_pixels_a_little_and_nothing_else() -> None:
    exact = fold(small_flow(label_kind="class", num_labels=3))
    half, labels = in_half(exact), torch.tensor([0, 1, 2, 0])
    assert is_half(half)
    assert not is_half(exact)
    z = exact.draw(4, 0.7, torch.Generator().manual_seed(0))
    pictures, moved = exact.decode(z, labels), half.decode(z, labels)
    difference = (pictures.int() - moved.int()).abs().float()
    assert 0 < difference.mean() < 1
    assert half.encode(pictures, labels).dtype == torch.float32


@pytest.mark.parametrize("folded", [True, False])
def test_half_precision_does_not_reach_the_constant_in_a_shift(folded: bool) -> None:
    net = randomized(Conditioner(2, 2, 6, num_blocks=2, mask_plane=False)).eval()
    assert net.conv_out.bias is not None
    net.conv_out.bias.data.fill_(100.0)  # in bfloat16 its neighbour is 100.5
    x = torch.randn(4, 2, 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        exact = net(x, None)
        if folded:
            half = FoldedConditioner(net)
            half.half_precision()
            out = half(x, None)
        else:
            with torch.autocast("cpu", torch.bfloat16):
                out = net(x, None)
    assert out.dtype == torch.float32
    error = (out - exact).abs().max() / (exact - 100).abs().max()
    assert 0 < error < 0.02


@pytest.mark.parametrize("faster", [True, False])
def test_fast_takes_half_precision_only_where_it_is_faster(
    faster: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inference, "half_is_faster", lambda folded: faster)
    assert is_half(fold(small_flow(), fast=True)) == faster
    assert not is_half(fold(small_flow()))


def test_speed_is_asked_of_conditional_models_too() -> None:
    assert half_is_faster(fold(small_flow(label_kind="class", num_labels=3))) in (True, False)


def test_keeping_freed_memory_answers_on_any_system(monkeypatch: pytest.MonkeyPatch) -> None:
    assert keep_freed_memory() in (True, False)
    monkeypatch.setattr("sys.platform", "plan9")
    assert not keep_freed_memory()
