"""Pictures to latents and bits/dim, the same numbers whatever stands beside a picture."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from realnvp.collection.parts import Rows
from realnvp.config import ModelConfig
from realnvp.explore.frames import labels_for_all
from realnvp.flow import CHUNK_VALUES, RealNVP, dequantize, log_normal
from realnvp.image_encoding import to_png
from realnvp.metrics import bits_per_dim

CHUNK = 64  # pictures that go through the network at once


def chunk_of(config: ModelConfig) -> int:
    """`CHUNK`, fewer where pictures are large."""
    return max(1, min(CHUNK, CHUNK_VALUES // config.dim))


@torch.inference_mode()
def score(
    flow: RealNVP,
    files: Sequence[str],
    pictures: Sequence[Tensor | str],
    labels: Tensor | None,
    chunk: int,
    *,
    latents: bool = True,
) -> Rows:
    """Encode pictures with every byte at the middle of its bin, as `encode` does without noise.

    The network always sees `chunk` pictures, some of them black where there are fewer: for another
    number its convolutions may round differently, for the same one they do not.

    Args:
        pictures: at most `chunk`, each uint8 (1, C, H, W), or the reason why there is none.
        labels: of one picture, (1,) or (1, A); None for an unconditional model.
    """
    config = flow.config
    images = torch.zeros(chunk, config.channels, *config.image_size, dtype=torch.uint8)
    reasons: list[str | None] = []
    for row, picture in enumerate(pictures):
        if isinstance(picture, Tensor):
            images[row] = picture[0]
        reasons.append(picture if isinstance(picture, str) else None)
    x = dequantize(images, None).to(flow.device, flow.dtype)
    z, log_det = flow(x, labels_for_all(labels, chunk))
    log_prob, norm = log_normal(z) + log_det, z.square().mean(1).sqrt()
    bits = bits_per_dim(log_prob.cpu().double(), flow.dim)
    n = len(pictures)
    for row in (~torch.isfinite(bits[:n])).nonzero()[:, 0].tolist():
        reasons[row] = reasons[row] or "The model gives no finite number for this picture."
    z = z[:n].float().cpu().numpy() if latents else None
    pngs = [_png(picture) for picture in pictures] if latents else []
    return Rows(files, reasons, bits[:n].numpy(), norm[:n].float().cpu().numpy(), z, pngs)


def joined(rows: Sequence[Rows]) -> Rows:
    """Several after each other."""
    latents = [part.latents for part in rows if part.latents is not None]
    return Rows(
        [file for part in rows for file in part.files],
        [reason for part in rows for reason in part.reasons],
        np.concatenate([part.bits_per_dim for part in rows]),
        np.concatenate([part.norm_ratio for part in rows]),
        np.concatenate(latents) if latents else None,
        [data for part in rows for data in part.thumbnails],
    )


def _png(picture: Tensor | str) -> bytes:
    """The picture in its own channels; b"" where there is none."""
    if isinstance(picture, str):
        return b""
    pixels = picture[0].permute(1, 2, 0).numpy()
    return to_png(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
