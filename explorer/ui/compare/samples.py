"""Realism: pictures of each family beside each other."""

import streamlit as st
import torch
from torch import Tensor

from explorer.recipes.compare import PICTURES
from explorer.ui.compare.drawing import draw
from explorer.ui.compare.subject import Subject
from explorer.ui.controls import seed_picker, temperature_slider
from explorer.ui.models import ask, default_labels
from explorer.ui.once import once
from explorer.ui.recipe import recipe_menu
from explorer.ui.tiles import Figure, show_figures
from realnvp.baselines import PixelCNN
from realnvp.baselines.baseline import LatentBaseline
from realnvp.baselines.side_by_side import OURS
from realnvp.explore.samples import draw_samples
from realnvp.viz import GAP, image_grid

COLUMNS, ROOM = 4, 300


def show_realism(subject: Subject) -> None:
    """Seed, temperature and a sheet of each; what to look for."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        seed = seed_picker()
        temperature = temperature_slider()
    flow, images = subject.flow, {}
    labels = default_labels(flow, PICTURES)
    images[OURS] = ask(draw_samples, flow, PICTURES, temperature, seed, labels).images
    for kind, model in subject.models.items():
        drawn = _of(subject, kind, seed)
        if drawn is not None:
            images[model.TITLE] = drawn
    figures = [
        Figure(
            image_grid(some, COLUMNS, GAP),
            f"{PICTURES} pictures of {title}, seed {seed}"
            + (f", temperature {temperature:.2f}" if title == OURS else ""),
            f"{title}, T = {temperature:.2f}" if title == OURS else title,
            ROOM,
        )
        for title, some in images.items()
    ]
    show_figures(figures, key="realism")
    st.markdown(
        "Count the digits that you could name at once. At temperature 1, as it was trained,"
        " **RealNVP loses this one to the GAN**, which has learned looks and nothing"
        " else; it may leave out kinds of writing, and no number of its would tell. A lower"
        " temperature flatters RealNVP. The PixelCNN has the truest edges, and pictures that are no"
        " digit: it never sees ahead. The VAE shows the middle of what a code allows: soft edges,"
        " and patches where no digit had its code."
    )
    if len(images) == 1 + len(subject.models):
        recipe = subject.recipe("Realism", seed=seed, temperature=temperature)
        sheet = image_grid(torch.cat(list(images.values())), PICTURES, GAP)
        recipe_menu(recipe, sheet, "compared")


def _of(subject: Subject, kind: str, seed: int) -> Tensor | None:
    model = subject.models[kind]
    signature = (*subject.signature(seed), PICTURES)
    if isinstance(model, PixelCNN):
        return draw(
            "realism", signature, lambda: model.start(PICTURES, torch.Generator().manual_seed(seed))
        )
    assert isinstance(model, LatentBaseline)
    return once(
        f"realism_{kind}",
        signature,
        lambda: ask(model.sample, PICTURES, torch.Generator().manual_seed(seed)),
    )
