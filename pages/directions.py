"""Move a latent along what was learnt from labels, or from your own yes and no."""

import streamlit as st

from explorer import ui
from explorer.ui import directions as parts
from explorer.ui.own_direction import show_selection_file, with_selection
from explorer.views.directions import DirectionsView
from realnvp.explore.directions import joined

checkpoint, flow = ui.page(
    "Directions",
    "The mean latent of pictures that have something, a smile for example, less that of those that"
    " have not, is a direction. Does moving along it change the smile, and nothing but the smile?",
)
known = with_selection(parts.known_directions(flow, checkpoint), flow, checkpoint)


@ui.part("directions_all")
def directions() -> None:
    form = ui.Form(DirectionsView, flow)
    main, side = st.columns([3, 1], gap="large")  # on a phone the pictures come first
    with side:
        a = ui.latent_picker(flow, checkpoint, "a", title="A")
        form.set("a", a.latent)
        if flow.config.num_levels > 1:
            form.show("levels")
    view = main.container()
    show_selection_file(known)
    with st.expander("Teach your own", icon=":material/school:", expanded=not len(known)):
        st.markdown(
            "Press a few pictures that have what you mean, and a few that have not. The direction"
            " is the difference of their means, the same as for labels."
        )
        given = parts.labelled_pictures(form, checkpoint)
        parts.show_labelling(given, known)
    every = known if given.mine is None else joined(known, given.mine)
    with view:
        way = form.part("way", but=["Walk", "Pad"][len(every) :])  # a pad takes two directions
        show = ui.layout_of("directions", way.kind)
        show(parts.Subject(checkpoint, flow, form, way, a, every))
    st.latex(
        r"v = \frac{\bar z_{yes} - \bar z_{no}}{\lVert \bar z_{yes} - \bar z_{no} \rVert},"
        r"\qquad z \to z + a\,\sigma_v\, v"
    )


directions()
