"""Training and looking at a flow of the plane: the parts of the page Toy."""
