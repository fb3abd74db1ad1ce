"""The page Interpolate: a module for each way between latents, found by `ui.layout_of`.

Its `show` takes a `Subject`: controls, one call of the model, pictures, what to take away.
"""

from explorer.ui.interpolate.subject import Subject
