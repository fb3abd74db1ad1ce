"""One step of a trace as pixels: what goes in, the mask, s, t and what comes out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from realnvp.explore.steps import State, Step
from realnvp.viz import LATENT_RANGE, diverging, sequential, tile, to_rgb

PIXELS, CHANNELS = "at their pixels", "as channels"
LAYOUTS = (PIXELS, CHANNELS)
GAP = 1  # pixel between channels
MARGIN = 4  # pixels between the panels of a sheet
RANGE = 1.5  # s and t at the ends of the colour map
KEPT, CHANGED, ABSENT = (247, 247, 247), (43, 122, 155), (160, 160, 160)


@dataclass(frozen=True, eq=False)
class Panel:
    """One map, channel by channel.

    Args:
        name: "before", "mask", "s", "t", "factored out" or "after".
        pixels: uint8 (H', W', 3 or 4).
        columns: channels in a row.
        size: of a channel, (height, width).
    """

    name: str
    pixels: np.ndarray
    columns: int
    size: tuple[int, int]


def panels(step: Step, layout: str) -> list[Panel]:
    """All maps of a step.

    Values are blue below zero, near-white at zero and red above; bytes are grey. In the mask what
    is kept is near-white, what changes is blue.

    Args:
        layout: one of `LAYOUTS`. At their pixels, every variable stays where it was born and
            channels lie below each other; grey are those that the step does not see any more. As
            channels, the maps are the tensors that the step works on.
    """
    made = [_of_state("before", step.before, layout)]
    whole = step.whole.places, tuple(step.before.picture.shape)
    if step.kept is not None:
        colours = np.array([CHANGED, KEPT], np.uint8)[step.kept.numpy().astype(int)]
        made.append(_laid_out("mask", colours, *whole, layout))
    if step.log_scale is not None:
        made.append(_laid_out("s", _of_scale(step), *whole, layout))
    if step.shift is not None:
        colours = diverging(step.shift.double().numpy(), RANGE)
        made.append(_laid_out("t", colours, *whole, layout))
    if step.factored_out is not None:
        colours = diverging(step.factored_out.double().numpy(), LATENT_RANGE)
        places = whole[0].chunk(2)[1], whole[1]
        made.append(_laid_out("factored out", colours, *places, layout))
    return [*made, _of_state("after", step.after, layout)]


def sheet(step: Step, layout: str = PIXELS) -> np.ndarray:
    """What comes out, taken for a picture, with all maps of the step beside it.

    Returns:
        uint8 (H', W', 4), transparent between them.
    """
    return _side_by_side(
        [to_rgb(step.after.image[None])[0], *(p.pixels for p in panels(step, layout))]
    )


def _of_state(name: str, state: State, layout: str) -> Panel:
    if layout == CHANNELS:
        return _laid_out(name, _colours(state, state.active), state.places, (), layout)
    shape = tuple(state.picture.shape)
    places = torch.arange(state.picture.numel()).view(shape)
    return _laid_out(name, _colours(state, state.picture), places, shape, layout)


def _colours(state: State, values: Tensor) -> np.ndarray:
    if not state.in_bytes:
        return diverging(values.double().numpy(), LATENT_RANGE)
    grey = values.float().floor().clamp(0, 255).to(torch.uint8).numpy()
    return grey[..., None].repeat(3, axis=-1)


def _of_scale(step: Step) -> np.ndarray:
    assert step.log_scale is not None
    values = step.log_scale.double().numpy()
    if step.kind != "logit":
        return diverging(values, RANGE)
    # Far from zero everywhere: from the flattest, in the middle of the bytes, to the steepest.
    return sequential(values, float(values.min()), float(values.max()))


def _laid_out(
    name: str, colours: np.ndarray, places: Tensor, shape: Sequence[int], layout: str
) -> Panel:
    """Colours of a tensor, (C', H', W', 3), as it is, or at the pixels of a picture of a shape."""
    columns = math.ceil(math.sqrt(len(colours)))
    if layout != CHANNELS:
        at_pixels = np.full((math.prod(shape), 3), ABSENT, np.uint8)
        at_pixels[places.flatten().numpy()] = colours.reshape(-1, 3)
        colours, columns = at_pixels.reshape(*shape, 3), 1
    return Panel(name, tile(colours, columns, GAP), columns, colours.shape[1:3])


def _side_by_side(pictures: Sequence[np.ndarray]) -> np.ndarray:
    height = max(len(picture) for picture in pictures)
    width = sum(picture.shape[1] + MARGIN for picture in pictures) - MARGIN
    joined, left = np.zeros((height, width, 4), np.uint8), 0
    for picture in pictures:
        rows, columns, channels = picture.shape
        joined[:rows, left : left + columns, 3] = 255
        joined[:rows, left : left + columns, :channels] = picture
        left += columns + MARGIN
    return joined
