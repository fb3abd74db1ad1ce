"""What a picture costs beside others: the three views of the page Likelihood."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from realnvp import RealNVP
from realnvp.explore.frames import labels_for_all, norm_ratios
from realnvp.explore.oddities import Costs, costs_of, oddities
from realnvp.explore.rank import rank_agreement, rank_of
from realnvp.explore.report import Report
from realnvp.explore.samples import draw_samples
from realnvp.explore.typical import cooling, norm_density, warmed
from realnvp.figures import histogram, typical_plot
from realnvp.recipes.examples import strangers
from realnvp.recipes.likelihood import COLUMNS, COUNT, MAX_STRANGERS
from ui.card import plain
from ui.models import ask, checkpoint_names, patience
from ui.tiles import show_tiles

CURVES = 6  # latents that are followed as temperature rises
GRID = 400  # points of the law of norms


def show_histogram(
    flow: RealNVP, report: Report, labels: Tensor | None, temperature: float, seed: int
) -> np.ndarray:
    """The test set's bits/dim with this picture and samples on it; gives the samples' sheet."""
    many = labels_for_all(labels, COUNT)
    drawn = ask(draw_samples, flow, COUNT, temperature, seed, many, with_bits=True)
    bits = torch.as_tensor(drawn.bits_per_dim)
    quantiles = flow.card.get("test_quantiles")
    usable = rank_of(report.bits_per_dim, quantiles) is not None
    if not usable:
        st.info("This checkpoint came without bits/dim of its test set, so there is no histogram.")
    else:
        rugs = {f"samples at temperature {temperature:.2f}": bits}
        st.plotly_chart(
            histogram(quantiles, report.bits_per_dim, "this picture", rugs),
            alt=f"Test pictures by bits/dim; this picture costs {report.bits_per_dim:.2f}, the"
            f" samples {float(bits.min()):.2f} to {float(bits.max()):.2f}",
        )
    pixels = show_tiles(
        drawn.images,
        COLUMNS["Histogram"],
        key="likely_samples",
        alt=f"{COUNT} samples at temperature {temperature:.2f}, seed {seed}, with their bits/dim",
        caption="Samples with their bits/dim: the cooler, the cheaper, and the more alike.",
        labels=[f"{value:.2f}" for value in bits],
        room=700,
    )
    words = f"The median of these samples costs {float(bits.median()):.2f} bits/dim"
    if usable:
        words += f", the median test picture {quantiles[len(quantiles) // 2]:.2f}"
    st.markdown(
        f"**What to notice.** {words}. At temperature 1 the two would agree in a model that fits"
        " perfectly. Cooler samples are nicer to look at and cost less than real pictures do: cost"
        " does not measure beauty."
    )
    return pixels


def show_typical_set(
    flow: RealNVP, report: Report, labels: Tensor | None, temperature: float, seed: int
) -> np.ndarray:
    """Likelihood against the norm of the latent; gives the sheet of the mode and warmer samples."""
    with patience(True, "Following samples from cold to hot"):
        cooled = ask(cooling, flow, CURVES, seed, labels_for_all(labels, CURVES))
    z = warmed(flow, COUNT - 1, temperature, seed)
    many = labels_for_all(labels, COUNT)
    images = ask(flow.decode, z, many)
    bits = ask(flow.bits_per_dim_of_latents, z, many)
    norms = norm_ratios(z)
    ratios = torch.linspace(0.0, 1.5, GRID + 1, dtype=torch.float64)[1:]
    marks = {
        "the mode, T = 0: most likely, not typical": (0.0, float(bits[0])),
        f"a sample at T = {temperature:.2f}": (float(norms[1]), float(bits[1])),
        "this picture": (report.norm, report.bits_per_dim),
    }
    law = ratios, norm_density(ratios, flow.dim)
    places = "; ".join(f"{what}: norm {x:.2f}, {y:.2f} bits/dim" for what, (x, y) in marks.items())
    st.plotly_chart(
        typical_plot(cooled.temperatures, cooled.norm_ratios, cooled.bits_per_dim, law, marks),
        alt=f"Bits/dim of samples against the norm of their latents as they cool; {places}",
    )
    pixels = show_tiles(
        images,
        COLUMNS["Typical set"],
        key="typical_samples",
        alt=f"The mode and {COUNT - 1} samples at temperature {temperature:.2f}, seed {seed}",
        caption="First the mode, the single most likely latent; then samples at this temperature.",
        labels=[f"{value:.2f}" for value in bits],
        room=700,
    )
    width = 1 / (2 * flow.dim) ** 0.5
    st.markdown(
        f"**What to notice.** The grey shell is where noise of {flow.dim:,} numbers lies: its norm"
        f" is √D, give or take {100 * width:.1f} %. Density is highest in the middle, at the mode,"
        " but there is no room there: nothing is ever drawn from it. At temperature 1 samples come"
        " from the shell; cooling pulls them inside, to points that are likelier and atypical."
    )
    return pixels


def show_oddities(
    flow: RealNVP,
    image: Tensor,
    name: str,
    labels: Tensor | None,
    seed: int,
    checkpoints: Sequence[str],
) -> np.ndarray:
    """What one picture can be turned into, and strangers, by cost; gives the sheet in its order."""
    odd = oddities(image, seed) | strangers(flow.config, checkpoints)
    images = torch.cat(list(odd.values()))
    costs = ask(costs_of, flow, images, labels_for_all(labels, len(images)))
    pixels = show_tiles(
        images,
        COLUMNS["Odd ones out"],
        key="oddities",
        alt=f"{name} and what it was turned into: {', '.join(odd)}",
        caption="Which of these would you call likely? The number is bits/dim.",
        labels=[f"{value:.2f}" for value in costs.bits_per_dim],
        room=700,
    )
    quantiles = flow.card.get("test_quantiles")
    st.dataframe(
        _table(list(odd), costs, quantiles), hide_index=True, height="content", key="odd_costs"
    )
    st.markdown(_lesson(list(odd), costs, quantiles))
    st.caption(
        "Prior: what the latents of a level cost. Volume: the sum of all log-dets and the logit;"
        " negative where the flow stretches space. More on this in"
        " [Nalisnick et al., 2019](https://arxiv.org/abs/1810.09136) and"
        " [Serrà et al., 2020](https://arxiv.org/abs/1909.11480)."
    )
    return pixels


def others_than(image: Tensor, flow: RealNVP, checkpoint: str) -> list[str]:
    """Checkpoints with an example of their own, which is not the picture itself."""
    names = [name for name in checkpoint_names() if name != checkpoint]
    found = {name: strangers(flow.config, [name]) for name in names}
    other = [n for n, one in found.items() if one and not torch.equal(*one.values(), image)]
    return other[:MAX_STRANGERS]


def _table(names: list[str], costs: Costs, quantiles: object) -> dict[str, list[str]]:
    """A row for each picture, the cheapest first."""
    rows: list[dict[str, str]] = []
    for index in costs.bits_per_dim.argsort().tolist():
        bits = float(costs.bits_per_dim[index])
        row = {"picture": names[index], "bits/dim": f"{bits:.3f}"}
        if (place := rank_of(bits, quantiles)) is not None:
            row["among test pictures"] = place.in_words()
        for level, part in enumerate(costs.prior[index].tolist(), start=1):
            row[f"prior, level {level}"] = f"{part:.3f}"
        row["volume"] = f"{float(costs.volume[index]):+.3f}".replace("-", "−")
        row["as a PNG file"] = f"{float(costs.png[index]):.2f}"
        rows.append(row)
    return {head: [row[head] for row in rows] for head in rows[0]}


def _lesson(names: list[str], costs: Costs, quantiles: object) -> str:
    """What the numbers on the page say, and no more."""
    bits = costs.bits_per_dim
    least, most = int(bits.argmin()), int(bits.argmax())
    place = rank_of(float(bits[least]), quantiles)
    where = f" ({place.in_words()} of the test pictures)" if place else ""
    saved = bits[0] - bits[least]
    by_volume = costs.volume[0] - costs.volume[least]
    turned = f"{float(bits[1] - bits[0]):+.2f}".replace("-", "−")
    agreement = f"{rank_agreement(bits.tolist(), costs.png.tolist()):.2f}".replace("-", "−")
    return (
        f"**What to notice.** *{plain(names[least])}* costs least, {float(bits[least]):.2f}"
        f" bits/dim{where}: {float(saved):.2f} fewer than the picture, and the volume alone is"
        f" {float(by_volume):.2f} less. *{plain(names[most])}* costs most,"
        f" {float(bits[most]):,.0f}."
        f" Standing the picture on its head costs {turned}: hardly news to a model that looks at"
        " neighbouring pixels. PNG, which knows of nothing but neighbours, orders all of them with"
        f" a rank correlation of {agreement} to the model. So likelihood alone cannot tell an odd"
        " picture from a good one."
    )
