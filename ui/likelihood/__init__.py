"""What a picture costs beside others: the views of the page Likelihood."""

from ui.likelihood.histogram import show_histogram
from ui.likelihood.oddities import others_than, show_oddities
from ui.likelihood.typical import show_typical_set

__all__ = ["others_than", "show_histogram", "show_oddities", "show_typical_set"]
