"""Going from step to step: the stage in the browser, over the slider that the link knows."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.step_maps import CHANNELS, RANGE
from explorer.ui.anatomy.subject import Subject
from explorer.ui.controls import whole
from explorer.ui.releases import hear, heard
from explorer.ui.web import element
from realnvp.explore.steps import State, Step
from realnvp.explore.trace_numbers import find, pixel_at
from realnvp.viz import LATENT_RANGE

_stage = element("anatomy.stage")

HINT = (
    "Drag over the bars: each is the log-det of a step, up where it spreads volume, its height the"
    " root of the nats. Press a pixel for its numbers."
)

LEGEND = (
    f"Values are blue at −{LATENT_RANGE:g}, white at 0 and red at +{LATENT_RANGE:g}; s and t at"
    f" ∓{RANGE:g}. Grey is no longer part of the step."
)


def scrub(subject: Subject, name: str, layout: str) -> tuple[int, tuple[int, int]]:
    """The stage with all steps; gives the step that is shown, from 0, and the pressed pixel.

    The widgets' keys, and the query parameters, are step, row and column.

    Args:
        name: of the pictures, which `send` has given.
    """
    steps = subject.steps
    count, (height, width) = len(steps), steps[0].before.picture.shape[1:]
    place = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        step = _step(count)
        row = _side("Row", "row", height, height // 2)
        column = _side("Column", "column", width, width // 2 + 1)
    with place:
        _stage(
            key="stage",
            data={
                "name": name,
                "subject": subject.name,
                "step": step,
                "row": row,
                "column": column,
                "marks": _marks(steps, row, column) if layout == CHANNELS else [],
                "hint": HINT,
                "legend": LEGEND,
            }
            | heard("stage"),
            on_place_change=_released,
            on_pixel_change=lambda: _pressed(steps, layout),
        )
    return step - 1, (row, column)


def _step(count: int) -> int:
    _bring_inside("step", 1, count)
    value = st.slider(
        "Step",
        1,
        count,
        3,
        key="step",
        bind="query-params",
        width=420,
        help="The same as the bars above. From left to right: bytes, logits, the levels, z; of a"
        " picture then all the way back. Watch where the picture is lost, and where it returns.",
    )
    return whole(value, 1, count, 3)


def _side(label: str, key: str, size: int, default: int) -> int:
    _bring_inside(key, 0, size - 1)
    value = st.number_input(
        label,
        0.0,
        float(size - 1),
        float(default),
        step=1.0,
        format="%.0f",
        key=key,
        bind="query-params",
        width=110,
        help="Of the pixel whose numbers are shown, from 0 at the top left. Follow one through all"
        " steps: when is it changed, and when only looked at?",
    )
    return whole(value, 0, size - 1, default)


def _bring_inside(key: str, low: int, high: int) -> None:
    """Another model may have fewer steps, or smaller pictures, than the one before."""
    value = st.session_state.get(key)
    if isinstance(value, int | float) and not low <= value <= high:
        st.session_state[key] = type(value)(min(max(value, low), high))


def _released() -> None:
    """The stage was let go: its step goes to the slider, whatever a forged message may hold."""
    place = hear("stage", st.session_state["stage"].place)
    if place is not None:
        # The slider brings it inside.
        st.session_state["step"] = whole(place.get("step"), 1, 10**6, 1)


def _pressed(steps: Sequence[Step], layout: str) -> None:
    """A pixel was pressed, on the picture or on one of the maps."""
    sent = st.session_state["stage"].pixel
    if not isinstance(sent, Mapping):
        return
    step = steps[_within(sent, "step", len(steps) + 1) - 1]
    height, width = step.before.picture.shape[1:]
    if layout == CHANNELS and (panel := sent.get("panel")):
        state, first = _side_of(step, panel)
        shape = state.active.shape
        channel = first + _within(sent, "tile", shape[0] - first)
        at = pixel_at(
            state, channel, _within(sent, "row", shape[1]), _within(sent, "column", shape[2])
        )
    else:
        at = _within(sent, "row", height), _within(sent, "column", width)
    st.session_state.update(row=float(at[0]), column=float(at[1]))


def _within(sent: Mapping[str, Any], name: str, size: int) -> int:
    """A number of the message, from 0 to less than `size`."""
    return whole(sent.get(name), 0, size - 1, 0)


def _side_of(step: Step, panel: object) -> tuple[State, int]:
    """What a map shows, and the channel that it begins with."""
    state = {"before": step.before, "after": step.after}.get(str(panel), step.whole)
    return state, len(state.active) // 2 if panel == "factored out" else 0


def _marks(steps: Sequence[Step], row: int, column: int) -> list[dict[str, list[tuple[int, ...]]]]:
    """Where the variables of a pixel are in every map, as (channel, row, column)."""
    channels, height, width = steps[0].before.picture.shape
    places = [c * height * width + row * width + column for c in range(channels)]
    return [_marks_of(step, places) for step in steps]


def _marks_of(step: Step, places: Sequence[int]) -> dict[str, list[tuple[int, ...]]]:
    sides = {"before": step.before, "after": step.after, "mask": step.whole}
    found = {
        name: [at for place in places if (at := find(state, place)) is not None]
        for name, state in sides.items()
    }
    found |= {"s": found["mask"], "t": found["mask"]}
    if step.factored_out is not None:
        half = len(step.factored_out)
        found["factored out"] = [(c - half, i, j) for c, i, j in found["mask"] if c >= half]
    return found
