"""What can be done with a latent that was pressed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor

from explorer.tray.pins import Pin, short_name
from explorer.ui import pinned, uses
from explorer.ui.card import plain
from explorer.ui.level_temperatures import in_words
from explorer.ui.models import run
from explorer.ui.tiles import Action, Figure, act_in, tiles_of
from explorer.ui.tray import pin, pin_button
from explorer.views.latents import FromSeed, as_label, json_of
from explorer.views.recipe import Recipe
from explorer.views.result import FramesResult
from realnvp import RealNVP
from realnvp.explore.samples import Samples
from realnvp.labels import label_entry

PIN = Action("pin", "Pin", "Puts this latent into the tray, for use on any page.")
ACTIONS = (PIN, *map(uses.opening, uses.PAGES))


def offer(made: Pin, *, key: str) -> None:
    """Buttons to pin it, or to go on with it on another page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(made.name)}**", width="content")
        pin_button(made, key=f"{key}_pin")
        for action in ACTIONS[1:]:
            st.button(
                action.label,
                key=f"{key}_{action.name}.py",
                on_click=do,
                args=(action.name, made),
                help=f"Pins it. {action.help}",
            )


def offer_tiles(
    images: Tensor,
    columns: int,
    pin_of: Callable[[int], Pin],
    *,
    key: str,
    titles: Sequence[str],
    **look: Any,
) -> np.ndarray:
    """Tiles with a latent each: pressed, one shows what can be done with it. Gives their pixels.

    Args:
        images: uint8 (N, C, H, W).
        pin_of: the latent of the tile with this index.
        titles: what each tile is.
        look: as in `tiles_of`.
    """
    figure = tiles_of(images, columns, titles=titles, **look)
    offer_on([figure], pin_of, key=key)
    return figure.pixels


def offer_on(
    figures: Sequence[Figure],
    pin_of: Callable[[int], Pin],
    *,
    key: str,
    actions: Sequence[Action] = ACTIONS,
    own: Mapping[str, Callable[[int], None]] | None = None,
) -> None:
    """The same for figures that there are: those of their tiles that have a title have a latent.

    Args:
        actions: what can be done with a tile.
        own: by their names, those that only this page knows, and that need no pin.
    """

    def on_action(index: int, name: str) -> None:
        if own and name in own:
            own[name](index)
        else:
            do(name, pin_of(index))

    offered = [replace(figure, actions=actions) if figure.titles else figure for figure in figures]
    act_in(offered, on_action, key=key)


def offer_frames(
    recipe: Recipe, shown: FramesResult, columns: int, names: Sequence[str], **look: Any
) -> None:
    """The frames of a view as tiles, to be pinned under these names."""
    offer_tiles(
        shown.frames.images,
        columns,
        lambda index: pin_of_frame(recipe, shown, index, names[index]),
        **look,
    )


def offer_pictures(
    figures: Sequence[Figure],
    images: Tensor,
    *,
    key: str,
    flow: RealNVP,
    checkpoint: str,
    labels: Tensor | None = None,
    recipe: Recipe | None = None,
) -> None:
    """`offer_on` for pictures with no latent at hand: the model encodes the one that was pressed.

    Args:
        images: uint8 (N, C, H, W) at the model's size, one for each title of the figures.
        labels: of one picture, as the flow takes them: what it is encoded under.
        recipe: of the view that shows them, which is how a pin says that it was made.
    """
    titles = [title for figure in figures for title in figure.titles]
    made = {} if recipe is None else recipe.json()

    def pin_of(index: int) -> Pin:
        image, how = images[index], made | {"frame": index + 1}
        return pin_of_picture(flow, checkpoint, image, labels, titles[index], how)

    offer_on(figures, pin_of, key=key)


def pin_of_picture(
    flow: RealNVP,
    checkpoint: str,
    image: Tensor,
    labels: Tensor | None,
    name: str,
    made: dict[str, Any],
) -> Pin:
    """The latent of a picture, uint8 (C, H, W), as a pin; it is encoded now.

    Args:
        labels: of one picture, as the flow takes them.
        made: how the picture was.
    """
    z = run(_encoded, flow, image[None], labels)
    label = None if labels is None else labels[0]
    return Pin(short_name(name), checkpoint, z[0], label, image, made)


def _encoded(flow: RealNVP, image: Tensor, labels: Tensor | None) -> Tensor:
    return flow.encode(image, labels)


def do(name: str, made: Pin) -> None:
    """One of `ACTIONS`, by its name; for callbacks. Pages open with the model of the latent."""
    if name == PIN.name:
        pin(made)
    elif there := pinned.add(made):
        in_use = st.session_state.get("checkpoint")
        uses.use(name, there, None if made.checkpoint == in_use else made.checkpoint)
    st.rerun()  # all of the page, for the tray to say why not


def pin_of_frame(recipe: Recipe, shown: FramesResult, index: int, name: str) -> Pin:
    """One of the frames of a view, as a pin that knows how it was made."""
    frames = shown.frames
    label = None if frames.labels is None else frames.labels[index]
    made_of = frames.z[index], label, frames.images[index]
    made = recipe.json() | {"frame": index + 1}
    return Pin(short_name(name), recipe.checkpoint, *made_of, made)


def pin_of_sample(
    flow: RealNVP,
    checkpoint: str,
    drawn: Samples,
    index: int,
    seed: int,
    temperature: float | tuple[float, ...],
) -> Pin:
    """One of the samples of a seed, as a pin that knows how it was made."""
    row = slice(index, index + 1)
    labels = None if drawn.labels is None else drawn.labels[row]
    place, own = int(drawn.places[index]) + 1, label_entry(flow.config, labels).get("label")
    latent = FromSeed(seed=seed, temperature=temperature, picture=place, label=as_label(own))
    name = short_name(f"seed {seed}, no. {place}, T = {in_words(temperature)}")
    label = None if labels is None else labels[0]
    return Pin(name, checkpoint, drawn.z[index], label, drawn.images[index], json_of(latent))
