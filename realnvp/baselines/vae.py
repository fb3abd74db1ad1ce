"""The variational autoencoder: a code, a decoder, and a bound on the likelihood."""

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from realnvp.baselines import logistic
from realnvp.baselines.baseline import BaselineConfig, LatentBaseline, to_bytes

LOG_SCALES = (-3.0, 5.0)  # of a pixel, in grey values: from certain to knowing nothing


class VAE(LatentBaseline):
    """Kingma and Welling, "Auto-encoding variational Bayes" (ICLR 2014, arXiv:1312.6114).

        draw      z ~ N(0, I),  x ~ p(x | z)
        encode    q(z | x) = N(m(x), diag s(x)^2), which stands in for the unknown p(z | x)
        bound     log p(x) >= E_q [log p(x | z)] - KL(q(z | x) || N(0, I))

    The pixels of p(x | z) are independent discretised logistics, so the bound is one on bytes.
    What is shown of a code is their locations, not a draw from them: that would add grain.
    """

    TITLE: ClassVar[str] = "VAE"

    def __init__(self, config: BaselineConfig, card: dict[str, Any] | None = None) -> None:
        super().__init__(config, card)
        w, (height, width) = config.width, config.image_size
        # Most weights lie where the maps are smallest: there they cost least.
        small = (8 * w, height // 4, width // 4)
        self.encoder = nn.Sequential(
            nn.Conv2d(1, w, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(w, 4 * w, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(math.prod(small) // 2, 2 * config.latents),  # mean, then log variance
        )
        self.decoder = nn.Sequential(
            nn.Linear(config.latents, math.prod(small)),
            nn.ReLU(),
            nn.Unflatten(1, small),
            nn.ConvTranspose2d(8 * w, 2 * w, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * w, w, 4, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(w, 2, 3, padding=1),  # location, then log scale
        )

    def posterior(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of q(z | x), (B, latents) each."""
        mean, log_variance = self.encoder(self.scaled(images)).chunk(2, dim=1)
        return mean, log_variance

    def pixels(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Location and log scale of every pixel of p(x | z), (B, 1, H, W) each, in grey values."""
        location, log_scale = self.decoder(z.to(self.device, self.dtype)).chunk(2, dim=1)
        return 127.5 * (location + 1), (log_scale + 2).clamp(*LOG_SCALES)

    def bound(self, images: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """At least -log2 p(x) per pixel, (B,), with one draw of z for each picture."""
        mean, log_variance = self.posterior(images)
        z = mean + (log_variance / 2).exp() * self._noise(mean, generator)
        cost = divergence(mean, log_variance) - self._log_likelihood(images, z)
        return cost / (self.dim * math.log(2))

    def importance_bound(
        self, images: Tensor, draws: int, generator: torch.Generator | None = None
    ) -> Tensor:
        """A tighter bound, (B,): -log2 of the mean of p(x | z) p(z) / q(z | x) over draws of q.

        Burda et al. 2016 (arXiv:1509.00519), eq. 8; with ever more draws it comes down to the
        exact cost. What lies between it and `bound` is the price of a Gaussian q.
        """
        mean, log_variance = self.posterior(images)
        ratios = []
        for _ in range(draws):
            noise = self._noise(mean, generator)
            z = mean + (log_variance / 2).exp() * noise
            # log p(z) - log q(z | x): the constants of the two Gaussians are the same.
            prior = 0.5 * (noise.square() - z.square() + log_variance).sum(1)
            ratios.append(self._log_likelihood(images, z) + prior)
        log_mean = torch.stack(ratios).logsumexp(0) - math.log(draws)
        return -log_mean / (self.dim * math.log(2))

    @torch.inference_mode()
    def encode(self, images: Tensor) -> Tensor:
        """The middle of q(z | x), (B, latents)."""
        return self.posterior(images)[0]

    @torch.inference_mode()
    def decode(self, z: Tensor) -> Tensor:
        return to_bytes(self.pixels(z)[0])

    def reconstruct(self, images: Tensor) -> Tensor:
        """What is left of pictures on the way through their codes."""
        return self.decode(self.encode(images))

    @torch.inference_mode()
    def grain(self, z: Tensor, generator: torch.Generator | None = None) -> Tensor:
        """Draws from p(x | z) itself, uint8 (B, 1, H, W): every pixel by chances of its own."""
        location, log_scale = self.pixels(z)
        u = torch.rand(location.shape, generator=generator, dtype=self.dtype).to(self.device)
        return to_bytes(location + log_scale.exp() * torch.logit(u, eps=1e-6))

    @torch.inference_mode()
    def measure(self, images: Tensor, some: int = 500, draws: int = 64) -> dict[str, Any]:
        noise = torch.Generator().manual_seed(0)
        whole = torch.cat([self.bound(part, noise) for part in images.split(500)])
        tighter = self.importance_bound(images[:some], draws, noise)
        return {
            "test_bound": float(whole.double().mean()),
            "test_images": len(images),
            "importance_bound": float(tighter.double().mean()),
            "importance_gap": float((whole[:some] - tighter).double().mean()),
            "importance_draws": draws,
            "importance_images": len(tighter),
        }

    def _log_likelihood(self, images: Tensor, z: Tensor) -> Tensor:
        """log p(x | z), (B,), nats."""
        values = images.to(self.device, self.dtype)
        return logistic.log_prob(values, *self.pixels(z)).flatten(1).sum(1)

    def _noise(self, like: Tensor, generator: torch.Generator | None) -> Tensor:
        noise = torch.randn(like.shape, generator=generator, dtype=like.dtype)
        return noise.to(like.device)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(mean, diag exp log_variance) || N(0, I)), (B,), nats: the paper's appendix B."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1)
