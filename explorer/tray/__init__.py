"""Latents to keep, for a visitor and for the next visit."""
