"""Out-of-distribution pictures made from one picture, and what each of them costs a model."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.explore.bits_by_part import bits_by_part
from realnvp.flow import RealNVP, dequantize, log_normal
from realnvp.image_encoding import to_png
from realnvp.viz import to_rgb

BLOCK = 4  # pixels a side of what is shuffled as a whole


def out_of_distribution(image: Tensor, seed: int = 0) -> dict[str, Tensor]:
    """What one picture can be turned into, and what has nothing to do with it, by names for people.

    Args:
        image: uint8 (1, C, H, W); it comes first, as it is.
        seed: of the noise and of both shuffles.

    Returns:
        uint8 (1, C, H, W) each.
    """
    noise = torch.Generator().manual_seed(seed)
    height, width = image.shape[2:]
    across = torch.linspace(0, 255, width).expand(image.shape).round().to(torch.uint8)
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    board = 255 * ((rows + columns) % 2).expand(image.shape).to(torch.uint8)
    mean = image.float().mean(dim=(2, 3), keepdim=True).round().to(torch.uint8)
    return {
        "the picture": image,
        "upside down": image.flip(2),
        "inverted": 255 - image,
        "blurred": _blurred(image),
        "half the contrast": (image.float() / 2 + 64).round().to(torch.uint8),
        "blocks shuffled": _blocks_shuffled(image, noise),
        "pixels shuffled": image.flatten(2)[
            :, :, torch.randperm(height * width, generator=noise)
        ].view_as(image),
        "its mean colour": mean.expand(image.shape),
        "black": torch.zeros_like(image),
        "grey": torch.full_like(image, 128),
        "white": torch.full_like(image, 255),
        "gradient": across,
        "checkerboard": board,
        "noise": torch.randint(0, 256, image.shape, generator=noise, dtype=torch.uint8),
    }


def _blurred(image: Tensor) -> Tensor:
    """The mean over 5x5 pixels, of fewer at the border."""
    mean = F.avg_pool2d(image.float(), 5, stride=1, padding=2, count_include_pad=False)
    return mean.round().to(torch.uint8)


def _blocks_shuffled(image: Tensor, generator: torch.Generator) -> Tensor:
    """Squares of BLOCK pixels in another order; what is left over at the border stays."""
    high, wide = (side // BLOCK * BLOCK for side in image.shape[2:])
    blocks = F.unfold(image[:, :, :high, :wide].float(), BLOCK, stride=BLOCK)
    order = torch.randperm(blocks.shape[2], generator=generator)
    shuffled = image.clone()
    shuffled[:, :, :high, :wide] = F.fold(
        blocks[:, :, order], (high, wide), BLOCK, stride=BLOCK
    ).to(torch.uint8)
    return shuffled


@dataclass(frozen=True)
class Costs:
    """What pictures cost in bits/dim, in parts that add up.

    Args:
        prior: of the latents of each level, finest first, (B, L): 1/2 (z^2 + log 2 pi).
        volume: of everything else, (B,): -ln 256, the logit and every log-det.
        png: of the same pixels as a PNG file, as `to_png` writes it, (B,).
    """

    prior: Tensor
    volume: Tensor
    png: Tensor

    @property
    def bits_per_dim(self) -> Tensor:
        """(B,): that of the flow."""
        return self.prior.sum(1) + self.volume


def costs_of(flow: RealNVP, images: Tensor, labels: Tensor | None = None) -> Costs:
    """The costs of uint8 pictures (B, C, H, W), every byte at the middle of its bin.

    PNG knows no faces, only that neighbours are alike. Where it gives the same order as a model,
    that model says how plain pictures are, not how well they fit.

    Raises:
        NonFiniteError: naming the layer, if a value is NaN or infinite.
    """
    if not flow.has_couplings:
        prior, volume = _of_whole(flow, images)
        return Costs(prior, volume, png_bits(images))
    by_part = bits_by_part(flow, images, labels)
    bits = by_part.bits_per_dim
    levels = [i for i, term in enumerate(by_part.terms) if term.kind == "prior"]
    levels.sort(key=lambda i: by_part.terms[i].level or 0)
    prior = bits[:, levels]
    return Costs(prior, bits.sum(1) - prior.sum(1), png_bits(images))


@torch.inference_mode()
def _of_whole(flow: RealNVP, images: Tensor) -> tuple[Tensor, Tensor]:
    """Prior and volume of a flow that is not taken apart: the log-det as one."""
    x = dequantize(images, None)
    z, log_det = flow(x)
    if not (torch.isfinite(z).all() and torch.isfinite(log_det).all()):
        flow.name_culprit(x.to(flow.device, flow.dtype))
    priors = [-log_normal(level) for level in flow.unpack(z)]
    nats = torch.stack([*priors, -log_det], dim=1).cpu().double()
    bits = nats / (flow.dim * math.log(2))
    return bits[:, :-1], bits[:, -1]


def png_bits(images: Tensor) -> Tensor:
    """Size of each picture, uint8 (B, C, H, W), as a PNG file, in bits/dim: (B,), float64."""
    sizes = []
    for image, pixels in zip(images, to_rgb(images), strict=True):
        grey = pixels[:, :, 0] if len(image) == 1 else pixels
        sizes.append(8 * len(to_png(grey)) / image.numel())
    return torch.tensor(sizes, dtype=torch.float64)
