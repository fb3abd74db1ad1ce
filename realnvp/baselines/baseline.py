"""What all baselines have in common."""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from realnvp.config import ConfigError, shown
from realnvp.model_files import Described

KINDS = ("vae", "gan", "pixelcnn")
MAX_SIDE, MAX_WIDTH, MAX_LATENTS, MAX_BLOCKS = 64, 256, 512, 32


@dataclass(frozen=True)
class BaselineConfig(Described):
    """What rebuilds a baseline; plain JSON types.

    Args:
        kind: one of `KINDS`.
        image_size: (H, W) of the grey pictures; both divisible by 4.
        width: feature maps where there are fewest.
        latents: numbers in the code of a picture; 0 for the PixelCNN, which has none.
        blocks: residual blocks of the PixelCNN; 0 for the others.

    Raises:
        ConfigError: if a value cannot be taken.
    """

    kind: str
    image_size: tuple[int, int] = (28, 28)
    width: int = 32
    latents: int = 0
    blocks: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"kind is one of {', '.join(KINDS)}, not {shown(self.kind)}")
        size = self.image_size
        if not isinstance(size, tuple) or len(size) != 2:
            raise ConfigError(f"image_size must be (height, width), not {shown(size)}")
        numbers = [("side", side, MAX_SIDE) for side in size]
        numbers += [("width", self.width, MAX_WIDTH)]
        has_latents = self.kind != "pixelcnn"
        numbers += [("latents", self.latents, MAX_LATENTS)] * has_latents
        numbers += [("blocks", self.blocks, MAX_BLOCKS)] * (not has_latents)
        for name, value, most in numbers:
            if type(value) is not int or not 1 <= value <= most:
                raise ConfigError(f"{name} must be a whole number from 1 to {most}, not {value!r}")
        if any(side % 4 for side in size):
            raise ConfigError(f"image size {size[0]}x{size[1]} must be divisible by 4")


class Baseline(nn.Module):
    """A generative model of another family, of grey pictures: uint8 (B, 1, H, W) in and out."""

    TITLE: ClassVar[str]

    def __init__(self, config: BaselineConfig, card: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.config = config
        self.card = card or {}

    @property
    def dim(self) -> int:
        """D = H W, the number of pixels."""
        return self.config.image_size[0] * self.config.image_size[1]

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    @property
    def dtype(self) -> torch.dtype:
        return next(self.parameters()).dtype

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n pictures; the same generator gives the same pictures."""
        raise NotImplementedError

    def measure(self, images: Tensor) -> dict[str, Any]:
        """What can be measured on test pictures, for the card; the noise is always the same."""
        raise NotImplementedError

    def scaled(self, images: Tensor) -> Tensor:
        """uint8 as real numbers from -1 to 1."""
        return images.to(self.device, self.dtype) / 127.5 - 1


class LatentBaseline(Baseline):
    """A baseline that makes a picture of a code z ~ N(0, I), (B, latents), in one pass."""

    def decode(self, z: Tensor) -> Tensor:
        """Pictures, uint8 (B, 1, H, W), of codes (B, latents)."""
        raise NotImplementedError

    def draw(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        """n codes from N(0, I), float32; fewer are the first of more from 16 numbers on."""
        return torch.randn(n, self.config.latents, generator=generator)

    def sample(self, n: int, generator: torch.Generator | None = None) -> Tensor:
        return self.decode(self.draw(n, generator))


def to_bytes(x: Tensor) -> Tensor:
    """Grey values as real numbers, 0 to 255, to the nearest byte, on the CPU."""
    return x.round().clamp(0, 255).to(torch.uint8).cpu()
