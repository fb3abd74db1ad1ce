"""One question put to a RealNVP and to the baselines beside it, by their titles."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from realnvp.baselines.baseline import Baseline, LatentBaseline
from realnvp.baselines.pixelcnn import PixelCNN
from realnvp.baselines.vae import VAE
from realnvp.explore.frames import labels_along
from realnvp.explore.paths import path
from realnvp.explore.report import bits_over_noise
from realnvp.flow import RealNVP
from realnvp.viz import error_map, to_rgb

OURS = "RealNVP"
NOISE_DRAWS, CODE_DRAWS = 32, 64
ERROR_LIMIT = 255  # grey values at the ends of the colours of an error


@dataclass(frozen=True)
class Costs:
    """What one picture costs, in bits/dim; None for a family that is not there.

    Args:
        flow: of its density, averaged over NOISE_DRAWS of the dequantization noise.
        bound: at most this much, by the VAE, averaged over CODE_DRAWS of the code.
        importance_bound: at most this much, by the VAE's tighter bound of as many draws.
        pixelcnn: exactly.
        map: bits of each pixel under the PixelCNN, (H, W).
    """

    flow: float
    bound: float | None
    importance_bound: float | None
    pixelcnn: float | None
    map: Tensor | None


@torch.inference_mode()
def costs(
    flow: RealNVP, models: Mapping[str, Baseline], image: Tensor, labels: Tensor | None = None
) -> Costs:
    """The cost of a picture, uint8 (1, 1, H, W), with noise that is always the same.

    The flow's is an upper bound too: on what the bytes cost, were all noise summed over (Theis et
    al. 2016, arXiv:1511.01844, section 3.1).
    """
    bound = tighter = pixelcnn = bits = None
    if isinstance(vae := models.get("vae"), VAE):
        many = image.expand(CODE_DRAWS, -1, -1, -1)
        bound = float(vae.bound(many, torch.Generator().manual_seed(0)).mean())
        noise = torch.Generator().manual_seed(0)
        tighter = float(vae.importance_bound(image, CODE_DRAWS, noise))
    if isinstance(net := models.get("pixelcnn"), PixelCNN):
        bits = net.pixel_bits(image)[0].cpu()
        pixelcnn = float(bits.mean())
    ours = float(bits_over_noise(flow, image, labels, draws=NOISE_DRAWS).mean())
    return Costs(ours, bound, tighter, pixelcnn, bits)


def round_trips(
    flow: RealNVP, models: Mapping[str, Baseline], image: Tensor, labels: Tensor | None = None
) -> dict[str, Tensor]:
    """A picture, uint8 (1, 1, H, W), encoded and decoded by those that can."""
    backs = {OURS: flow.decode(flow.encode(image, labels), labels)}
    if isinstance(vae := models.get("vae"), VAE):
        backs[vae.TITLE] = vae.reconstruct(image)
    return backs


def round_trip_pictures(image: Tensor, backs: Mapping[str, Tensor]) -> list[np.ndarray]:
    """The picture, then each that came back with its error, uint8 (H, W, 3)."""
    shown = [to_rgb(image)[0]]
    for back in backs.values():
        shown += [to_rgb(back)[0], error_map(back, image, ERROR_LIMIT)]
    return shown


def walks(
    flow: RealNVP,
    models: Mapping[str, Baseline],
    z: Tensor,
    labels: Tensor | None,
    frames: int,
    seed: int,
) -> dict[str, Tensor]:
    """Great circles between the codes of two pictures, decoded: uint8 (frames, 1, H, W) each.

    Args:
        z: the two latents of the flow, (2, D); the VAE encodes their pictures.
        labels: of the two.
        seed: of two codes of the GAN, which has none of a given picture.
    """
    strips = {OURS: flow.decode(path(z, frames), labels_along(labels, frames))}
    ends = flow.decode(z, labels)
    for model in models.values():
        if isinstance(model, VAE):
            strips[model.TITLE] = model.decode(path(model.encode(ends).cpu(), frames))
        elif isinstance(model, LatentBaseline):
            codes = model.draw(2, torch.Generator().manual_seed(seed))
            strips[model.TITLE] = model.decode(path(codes, frames))
    return strips
