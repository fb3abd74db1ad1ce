"""What a model can run on."""

import torch


def best_device() -> torch.device:
    """The first of CUDA, Apple's MPS and the CPU that is there."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def device_named(name: str) -> torch.device:
    """The device of this name.

    Raises:
        ValueError: if there is none here that models run on.
    """
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError):
        # An AssertionError is what a PyTorch without CUDA has to say.
        raise ValueError(
            f"no device {name!r} here: cpu, or cuda or mps where there is one"
        ) from None
    if device.type not in ("cpu", "cuda", "mps"):
        raise ValueError(f"models run on cpu, cuda or mps, not on {device.type}")
    return device


def device_name(device: torch.device) -> str:
    """For people: "NVIDIA L4", "Apple GPU", "CPU, 2 threads"."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "mps":
        return "Apple GPU"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def round_as_float32() -> None:
    """Let convolutions on a GPU be what they say, for the whole process.

    By default cuDNN rounds their inputs to TF32, with 10 bits after the point instead of 23: then
    a latent is off in its third digit, and pictures do not come back byte for byte.
    """
    torch.backends.cudnn.allow_tf32 = False
