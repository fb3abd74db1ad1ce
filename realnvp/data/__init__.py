"""Image sets as uint8 arrays, read from the files they come in.

images = load_images("celeba10k_64.npz", size=32, labels=["Smiling"])
for batch, labels in batches(images.train, 64, generator=generator, labels=images.train_labels):
    ...
"""

from realnvp.data.batches import batches
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.load import load_images, select_attributes
from realnvp.data.resize import shrink

__all__ = ["DataError", "ImageSet", "batches", "load_images", "select_attributes", "shrink"]
