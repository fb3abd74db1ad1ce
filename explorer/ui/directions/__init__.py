"""The page Directions: a latent moved along what was learnt, found, or taught here.

A module for each way to move, found by `ui.layout_of`; its `show` takes a `Subject`: controls, one
call of the model, pictures, numbers.
"""

from explorer.ui.directions.known import known_directions
from explorer.ui.directions.subject import Subject
from explorer.ui.directions.teach import labelled_pictures, show_labelling
