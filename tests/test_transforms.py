"""Every invertible step is held to the same laws, in float64, with random weights."""

import pytest
import torch
from flows import randomized, small_flow
from torch import Tensor, nn

from realnvp.coupling import AffineCoupling, FlowBatchNorm
from realnvp.masks import ChannelMask, CheckerboardMask, Mask
from realnvp.nets import Conditioner
from realnvp.transforms import Chain, Logit, OrderedSqueeze, Squeeze, Transform, Unsqueeze

SHAPE = (4, 6, 4)  # channels, height, width: no two alike, so no axis can stand in for another


def coupling(mask: Mask, num_labels: int = 0, *, other: bool = False) -> AffineCoupling:
    """As ours; or, if `other`, as other implementations have it."""
    changed = mask.changed_channels(SHAPE[0])
    net = Conditioner(
        mask.visible_channels(SHAPE[0]),
        changed,
        6,
        num_blocks=1,
        mask_plane=isinstance(mask, CheckerboardMask),
        num_labels=num_labels,
        input_gain=other,
    )
    return AffineCoupling(mask, net, changed, shift_first=other, log_scale_offset=other)


MASKS = [
    CheckerboardMask(keep_even=True),
    CheckerboardMask(keep_even=False),
    ChannelMask(keep_first=True),
    ChannelMask(keep_first=False),
]
TRANSFORMS = {
    "logit": lambda: Logit(0.05),
    "logit with a small margin": lambda: Logit(1e-6),
    "squeeze": Squeeze,
    "ordered squeeze": OrderedSqueeze,
    "unsqueeze": Unsqueeze,
    **{f"coupling, {mask}": lambda mask=mask: coupling(mask) for mask in MASKS},
    **{f"other coupling, {mask}": lambda mask=mask: coupling(mask, other=True) for mask in MASKS},
    **{f"batch norm, {mask}": lambda mask=mask: FlowBatchNorm(mask, SHAPE[0]) for mask in MASKS},
    "chain": lambda: Chain(
        [
            Squeeze(),
            Unsqueeze(),
            coupling(MASKS[0]),
            FlowBatchNorm(MASKS[0], SHAPE[0]),
            coupling(MASKS[3]),
        ]
    ),
}


@pytest.fixture(params=TRANSFORMS, ids=str)
def transform(request: pytest.FixtureRequest) -> Transform:
    return randomized(TRANSFORMS[request.param]()).double().eval()


@pytest.fixture
def x(transform: Transform, generator: torch.Generator) -> Tensor:
    batch = torch.rand(2, *SHAPE, generator=generator, dtype=torch.float64)
    return 256 * batch if isinstance(transform, Logit) else 4 * batch - 2


def test_inverse_undoes_forward(transform: Transform, x: Tensor) -> None:
    y, _ = transform(x)
    torch.testing.assert_close(transform.inverse(y), x, rtol=1e-9, atol=1e-9)


def test_log_det_matches_the_autograd_jacobian(transform: Transform, x: Tensor) -> None:
    _, log_det = transform(x)
    assert log_det.shape == (len(x),)
    for i in range(len(x)):

        def flat(v: Tensor) -> Tensor:
            return transform(v.view(1, *SHAPE))[0].flatten()

        jacobian = torch.autograd.functional.jacobian(flat, x[i].flatten())
        torch.testing.assert_close(log_det[i], torch.linalg.slogdet(jacobian).logabsdet)


def test_forward_leaves_its_argument_alone(transform: Transform, x: Tensor) -> None:
    before = x.clone()
    y, _ = transform(x)
    transform.inverse(y)
    assert torch.equal(x, before)


@pytest.mark.parametrize("mask", MASKS, ids=str)
def test_coupling_leaves_the_kept_half_untouched_and_changes_all_the_rest(mask: Mask) -> None:
    layer = randomized(coupling(mask)).eval()
    x = torch.randn(3, *SHAPE)
    y, _ = layer(x)
    kept = mask.kept(x).expand_as(x)
    assert torch.equal(y[kept], x[kept])
    assert (y[~kept] != x[~kept]).all()
    assert kept.float().mean() == 0.5


@pytest.mark.parametrize("mask", MASKS, ids=str)
def test_scale_and_shift_depend_on_the_kept_half_alone(mask: Mask) -> None:
    layer = randomized(coupling(mask)).eval()
    x = torch.randn(1, *SHAPE)
    other = torch.where(mask.kept(x), x, torch.randn_like(x))
    for a, b in zip(
        layer.scale_and_shift(x, None), layer.scale_and_shift(other, None), strict=True
    ):
        assert torch.equal(a, b)


def test_log_scale_is_bounded_whatever_the_input() -> None:
    layer = randomized(coupling(MASKS[0]), scale=5.0).eval()
    log_scale, _ = layer.scale_and_shift(1e6 * torch.randn(2, *SHAPE), None)
    assert (log_scale.abs() <= layer.max_log_scale.abs() + 1e-6).all()


