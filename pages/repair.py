"""Hide a part of a picture, and see what the model imagines there."""

import streamlit as st

from explorer import ui
from explorer.ui import repair as parts
from explorer.views.recipe import Recipe
from explorer.views.repair import Repair

checkpoint, flow = ui.page(
    "Repair",
    "A part of a picture is not known. Of all pictures that fit the rest, which would the model"
    " believe?",
)


# Not a part of its page, as others are: what changes in a part waits until the part has ended, and
# a search takes seconds. So Stop, and a stroke of the brush, end one that is going on.
def repair() -> None:
    form = ui.Form(Repair, flow)
    # One row, then what is given beside what is found: the four are in sight while one paints.
    first = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    given, results = st.columns([2, 3], gap="large")
    with given:
        picked = ui.picture_picker(form, checkpoint, first)
    with first:
        problem = form.part("problem")
    with given:
        with st.expander("The part of the picture that is used", icon=":material/crop:"):
            image = ui.cut_out(form, picked)
        parts.choose_missing(problem, image, picked.name)
    with results:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
            form.show("seed")
            with st.popover("More", icon=":material/tune:", help="How it is looked for."):
                form.show()
        view = form.view()
        pictures, buttons, curves = st.empty(), st.container(), st.empty()
        with given:
            parts.show_known(view.problem_of(flow, image), image, picked.name)
        with buttons:
            shown, going = parts.found(
                flow,
                checkpoint,
                view,
                image,
                lambda going: parts.show_going(pictures, curves, going),
            )
        recipe = Recipe(checkpoint, view)
        parts.show_found(pictures, curves, recipe, shown, going, picked.name)
        with st.container(horizontal=True):
            ui.recipe_menu(recipe, shown.pixels, "repaired")
            frames = shown.frames
            ui.latents_file(frames.z, frames.images, "repaired", recipe.json(), frames.labels)


repair()
ui.last_call()

# In lines that a phone has room for.
st.latex(
    r"\begin{gathered} \min_z\; \frac{\lVert z\rVert^2}{2T^2} +"
    r" \frac{\lVert A(f^{-1}(z)) - y\rVert^2}{2\sigma^2} \\ y = A(x) + \text{noise of } \sigma"
    r" \end{gathered}"
)
st.markdown(
    "What is known, $y$, is a measurement $A$ of the picture $x$: its other pixels, its luminance,"
    " means of blocks, or all of it under noise. The first term is the prior of the latent, the"
    " second the misfit; Adam makes their sum small, a **MAP** estimate of $z$, and $\\sigma$ falls"
    " from 40 grey levels to 2 on the way. A flow gives the exact gradient of both: it is its own"
    " decoder, and every picture has a latent"
    " ([Asim et al., 2020](https://arxiv.org/abs/1905.11672);"
    " [Whang et al., 2021](https://arxiv.org/abs/2003.08089))."
)
