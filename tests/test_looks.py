"""What says how much samples look like test pictures: its two measures, its nets, the command."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from flows import random_pictures, small_flow

import realnvp
from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.data import load_images
from realnvp.looks import (
    FeatureNet,
    NetConfig,
    frechet_distance,
    list_nets,
    load_net,
    looks,
    neighbours,
    net_for,
    precision_and_recall,
    save_net,
)
from realnvp.looks.learning import Plan, learn
from realnvp.looks.parts import compared, kept_from_net
from realnvp.model_files import CheckpointError

NAMES = ("dark", "light")


def normal(n: int, features: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, features, generator=torch.Generator().manual_seed(seed)).double()


def with_moments(n: int, mean: torch.Tensor, covariance: torch.Tensor) -> torch.Tensor:
    """Features that have exactly these moments."""
    noise = normal(n, len(mean))
    noise = noise - noise.mean(0)
    white = noise @ torch.linalg.inv(torch.linalg.cholesky(noise.T @ noise / (n - 1))).T
    return white @ torch.linalg.cholesky(covariance).T + mean


def test_a_set_is_at_no_distance_from_itself() -> None:
    features = normal(50, 8) @ normal(8, 8, 1)
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-9)


def test_features_that_all_moved_are_at_the_square_of_the_way() -> None:
    features, way = normal(50, 8), torch.tensor([3.0, 4.0] + [0.0] * 6)
    assert frechet_distance(features, features + way) == pytest.approx(25)


def test_gaussians_of_one_variable_are_at_their_closed_form() -> None:
    a = with_moments(40, torch.tensor([1.0]).double(), torch.tensor([[4.0]]).double())
    b = with_moments(30, torch.tensor([3.0]).double(), torch.tensor([[0.25]]).double())
    assert frechet_distance(a, b) == pytest.approx((1 - 3) ** 2 + (2 - 0.5) ** 2)


def test_covariances_that_do_not_commute_have_the_root_of_their_product() -> None:
    roots = [normal(3, 3, seed) for seed in (1, 2)]
    covariances = [root @ root.T + 0.1 * torch.eye(3) for root in roots]
    zero = torch.zeros(3).double()
    a, b = (with_moments(40, zero, covariance) for covariance in covariances)
    # Of a product of two such matrices the eigenvalues are positive, though it is not symmetric.
    product = torch.linalg.eigvals(covariances[0] @ covariances[1]).real
    expected = sum(c.trace() for c in covariances) - 2 * product.sqrt().sum()
    assert frechet_distance(a, b) == pytest.approx(float(expected))
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a))


def test_features_without_a_spread_are_compared_by_their_means() -> None:
    assert frechet_distance(torch.zeros(5, 3), torch.full((4, 3), 2.0)) == pytest.approx(12)


@pytest.mark.parametrize(
    ("a", "b"), [((1, 3), (5, 3)), ((5, 3), (5, 2))], ids=["one picture", "other features"]
)
def test_what_has_no_distance_is_refused(a: tuple[int, int], b: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="features"):
        frechet_distance(torch.zeros(a), torch.zeros(b))


def by_hand(these: torch.Tensor, others: torch.Tensor, k: int) -> float:
    """The share of the others in a ball of these, one distance after the other."""
    inside = 0
    for other in others:
        for i, center in enumerate(these):
            radius = sorted(
                float((center - these[j]).square().sum()) for j in range(len(these)) if j != i
            )[k - 1]
            if float((center - other).square().sum()) <= radius:
                inside += 1
                break
    return inside / len(others)


@pytest.mark.parametrize("block", [5, 512], ids=["several blocks", "one block"])
def test_precision_and_recall_are_those_counted_by_hand(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "BLOCK", block)
    real, drawn = normal(18, 3), 0.6 * normal(23, 3, 1) + 1
    expected = by_hand(real, drawn, 3), by_hand(drawn, real, 3)
    assert precision_and_recall(real, drawn) == pytest.approx(expected)
    assert 0 < expected[1] < expected[0] < 1


def test_few_of_the_real_pictures_are_precise_and_recall_little() -> None:
    real = torch.cat([normal(40, 2), normal(40, 2, 1) + 100])
    precision, recall = precision_and_recall(real, real[:40])
    assert (precision, recall) == (1.0, 0.5)
    assert precision_and_recall(real, real + 1000) == (0.0, 0.0)
    with pytest.raises(ValueError, match="neighbour 3"):
        precision_and_recall(real, real[:3])


@pytest.fixture
def own_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of checkpoints that the commands see, empty."""
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path / "checkpoints"))
    return tmp_path / "checkpoints"


@pytest.fixture
def labelled(tmp_path: Path) -> str:
    """Dark and light 8x8 pictures with noise, of two classes."""
    noise = np.random.default_rng(0)
    labels = np.arange(120) % 2
    pictures = (noise.integers(0, 64, (120, 8, 8, 3)) + 128 * labels[:, None, None, None]).astype(
        np.uint8
    )
    np.savez(
        tmp_path / "shades.npz",
        train=pictures[:80],
        test=pictures[80:],
        train_labels=labels[:80],
        test_labels=labels[80:],
        label_names=np.array(NAMES),
    )
    return str(tmp_path / "shades.npz")


FAST = ["--steps", "60", "--batch-size", "16", "--width", "4"]