def test_untrained_coupling_is_the_identity() -> None:
    layer = coupling(MASKS[0]).eval()
    x = torch.randn(2, *SHAPE)
    y, log_det = layer(x)
    assert torch.equal(y, x)
    assert torch.equal(log_det, torch.zeros(2))


def test_labels_change_what_a_coupling_does() -> None:
    layer = randomized(coupling(MASKS[0], num_labels=3)).eval()
    x = torch.randn(1, *SHAPE)
    one, other = (layer(x, torch.eye(3)[i : i + 1])[0] for i in (0, 2))
    assert not torch.allclose(one, other)
    torch.testing.assert_close(layer.inverse(other, torch.eye(3)[2:3]), x, rtol=1e-4, atol=1e-5)


def test_logit_is_exact_at_the_ends_of_the_range() -> None:
    ends = torch.tensor([0.0, 1e-3, 128.0, 255.999, 256.0], dtype=torch.float64).view(1, 1, 1, 5)
    y, _ = Logit(0.05)(ends)
    torch.testing.assert_close(y[0, 0, 0, 0], torch.tensor(0.05, dtype=torch.float64).logit())
    torch.testing.assert_close(Logit(0.05).inverse(y), ends, rtol=0, atol=1e-10)


@pytest.mark.parametrize("alpha", [0.05, 1e-3, 1e-6])
def test_logits_of_white_are_as_exact_as_those_of_black(alpha: float) -> None:
    x = torch.tensor([1e-3, 0.5, 127.9, 255.5, 255.999]).view(1, 1, 1, 5)
    (y, log_det), (exact, exact_log_det) = (Logit(alpha)(v) for v in (x, x.double()))
    torch.testing.assert_close(y.double(), exact, rtol=3e-7, atol=3e-7)
    torch.testing.assert_close(log_det.double(), exact_log_det, rtol=3e-7, atol=0)


def test_squeeze_makes_channels_of_every_2x2_cell() -> None:
    x = torch.arange(16.0).view(1, 1, 4, 4)
    y, _ = Squeeze()(x)
    assert y.shape == (1, 4, 2, 2)
    assert y[0, :, 0, 0].tolist() == [0, 1, 4, 5]


def test_ordered_squeeze_puts_whole_diagonal_pixels_first() -> None:
    x = torch.arange(32.0).view(1, 2, 4, 4)  # channel 1 is channel 0 plus 16
    y, _ = OrderedSqueeze()(x)
    assert y[0, :, 0, 0].tolist() == [0, 16, 5, 21, 1, 17, 4, 20]


@pytest.mark.parametrize("mask", MASKS, ids=str)
def test_flow_batch_norm_normalises_the_changed_half_in_training(mask: Mask) -> None:
    layer = FlowBatchNorm(mask, SHAPE[0]).double().train()
    x = 3 + 2 * torch.randn(64, *SHAPE, dtype=torch.float64)
    y, log_det = layer(x)
    kept = mask.kept(x).expand_as(x)
    assert torch.equal(y[kept], x[kept])
    assert abs(y[~kept].mean()) < 1e-9
    assert abs(y[~kept].var(correction=0) - 1) < 1e-3
    jacobian_of_one = -0.5 * torch.log(x.new_tensor(4.0)) * (~kept[0]).sum()
    assert abs(log_det[0] - jacobian_of_one) < 0.1 * abs(jacobian_of_one)


def test_flow_batch_norm_inverts_with_running_statistics_even_in_training() -> None:
    layer = randomized(FlowBatchNorm(MASKS[0], SHAPE[0])).double()
    x = torch.randn(4, *SHAPE, dtype=torch.float64)
    y, _ = layer.eval()(x)
    torch.testing.assert_close(layer.train().inverse(y), x)


def test_inverse_in_training_mode_leaves_the_running_statistics_alone() -> None:
    flow = small_flow().train()
    before = {name: value.clone() for name, value in flow.named_buffers()}
    flow.inverse(torch.randn(2, flow.dim))
    for name, value in flow.named_buffers():
        assert torch.equal(value, before[name]), name
    assert all(module.training for module in flow.modules() if isinstance(module, nn.BatchNorm2d))


def test_equal_averages_of_batches_are_their_mean() -> None:
    layer = FlowBatchNorm(MASKS[2], SHAPE[0], momentum=None).train()
    batches = [torch.randn(8, *SHAPE) * k for k in (1, 2, 3)]
    for batch in batches:
        layer(batch)
    changed = torch.stack([b[:, 2:].var(dim=(0, 2, 3), correction=0) for b in batches]).mean(0)
    torch.testing.assert_close(layer.running_var[2:, 0, 0], changed)
    assert torch.equal(layer.running_var[:2], torch.ones(2, 1, 1))  # never changed, never measured
