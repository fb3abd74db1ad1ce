"""How a training of RealNVP goes in the baselines' loop: their data, optimizer and record.

    python -m benchmarks.flow_record data/mnist.npz --minutes 12 --hardware 'one AMD EPYC core'

The weights are not kept: only the record is, for the look Stability of the page Compare. It is not
the training that made the checkpoint mnist, whose command is on its card.
"""

import argparse
import json
import math
import shlex
import sys

import torch
from torch import Tensor

from realnvp import ModelConfig, RealNVP
from realnvp.baselines.store import FOLDER, RECORD_OF_FLOW
from realnvp.baselines.training import LikelihoodTrainer, Plan, take_steps
from realnvp.checkpoint import checkpoints_folder
from realnvp.data import load_images
from realnvp.flow import dequantize


def main() -> None:
    """Train, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", metavar="DATA")
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--hardware", default="")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = load_images(options.data)
    torch.manual_seed(0)
    # As the checkpoint mnist.
    config = ModelConfig(
        channels=1, image_size=data.size, num_levels=3, width=24, num_blocks=1, alpha=1e-3
    )
    flow = RealNVP(config).train()

    def cost(images: Tensor, generator: torch.Generator) -> Tensor:
        return -flow.log_prob(dequantize(images, generator)) / (flow.dim * math.log(2))

    plan = Plan(options.minutes, None, options.batch_size, options.learning_rate)
    card = take_steps(LikelihoodTrainer(flow, cost), data.train, plan)
    arguments = shlex.join(sys.argv[1:])
    card |= {"data": data.name, "hardware": options.hardware}
    card |= {"command": f"python -m benchmarks.flow_record {arguments}"}
    file = checkpoints_folder() / FOLDER / RECORD_OF_FLOW
    file.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"{card['steps']} steps in {card['minutes']} minutes: {file}")


if __name__ == "__main__":
    main()
