"""The page Multi-scale: a module for each experiment with levels, found by `ui.layout_of`.

Its `show` takes a `Subject`, has controls, one call of the model and pictures, and gives back what
is shown.
"""

from explorer.ui.multiscale.subject import Subject
