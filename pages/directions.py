"""Move a latent along what was learnt from labels, or from your own yes and no."""

import streamlit as st

from explorer import ui
from explorer.ui.directions import (
    VIEWS,
    Subject,
    choose_view,
    known_directions,
    lesson,
    show_lesson,
)
from explorer.ui.latent_picker import latent_picker
from realnvp.explore.directions import joined

checkpoint, flow = ui.page(
    "Directions",
    "The mean latent of pictures that have something, a smile for example, less that of those that"
    " have not, is a direction. Does moving along it change the smile, and nothing but the smile?",
)
known = known_directions(flow, checkpoint)


@ui.part("directions_all")
def directions() -> None:
    main, side = st.columns([3, 1], gap="large")  # on a phone the pictures come first
    with side:
        a = latent_picker(flow, checkpoint, "a", title="A")
    view = main.container()
    with st.expander("Teach your own", icon=":material/school:", expanded=not len(known)):
        st.markdown(
            "Press a few pictures that have what you mean, and a few that have not. The direction"
            " is the difference of their means, the same as for labels."
        )
        given = lesson(flow, checkpoint)
        show_lesson(given, known)
    every = known if given.mine is None else joined(known, given.mine)
    with view:
        shown = choose_view(len(every))
        VIEWS[shown](Subject(flow, checkpoint, a, every, given.recipe))
    st.latex(
        r"v = \frac{\bar z_{yes} - \bar z_{no}}{\lVert \bar z_{yes} - \bar z_{no} \rVert},"
        r"\qquad z \to z + a\,\sigma_v\, v"
    )


directions()
