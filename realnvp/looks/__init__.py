"""How much samples look like test pictures, in numbers: by the features of a small classifier.

    net = load_net("cifar10")
    real, drawn = net.see(test), net.see(flow.sample(2000, temperature=0.8))
    frechet_distance(real.last, drawn.last)
    precision_and_recall(standardized(real, real), standardized(drawn, real))

A classifier is learned from the labels of a set, and its last features stand for what a picture
shows. Bits/dim says how well a density fits; this says what temperature to look at it with.
"""

from realnvp.looks.frechet import frechet_distance
from realnvp.looks.measure import Look, looks, standardized
from realnvp.looks.neighbours import precision_and_recall
from realnvp.looks.net import FeatureNet, NetConfig, Seen
from realnvp.looks.store import list_nets, load_net, net_for, save_net

__all__ = [
    "FeatureNet",
    "Look",
    "NetConfig",
    "Seen",
    "frechet_distance",
    "list_nets",
    "load_net",
    "looks",
    "net_for",
    "precision_and_recall",
    "save_net",
    "standardized",
]
