"""Latent space: from one digit to another, in the codes of each family."""

import streamlit as st

from explorer.ui.compare.subject import Subject
from explorer.ui.form import Form
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import Figure, show_figures
from explorer.views.compare import LatentSpace
from realnvp.baselines import GAN
from realnvp.baselines.side_by_side import OURS
from realnvp.viz import GAP, image_grid


def show_between(subject: Subject, a: Source, b: Source) -> None:
    """A strip of each family that has latents."""
    form = Form(LatentSpace, subject.flow)
    form.set("a", a.latent)
    form.set("b", b.latent)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()
    question = form.view()
    frames, seed = question.frames, question.seed
    shown = subject.draw(question, a, b)
    captions = {
        OURS: f"{OURS}: the ends are the digits themselves",
        "VAE": "VAE: the ends are what its codes remember",
        GAN.TITLE: f"GAN: between two codes of seed {seed}; it cannot be given A and B",
    }
    for title, images in shown.answers.items():
        has_ends = title != GAN.TITLE
        way = f"from {a.name} to {b.name}" if has_ends else f"between two codes of seed {seed}"
        alt = f"{frames} frames {way} by {title}"
        figure = Figure(image_grid(images, frames, GAP), alt, captions[title], 1000)
        show_figures([figure], key=f"between_{title}")
    st.markdown(
        "All three go along great circles of Gaussian codes. Look for the middle frames: strokes"
        " that bend into each other mean that the codes have order. RealNVP alone starts and ends"
        " at the very digits; the VAE, with its short code, bends most smoothly; the PixelCNN has"
        " no codes to go between."
    )
    recipe_menu(subject.recipe(question), shown.pixels, "compared")
