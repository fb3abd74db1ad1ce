"""The page Likelihood: a module for each look at what a picture costs, found by `ui.layout_of`.

Its `show` takes a `Subject`: controls, one call of the model, pictures, what to notice.
"""

from explorer.ui.likelihood.subject import Subject
