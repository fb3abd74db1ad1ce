"""Latent space: from one digit to another, in the codes of each family."""

import streamlit as st
import torch

from explorer.recipes.compare import FRAMES
from explorer.ui.compare.subject import Subject
from explorer.ui.controls import seed_picker, whole
from explorer.ui.models import ask
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, show_figures
from realnvp.baselines import GAN
from realnvp.baselines.side_by_side import OURS, walks
from realnvp.viz import GAP, image_grid

DEFAULT_FRAMES = 9


def show_between(subject: Subject, a: Source, b: Source) -> None:
    """A strip of each family that has latents."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        frames = st.slider(
            "Frames",
            *FRAMES,
            DEFAULT_FRAMES,
            key="frames",
            bind="query-params",
            width=260,
            help="Pictures along each path, its ends included.",
        )
        frames = whole(frames, *FRAMES, DEFAULT_FRAMES)
        seed = seed_picker()
    z = torch.cat([a.z, b.z])
    labels = None if a.labels is None or b.labels is None else torch.cat([a.labels, b.labels])
    strips = ask(walks, subject.flow, subject.models, z, labels, frames, seed)
    captions = {
        OURS: f"{OURS}: the ends are the digits themselves",
        "VAE": "VAE: the ends are what its codes remember",
        GAN.TITLE: f"GAN: between two codes of seed {seed}; it cannot be given A and B",
    }
    figures = [
        Figure(
            image_grid(images, frames, GAP),
            f"{frames} frames from {a.name} to {b.name} by {title}"
            if title != GAN.TITLE
            else f"{frames} frames between two codes of seed {seed} by {title}",
            captions[title],
            1000,
        )
        for title, images in strips.items()
    ]
    for title, figure in zip(strips, figures, strict=True):
        show_figures([figure], key=f"between_{title}")
    st.markdown(
        "All three go along great circles of Gaussian codes. Look for the middle frames: strokes"
        " that bend into each other mean that the codes have order. RealNVP alone starts and ends"
        " at the very digits; the VAE, with its short code, bends most smoothly; the PixelCNN has"
        " no codes to go between."
    )
    recipe = subject.recipe("Latent space", a=a.recipe, b=b.recipe, frames=frames, seed=seed)
    recipe_menu(recipe, image_grid(torch.cat(list(strips.values())), frames, GAP), "compared")
