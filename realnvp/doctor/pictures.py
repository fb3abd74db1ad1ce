"""Pictures of every kind that a model may meet."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from realnvp.config import ModelConfig
from realnvp.flow import RealNVP
from realnvp.images import ImageError, fit, open_image

MAX_EXAMPLES = 16


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


def turns(config: ModelConfig, n: int) -> Tensor | None:
    """Labels for n pictures of a conditional model: each class in turn, or one attribute each."""
    if config.label_kind is None:
        return None
    turn = torch.arange(n) % config.num_labels
    return turn if config.label_kind == "class" else torch.eye(config.num_labels)[turn]


def made_pictures(config: ModelConfig) -> list[Kind]:
    """Noise, flat pictures and gradients: what no training set holds, and anyone may upload."""
    shape = (config.channels, *config.image_size)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randint(0, 256, (4, *shape), generator=generator, dtype=torch.uint8)
    kinds = {"noise": noise}
    for name, value in (("black", 0), ("grey", 128), ("white", 255)):
        kinds[name] = torch.full((1, *shape), value, dtype=torch.uint8)
    rows, columns = (torch.linspace(0, 255, side) for side in config.image_size)
    down, across = rows[:, None].expand(shape), columns.expand(shape)
    kinds["gradients"] = torch.stack([down, across, 255 - across]).round().to(torch.uint8)
    return [Kind(name, images, turns(config, len(images))) for name, images in kinds.items()]


def example_pictures(config: ModelConfig, folder: Path) -> list[Kind]:
    """The readable PNG files of a folder as one kind; none if there are none."""
    if config.channels not in (1, 3):
        return []
    found = []
    for path in sorted(folder.glob("*.png"))[:MAX_EXAMPLES]:
        try:
            pixels = open_image(path.read_bytes()).pixels
        except ImageError:
            continue  # the app leaves it out as well
        found.append(fit(pixels, config.image_size, config.channels)[0])
    return [Kind("the examples", torch.cat(found), turns(config, len(found)))] if found else []


def own_samples(flow: RealNVP, n: int, temperature: float) -> Kind:
    """n samples of seed 0.

    Raises:
        NonFiniteError: naming the layer, if a pixel is not finite.
    """
    labels = turns(flow.config, n)
    images = flow.sample(n, temperature, torch.Generator().manual_seed(0), labels)
    return Kind(f"its own samples at temperature {temperature}", images, labels)
