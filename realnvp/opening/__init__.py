"""How files from outside become pixels; the way in is `realnvp.images`."""
