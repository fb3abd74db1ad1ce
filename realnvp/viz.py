"""Tensors to uint8 pixels and figures; never runs a model."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import plotly.graph_objects as go
import torch
from plotly import colors
from torch import Tensor

# ColorBrewer's RdBu, turned round: blue is negative, near-white zero, red positive; even steps
# in lightness on both sides, and told apart by colour-blind eyes.
BLUE_TO_RED = tuple(
    "#{:02x}{:02x}{:02x}".format(*map(int, colors.unlabel_rgb(stop)))
    for stop in colors.diverging.RdBu_r
)
# matplotlib's viridis (CC0): even steps in lightness from dark to light, for what has no sign.
DARK_TO_LIGHT = tuple(colors.sequential.Viridis)

GAP = 2  # pixels between the tiles of a sheet, at the pictures' own size
LATENT_RANGE = 3.0  # standard deviations at the ends of the colour map: 99.7 % lies inside
LINES = ("#2b8cbe", "#e6842a", "#3a9d5d", "#b04a8f", "#8c6d31", "#6a51a3", "#c0392b", "#5f6b73")


def to_rgb(images: Tensor) -> np.ndarray:
    """uint8 (N, C, H, W), grey or colour, as (N, H, W, 3)."""
    pixels = images.permute(0, 2, 3, 1).numpy()
    return pixels.repeat(3, axis=3) if pixels.shape[3] == 1 else pixels


def image_grid(images: Tensor, columns: int, gap: int = 0) -> np.ndarray:
    """Pictures side by side, row after row.

    Args:
        images: uint8 (N, C, H, W).
        columns: pictures in a row; the last row may stay short.
        gap: transparent pixels between them.

    Returns:
        uint8 (H', W', 3), or (H', W', 4) where something is transparent.
    """
    return tile(to_rgb(images), columns, gap)


def tile(pictures: np.ndarray, columns: int, gap: int = 0) -> np.ndarray:
    """`image_grid` of pixels, uint8 (N, H, W, 3)."""
    count, height, width, _ = pictures.shape
    rows = math.ceil(count / columns)
    full_height, full_width = rows * (height + gap) - gap, columns * (width + gap) - gap
    sheet = np.zeros((full_height, full_width, 4), np.uint8)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        top, left = row * (height + gap), column * (width + gap)
        sheet[top : top + height, left : left + width, :3] = picture
        sheet[top : top + height, left : left + width, 3] = 255
    return sheet if (sheet[..., 3] == 0).any() else np.ascontiguousarray(sheet[..., :3])


def diverging(values: np.ndarray, limit: float) -> np.ndarray:
    """Signed values as colours, (...) to uint8 (..., 3): blue at -limit, near-white at 0, red."""
    level = (values / limit).clip(-1, 1)
    return _colour_map(BLUE_TO_RED)[np.rint(255 * (level + 1)).astype(int)]


def sequential(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Amounts as colours, (...) to uint8 (..., 3): dark at `low`, light at `high`."""
    level = ((values - low) / (high - low if high > low else 1.0)).clip(0, 1)
    return _colour_map(DARK_TO_LIGHT)[np.rint(510 * level).astype(int)]


@cache
def _colour_map(codes: tuple[str, ...]) -> np.ndarray:
    """511 colours, (511, 3), so that the middle is exactly one of them."""
    stops = np.array([colors.hex_to_rgb(code) for code in codes])
    at = np.linspace(0, len(stops) - 1, 511)
    channels = [np.interp(at, np.arange(len(stops)), stops[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def colour_bar(width: int = 129, height: int = 6) -> np.ndarray:
    """The colours from -limit to limit, uint8 (height, width, 3)."""
    return np.tile(diverging(np.linspace(-1, 1, width), 1.0), (height, 1, 1))


def sequential_bar(width: int = 129, height: int = 6) -> np.ndarray:
    """The colours from low to high, uint8 (height, width, 3)."""
    return np.tile(sequential(np.linspace(0, 1, width), 0.0, 1.0), (height, 1, 1))


def error_map(images: Tensor, others: Tensor, limit: int = 4) -> np.ndarray:
    """images - others in steps of 1/255, where it is largest over the channels.

    Args:
        images, others: uint8 (1, C, H, W).
        limit: difference at the ends of the colour map.

    Returns:
        uint8 (H, W, 3); near-white where the bytes are equal.
    """
    difference = images[0].to(torch.int16) - others[0].to(torch.int16)
    largest = difference.abs().argmax(dim=0, keepdim=True)
    return diverging(difference.gather(0, largest)[0].numpy(), limit)


def level_map(level: Tensor, columns: int | None = None) -> np.ndarray:
    """One level's channels, (C, H, W), side by side as signed maps; transparent gaps."""
    return tile(diverging(level.numpy(), LATENT_RANGE), columns or len(level), 1)


def signed_picture(picture: Tensor) -> np.ndarray:
    """Latents at their pixels, (C, H, W): their mean over the channels times sqrt(C).

    A mean of C standard normal values has deviation 1 / sqrt(C): scaled back, the same colours fit.
    """
    mean = picture.mean(dim=0) * math.sqrt(len(picture))
    return diverging(mean.numpy(), LATENT_RANGE)


def beside(left: np.ndarray, right: np.ndarray, gap: int) -> np.ndarray:
    """Two sheets, uint8 (H, W, 3 or 4) of any sizes, from one top line on, transparent between.

    Returns:
        uint8 (H', W', 4), with the left one from column 0 and the right one up to the last.
    """
    width = left.shape[1] + gap + right.shape[1]
    whole = np.zeros((max(len(left), len(right)), width, 4), np.uint8)
    for sheet, start in ((left, 0), (right, left.shape[1] + gap)):
        part = whole[: len(sheet), start : start + sheet.shape[1]]
        part[..., 3] = 255
        part[..., : sheet.shape[2]] = sheet
    return whole


def latent_histogram(levels: Sequence[Tensor], names: Sequence[str]) -> go.Figure:
    """How the latents of each level are spread, with the density of N(0, 1) dashed.

    Args:
        levels: tensors of any shape, finest first.
        names: one for each.
    """
    edges = np.linspace(-5, 5, 51)
    middles = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for index, (level, name) in enumerate(zip(levels, names, strict=True)):
        # What lies outside is counted at the ends, so that every line has area 1.
        density, _ = np.histogram(level.numpy().clip(-5, 5), edges, density=True)
        line = {"color": LINES[index % len(LINES)], "shape": "hvh", "width": 1.5}
        figure.add_scatter(x=middles, y=density, name=name, mode="lines", line=line)
    x = np.linspace(-5, 5, 201)
    normal = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    line = {"color": "#888888", "dash": "dash", "width": 2}
    figure.add_scatter(x=x, y=normal, name="N(0, 1)", mode="lines", line=line, hoverinfo="skip")
    figure.update_layout(
        height=300,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis_title="latent value",
        yaxis_title="density",
        legend={"orientation": "h", "y": 1.1},
        hovermode="x unified",
        dragmode=False,
    )
    return figure
