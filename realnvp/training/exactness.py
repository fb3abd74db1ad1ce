"""How exact a flow is in its own precision, on pictures that training does not show."""

import copy
import math
from dataclasses import dataclass

from realnvp.evaluation import MAX_BITS_ERROR, MAX_LOGIT_ERROR, bits_error, round_trip
from realnvp.flow import RealNVP
from realnvp.synthetic_pictures import extreme_pictures, out_of_distribution_pictures, together
from realnvp.transforms import NonFiniteError

ENOUGH = 1.0  # of the doctor's limits; which error below them is smaller is rounding, and luck


@dataclass(frozen=True)
class Exactness:
    """Errors, infinite where something is lost.

    Args:
        logits: after a round trip, the largest.
        bits: of bits/dim, as `bits_error` has it.
    """

    logits: float
    bits: float

    @property
    def share(self) -> float:
        """Of what the doctor lets pass, the larger one; ENOUGH for all that pass."""
        return max(self.logits / MAX_LOGIT_ERROR, self.bits / MAX_BITS_ERROR, ENOUGH)


def exactness(flow: RealNVP) -> Exactness:
    """The round trip of noise, flat pictures and gradients, and their bits against float64.

    Black and white noise must not lose a byte; how near its logits are does not count.
    """
    try:
        extreme = extreme_pictures(flow.config)
        if round_trip(flow, extreme.images, extreme.labels).wrong_bytes:
            return Exactness(math.inf, math.inf)
        kinds = out_of_distribution_pictures(flow.config)
        logits = max(round_trip(flow, kind.images, kind.labels).logits for kind in kinds)
        double = copy.deepcopy(flow).cpu().double()
        few = together(flow.config, "two of every kind", [kind.images[:2] for kind in kinds])
        bits = bits_error(flow, double, few.images, few.labels)
    except NonFiniteError:
        return Exactness(math.inf, math.inf)
    return Exactness(logits, bits)
