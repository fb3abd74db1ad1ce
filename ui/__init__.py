"""What the pages share."""

from ui.controls import label_picker, seed_picker, temperature_slider
from ui.downloads import latents_file, picture_file
from ui.frame import last_call, page
from ui.models import ask, default_labels
from ui.picture import choose_picture, picture_source
from ui.report import show_latents, show_numbers, show_round_trip
from ui.tiles import show_tiles

__all__ = [
    "ask",
    "choose_picture",
    "default_labels",
    "label_picker",
    "last_call",
    "latents_file",
    "page",
    "picture_file",
    "picture_source",
    "seed_picker",
    "show_latents",
    "show_numbers",
    "show_round_trip",
    "show_tiles",
    "temperature_slider",
]
