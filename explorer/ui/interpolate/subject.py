"""Latents to go between, and what can be made of the frames."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from explorer.tray.pins import Pin, short_name
from explorer.ui.downloads import file_button, latents_file
from explorer.ui.latent_picker import latent_picker
from explorer.ui.offer import offer
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from realnvp import RealNVP
from realnvp.explore.frames import Frames
from realnvp.image_encoding import to_animation
from realnvp.viz import to_rgb

SEEDS = {"a": 1, "b": 2, "c": 3, "d": 4}  # on arrival
SIDE = 256  # of an animation, at least nearly
MILLISECONDS = 120  # of one of its frames


def latent_pickers(flow: RealNVP, checkpoint: str, keys: str) -> list[Source]:
    """Latents A, B, ... beside each other."""
    columns = st.columns(4) if len(keys) > 1 else [st.container(width=340)]
    sources = []
    for key, column in zip(keys, columns, strict=False):
        with column:
            title = f"Latent {key.upper()}"
            sources.append(latent_picker(flow, checkpoint, key, title=title, seed=SEEDS[key]))
    return sources


def joined(sources: Sequence[Source]) -> tuple[Tensor, Tensor | None]:
    """Latents, (m, D), with their labels, or None."""
    latents = torch.cat([source.z for source in sources])
    if sources[0].labels is None:
        return latents, None
    return latents, torch.cat([source.labels for source in sources])


def between(sources: Sequence[Source], entries: Mapping[str, Any]) -> dict[str, Any]:
    """Entries of a recipe, with the latents that it is between."""
    return {"latents": [source.recipe for source in sources]} | dict(entries)


def offer_frame(
    frames: Frames, index: int, name: str, recipe: Mapping[str, Any], *, key: str
) -> None:
    """Buttons to pin one of the frames, or to go on with it."""
    label = None if frames.labels is None else frames.labels[index]
    made = dict(recipe) | {"frame": index + 1}
    made_of = frames.z[index], label, frames.images[index]
    offer(Pin(short_name(name), recipe["checkpoint"], *made_of, made), key=key)


def take_away(
    frames: Frames, pixels: np.ndarray, recipe: Mapping[str, Any], order: Sequence[int] = ()
) -> None:
    """Buttons for the recipe and all files; with an order of frames, for animations of them too."""
    with st.container(horizontal=True):
        recipe_menu(recipe, pixels, "interpolation")
        if order:
            _animation_files(frames.images, order)
        latents_file(frames.z, frames.images, "interpolation", recipe, frames.labels)


def _animation_files(images: Tensor, order: Sequence[int]) -> None:
    for kind, words in (("webp", "lossless"), ("gif", "256 colours")):
        file_button(
            kind.upper().replace("WEBP", "WebP"),
            partial(animation, images, order, kind),
            f"interpolation.{kind}",
            f"image/{kind}",
            f"An animation that ends where it starts, and repeats; {words}.",
            icon="animation",
        )


def animation(images: Tensor, order: Sequence[int], kind: str) -> bytes:
    """The pictures, uint8 (N, C, H, W), in this order as "webp" or "gif", every pixel a square."""
    times = max(1, SIDE // max(images.shape[2:]))
    frames = to_rgb(images)[list(order)].repeat(times, axis=1).repeat(times, axis=2)
    return to_animation(frames, kind, MILLISECONDS)
