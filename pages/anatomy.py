"""Follow one picture through every step of the flow, and back."""

import streamlit as st

from explorer import ui
from explorer.ui import anatomy
from explorer.views.anatomy import Anatomy
from explorer.views.recipe import Recipe

checkpoint, flow = ui.page(
    "Anatomy",
    "One picture goes through every step of the flow, $x \\to z \\to x$, and each step can be"
    " looked into: what it keeps, what it changes, by how much, and what that counts.",
    needs="couplings",
)


@ui.part("anatomy")
def choose() -> None:
    """A picture or a sample; its steps are sent to the browser once."""
    form = ui.Form(Anatomy, flow)
    controls = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    subject = anatomy.choose_subject(form, checkpoint, controls)
    with controls:
        form.show("layout")
    look(form, subject, anatomy.send(subject, form.view().layout))


@st.fragment(key="anatomy_step")
def look(form: ui.Form[Anatomy], subject: anatomy.Subject, name: str) -> None:
    """One of the steps; only this is drawn anew from step to step."""
    anatomy.scrub(form, subject, name)
    view = form.view()
    shown = view.draw(flow, subject.steps)
    formula, numbers = st.columns(2, gap="large")
    with formula:
        anatomy.explain(flow, subject.steps, view.step - 1)
    with numbers:
        anatomy.show_pixel(shown.step, view.row, view.column)
    ui.recipe_menu(Recipe(checkpoint, view), shown.pixels, "step")


choose()
