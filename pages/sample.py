"""Turn noise into pictures, and see what temperature does."""

import streamlit as st

from explorer import ui
from realnvp.explore.samples import ORDERS, draw_samples
from realnvp.labels import label_entry

checkpoint, flow = ui.page(
    "Sample",
    "Noise $z \\sim \\mathcal{N}(0, T^2 I)$ goes backwards through the model and comes out as"
    " pictures: $x = f^{-1}(z)$.",
)
COLUMNS = {16: 4, 36: 6, 64: 8}


@st.fragment(key="samples")
def samples() -> None:
    temperature = ui.equaliser(flow)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        seed = ui.seed_picker()
        count = st.segmented_control(
            "Pictures",
            list(COLUMNS),
            default=64,
            required=True,
            key="pictures",
            bind="query-params",
            help="The first 16 of 64 are the same as 16 alone.",
        )
        count = count if count in COLUMNS else 64
        times = ui.size_picker(flow)
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

    asked = {"order": order, "with_bits": with_bits, "times": times}
    with ui.patience(count * times**2 > 64):
        drawn = ui.ask_again(draw_samples, flow, count, temperature, seed, labels, **asked)
    bits = drawn.bits_per_dim
    larger = f", {times} times the trained size" if times > 1 else ""
    told = f", {label_name}" if label_name else ""
    alt = f"{count} samples at temperature {{}}, seed {seed}, {order}{larger}{told}"
    live = ui.follow_temperature(
        flow, temperature, count, seed, labels, columns=COLUMNS[count], alt=alt, **asked
    )
    pixels, chosen = ui.choose_tile(
        drawn.images,
        COLUMNS[count],
        key="tiles",
        alt=alt.replace("{}", ui.in_words(temperature), 1),
        caption=ui.bits_in_words(bits),
        labels=[f"{value:.2f}" for value in bits] if with_bits else (),
        titles=[f"Sample {place + 1} of seed {seed}" for place in drawn.places.tolist()],
        live=live,
    )
    recipe = {
        "page": "sample",
        "checkpoint": checkpoint,
        "temperature": temperature,
        "seed": seed,
        "pictures": count,
        "order": order,
    }
    recipe |= label_entry(flow.config, labels)
    recipe |= {"times": times} if times > 1 else {}
    if chosen is not None and times == 1:
        ui.offer(ui.pin_of_sample(flow, drawn, chosen, recipe), key="sample")
    elif chosen is not None:
        st.caption("Other pages take pictures of the trained size: at 1 it can be pinned.")
    with st.container(horizontal=True):
        ui.recipe_menu(recipe, pixels, "samples")
        ui.latents_file(drawn.z, drawn.images, "samples", recipe, drawn.labels)
    ui.last_call()


samples()
