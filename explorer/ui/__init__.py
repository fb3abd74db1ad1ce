"""What the pages share."""

from explorer.ui.answers import Answers
from explorer.ui.axis import cell_titles, edge_labels, pin_of_cell, span
from explorer.ui.bits import MEASURE, bits_in_words, note_below_zero
from explorer.ui.controls import (
    draw_seed,
    kept_seed,
    label_in_words,
    label_picker,
    seed_picker,
    temperature_slider,
)
from explorer.ui.crop import crop
from explorer.ui.downloads import latents_file, picture_file
from explorer.ui.equaliser import equaliser, in_words
from explorer.ui.form import Form
from explorer.ui.frame import last_call, page, part
from explorer.ui.latent_picker import latent_picker
from explorer.ui.layouts import layout_of
from explorer.ui.levels import show_levels, show_spread
from explorer.ui.live_samples import follow_temperature, words_of_samples
from explorer.ui.models import ask, ask_again, default_labels, patience, run
from explorer.ui.offer import offer, pin_of_sample
from explorer.ui.pad import drag
from explorer.ui.picture import choose_picture, cut_out, picture_picker, picture_source
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import choose_tile, show_tiles

__all__ = [
    "MEASURE",
    "Answers",
    "Form",
    "Source",
    "ask",
    "ask_again",
    "bits_in_words",
    "cell_titles",
    "choose_picture",
    "choose_tile",
    "crop",
    "cut_out",
    "default_labels",
    "drag",
    "draw_seed",
    "edge_labels",
    "equaliser",
    "follow_temperature",
    "in_words",
    "kept_seed",
    "label_in_words",
    "label_picker",
    "last_call",
    "latent_picker",
    "latents_file",
    "layout_of",
    "note_below_zero",
    "offer",
    "page",
    "part",
    "patience",
    "picture_file",
    "picture_picker",
    "picture_source",
    "pin_of_cell",
    "pin_of_sample",
    "recipe_menu",
    "run",
    "seed_picker",
    "show_levels",
    "show_spread",
    "show_tiles",
    "span",
    "temperature_slider",
    "words_of_samples",
]
