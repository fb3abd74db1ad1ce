"""What the page Toy lets a visitor set."""

from typing import Annotated

import streamlit as st

from explorer.ui.form import Form
from explorer.ui.toy import live
from explorer.ui.toy.draw import draw_dots
from explorer.views.settings import Whole
from explorer.views.toy import Toy
from explorer.views.view import Settings
from realnvp import RealNVP
from realnvp.toy.training import MAX_STEPS


class Stop(Settings):
    """Where training pauses by itself."""

    until: Annotated[
        int,
        Whole(
            "Stop at step",
            1,
            MAX_STEPS,
            step=100,
            width=150,
            help="Training pauses there; below the step it is at, it begins anew. Look at what the"
            " last thousand steps still gained.",
        ),
    ] = 2000


def toy_settings(form: Form[Toy]) -> None:
    """What decides a training besides its data set, and how it is looked at."""
    data = form.view().data
    if data == "text":
        form.show("text")
    if data == "drawn":
        form.set("drawn", draw_dots())
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        form.show("seed")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form.show("couplings", "width")
    form.show("learning_rate", "temperature")
    form.show("layer", high=float(form.view().couplings))
    form.show("shown", "straight", "log_scale")


def training_buttons(flow: RealNVP) -> int:
    """Train or pause, a few steps, back to the start; gives the step where training ends."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        on = live.is_on()
        st.button(
            "Pause" if on else "Train",
            icon=":material/pause:" if on else ":material/play_arrow:",
            type="primary",
            key="toy_train",
            on_click=live.stop if on else live.start,
            shortcut="t",
            help="Maximum likelihood: every step makes the points of one batch a little more"
            " likely. Watch the light gather where the points are. The key T does the same.",
        )
        st.button(
            f"{live.A_FEW} steps",
            icon=":material/skip_next:",
            key="toy_steps",
            disabled=on,
            on_click=live.want_a_few,
            shortcut="s",
            help="Goes on by a little, to see what moves first. The key S does the same.",
        )
        st.button(
            "Reset",
            icon=":material/replay:",
            key="toy_reset",
            on_click=live.reset,
            shortcut="x",
            help="Back to step 0, where the flow is the identity and the density a plain Gaussian."
            " The key X does the same.",
        )
        stop = Form(Stop, flow)
        stop.show()
    return stop.view().until
