"""Train a RealNVP of the plane, and watch it bend."""

import numpy as np
import streamlit as st

from explorer import ui
from explorer.source_code import source_code
from explorer.ui.toy import live
from explorer.ui.toy.board import look_at, show_toy
from explorer.ui.toy.losses import show_losses
from explorer.ui.toy.settings import toy_settings, training_buttons
from explorer.views.recipe import Recipe
from explorer.views.toy import Toy
from realnvp.coupling import AffineCoupling
from realnvp.toy import ToyError, ToyTraining
from realnvp.toy.flow import PointConditioner, ToyFlow

checkpoint, flow = ui.page(
    "Toy",
    "The couplings that turn pictures into noise, on points of the plane: small enough to train"
    " while you watch, and to see all of it.",
)


@ui.part("toy")
def toy() -> None:
    live.arrive()
    form = ui.Form(Toy, flow)
    board, controls = st.columns([2, 1], gap="large")  # on a phone the pictures come first
    with board:
        form.show("data")
        until = training_buttons(flow)
    with controls:
        toy_settings(form)
    with board:
        watch(form, live.as_far(until))


def watch(form: ui.Form[Toy], until: int) -> None:
    view = form.view()
    try:
        training = live.training_of(view.training(), until)
    except ToyError as error:
        st.info(str(error), icon=":material/info:")
        return
    if live.is_on():
        # Only while it trains: a fragment that runs by itself is never quiet.
        st.fragment(step_and_show, run_every=live.TICK)(training, until, view)
        st.caption("Pause to take the picture away, its link or its Python.")
        return
    if live.wants_a_few():
        show(training, view, again=True)
        live.a_few_steps(training)
        look_at(training, view)
        st.rerun()
    live.show_problem()
    live.rest(training)
    pixels = show(training, view)
    form.set("steps", training.step)
    ui.recipe_menu(Recipe(checkpoint, form.view()), pixels, "toy")


def step_and_show(training: ToyTraining, until: int, view: Toy) -> None:
    show(training, view, again=True)
    live.go_on(training, until)
    look_at(training, view)
    if not live.is_on():
        st.rerun()


def show(training: ToyTraining, view: Toy, *, again: bool = False) -> np.ndarray:
    """Numbers and board; `again` what was shown last, before steps that take time are taken.

    What a run has not sent yet fades.
    """
    seen = look_at(training, view, again=again)
    show_losses(seen.step, seen.held_out[-1][1], training.points.own_loss)
    return show_toy(training, seen, view)


toy()

# In lines that a phone has room for.
st.latex(
    r"\begin{gathered} y_1 = x_1, \qquad y_2 = x_2\, e^{s(x_1)} + t(x_1) \\"
    r" \log p(x) = \log \mathcal{N}(f(x);\, 0, I) + \sum_{k=1}^{K} s_k \end{gathered}"
)
st.markdown(
    "A coupling reads one coordinate and moves the other, so its Jacobian is triangular and its"
    " determinant $e^{s}$; the next coupling reads the other one. Where $f$ squeezes the plane the"
    " density is low, where it stretches it the density is high: compare the grid's meshes with the"
    " light."
)
with st.expander("The source of this flow", icon=":material/code:"):
    for part in (AffineCoupling, PointConditioner, ToyFlow, ToyTraining):
        st.code(source_code(part), "python")
