"""What to notice on the map, with numbers."""

import streamlit as st

from explorer.ui.atlas.known import kept
from explorer.ui.atlas.own import Opened, show_own
from explorer.ui.card import plain
from realnvp.explore.atlas import NEIGHBOURS, agreement
from realnvp.explore.encode_set import PICTURES, SEED, TEMPERATURE, Atlas
from realnvp.explore.frames import norm_ratios


def show_source(opened: Opened) -> None:
    """Where the pictures are from, and what became of those that are not on the map."""
    atlas = opened.atlas
    if opened.own is not None:
        show_own(opened.own)
    elif atlas.source:
        st.caption(f"{len(atlas.images)} test pictures. {plain(atlas.source)}.")
    else:
        st.caption(
            "No test pictures came with this model, so these are its own:"
            f" {PICTURES} samples of seed {SEED} at temperature {TEMPERATURE}."
        )


def show_notice(atlas: Atlas, of_colours: str = "") -> None:
    """How far neighbours agree over the whole map.

    Args:
        of_colours: what the colours say.
    """
    found = kept(atlas, "agreement", lambda: agreement(atlas))
    words = (
        f"Of {NEIGHBOURS} neighbours in latents, {found.shared:.2f} are among the {NEIGHBOURS} in"
        f" pixels, on average over {_compared(found.count, len(atlas.images))}; by chance it would"
        f" be {found.by_chance:.2f}."
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
        f" {norms.quantile(0.5):.2f}. Noise is about equally far from everything, and then the"
        " shortest latents are everyone's neighbours."
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
    if of_colours:
        words = f"{of_colours} {words}"
    st.markdown(f"**What to notice.** {words}")


def _compared(count: int, of: int) -> str:
    return "the map" if count == of else f"{count:,} of the pictures, chosen by a fixed seed"
