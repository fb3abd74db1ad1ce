"""The views of the page Multi-scale: each shows in its own way what the levels of a latent hold.

A view is a function of a `Subject`: controls, one call of the model, pictures. It gives back a
`Shown`, for downloads.
"""

from collections.abc import Callable

import streamlit as st

from explorer.ui.multiscale.compress import compress_view
from explorer.ui.multiscale.label import label_view
from explorer.ui.multiscale.maps import maps_view
from explorer.ui.multiscale.paste import paste_view
from explorer.ui.multiscale.resample import resample_view
from explorer.ui.multiscale.subject import Shown, Subject
from explorer.ui.multiscale.swap import swap_view
from explorer.ui.multiscale.temperature import temperature_view
from explorer.ui.multiscale.zero import zero_view
from realnvp import RealNVP

__all__ = ["VIEWS", "WITH_B", "Shown", "Subject", "choose_view"]

VIEWS: dict[str, Callable[[Subject], Shown]] = {
    "Resample": resample_view,
    "Zero": zero_view,
    "Temperature": temperature_view,
    "Swap": swap_view,
    "Compress": compress_view,
    "Paste": paste_view,
    "Maps": maps_view,
    "Label": label_view,
}
WITH_B = ("Swap", "Paste")


def choose_view(flow: RealNVP) -> str:
    """Which of `VIEWS` is shown; Label only for a model that is told one."""
    offered = [name for name in VIEWS if name != "Label" or flow.config.label_kind]
    chosen = st.segmented_control(
        "What is done with the levels",
        offered,
        default=offered[0],
        required=True,
        key="show",
        bind="query-params",
        help="The model lays half of its variables down at each level, the finest first. Each of"
        " these changes some levels and keeps the others: look at what goes with which.",
    )
    return chosen if chosen in offered else offered[0]
