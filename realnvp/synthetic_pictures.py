"""Synthetic pictures, out of every distribution: a flow has to be exact on them too."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.config import ModelConfig
from realnvp.default_labels import labels_in_turn


@dataclass(frozen=True)
class Kind:
    """Pictures of one kind.

    Args:
        name: for people, such as "its own samples at temperature 0.7".
        images: uint8 (B, C, H, W).
        labels: as the flow takes them, or None.
    """

    name: str
    images: Tensor
    labels: Tensor | None

    def part(self, n: int) -> "Kind":
        """The first n."""
        return Kind(self.name, self.images[:n], None if self.labels is None else self.labels[:n])


def out_of_distribution_pictures(config: ModelConfig) -> list[Kind]:
    """Noise, flat pictures and gradients, the same every time."""
    shape = (config.channels, *config.image_size)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 256, (16, *shape), generator=generator, dtype=torch.uint8)
    kinds = {"noise": noise}
    for name, value in (("black", 0), ("grey", 128), ("white", 255)):
        kinds[name] = torch.full((1, *shape), value, dtype=torch.uint8)
    rows, columns = (torch.linspace(0, 255, side) for side in config.image_size)
    down, across = rows[:, None].expand(shape), columns.expand(shape)
    kinds["gradients"] = torch.stack([down, across, 255 - across]).round().to(torch.uint8)
    return [_kind(config, name, images) for name, images in kinds.items()]


def extreme_pictures(config: ModelConfig) -> Kind:
    """Black and white in the worst order: at random, and as a checkerboard.

    As far from all that a model has learned as a picture can be: latents are large, and so is the
    rounding of their arithmetic. Every byte must come back all the same.
    """
    height, width = config.image_size
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 2, (64, config.channels, height, width), generator=generator)
    board = (torch.arange(height)[:, None] + torch.arange(width)) % 2
    images = torch.cat([noise, board.expand(1, config.channels, height, width)])
    return _kind(config, "black and white", (255 * images).to(torch.uint8))


def together(config: ModelConfig, name: str, parts: list[Tensor]) -> Kind:
    """Pictures of several kinds as one kind."""
    return _kind(config, name, torch.cat(parts))


def _kind(config: ModelConfig, name: str, images: Tensor) -> Kind:
    return Kind(name, images, labels_in_turn(config, len(images)))


def random_out_of_distribution(config: ModelConfig, n: int, generator: torch.Generator) -> Kind:
    """Noise in turn of any values, black and white, smooth, and in black and white cells.

    The last two have cells of a random size: that of a pixel, of shapes, or of the whole picture.
    """
    height, width = config.image_size
    sizes = (max(height, width) - 1).bit_length() + 1  # 1, 2, 4 ... to one cell for everything
    pictures = []
    for i in range(n):
        cell = 2 ** int(torch.randint(0, sizes, (), generator=generator))
        grid = (config.channels, -(-height // cell), -(-width // cell))
        values = torch.rand(config.channels, height, width, generator=generator)
        coarse = torch.rand(grid, generator=generator)[None]
        share = torch.rand((), generator=generator)
        size = (height, width)
        match i % 4:
            case 0:
                picture = values
            case 1:
                picture = (values < share).float()
            case 2:
                picture = F.interpolate(coarse, size, mode="bilinear", align_corners=True)[0]
            case _:
                picture = F.interpolate((coarse < share).float(), size)[0]
        pictures.append((255 * picture).round())
    return _kind(config, "out of distribution", torch.stack(pictures).to(torch.uint8))
