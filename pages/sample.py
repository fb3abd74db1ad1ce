"""Turn noise into pictures, and see what temperature does."""

import streamlit as st

import ui
from realnvp.explore.samples import ORDERS, draw_samples

flow = ui.page(
    "Sample",
    "Noise $z \\sim \\mathcal{N}(0, T^2 I)$ goes backwards through the model and comes out as"
    " pictures: $x = f^{-1}(z)$.",
)
COLUMNS = {16: 4, 36: 6, 64: 8}


@st.fragment(key="samples")
def samples() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        temperature = ui.temperature_slider()
        seed = ui.seed_picker()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        count = st.segmented_control(
            "Pictures",
            list(COLUMNS),
            default=64,
            required=True,
            key="pictures",
            bind="query-params",
            help="The first 16 of 64 are the same as 16 alone.",
        )
        order = st.selectbox(
            "Order by bits/dim",
            ORDERS,
            key="order",
            bind="query-params",
            width=180,
            help="Fewer bits means more likely. Look at which pictures come first: often the"
            " plainest, not the best.",
        )
        with_bits = st.toggle(
            "Show bits/dim",
            key="bits",
            bind="query-params",
            help="On each picture, what it would cost to store with this model, in bits for each"
            " of its numbers. Uniform noise costs 8.",
        )
        labels, label_name = ui.label_picker(flow, count)

    drawn = ui.ask(
        draw_samples, flow, count, temperature, seed, labels, order=order, with_bits=with_bits
    )
    bits = drawn.bits_per_dim
    alt = f"{count} samples at temperature {temperature:.2f}, seed {seed}, {order}"
    pixels = ui.show_tiles(
        drawn.images,
        COLUMNS[count],
        key="tiles",
        alt=f"{alt}, {label_name}" if label_name else alt,
        caption=""
        if bits is None
        else f"{bits.mean():.2f} bits/dim on average, from {bits.min():.2f} to {bits.max():.2f}.",
        labels=[f"{value:.2f}" for value in bits] if with_bits else (),
    )
    recipe = {
        "page": "sample",
        "checkpoint": st.session_state["checkpoint"],
        "temperature": temperature,
        "seed": seed,
        "pictures": count,
        "order": order,
    } | ({"label": label_name} if label_name else {})
    with st.container(horizontal=True):
        ui.picture_file(pixels, "samples", recipe)
        ui.latents_file(drawn.z, drawn.images, "samples", recipe, drawn.labels)
    ui.last_call()


samples()
