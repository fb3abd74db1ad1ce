"""What a model runs on, and in which precision."""

import torch

from realnvp.devices import best_device, device_name, round_as_float32


def test_a_device_has_a_name_for_people() -> None:
    assert device_name(best_device())
    assert device_name(torch.device("cpu")).startswith("CPU")


def test_convolutions_keep_all_bits_of_float32() -> None:
    torch.backends.cudnn.allow_tf32 = True
    round_as_float32()
    assert not torch.backends.cudnn.allow_tf32
