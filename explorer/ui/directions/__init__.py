"""The page Directions: a latent moved along what was learnt, found, or taught here.

A view is a function of a `Subject`: controls, one call of the model, pictures, numbers.
"""

from collections.abc import Callable

import streamlit as st

from explorer.ui.directions.drag import pad_view
from explorer.ui.directions.known import known_directions
from explorer.ui.directions.sliders import sliders_view
from explorer.ui.directions.subject import Subject
from explorer.ui.directions.teach import Lesson, lesson, show_lesson
from explorer.ui.directions.walk import walk_view

__all__ = ["VIEWS", "Lesson", "Subject", "choose_view", "known_directions", "lesson", "show_lesson"]

VIEWS: dict[str, Callable[[Subject], None]] = {
    "Sliders": sliders_view,
    "Walk": walk_view,
    "Pad": pad_view,
}


def choose_view(count: int) -> str:
    """Which of `VIEWS` is shown; of too few directions, those that do with them."""
    offered = list(VIEWS)[: 1 + count] if count < 2 else list(VIEWS)
    chosen = st.segmented_control(
        "View",
        offered,
        default=offered[0],
        required=True,
        key="directions_view",
        bind="query-params",
        help="Several directions at once with a slider each; a strip along one; or a square over"
        " two to drag in, live.",
    )
    return chosen if chosen in offered else offered[0]
