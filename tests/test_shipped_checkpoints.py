"""Every checkpoint in the repository is what its card says."""

import json

import pytest

import realnvp
from realnvp.checkpoint import checkpoints_folder, list_checkpoints, read_card
from realnvp.direction_file import FILE, read_directions
from realnvp.doctor import examine
from realnvp.looks import list_nets, load_net
from realnvp.looks.store import nets_folder
from realnvp.model_files import WEIGHTS
from realnvp.shipping import markdown_of


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


@pytest.mark.parametrize("name", list_checkpoints())
def test_a_shipped_card_says_what_its_author_says(name: str) -> None:
    folder, flow = checkpoints_folder() / name, realnvp.load(name)
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert about.items() <= flow.card.items()
    assert (folder / "README.md").read_text(encoding="utf-8") == markdown_of(name, flow, flow.card)


@pytest.mark.parametrize("name", list_nets())
def test_a_shipped_feature_net_is_small_and_knows_its_labels(name: str) -> None:
    net = load_net(name)
    assert (nets_folder() / name / WEIGHTS).stat().st_size < 2**20
    assert net.card["test_accuracy"] > (0.85 if net.config.attributes else 0.7)
