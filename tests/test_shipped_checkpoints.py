"""Every checkpoint in the repository is what its card says."""

import pytest

from realnvp.checkpoint import checkpoints_folder, list_checkpoints, read_card
from realnvp.direction_file import FILE, read_directions
from realnvp.doctor import examine


@pytest.mark.parametrize("name", list_checkpoints())
def test_a_shipped_checkpoint_is_sound(name: str) -> None:
    found = examine(checkpoints_folder() / name)
    assert not [str(finding) for finding in found if not finding.passed]


@pytest.mark.parametrize(
    "name", [name for name in list_checkpoints() if (checkpoints_folder() / name / FILE).is_file()]
)
def test_shipped_directions_fit_their_checkpoint(name: str) -> None:
    config, _ = read_card(name)
    assert len(read_directions(name, config.dim))
    # In half precision, fifty at most.
    assert (checkpoints_folder() / name / FILE).stat().st_size < 100 * config.dim
