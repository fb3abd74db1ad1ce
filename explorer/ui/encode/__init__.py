"""What the page Encode shows of a picture: its round trip, and where its bits go."""

from explorer.ui.encode.bits_by_part import show_bit_maps, show_bits_by_part
from explorer.ui.encode.label_costs import show_label_costs
from explorer.ui.encode.noise import show_noise
from explorer.ui.encode.report import show_numbers, show_round_trip
from explorer.ui.encode.whole import show_no_map, show_two_terms
