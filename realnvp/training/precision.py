"""Which precision trains faster on this machine."""

import statistics
import time

import torch
from torch import Tensor

from realnvp.coupling import evaluating
from realnvp.flow import RealNVP, dequantize

PLAIN = 3.0  # times slower, and nothing more has to be timed


def bf16_is_faster(flow: RealNVP, images: Tensor, labels: Tensor | None = None) -> bool:
    """Time forward and backward passes in either precision; weights stay as they are.

    Half precision is several times slower than single on processors that only emulate it: there
    one pass tells, elsewhere the median of three.
    """
    times: dict[bool, list[float]] = {False: [], True: []}
    generator = torch.Generator().manual_seed(0)
    x = dequantize(images, generator).to(flow.device)
    with evaluating(flow):  # running statistics must not see this
        for _ in range(3):
            for bf16, taken in times.items():
                started = time.perf_counter()
                with torch.autocast(flow.device.type, torch.bfloat16, enabled=bf16):
                    loss = flow.log_prob(x, labels).mean()
                loss.backward()
                flow.zero_grad(set_to_none=True)
                if flow.device.type == "cuda":
                    torch.cuda.synchronize()
                taken.append(time.perf_counter() - started)
            if min(times[True]) > PLAIN * max(times[False]):
                break
    return statistics.median(times[True]) < statistics.median(times[False])
