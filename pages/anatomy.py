"""Follow one picture through every step of the flow, and back."""

import streamlit as st

from explorer import ui
from explorer.step_maps import sheet
from explorer.ui import anatomy

checkpoint, flow = ui.page(
    "Anatomy",
    "One picture goes through every step of the flow, $x \\to z \\to x$, and each step can be"
    " looked into: what it keeps, what it changes, by how much, and what that counts.",
)


@ui.part("anatomy")
def choose() -> None:
    """A picture or a sample; its steps are sent to the browser once."""
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    subject = anatomy.choose_subject(flow, checkpoint, controls)
    with controls:
        layout = anatomy.layout_picker()
    look(subject, anatomy.send(subject, layout), layout)


@st.fragment(key="anatomy_step")
def look(subject: anatomy.Subject, name: str, layout: str) -> None:
    """One of the steps; only this is drawn anew from step to step."""
    index, pixel = anatomy.scrub(subject, name, layout)
    step = subject.steps[index]
    formula, numbers = st.columns(2, gap="large")
    with formula:
        anatomy.explain(flow, subject.steps, index)
    with numbers:
        anatomy.show_pixel(step, *pixel)
    recipe = {**subject.recipe, "step": index + 1, "layout": layout, "pixel": list(pixel)}
    ui.recipe_menu(recipe, sheet(step, layout), "step")


choose()
