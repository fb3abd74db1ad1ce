"""Training a model from the page: the parts of the page Train."""
