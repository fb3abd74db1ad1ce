"""ONNX files of a flow, run beside it."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from realnvp.flow import RealNVP
from realnvp.metrics import bits_per_dim
from realnvp.onnx_file import DECODER, ENCODER, ONNX_MISSING


@dataclass(frozen=True)
class Difference:
    """The largest between the files and the flow.

    Args:
        z: of a latent.
        bits: of a picture's bits/dim.
        wrong_bytes: that differ after encoder and decoder, of `bytes`.
    """

    z: float
    bits: float
    wrong_bytes: int
    bytes: int

    def __str__(self) -> str:
        return (
            f"latents within {self.z:.1e}, bits/dim within {self.bits:.1e},"
            f" {self.wrong_bytes} of {self.bytes:,} bytes differ after the round trip"
        )


def compared(
    flow: RealNVP, folder: Path, images: Tensor, labels: Tensor | None = None
) -> Difference:
    """Pictures, uint8 (N, C, H, W), through both files, and through the flow.

    Raises:
        ValueError: if onnxruntime is not installed; one line.
    """
    try:
        import onnxruntime
    except ImportError:
        raise ValueError(ONNX_MISSING) from None
    names = (ENCODER, DECODER)
    cpu = ["CPUExecutionProvider"]
    encoder, decoder = (onnxruntime.InferenceSession(folder / n, providers=cpu) for n in names)
    told = {} if labels is None else {"labels": labels.numpy()}
    z, log_prob = encoder.run(["z", "log_prob"], {"images": images.numpy(), **told})
    (back,) = decoder.run(["images"], {"z": z, **told})
    bits = bits_per_dim(torch.from_numpy(log_prob).double(), flow.dim)
    return Difference(
        float((torch.from_numpy(z) - flow.encode(images, labels)).abs().max()),
        float((bits - flow.bits_per_dim(images, labels)).abs().max()),
        int((torch.from_numpy(back) != images).sum()),
        images.numel(),
    )
