"""What a picture costs beside others: the views of the page Likelihood."""

from explorer.ui.likelihood.histogram import show_histogram
from explorer.ui.likelihood.oddities import others_than, show_oddities
from explorer.ui.likelihood.typical import show_typical_set

__all__ = ["others_than", "show_histogram", "show_oddities", "show_typical_set"]
