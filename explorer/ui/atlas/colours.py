"""What the frames on the map say of each picture."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.ui.atlas.known import clusters_of, projected
from explorer.ui.form import Form
from explorer.ui.own_settings import go_along
from explorer.views import atlas as views
from explorer.views.atlas import BITS, FOLDER, HDBSCAN, K_MEANS, LABEL, NORM
from realnvp.data.named_pictures import folder_of
from realnvp.explore.clusters import NONE, agreement_with
from realnvp.explore.encode_set import Atlas
from realnvp.explore.frames import norm_ratios
from realnvp.numerals import numeral
from realnvp.viz import DARK_TO_LIGHT, LINES, sequential

# As far from each other as twelve can be, the first eight as in every figure.
CATEGORIES = (*LINES, "#d4b106", "#7fc8f8", "#f29ca3", "#7d9c2c")
OTHERS = "#9a9a9a"
TOP = "(no folder)"
LOOSE = "in none"


@dataclass(frozen=True)
class Colouring:
    """A colour for each picture.

    Args:
        name: what is coloured by.
        colours: "#rrggbb" each.
        words: the value of each, for people.
        legend: for the browser: pairs of colour and text, or the ends of a scale.
        notice: what follows from it, in one or two sentences; "" for nothing.
    """

    name: str
    colours: tuple[str, ...]
    words: tuple[str, ...]
    legend: dict[str, Any]
    notice: str = ""


def colour_picker(form: Form[views.Atlas], atlas: Atlas) -> Colouring:
    """The list to choose from, with what the choice needs besides, and what is chosen."""
    levels = len(form.flow.shapes())
    offered = [BITS, NORM, *(f"{NORM}, level {index + 1}" for index in range(levels))]
    folders = tuple(folder_of(file) or TOP for file in atlas.files)
    if len(set(folders)) > 1:
        offered = [FOLDER, *offered]
    if any(atlas.words):
        offered = [LABEL, *offered]
    offered += [K_MEANS, HDBSCAN]
    go_along({"colour": offered[0]})  # another set has other labels, or none
    name = form.choose("colour", offered)
    if name == LABEL:
        return _by_word(name, atlas.words)
    if name == FOLDER:
        return _by_word(name, folders)
    if name in (K_MEANS, HDBSCAN):
        return _by_cluster(form, atlas, name)
    if name == BITS:
        return _by_amount(name, atlas.bits_per_dim)
    z = atlas.z if name == NORM else form.flow.unpack(atlas.z)[int(name.split()[-1]) - 1]
    return _by_amount(name, norm_ratios(z.flatten(1)))


def _by_cluster(form: Form[views.Atlas], atlas: Atlas, name: str) -> Colouring:
    form.show("clusters" if name == K_MEANS else "smallest")
    view = form.view()
    if name == K_MEANS:
        found = clusters_of(atlas, view.clusters)
    else:
        found = clusters_of(
            atlas, view.smallest, projected(atlas, view.projection), view.projection
        )
    numbers = [LOOSE if row == NONE else f"cluster {row + 1}" for row in found.tolist()]
    order = [f"cluster {row + 1}" for row in range(int(found.max()) + 1)]
    return _by_word(name, tuple(numbers), order, _said(atlas, view, name, found))


def _said(atlas: Atlas, view: views.Atlas, name: str, found: Tensor) -> str:
    count, loose = int(found.max()) + 1, int((found == NONE).sum())
    if name == K_MEANS:
        words = f"k-means was asked for {view.clusters} clusters, and finds as many in any noise."
    else:
        words = f"HDBSCAN finds {count} clusters of at least {view.smallest} points on this map"
        words += f" by {view.projection}; {100 * loose / len(found):.0f} % of them are in none."
    if len(set(atlas.words)) > 1 and count > 1:
        same = numeral(agreement_with(atlas.words, found), ".2f")
        words += f" Their adjusted Rand index with the labels is {same}: 1 is the same, 0 chance."
    return words


def _by_word(
    name: str, words: tuple[str, ...], order: Sequence[str] | None = None, notice: str = ""
) -> Colouring:
    """A colour for each of the most frequent words, in their order, by default the alphabet's."""
    counts = Counter(word for word in words if word != LOOSE)
    common = [word for word, _ in counts.most_common(len(CATEGORIES))]
    named = [word for word in order if word in common] if order is not None else sorted(common)
    known = dict(zip(named, CATEGORIES, strict=False))
    colours = tuple(known.get(word, OTHERS) for word in words)
    pairs = [[colour, word or "no label"] for word, colour in known.items()]
    if OTHERS in colours:
        rest = LOOSE if LOOSE in words and len(counts) <= len(CATEGORIES) else "others"
        pairs.append([OTHERS, rest])
    return Colouring(name, colours, words, {"pairs": pairs}, notice)


def _by_amount(name: str, values: Tensor) -> Colouring:
    """From the 2nd to the 98th percentile: a few odd ones do not flatten all others."""
    values = values.double()
    ends = torch.quantile(values, torch.tensor([0.02, 0.98], dtype=torch.float64)).tolist()
    pixels = sequential(np.asarray(values), *ends)
    colours = tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in pixels.tolist())
    low, high = (numeral(end, ".2f") for end in ends)
    words = tuple(numeral(value, ".2f") for value in values.tolist())
    legend = {"scale": list(DARK_TO_LIGHT), "low": f"{low} or less", "high": f"{high} or more"}
    return Colouring(name, colours, words, legend)
