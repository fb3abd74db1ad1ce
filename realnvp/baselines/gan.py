"""The generative adversarial network: the discriminator trains the generator, and is let go."""

import copy
import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from realnvp.baselines.baseline import BaselineConfig, LatentBaseline, to_bytes


class GAN(LatentBaseline):
    """Goodfellow et al., "Generative adversarial nets" (NeurIPS 2014, arXiv:1406.2661).

        draw    z ~ N(0, I),  x = G(z)
        train   max over D of  E log D(x) + E log(1 - D(G(z)))
                max over G of  E log D(G(z))

    G is a DCGAN (Radford et al. 2016, arXiv:1511.06434). It has no likelihood, and no way from a
    picture to its z.
    """

    TITLE: ClassVar[str] = "GAN"

    def __init__(self, config: BaselineConfig, card: dict[str, Any] | None = None) -> None:
        super().__init__(config, card)
        w, (height, width) = config.width, config.image_size
        small = (8 * w, height // 4, width // 4)
        self.generator = nn.Sequential(
            nn.Linear(config.latents, math.prod(small), bias=False),
            nn.Unflatten(1, small),
            nn.BatchNorm2d(8 * w),
            nn.ReLU(),
            nn.ConvTranspose2d(8 * w, 2 * w, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * w),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * w, w, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(w),
            nn.ReLU(),
            nn.Conv2d(w, 1, 3, padding=1),
            nn.Tanh(),
        )

    def forward(self, z: Tensor) -> Tensor:
        """Pictures of codes (B, latents), as real numbers from -1 to 1."""
        return self.generator(z.to(self.device, self.dtype))

    @torch.inference_mode()
    def decode(self, z: Tensor) -> Tensor:
        return to_bytes(127.5 * (self(z) + 1))

    def measure(self, images: Tensor) -> dict[str, Any]:
        return {}  # there is nothing to measure a likelihood with


def discriminator(config: BaselineConfig) -> nn.Sequential:
    """D before its sigmoid, (B, 1, H, W) -> (B, 1).

    Its layers have spectral norm 1 (Miyato et al. 2018, arXiv:1802.05957): its slope is bounded,
    so the generator's gradient neither bursts nor vanishes.
    """
    w, (height, width) = config.width, config.image_size
    return nn.Sequential(
        spectral_norm(nn.Conv2d(1, w, 4, stride=2, padding=1)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Conv2d(w, 4 * w, 4, stride=2, padding=1)),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        spectral_norm(nn.Linear(4 * w * (height // 4) * (width // 4), 8 * w)),
        nn.LeakyReLU(0.2),
        spectral_norm(nn.Linear(8 * w, 1)),
    )


class GanTrainer:
    """Generator and discriminator in turns; what is kept is a moving average of the generator.

    Args:
        model: its generator is trained in place.
        decay: of the average. The two players circle each other; their average does not.
    """

    def __init__(self, model: GAN, decay: float = 0.995) -> None:
        self._generator = model
        self._discriminator = discriminator(model.config).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model = copy.deepcopy(model).requires_grad_(False)
        self._decay, self._steps = decay, 0
        betas = (0.5, 0.99)
        self._of_generator = torch.optim.Adam(model.parameters(), betas=betas, fused=True)
        self._of_discriminator = torch.optim.Adam(
            self._discriminator.parameters(), betas=betas, fused=True
        )

    def step(self, images: Tensor, rate: float, generator: torch.Generator) -> dict[str, float]:
        """One turn each; gives their losses in bits: 1 for both where it is a mere guess."""
        self._generator.train()
        fake = self._generator(self._generator.draw(len(images), generator))
        real = self._discriminator(self._generator.scaled(images))
        own = F.softplus(-real).mean() + F.softplus(self._discriminator(fake.detach())).mean()
        _descend(self._of_discriminator, own, rate)
        fooled = F.softplus(-self._discriminator(fake)).mean()
        _descend(self._of_generator, fooled, rate)
        self._average()
        bit = math.log(2)
        losses = {"discriminator": own / 2, "generator": fooled}
        return {name: float(loss.detach()) / bit for name, loss in losses.items()}

    @torch.no_grad()
    def _average(self) -> None:
        """Of the weights, and of the statistics of the batch norms; the start is soon forgotten."""
        self._steps += 1
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        now = self._generator.state_dict()
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                value.lerp_(now[name], 1 - decay)


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
