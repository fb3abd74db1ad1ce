"""Questions asked of a latent space: plain functions of a flow and its latents."""
