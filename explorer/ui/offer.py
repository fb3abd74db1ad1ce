"""What can be done with a latent that was pressed."""

from typing import cast

import streamlit as st

from explorer.pages import title_of
from explorer.tray.pins import Pin, short_name
from explorer.ui import address, pinned
from explorer.ui.card import plain
from explorer.ui.level_temperatures import in_words
from explorer.ui.tray import pin_button
from explorer.views.latents import FromSeed, as_label, json_of
from explorer.views.recipe import Recipe
from explorer.views.result import FramesResult
from explorer.views.sample import Sample
from realnvp import RealNVP
from realnvp.explore.samples import Samples
from realnvp.labels import label_entry

# Pages with a latent picker "a", which is set to the tray and the new pin there.
TAKERS = ("interpolate", "multiscale")


def offer(made: Pin, *, key: str) -> None:
    """Buttons to pin it, or to go on with it on another page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(made.name)}**", width="content")
        pin_button(made, key=f"{key}_pin")
        for page in TAKERS:
            st.button(
                title_of(page),
                icon=":material/arrow_forward:",
                key=f"{key}_{page}.py",
                on_click=_open,
                args=(made, page),
                help=f"Pins this latent and opens it as A on the page {title_of(page)}.",
            )


def offer_frame(recipe: Recipe, shown: FramesResult, index: int, name: str, *, key: str) -> None:
    """The same for one of the frames of a view, as a pin that knows how it was made."""
    frames = shown.frames
    label = None if frames.labels is None else frames.labels[index]
    made_of = frames.z[index], label, frames.images[index]
    made = recipe.json() | {"frame": index + 1}
    offer(Pin(short_name(name), recipe.checkpoint, *made_of, made), key=key)


def _open(made: Pin, page: str) -> None:
    if name := pinned.add(made):
        address.go(page, address.with_pin(page, "a", name))
    st.rerun()  # all of the page, for the tray to say why not


def pin_of_sample(flow: RealNVP, drawn: Samples, index: int, recipe: Recipe) -> Pin:
    """One of the samples of the page Sample, as a pin that knows how it was made."""
    view = cast(Sample, recipe.view)
    row = slice(index, index + 1)
    labels = None if drawn.labels is None else drawn.labels[row]
    place, own = int(drawn.places[index]) + 1, label_entry(flow.config, labels).get("label")
    latent = FromSeed(
        seed=view.seed, temperature=view.temperature, picture=place, label=as_label(own)
    )
    name = short_name(f"seed {view.seed}, no. {place}, T = {in_words(view.temperature)}")
    label = None if labels is None else labels[0]
    return Pin(name, recipe.checkpoint, drawn.z[index], label, drawn.images[index], json_of(latent))
