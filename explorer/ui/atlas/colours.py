"""What the frames on the map say of each picture."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.ui.form import Form
from explorer.views import atlas as views
from explorer.views.atlas import BITS, LABEL, NORM
from realnvp.explore.encode_set import Atlas
from realnvp.explore.frames import norm_ratios
from realnvp.numerals import numeral
from realnvp.viz import DARK_TO_LIGHT, LINES, sequential

# As far from each other as twelve can be, the first eight as in every figure.
CATEGORIES = (*LINES, "#d4b106", "#7fc8f8", "#f29ca3", "#7d9c2c")
OTHERS = "#9a9a9a"


@dataclass(frozen=True)
class Colouring:
    """A colour for each picture.

    Args:
        name: what is coloured by.
        colours: "#rrggbb" each.
        words: the value of each, for people.
        legend: for the browser: pairs of colour and text, or the ends of a scale.
    """

    name: str
    colours: tuple[str, ...]
    words: tuple[str, ...]
    legend: dict[str, Any]


def colour_picker(form: Form[views.Atlas], atlas: Atlas) -> Colouring:
    """The list to choose from, and what is chosen."""
    levels = len(form.flow.shapes())
    offered = [BITS, NORM, *(f"{NORM}, level {index + 1}" for index in range(levels))]
    if any(atlas.words):
        offered = [LABEL, *offered]
    name = form.choose("colour", offered)
    if name == LABEL:
        return _by_label(atlas)
    if name == BITS:
        return _by_amount(name, atlas.bits_per_dim)
    z = atlas.z if name == NORM else form.flow.unpack(atlas.z)[int(name.split()[-1]) - 1]
    return _by_amount(name, norm_ratios(z.flatten(1)))


def _by_label(atlas: Atlas) -> Colouring:
    common = [word for word, _ in Counter(atlas.words).most_common(len(CATEGORIES))]
    known = dict(zip(sorted(common), CATEGORIES, strict=False))
    colours = tuple(known.get(word, OTHERS) for word in atlas.words)
    pairs = [[colour, word] for word, colour in known.items()]
    if OTHERS in colours:
        pairs.append([OTHERS, "others"])
    return Colouring(LABEL, colours, atlas.words, {"pairs": pairs})


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
