"""The page Repair: what is missing, the search while it goes on, what it has found."""

from explorer.ui.repair.found import show_found, show_going, show_known
from explorer.ui.repair.missing import choose_missing
from explorer.ui.repair.search import found
