"""RealNVP of points in the plane: small enough to train while one watches.

training = ToyTraining(ToySettings(data="moons"))
training.train_to(1000)
training.held_out[-1]                          # (step, nats per point)
z, log_det = training.flow(points)             # points float32 (B, 2)
points = training.flow.inverse(z)
"""

from realnvp.toy.data import DATASETS, PointSet, ToyError, point_set
from realnvp.toy.flow import ToyFlow
from realnvp.toy.training import ToySettings, ToyTraining

__all__ = [
    "DATASETS",
    "PointSet",
    "ToyError",
    "ToyFlow",
    "ToySettings",
    "ToyTraining",
    "point_set",
]
