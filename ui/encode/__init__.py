"""What the page Encode shows of a picture: its way there and back, and where its bits go."""

from ui.encode.label_costs import show_label_costs
from ui.encode.ledger import show_bit_maps, show_ledger
from ui.encode.noise import show_noise
from ui.encode.report import show_numbers, show_round_trip

__all__ = [
    "show_bit_maps",
    "show_label_costs",
    "show_ledger",
    "show_noise",
    "show_numbers",
    "show_round_trip",
]
