"""A multi-scale Glow of normflows (Kingma and Dhariwal, 2018) for the explorer.

pip install normflows==1.7.3
python docs/examples/glow_flow.py pictures.npz     # trains it, writes glow.pt
python -m realnvp app --flow docs/examples/glow_flow.py:make_flow
"""

import sys
from pathlib import Path

import normflows as nf
import torch
from torch import Tensor, nn

SHAPE = (3, 16, 16)  # C, H, W
LEVELS, STEPS, WIDTH = 2, 4, 32  # steps of each level, feature maps of their networks
WEIGHTS = Path(__file__).with_name("glow.pt")


class GlowFlow(nn.Module):
    """`encode`, `decode` and `log_prob` of a Glow: what `realnvp.any_flow.Flow` asks for."""

    image_shape = SHAPE

    def __init__(self) -> None:
        super().__init__()
        self.glow = glow()
        # normflows has the coarsest level first, the explorer the finest.
        self.level_shapes = [tuple(base.shape) for base in reversed(self.glow.q0)]

    def encode(self, x: Tensor) -> Tensor:
        levels, _ = self.glow.inverse_and_log_det(x / 256)
        # Each level has a Gaussian that is learnt; with its mean and deviation taken out, z is
        # N(0, I), and whoever draws z or measures its length need not know of that.
        noise = [
            (z - base.loc) / base.log_scale.exp()
            for z, base in zip(levels, self.glow.q0, strict=True)
        ]
        return torch.cat([z.flatten(1) for z in reversed(noise)], dim=1)

    def decode(self, z: Tensor) -> Tensor:
        noise = z.split([base.loc.numel() for base in reversed(self.glow.q0)], dim=1)
        levels = [
            base.loc + base.log_scale.exp() * part.view(-1, *base.shape)
            for part, base in zip(reversed(noise), self.glow.q0, strict=True)
        ]
        x, _ = self.glow.forward_and_log_det(levels)
        return 256 * x

    def log_prob(self, x: Tensor) -> Tensor:
        # normflows has the density of x / 256; that of x is lower by the factor 256 in each of the
        # D numbers.
        return self.glow.log_prob(x / 256, None) - x[0].numel() * torch.tensor(256.0).log()


def glow() -> nf.MultiscaleFlow:
    """As in the example of normflows, but for a base without classes."""
    channels, height, width = SHAPE
    bases, merges, flows = [], [], []
    for level in range(LEVELS):  # the coarsest first
        times = 2 ** (LEVELS - level)
        squeezed = channels * 2 ** (LEVELS + 1 - level)
        steps = [nf.flows.GlowBlock(squeezed, WIDTH, use_lu=False) for _ in range(STEPS)]
        flows.append([*steps, nf.flows.Squeeze()])
        left = squeezed if level == 0 else squeezed // 2
        bases.append(nf.distributions.DiagGaussian((left, height // times, width // times)))
        if level > 0:
            merges.append(nf.flows.Merge())
    return nf.MultiscaleFlow(bases, flows, merges, nf.transforms.Logit(), class_cond=False)


def make_flow() -> GlowFlow:
    """The trained one where its weights lie beside this file; else one of random weights."""
    torch.manual_seed(0)
    flow = GlowFlow()
    if WEIGHTS.exists():
        flow.load_state_dict(torch.load(WEIGHTS, weights_only=True))
        return flow
    # The first batch that an ActNorm sees sets its scales: no visitor's picture shall be that one.
    with torch.no_grad():
        flow.log_prob(256 * torch.rand(64, *SHAPE))
        for weight in flow.parameters():  # a coupling at its first weights changes nothing
            weight += 0.02 * torch.randn_like(weight)
    return flow


def train(images: Tensor, steps: int = 1000) -> None:
    """Maximum likelihood on uint8 pictures (N, C, H, W); writes the weights."""
    flow = make_flow()
    adam = torch.optim.Adamax(flow.parameters(), lr=1e-3)
    for step in range(steps):
        batch = images[torch.randint(len(images), (64,))]
        x = batch + torch.rand(batch.shape)  # dequantization: v + u, u from [0, 1)
        loss = -flow.log_prob(x).mean() / x[0].numel() / torch.tensor(2.0).log()
        adam.zero_grad()
        loss.backward()
        adam.step()
        if step % 50 == 0:
            print(f"step {step}: {loss.item():.2f} bits/dim")
    torch.save(flow.state_dict(), WEIGHTS)


if __name__ == "__main__":
    from realnvp.data import load_images

    train(torch.from_numpy(load_images(sys.argv[1], size=SHAPE[1:]).train))
