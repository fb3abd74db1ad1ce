"""What this is, and the ways in."""

import streamlit as st

from explorer import ui
from explorer.pages import HOME, PAGES, page_of
from realnvp.default_temperature import default_temperature, in_words
from realnvp.explore.samples import draw_samples

checkpoint, flow = ui.page(
    "Latent explorer",
    "A neural network that turns pictures into plain Gaussian noise, and noise into pictures,"
    " without losing a bit in either direction.",
)
COUNT = 20
temperature = default_temperature(flow.card, flow.config.num_levels)
WAYS = (
    ("sample", "Play", "Draw pictures, change their temperature, walk from one to another."),
    ("encode", "Understand", "Send a picture of your own through the model, and read its bits."),
    ("lesson", "Teach", "An hour for a class, stop by stop, with questions and answers."),
)


@ui.part("strip")
def strip() -> None:
    seed = ui.kept_seed("strip")
    samples = ui.run(draw_samples, flow, COUNT, temperature, seed, ui.default_labels(flow, COUNT))
    moving, ways = st.columns([5, 2], gap="medium")
    with moving:
        ui.between_four(flow, samples)
    with ways:
        for name, title, sentence in WAYS:
            with st.container(border=True):
                page = page_of(name)
                st.page_link(page.file, label=f"**{title}**", icon=f":material/{page.icon}:")
                st.markdown(sentence)
    ui.offer_tiles(
        samples.images,
        10,
        lambda index: ui.pin_of_sample(flow, checkpoint, samples, index, seed, temperature),
        key="strip_tiles",
        titles=[f"Sample {index + 1} of seed {seed}" for index in range(COUNT)],
        alt=f"{COUNT} samples at temperature {in_words(temperature)}, seed {seed}",
        caption=f"None of these was photographed: each is {flow.dim:,} random numbers, decoded."
        " The first four are the corners above.",
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
ui.show_class_address()

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

pages = [page for page in PAGES if page is not HOME]
for first in range(0, len(pages), 2):
    for place, page in zip(st.columns(2), pages[first : first + 2], strict=False):
        with place.container(border=True):
            st.page_link(page.file, label=f"**{page.title}**", icon=f":material/{page.icon}:")
            st.markdown(page.sentence)
