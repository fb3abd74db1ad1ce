"""Every checkpoint with its card, and two of them side by side."""

import streamlit as st

from explorer import ui
from explorer.ui.card import plain, readable, show_card
from explorer.ui.models import checkpoint_names
from explorer.ui.own_card import show_own_card
from explorer.ui.pair import show_samples
from explorer.views.models import BETWEEN, SideBySide
from explorer.views.recipe import Recipe
from explorer.views.view import tag_of
from realnvp.own_flows import own_flows
from realnvp.run_folders import left_out
from realnvp.viz import beside

COLUMNS = 3  # of cards

checkpoint, flow = ui.page(
    "Models",
    "What each model was trained on, how well it fits, and what it cannot do. The one in use is"
    " what every page shows.",
)


@ui.part("pair")
def pair() -> None:
    form = ui.Form(SideBySide, flow)
    st.markdown(
        "One seed is one noise $z$ for both, if their pictures are of one size. Do they make"
        " anything alike of it? Every model has learned a meaning of its own for $z$: one that is"
        " pressed is gone on with in the model that has drawn it."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form.show("temperature", "seed")
    names = readable(checkpoint_names())
    if not names:
        st.info("None of the models here can be read; the cards say why.")
        return
    left, right = st.columns(2, gap="medium")
    with left:
        first = form.choose("left", names)
    with right:  # on arrival another one, if there is another
        other = next((index for index, name in enumerate(names) if name != first), 0)
        form.choose("right", names, otherwise=other)
    view = form.view()
    with left:
        one = show_samples(view.left, view, key="left_tiles")
    with right:
        two = show_samples(view.right, view, key="right_tiles")
    if one is not None and two is not None:
        pixels = beside(one.pixels, two.pixels, BETWEEN)
        ui.recipe_menu(Recipe(view.left, view), pixels, "models")


cards, side_by_side = st.tabs(
    ["Cards", tag_of(SideBySide)], key="models_view", on_change="rerun", bind="query-params"
)
if cards.open:
    with cards:
        names = checkpoint_names()
        for name, why in left_out().items():
            st.caption(f"{plain(name)} is left out: {plain(why)}.")
        for first in range(0, len(names), COLUMNS):
            shelf = st.columns(COLUMNS, gap="small")  # row by row: on a phone they stay in order
            for place, name in zip(shelf, names[first : first + COLUMNS], strict=False):
                with place:
                    (show_own_card if name in own_flows() else show_card)(name, checkpoint)
if side_by_side.open:
    with side_by_side:
        pair()