def test_a_net_is_learned_measured_and_found_by_its_labels(
    labelled: str, own_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["features", labelled, "--name", "shades", *FAST, "--hardware", "a test"]) == 0
    assert "of test labels right" in capsys.readouterr().out
    assert list_nets() == ["shades"]
    assert realnvp.checkpoint.list_checkpoints() == []  # it is no flow
    net = net_for(load_images(labelled))
    assert net.config == NetConfig(3, (8, 8), NAMES, width=4)
    assert {"data": "shades", "steps": 60, "hardware": "a test"}.items() <= net.card.items()
    assert net.card["test_accuracy"] > 0.9
    json.dumps(net.card)


def test_the_same_command_gives_the_same_net(labelled: str) -> None:
    data, plan = load_images(labelled), Plan(steps=3, batch_size=8, flip=True)
    first, second = (learn(data, plan, width=2).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
    other = learn(data, Plan(steps=3, batch_size=8, flip=True, seed=1), width=2).state_dict()
    assert not torch.equal(first["labels.weight"], other["labels.weight"])


def test_a_net_never_sees_the_pictures_of_the_floor(labelled: str) -> None:
    data = load_images(labelled)
    kept = kept_from_net(data)
    assert len(kept) == 20  # no more than a quarter
    assert len(compared(data)) == len(data.test)
    plan = Plan(steps=2, batch_size=8)
    before = learn(data, plan, width=2).state_dict()
    data.train[kept] = 255 - data.train[kept]
    after = learn(data, plan, width=2).state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_attributes_are_learned_as_independent_bits(tmp_path: Path) -> None:
    bits = np.random.default_rng(0).integers(0, 2, (60, 2), dtype=np.uint8)
    pictures = np.full((60, 8, 8, 3), 32, np.uint8)
    pictures[..., 0] += 160 * bits[:, :1, None]
    pictures[..., 2] += 160 * bits[:, 1:, None]
    np.savez(
        tmp_path / "colours.npz",
        train=pictures[:50],
        test=pictures[50:],
        train_attributes=bits[:50],
        test_attributes=bits[50:],
        attributes=np.array(["Red", "Blue"]),
    )
    net = learn(load_images(tmp_path / "colours.npz"), Plan(steps=60, batch_size=16), width=4)
    assert net.config.attributes
    assert (
        (net(torch.from_numpy(pictures[50:].transpose(0, 3, 1, 2))) > 0).numpy() == bits[50:]
    ).all()


def test_larger_pictures_are_shrunk_to_the_nets_size() -> None:
    net = FeatureNet(NetConfig(3, (8, 8), NAMES, width=2)).eval()
    small = random_pictures(4)
    large = small.repeat_interleave(2, 2).repeat_interleave(2, 3)
    torch.testing.assert_close(net.see(large).last, net.see(small).last)
    with pytest.raises(ValueError, match="1 channels, not 3"):
        net.see(small[:, :1])


def test_a_net_that_is_not_one_is_refused_in_a_line(tmp_path: Path) -> None:
    save_net(FeatureNet(NetConfig(3, (8, 8), NAMES, width=2)), "shades", tmp_path)
    assert load_net("shades", tmp_path).name == "shades"
    with pytest.raises(CheckpointError, match="no feature net 'other'; there are: shades"):
        load_net("other", tmp_path)
    file = tmp_path / "shades" / "config.json"
    file.write_text(file.read_text().replace('"width": 2', '"width": 3'))
    with pytest.raises(CheckpointError, match="shape"):
        load_net("shades", tmp_path)
    file.write_text(file.read_text().replace('"width": 3', '"width": "much"'))
    with pytest.raises(CheckpointError, match="width must be from 1 to 128, not much"):
        load_net("shades", tmp_path)


def test_looks_are_measured_between_a_floor_and_a_ceiling(
    labelled: str, own_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["features", labelled, "--name", "shades", *FAST]) == 0
    save(small_flow(), own_checkpoints / "tiny")
    capsys.readouterr()
    command = ["evaluate", "tiny", labelled, "--looks", "--temperatures", "0.5", "0.2,0.3,1"]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == shown
    rows = [line.split("  ")[0] for line in shown.splitlines() if line]
    assert "40 samples against 40 test pictures" in shown
    assert rows[-4:] == ["real pictures", "T = 0.5", "T = 0.2, 0.3, 1", "noise"]


def test_real_pictures_are_nearer_than_noise(labelled: str) -> None:
    data = load_images(labelled)
    net = learn(data, Plan(steps=60, batch_size=16), width=4)
    floor, drawn, ceiling = looks(small_flow(), net, data, [0.7])
    assert floor.distance < min(drawn.distance, ceiling.distance)
    assert floor.precision > ceiling.precision == 0


def test_looks_of_a_conditional_model_are_of_the_test_pictures_labels(labelled: str) -> None:
    data = load_images(labelled)
    net = FeatureNet(NetConfig(3, (8, 8), NAMES, width=2)).eval()
    flow = small_flow(label_kind="class", num_labels=2)
    assert data.test_labels is not None
    own = torch.from_numpy(data.test_labels)
    (_, one, _), (_, other, _) = (looks(flow, net, data, [0.7], label) for label in (own, 1 - own))
    assert one.distance != other.distance


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--looks"], "no feature net has learned the labels of shades"),
        (["--temperatures", "0.5"], "--temperatures are of --looks"),
        (["--looks", "--temperatures", "0.5,0.6"], "2 temperatures for 3 levels"),
    ],
)
def test_what_has_no_looks_is_told_in_a_line(
    options: list[str],
    complaint: str,
    labelled: str,
    own_checkpoints: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save(small_flow(), own_checkpoints / "tiny")
    if "learned" not in complaint:
        net = FeatureNet(NetConfig(3, (8, 8), NAMES, width=2))
        save_net(net, "shades", own_checkpoints / "features")
    assert main(["evaluate", "tiny", labelled, *options]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1
