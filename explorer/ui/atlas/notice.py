"""What to notice on the map, with numbers."""

import streamlit as st

from explorer.ui.atlas.known import kept
from explorer.ui.card import plain
from realnvp.explore.atlas import NEIGHBOURS, agreement
from realnvp.explore.encode_set import PICTURES, SEED, TEMPERATURE, Atlas
from realnvp.explore.frames import norm_ratios


def show_source(atlas: Atlas) -> None:
    """One line on where the pictures are from."""
    if atlas.source:
        st.caption(f"{len(atlas.images)} test pictures. {plain(atlas.source)}.")
    else:
        st.caption(
            "No test pictures came with this model, so these are its own:"
            f" {PICTURES} samples of seed {SEED} at temperature {TEMPERATURE}."
        )


def show_notice(atlas: Atlas) -> None:
    """How far neighbours agree over the whole map."""
    found = kept(atlas, "agreement", lambda: agreement(atlas))
    words = (
        f"Of {NEIGHBOURS} neighbours in latents, {found.shared:.2f} are among the {NEIGHBOURS} in"
        f" pixels, on average over the map; by chance it would be {found.by_chance:.2f}."
    )
    if len(set(atlas.words)) > 1:
        words += (
            f" {100 * found.alike_latents:.0f} % of the neighbours in latents have the picture's"
            f" own label, and {100 * found.alike_pixels:.0f} % of those in pixels."
        )
    norms = norm_ratios(atlas.z)
    words += (
        f" One picture, no. {found.hub + 1}, is among the {NEIGHBOURS} nearest latents of"
        f" {found.hub_of} others: its norm ‖z‖/√D is {norms[found.hub]:.2f}, where the median is"
        f" {norms.median():.2f}. Noise is about equally far from everything, and then the shortest"
        " latents are everyone's neighbours."
    )
    if atlas.source:
        words += (
            " A flow is trained to make its latents noise, one round cloud. Clusters here are what"
            " it has not explained. Without any, pictures of one label may still lie side by side."
        )
    else:
        words += (
            " Samples are made from noise, so their latents are noise: there is nothing for a map"
            " to find, and it finds nothing. Place a picture to see how a real one differs."
        )
    st.markdown(f"**What to notice.** {words}")
