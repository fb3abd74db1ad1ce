"""What the pages share."""

from explorer.ui.answers import Answers
from explorer.ui.axis import cell_titles, heads, pin_of_cell, span
from explorer.ui.bits import MEASURE, bits_in_words, note_below_zero
from explorer.ui.class_address import show_class_address
from explorer.ui.controls import (
    draw_seed,
    kept_seed,
    label_in_words,
)
from explorer.ui.corners import between_four
from explorer.ui.crop import crop
from explorer.ui.downloads import latents_file
from explorer.ui.form import Form
from explorer.ui.frame import last_call, page, part
from explorer.ui.latent_picker import latent_picker
from explorer.ui.layouts import layout_of
from explorer.ui.level_temperatures import in_words, level_temperatures
from explorer.ui.levels import show_levels, show_spread
from explorer.ui.live_samples import follow_temperature, words_of_samples
from explorer.ui.models import default_labels, draw_view, run, spinner
from explorer.ui.offer import offer, offer_on, offer_tiles, pin_of_sample
from explorer.ui.picture import cut_out, picture_picker
from explorer.ui.recipe import recipe_menu
from explorer.ui.source import Source
from explorer.ui.tiles import tiles_of
