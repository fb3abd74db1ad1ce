"""What a model runs on, and in which precision."""

import pytest
import torch

from realnvp.devices import best_device, device_name, device_named, round_as_float32


def test_a_device_has_a_name_for_people() -> None:
    assert device_name(best_device())
    assert device_name(torch.device("cpu")).startswith("CPU")


def test_convolutions_keep_all_bits_of_float32() -> None:
    torch.backends.cudnn.allow_tf32 = True
    round_as_float32()
    assert not torch.backends.cudnn.allow_tf32


def test_a_device_is_found_by_its_name() -> None:
    assert device_named("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["nonsense", "", "meta", "cuda:99"])
def test_a_device_that_is_not_there_is_one_line(name: str) -> None:
    with pytest.raises(ValueError, match=r"cpu.*cuda.*mps") as error:
        device_named(name)
    assert "\n" not in str(error.value)
