"""Every checkpoint in the repository is what its card says."""

from collections.abc import Iterator

import pytest
import torch

from realnvp.checkpoint import checkpoints_folder, list_checkpoints
from realnvp.doctor import examine


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Many short calls: where other work shares the cores, threads would wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("name", list_checkpoints())
def test_a_shipped_checkpoint_is_sound(name: str) -> None:
    found = examine(checkpoints_folder() / name)
    assert not [str(finding) for finding in found if not finding.passed]
