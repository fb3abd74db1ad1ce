"""A small classifier whose last features stand for what a picture shows."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from realnvp.config import ConfigError, shown
from realnvp.model_files import Described

FEATURES = 64
MAX_SIDE, MAX_WIDTH, MAX_LABELS = 256, 128, 4096
BATCH = 250  # pictures that go through at once


@dataclass(frozen=True)
class NetConfig(Described):
    """What rebuilds a feature net; plain JSON types.

    Args:
        channels: of the pictures, 1 or 3.
        image_size: (H, W), at least 8 each; larger pictures are shrunk to it.
        label_names: of the classes or attributes that it tells apart.
        attributes: whether labels are independent bits, rather than one class each.
        width: feature maps of the first layer.

    Raises:
        ConfigError: if a value cannot be taken.
    """

    channels: int
    image_size: tuple[int, int]
    label_names: tuple[str, ...]
    attributes: bool = False
    width: int = 24

    def __post_init__(self) -> None:
        size, names = self.image_size, self.label_names
        if not isinstance(size, tuple) or len(size) != 2:
            raise ConfigError(f"image_size must be (height, width), not {shown(size)}")
        whole = [("channels", self.channels, 1, 3), ("width", self.width, 1, MAX_WIDTH)]
        for name, value, low, high in (*whole, *(("side", side, 8, MAX_SIDE) for side in size)):
            if type(value) is not int or not low <= value <= high:
                raise ConfigError(f"{name} must be from {low} to {high}, not {shown(value)}")
        if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
            raise ConfigError("label_names must be a list of names")
        if not 1 <= len(names) <= MAX_LABELS:
            raise ConfigError(f"label_names must be 1 to {MAX_LABELS}, not {len(names)}")
        if not isinstance(self.attributes, bool):
            raise ConfigError("attributes must be true or false")


@dataclass(frozen=True)
class Seen:
    """What a net sees in N pictures, on the CPU.

    Args:
        last: the features that the logits are a linear function of, (N, FEATURES).
        layers: the mean of every map of the layers before, (N, L).
        places: the last maps before their mean is taken, (N, P): what is where.
    """

    last: Tensor
    layers: Tensor
    places: Tensor


class FeatureNet(nn.Module):
    """Seven layers: six convolutions, the mean over places, and a linear layer to the labels."""

    def __init__(self, config: NetConfig, card: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.config, self.card, self.name = config, card or {}, ""
        w = config.width
        # Maps and stride of each; what halves the picture has more of them.
        plan = ((w, 2), (w * 3 // 2, 1), (2 * w, 2), (3 * w, 1), (3 * w, 2))
        layers: list[nn.Module] = []
        maps = config.channels
        for wider, stride in (*plan, (FEATURES, 1)):
            layers.append(_layer(maps, wider, stride))
            maps = wider
        self.body = nn.Sequential(*layers)
        self.labels = nn.Linear(FEATURES, len(config.label_names))

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, labels) of uint8 or float pictures, 0 to 255, (B, C, H, W)."""
        return self.labels(self._maps(images)[-1].mean((2, 3)))

    def _maps(self, images: Tensor) -> list[Tensor]:
        """Those of each layer."""
        x = images.to(self.labels.weight.dtype)
        if tuple(x.shape[2:]) != self.config.image_size:
            x = F.interpolate(x, self.config.image_size, mode="area")
        x, maps = x / 127.5 - 1, []
        for layer in self.body:
            x = layer(x)
            maps.append(x)
        return maps

    @torch.inference_mode()
    def see(self, images: Tensor) -> Seen:
        """Of any number of uint8 pictures (N, C, H, W).

        Raises:
            ValueError: if the pictures have other channels.
        """
        if images.shape[1] != self.config.channels:
            raise ValueError(
                f"pictures have {images.shape[1]} channels, not {self.config.channels}"
            )
        device = self.labels.weight.device
        last, layers, places = [], [], []
        for part in images.split(BATCH):
            *before, top = self._maps(part.to(device))
            last.append(top.mean((2, 3)).cpu())
            layers.append(torch.cat([maps.mean((2, 3)) for maps in before], dim=1).cpu())
            places.append(top.flatten(1).cpu())
        return Seen(torch.cat(last), torch.cat(layers), torch.cat(places))


def _layer(maps: int, wider: int, stride: int) -> nn.Module:
    convolution = nn.Conv2d(maps, wider, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(wider), nn.ReLU())
