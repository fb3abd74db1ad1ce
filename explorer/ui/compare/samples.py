"""Realism: pictures of each family beside each other."""

import streamlit as st
from torch import Tensor

from explorer.ui.cache import cached
from explorer.ui.compare.drawing import draw
from explorer.ui.compare.subject import Subject
from explorer.ui.form import Form
from explorer.ui.models import run
from explorer.ui.recipe import recipe_menu
from explorer.ui.tiles import Figure, show_figures
from explorer.views.compare import PICTURES, Realism
from realnvp.baselines import Baseline, PixelCNN
from realnvp.baselines.side_by_side import OURS
from realnvp.viz import GAP, image_grid

COLUMNS, ROOM = 4, 300


def show_realism(subject: Subject) -> None:
    """Seed, temperature and a sheet of each; what to look for."""
    form = Form(Realism, subject.flow)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        form.show()
    question = form.view()
    seed, temperature = question.seed, question.temperature
    images = {OURS: run(question.of_flow, subject.flow)}
    for model in subject.models.values():
        drawn = _of(subject, model, question)
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
        recipe_menu(subject.recipe(question), question.sheet(images).pixels, "compared")


def _of(subject: Subject, model: Baseline, question: Realism) -> Tensor | None:
    signature = subject.signature(question.seed)
    if isinstance(model, PixelCNN):
        return draw("realism", signature, lambda: model.start(PICTURES, question.noise()))
    return cached(f"realism_{model.TITLE}", signature, lambda: run(question.of_baseline, model))
