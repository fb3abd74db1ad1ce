"""Small models of the other families of Section 2 of the paper, to compare RealNVP with.

    pixelcnn = load_baseline("pixelcnn")
    images = pixelcnn.sample(16, torch.Generator().manual_seed(0))

Each has `sample`; what else it can do is what its family can: a VAE encodes and bounds the
likelihood, a GAN only decodes, a PixelCNN has the exact likelihood and no latents.
"""

from realnvp.baselines.baseline import KINDS, Baseline, BaselineConfig, LatentBaseline
from realnvp.baselines.gan import GAN
from realnvp.baselines.pixelcnn import Drawing, PixelCNN
from realnvp.baselines.store import list_baselines, load_baseline, save_baseline
from realnvp.baselines.vae import VAE

__all__ = [
    "GAN",
    "KINDS",
    "VAE",
    "Baseline",
    "BaselineConfig",
    "Drawing",
    "LatentBaseline",
    "PixelCNN",
    "list_baselines",
    "load_baseline",
    "save_baseline",
]
