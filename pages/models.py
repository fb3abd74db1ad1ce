"""Every checkpoint with its card, and two of them side by side."""

import streamlit as st

from explorer import ui
from explorer.recipes.models import BETWEEN, VIEW
from explorer.ui.card import readable, show_card
from explorer.ui.models import checkpoint_names
from explorer.ui.pair import choose_model, show_samples
from realnvp.viz import beside

checkpoint, _ = ui.page(
    "Models",
    "What each model was trained on, how well it fits, and what it cannot do. The one in use is"
    " what every page shows.",
)


@ui.part("pair")
def pair() -> None:
    st.markdown(
        "One seed is one noise $z$ for both, if their pictures are of one size. Do they make"
        " anything alike of it? Every model has learned a meaning of its own for $z$."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        temperature = ui.temperature_slider()
        seed = ui.seed_picker()
    names = readable(checkpoint_names())
    if not names:
        st.info("None of the models here can be read; the cards say why.")
        return
    chosen: list[str] = []
    sheets = []
    for side, column in zip(("left", "right"), st.columns(2, gap="medium"), strict=True):
        with column:
            chosen.append(choose_model(names, side, chosen))
            sheets.append(show_samples(chosen[-1], temperature, seed, key=f"{side}_tiles"))
    left, right = sheets
    if left is not None and right is not None:
        recipe = {"page": "models", "checkpoint": chosen[0], "beside": chosen[1]}
        recipe |= {"temperature": temperature, "seed": seed}
        ui.recipe_menu(recipe, beside(left, right, BETWEEN), "models")


cards, side_by_side = st.tabs(
    ["Cards", VIEW], key="models_view", on_change="rerun", bind="query-params"
)
if cards.open:
    with cards:
        for name in checkpoint_names():
            show_card(name, checkpoint)
if side_by_side.open:
    with side_by_side:
        pair()
