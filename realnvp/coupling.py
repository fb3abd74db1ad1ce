"""The affine coupling layer and the batch norm that follows it; sections 3.2 to 3.7."""

import torch
from torch import Tensor, nn

from realnvp.masks import Mask
from realnvp.transforms import Transform


class AffineCoupling(Transform):
    """Scale and shift one half of x by amounts computed from the other half.

    Eq. 9, with b = 1 where the mask keeps x:

        forward   y = b x + (1 - b) (x exp(s(b x)) + t(b x))
        log_det   sum of (1 - b) s(b x)
        inverse   x = b y + (1 - b) (y - t(b y)) exp(-s(b y))

    with s = g tanh(raw): bounded, so that exp cannot overflow, and g learned per channel. g starts
    at 1 because the conditioner already starts at 0; were both 0, neither would get a gradient.

    Args:
        mask: which half is kept.
        net: conditioner, (visible, mask plane, labels) -> (B, 2 changed channels, H, W).
        changed_channels: channels of s and of t.
        shift_first: the conditioner's second half is added before the scale, (x + r) exp(s), as in
            other implementations; so t = r exp(s), and all the above holds.
        log_scale_offset: s = g tanh(raw) + c, with c learned per channel, as in others.
    """

    log_scale_offset: nn.Parameter | None

    def __init__(
        self,
        mask: Mask,
        net: nn.Module,
        changed_channels: int,
        *,
        shift_first: bool = False,
        log_scale_offset: bool = False,
    ) -> None:
        super().__init__()
        self.mask = mask
        self.net = net
        self.max_log_scale = nn.Parameter(torch.ones(changed_channels, 1, 1))
        self.shift_first = shift_first
        offset = nn.Parameter(torch.zeros(changed_channels, 1, 1)) if log_scale_offset else None
        self.register_parameter("log_scale_offset", offset)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        log_scale, shift = self.scale_and_shift(x, labels)
        return x * log_scale.exp() + shift, log_scale.flatten(1).sum(1)

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        # Running statistics whatever the mode: batch statistics of y are not those x was made with.
        with evaluating(self.net):
            log_scale, shift = self.scale_and_shift(y, labels)
        return (y - shift) * torch.exp(-log_scale)

    def scale_and_shift(self, x: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """s and t, (B, C, H, W) each, both zero where the mask keeps x."""
        log_scale, shift = self.amounts(x, labels)
        return self.mask.place(log_scale), self.mask.place(shift)

    def amounts(self, x: Tensor, labels: Tensor | None) -> tuple[Tensor, Tensor]:
        """s and t of the changed channels, as the conditioner gives them: where x is kept, too."""
        out = self.net(self.mask.condition(x), self.mask.plane(x), labels)
        raw, shift = out.chunk(2, dim=1)
        log_scale = self.max_log_scale * torch.tanh(raw)
        if self.log_scale_offset is not None:
            log_scale = log_scale + self.log_scale_offset
        return log_scale, shift * log_scale.exp() if self.shift_first else shift

    def extra_repr(self) -> str:
        return str(self.mask)


class FlowBatchNorm(Transform):
    """Batch norm as a bijection, on the half that the coupling before it changed; section 3.7.

        forward   y = (x - mean) / sqrt(var + eps) where changed, y = x where kept
        log_det   -1/2 log(var + eps) per changed variable
        inverse   x = y sqrt(var + eps) + mean, always with running statistics

    Mean and variance are per channel over batch and changed positions: the batch's own in
    training, running averages otherwise.

    Args:
        mask: of the coupling before.
        channels: C of x.
        eps: the authors' 1e-4.
        momentum: share of a new batch in the running averages; None averages all batches since
            `reset_running_stats` equally.
        measures_all: the batch's own are over all positions of the channels that are changed
            somewhere, as in other implementations.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches: Tensor

    def __init__(
        self,
        mask: Mask,
        channels: int,
        *,
        eps: float = 1e-4,
        momentum: float | None = 0.1,
        measures_all: bool = False,
    ) -> None:
        super().__init__()
        self.mask, self.eps, self.momentum = mask, eps, momentum
        self.measures_all = measures_all
        self.register_buffer("running_mean", torch.zeros(channels, 1, 1))
        self.register_buffer("running_var", torch.ones(channels, 1, 1))
        self.register_buffer("num_batches", torch.zeros((), dtype=torch.long))

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        changed = ~self.mask.kept(x)
        mean, var = self.batch_stats(x) if self.training else self.running_stats()
        # Where kept, scale 1 and offset 0: the same multiply-add for every variable.
        log_scale = torch.where(changed, -0.5 * torch.log(var + self.eps), 0.0)
        y = torch.where(changed, x - mean, x) * log_scale.exp()
        log_det = log_scale.expand(x.shape[1:]).sum()
        return y, log_det.expand(len(x))

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        changed = ~self.mask.kept(y)
        mean, var = self.running_stats()
        scale = torch.where(changed, (var + self.eps).sqrt(), 1.0)
        return y * scale + torch.where(changed, mean, 0.0)

    def running_stats(self) -> tuple[Tensor, Tensor]:
        return self.running_mean, self.running_var

    def measured(self, x: Tensor) -> Tensor:
        """1 where mean and variance are taken, else 0: (C, H, W)."""
        changed = ~self.mask.kept(x)
        if self.measures_all:
            changed = changed.expand(x.shape[1:]).flatten(1).any(dim=1).view(-1, 1, 1)
        return changed.to(x.dtype).expand(x.shape[1:])

    def batch_stats(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """This batch's mean and variance, (C, 1, 1) each, and a step of the running averages."""
        weight = self.measured(x)
        mean, var = self.measure(x, weight)
        with torch.no_grad():
            self.num_batches.add_(1)
            share = self.momentum or 1.0 / self.num_batches.item()
            # A channel mask's kept channels have no statistics: they stay at mean 0, variance 1.
            seen = weight.amax(dim=(1, 2), keepdim=True) > 0
            self.running_mean.lerp_(mean.where(seen, self.running_mean), share)
            self.running_var.lerp_(var.where(seen, self.running_var), share)
        return mean, var

    def measure(self, x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance, (C, 1, 1) each, of x where `weight`, (C, H, W), is 1 and not 0."""
        count = (len(x) * weight.sum(dim=(1, 2), keepdim=True)).clamp_min(1)
        mean = (x * weight).sum(dim=(0, 2, 3)).view(-1, 1, 1) / count
        var = ((x - mean).square() * weight).sum(dim=(0, 2, 3)).view(-1, 1, 1) / count
        return mean, var

    def reset_running_stats(self) -> None:
        """Forget the running averages."""
        self.running_mean.zero_()
        self.running_var.fill_(1)
        self.num_batches.zero_()

    def extra_repr(self) -> str:
        return str(self.mask)


class evaluating:
    """Within it `module` uses running statistics; the mode of each of its parts is restored after.

    What evaluates already, as all that is shared by threads does, is not touched.
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = module

    def __enter__(self) -> None:
        self.before: dict[nn.Module, bool] = {}
        if self.module.training:
            self.before = {part: part.training for part in self.module.modules()}
            self.module.eval()

    def __exit__(self, *_: object) -> None:
        for part, training in self.before.items():
            part.training = training
