"""What the pages share."""

from ui.answers import Answers
from ui.axis import axis_picker, cell_titles, edge_labels, pin_of_cell, span
from ui.chosen import bits_in_words, offer, pin_of_sample
from ui.controls import label_picker, seed_picker, size_picker, temperature_slider
from ui.crop import crop
from ui.downloads import latents_file, picture_file
from ui.equaliser import equaliser, in_words
from ui.frame import last_call, page
from ui.interpolate import between, joined, latent_pickers, take_away
from ui.interpolate_manifold import show_manifold, turn_picker
from ui.interpolate_pad import over_picker, show_place, surface_of, surface_settings
from ui.interpolate_path import path_settings, show_path
from ui.label_costs import show_label_costs
from ui.latent import show_levels, show_spread
from ui.ledger import show_bit_maps, show_ledger
from ui.live_samples import follow_temperature
from ui.made import Source
from ui.models import ask, ask_again, default_labels, patience
from ui.noise import show_noise
from ui.pad import drag
from ui.picture import choose_picture, picture_source
from ui.recipe import recipe_menu
from ui.report import show_numbers, show_round_trip
from ui.tiles import choose_tile, show_tiles

__all__ = [
    "Answers",
    "Source",
    "ask",
    "ask_again",
    "axis_picker",
    "between",
    "bits_in_words",
    "cell_titles",
    "choose_picture",
    "choose_tile",
    "crop",
    "default_labels",
    "drag",
    "edge_labels",
    "equaliser",
    "follow_temperature",
    "in_words",
    "joined",
    "label_picker",
    "last_call",
    "latent_pickers",
    "latents_file",
    "offer",
    "over_picker",
    "page",
    "path_settings",
    "patience",
    "picture_file",
    "picture_source",
    "pin_of_cell",
    "pin_of_sample",
    "recipe_menu",
    "seed_picker",
    "show_bit_maps",
    "show_label_costs",
    "show_ledger",
    "show_levels",
    "show_manifold",
    "show_noise",
    "show_numbers",
    "show_path",
    "show_place",
    "show_round_trip",
    "show_spread",
    "show_tiles",
    "size_picker",
    "span",
    "surface_of",
    "surface_settings",
    "take_away",
    "temperature_slider",
    "turn_picker",
]
