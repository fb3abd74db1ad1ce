"""What this is, and the ways in."""

import streamlit as st

from explorer import ui
from realnvp.explore.samples import draw_samples

_, flow = ui.page(
    "Latent explorer",
    "A neural network that turns pictures into plain Gaussian noise, and noise into pictures,"
    " without losing a bit in either direction.",
)
COUNT, TEMPERATURE = 20, 0.7


@ui.part("strip")
def strip() -> None:
    seed = ui.kept_seed("strip")
    samples = ui.ask(draw_samples, flow, COUNT, TEMPERATURE, seed, ui.default_labels(flow, COUNT))
    ui.show_tiles(
        samples.images,
        columns=10,
        key="strip_tiles",
        alt=f"{COUNT} samples at temperature {TEMPERATURE}, seed {seed}",
        caption=f"None of these was photographed: each is {flow.dim:,} random numbers, decoded.",
        room=1400,
    )
    st.button(
        "Fresh samples",
        icon=":material/casino:",
        on_click=ui.draw_seed,
        args=("strip",),
        help="Draws new noise and decodes it.",
    )


strip()

# In lines that a phone has room for.
st.latex(
    r"\begin{gathered} z = f(x) \\ \log p(x) = \log \mathcal{N}(f(x);\, 0, I)"
    r" + \log\left|\det \frac{\partial f}{\partial x}\right| \end{gathered}"
)
st.markdown(
    "The map $f$ is a chain of *couplings*, each undone by a formula as short as itself. So the"
    " model can draw, it can say exactly how likely a picture is, and every picture has one latent"
    " $z$ to look at."
)

WAYS = [
    ("Sample", "grid_view", "Turn noise into pictures. What does temperature do?"),
    ("Axes", "grid_4x4", "Vary two settings at once. What stays when one changes?"),
    ("Encode", "image_search", "Turn a picture into noise and back. Is it all there?"),
    ("Interpolate", "timeline", "Walk from one face to another. Why not in a straight line?"),
    ("Multi-scale", "layers", "Take the latent apart. Which level holds the person?"),
    ("Directions", "explore", "Add a smile, glasses, fair hair. What else moves with it?"),
    ("Atlas", "map", "Lay latents out on a map. Are neighbours there alike to the eye?"),
    ("Likelihood", "query_stats", "Rank odd pictures by bits. Why is the likeliest one flat?"),
    ("Compare", "compare", "Try four families of models. Who is exact, who is sharp, who is fast?"),
    ("Anatomy", "biotech", "Follow one picture through every step. What does each leave alone?"),
    ("Toy", "scatter_plot", "Train a flow of the plane. How far can couplings bend a Gaussian?"),
    ("Train", "model_training", "Train a model of your own. What does it learn first?"),
    ("Lesson", "school", "Walk a class through all of it, stop by stop."),
    ("Models", "deployed_code", "What each was trained on, and what it cannot do."),
]

for left, right in zip(WAYS[::2], WAYS[1::2], strict=True):
    for place, (title, icon, words) in zip(st.columns(2), (left, right), strict=True):
        with place.container(border=True):
            page = f"{title.lower().replace('-', '')}.py"
            st.page_link(page, label=f"**{title}**", icon=f":material/{icon}:")
            st.markdown(words)
