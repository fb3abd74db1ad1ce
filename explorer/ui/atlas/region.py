"""The region of the map whose pictures are selected: drawn with a box or a lasso, or written."""

import math

import streamlit as st

from explorer.ui import address
from explorer.ui.atlas.known import sheet_name
from explorer.ui.form import Form
from explorer.views import atlas as views
from realnvp.explore.encode_set import Atlas
from realnvp.explore.selection import MAX_CORNERS, RegionError, from_text, to_text

REGION = "region"
_OF = "region_of"  # the map that it was drawn on


def region_field(form: Form[views.Atlas], atlas: Atlas) -> None:
    """The corners as text, for those who cannot draw; on another map there is no region."""
    here = form.view().projection, sheet_name(atlas)
    before = st.session_state.get(_OF)
    if before not in (None, here) and not address.is_restored():
        st.session_state[REGION] = ""
    st.session_state[_OF] = here
    setting = views.Atlas.setting_of(REGION)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Region", icon=":material/select:", help="Select by numbers."):
            text = st.text_input(
                setting.label,
                "",
                max_chars=1500,
                key=REGION,
                bind="query-params",
                help=setting.help,
            )
        st.button(
            "Clear selection",
            key="region_clear",
            on_click=clear_region,
            disabled=not text,
            help="No picture is selected then; Esc on the map does the same.",
        )
    try:
        form.set(REGION, tuple(from_text(text or "")))
    except RegionError as error:
        st.warning(str(error), icon=":material/info:")


def clear_region() -> None:
    """For callbacks."""
    st.session_state[REGION] = ""


def draw_region(corners: object) -> None:
    """For callbacks: what the browser says was drawn, pairs of numbers in the map's units."""
    if not isinstance(corners, list) or len(corners) > MAX_CORNERS:
        return
    pairs = [tuple(corner) for corner in corners if isinstance(corner, list) and len(corner) == 2]
    good = all(type(n) in (int, float) and math.isfinite(n) for pair in pairs for n in pair)
    if good and len(pairs) == len(corners) and len(pairs) != 1 and len(pairs) != 2:
        st.session_state[REGION] = to_text([(round(x, 3), round(y, 3)) for x, y in pairs])
