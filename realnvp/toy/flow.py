"""RealNVP in the plane: the couplings of pictures, on pictures of one pixel."""

import torch
from torch import Tensor, nn

from realnvp.coupling import AffineCoupling
from realnvp.flow import log_normal
from realnvp.masks import ChannelMask
from realnvp.transforms import Chain, Transform


class PointConditioner(nn.Module):
    """From the coordinate that a coupling keeps to raw log-scale and shift of the other.

    (B, 1, 1, 1) -> (B, 2, 1, 1): linear, ReLU, linear, ReLU, linear. The last layer starts at zero,
    so an untrained coupling is the identity.

    Args:
        width: hidden units of each of the two layers.
        generator: of the other weights.
    """

    def __init__(self, width: int, generator: torch.Generator) -> None:
        super().__init__()
        last = nn.utils.skip_init(nn.Linear, width, 2)
        self.layers = nn.Sequential(
            _linear(1, width, generator),
            nn.ReLU(),
            _linear(width, width, generator),
            nn.ReLU(),
            last,
        )
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, x: Tensor, plane: Tensor | None, labels: Tensor | None = None) -> Tensor:
        return self.layers(x.flatten(1))[:, :, None, None]


class ToyFlow(Transform):
    """Affine couplings in turn: the first moves the second coordinate, the next the first, ...

        forward   z = f_K(... f_1(x)), (B, 2)
        log_det   the sum of the couplings' log-scales, (B,)
        inverse   x = f_1^-1(... f_K^-1(z))

    Args:
        couplings: their number, K.
        width: hidden units of each conditioner.
        generator: of the weights.
    """

    def __init__(self, couplings: int, width: int, generator: torch.Generator) -> None:
        super().__init__()
        self.chain = Chain(
            [
                AffineCoupling(
                    ChannelMask(keep_first=index % 2 == 0), PointConditioner(width, generator), 1
                )
                for index in range(couplings)
            ]
        )

    def forward(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        z, log_det = self.chain(x[:, :, None, None])
        return z.flatten(1), log_det

    def inverse(self, y: Tensor, labels: Tensor | None = None) -> Tensor:
        return self.chain.inverse(y[:, :, None, None]).flatten(1)

    def log_prob(self, x: Tensor) -> Tensor:
        """log N(f(x); 0, I) + log |det df/dx|, (B,), nats per point."""
        z, log_det = self(x)
        return log_normal(z) + log_det

    def path(self, x: Tensor) -> Tensor:
        """Where points, (B, 2), are before the first coupling and after each, (K + 1, B, 2)."""
        y, places = x[:, :, None, None], [x]
        for coupling in self.chain.transforms:
            y, _ = coupling(y)
            places.append(y.flatten(1))
        return torch.stack(places)

    def path_back(self, z: Tensor) -> Tensor:
        """`path` of the points whose latents these are: its last entry is z."""
        y, places = z[:, :, None, None], [z]
        for coupling in reversed(self.chain.transforms):
            y = coupling.inverse(y)
            places.append(y.flatten(1))
        return torch.stack(places[::-1])


def _linear(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    """PyTorch's own weights to start with, but from this generator alone."""
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs)
    bound = inputs**-0.5
    nn.init.uniform_(layer.weight, -bound, bound, generator=generator)
    nn.init.uniform_(layer.bias, -bound, bound, generator=generator)
    return layer
