"""See what bits/dim means, and what it does not."""

import streamlit as st

from explorer import ui
from explorer.ui.likelihood import Subject
from explorer.views.likelihood import AnotherSet, Likelihood
from explorer.views.recipe import Recipe

checkpoint, flow = ui.page(
    "Likelihood",
    "A flow says exactly how likely a picture is. Likely is not the same as typical, and neither is"
    " the same as good.",
)
st.latex(r"-\log_2 p(x) \,/\, D \;=\; \text{bits/dim}")
st.caption(ui.MEASURE)


@ui.part("likelihood")
def likelihood() -> None:
    form = ui.Form(Likelihood, flow)
    look = form.part("look")
    # What pictures of another set cost has nothing to do with this one: there it comes last.
    above = st.container() if look.kind is AnotherSet else None
    if above is not None:
        label = ", but for its label" if flow.config.label_kind else ""
        st.caption(f"The picture of the other looks: nothing here depends on it{label}.")
    first = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    picked = ui.picture_picker(form, checkpoint, first)
    with st.expander("The part that is used"):
        image = ui.cut_out(form, picked)
    show = ui.layout_of("likelihood", look.kind)
    with above or st.container():
        shown = show(Subject(checkpoint, flow, form, look, picked.name, image))
    ui.recipe_menu(Recipe(checkpoint, form.view()), shown.pixels, "likelihood")


likelihood()
