"""A flow of one number: a curve bends a histogram, and its slope is the Jacobian."""

import streamlit as st

from explorer import ui
from explorer.source_code import source_code
from explorer.ui.cache import shared
from explorer.ui.slope import show_numbers, show_picture
from explorer.views.recipe import Recipe
from explorer.views.slope import Slope
from realnvp.toy.curve import Curve

checkpoint, flow = ui.page(
    "Slope",
    "A flow of one number is a curve $z = f(x)$ that always rises. It bends a bell into another"
    " histogram, and its slope says by how much: in one dimension, the slope is the Jacobian.",
)


@ui.part("slope")
def slope() -> None:
    form = ui.Form(Slope, flow)
    board, controls = st.columns([2, 1], gap="large")  # on a phone the picture comes first
    with controls:
        form.show("inside", "outside", "middle", "at")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            form.show("seed")
        view = form.view()
        shown = shared(f"slope {view.model_dump_json()}", lambda: view.draw(flow))
        show_numbers(view, shown.data)
    with board:
        show_picture(view, shown.pixels)
        ui.recipe_menu(Recipe(checkpoint, view), shown.pixels, "slope")


slope()
st.latex(
    r"\begin{gathered} p(x)\, |dx| = p(z)\, |dz| \\"
    r" p(x) = \mathcal{N}(f(x);\, 0, 1)\, |f'(x)| \end{gathered}"
)
st.markdown(
    "What lies between $x$ and $x + dx$ goes between $z$ and $z + dz$: the same samples, so the"
    " same probability, on a piece that is $f'(x)$ times as long. With more numbers the length"
    " becomes a volume, and the slope the determinant of the Jacobian."
)
with st.expander("The source of this flow", icon=":material/code:"):
    st.code(source_code(Curve), "python")
