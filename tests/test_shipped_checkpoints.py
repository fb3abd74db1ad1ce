"""Every checkpoint in the repository is what its card says."""

import pytest

from realnvp.checkpoint import checkpoints_folder, list_checkpoints
from realnvp.doctor import examine


@pytest.mark.parametrize("name", list_checkpoints())
def test_a_shipped_checkpoint_is_sound(name: str) -> None:
    found = examine(checkpoints_folder() / name)
    assert not [str(finding) for finding in found if not finding.passed]
