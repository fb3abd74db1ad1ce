"""A direction is the difference of two means; what a move does to every score is known."""

import math

import pytest
import torch
from flows import small_flow

from realnvp.explore.directions import (
    LABEL,
    MINE,
    PRINCIPAL,
    Directions,
    cosines,
    joined,
    move,
    no_directions,
    orthogonal,
    scores,
    side_effects,
    steer,
    walk,
    within,
)
from realnvp.explore.directions_of_sets import directions_of
from realnvp.explore.learnt_directions import (
    balanced_accuracy,
    labelled,
    learn,
    leave_one_out,
    principal,
    principals,
    taught,
)
from realnvp.explore.pads import REACH, over_directions

DIM = 12


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def some(k: int, dim: int = DIM) -> Directions:
    """k directions by chance, neither at right angles nor with equal spreads."""
    vectors = torch.nn.functional.normalize(noise(k, dim, seed=1), dim=1)
    names = tuple(f"direction {index}" for index in range(k))
    spreads = 1 + noise(k, seed=2).abs()
    return Directions(
        names, (LABEL,) * k, vectors, noise(k, seed=3), spreads, torch.full((k,), 0.7)
    )


@pytest.mark.parametrize("count", [2, 3, 9, 13])
def test_of_few_latents_there_are_as_many_axes_as_they_span(count: int) -> None:
    z = torch.randn(count, 30, generator=torch.Generator().manual_seed(0))
    answers = torch.zeros(count, 1, dtype=torch.bool)
    found = directions_of(("a",), (z, answers), (z, answers), components=12)
    assert len(found) == min(12, count - 1)
    square = found.vectors @ found.vectors.T
    torch.testing.assert_close(square, torch.eye(len(found)), rtol=0, atol=1e-5)
    assert (found.spreads > 0).all()


def test_two_gaussians_are_told_apart_along_the_line_between_their_means() -> None:
    yes, no = noise(DIM, seed=4), noise(DIM, seed=5)
    answers = torch.arange(40_000) % 4 == 0
    z = noise(40_000, DIM) + torch.where(answers[:, None], yes, no)
    vector, threshold = learn(z, answers)
    gap = (yes - no).norm()
    assert float(vector @ (yes - no) / gap) == pytest.approx(1, abs=1e-3)
    assert threshold == pytest.approx(float((yes - no) @ (yes + no) / 2 / gap), abs=0.05)
    # Each class has variance 1 along the line, and the threshold is half the gap away.
    share = 0.5 * (1 + math.erf(float(gap) / 2 / math.sqrt(2)))
    assert balanced_accuracy(z @ vector - threshold, answers) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("answers", [torch.ones(4).bool(), torch.zeros(4).bool()])
def test_all_answers_the_same_are_refused(answers: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="at least one yes"):
        learn(noise(4, DIM), answers)


def test_two_equal_means_have_no_direction() -> None:
    z = noise(2, DIM)
    with pytest.raises(ValueError, match="same mean"):
        learn(torch.cat([z, z]), torch.tensor([True, True, False, False]))


def test_balanced_accuracy_weighs_both_answers_alike() -> None:
    answers = torch.tensor([True, False, False, False])
    assert balanced_accuracy(torch.tensor([1.0, -1, -1, 1]), answers) == pytest.approx(5 / 6)
    assert balanced_accuracy(torch.full((4,), -1.0), answers) == 0.5


def test_leave_one_out_is_the_plain_loop() -> None:
    answers = torch.tensor([True] * 5 + [False] * 9)
    z = noise(14, DIM) + 0.6 * answers[:, None]
    found = torch.zeros(14, dtype=torch.float64)
    for index in range(14):
        others = torch.arange(14) != index
        vector, threshold = learn(z[others], answers[others])
        found[index] = z[index] @ vector - threshold
    assert leave_one_out(z, answers) == pytest.approx(balanced_accuracy(found, answers))
    assert 0.5 < leave_one_out(z, answers) < 1


@pytest.mark.parametrize("yes", [1, 4])
def test_leave_one_out_takes_two_of_each(yes: int) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        leave_one_out(noise(5, DIM), torch.arange(5) < yes)


@pytest.mark.parametrize("count", [8, 60])
def test_principal_directions_are_eigenvectors_of_the_covariance(count: int) -> None:
    z = noise(count, DIM) * torch.arange(1, DIM + 1)
    vectors, variances, shares = principal(z, 4)
    covariance = torch.cov(z.T, correction=0)
    expected = torch.linalg.eigh(covariance).eigenvalues
    torch.testing.assert_close(variances, expected[-4:].flip(0))
    torch.testing.assert_close(vectors @ covariance, variances[:, None] * vectors)
    torch.testing.assert_close(vectors @ vectors.T, torch.eye(4, dtype=torch.float64))
    torch.testing.assert_close(shares, variances / expected.sum())


def test_named_principals_have_the_variance_as_their_spread() -> None:
    z = noise(60, DIM)
    found = principals(z, 2)
    assert found.names == ("PCA 1", "PCA 2")
    assert found.kinds == (PRINCIPAL,) * 2
    scored = scores(found, z)
    torch.testing.assert_close(scored.mean(dim=0), torch.zeros(2).double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(scored.std(dim=0, correction=0), torch.ones(2).double())


def test_a_move_changes_its_own_score_by_amount_over_spread() -> None:
    directions, z = some(3), noise(1, DIM)
    moved = move(z, directions.vectors[1:2], torch.tensor([0.7]).double())
    change = side_effects(directions, z, moved)
    assert change[1] == pytest.approx(0.7 / float(directions.spreads[1]), rel=1e-6)
    stepped = steer(directions.pick(["direction 1"]), z, [2.0])
    assert side_effects(directions, z, stepped)[1] == pytest.approx(2.0)


def test_side_effects_are_the_cosines_times_the_amounts() -> None:
    directions, z = some(4), noise(1, DIM)
    amounts = noise(4, seed=9)
    change = side_effects(directions, z, move(z, directions.vectors, amounts))
    expected = amounts @ cosines(directions.vectors) / directions.spreads
    torch.testing.assert_close(change, expected)


def test_an_orthogonalised_move_leaves_the_scores_of_those_before_it() -> None:
    directions, z = some(4), noise(1, DIM)
    for last in range(4):
        steps = [0.0] * last + [3.0] + [0.0] * (3 - last)
        change = side_effects(directions, z, steer(directions, z, steps, orthogonalised=True))
        torch.testing.assert_close(change[:last], torch.zeros(last).double())
        assert change[last] > 0


def test_orthogonalised_directions_are_at_right_angles_and_span_the_same() -> None:
    vectors = some(4).vectors
    free = orthogonal(vectors)
    torch.testing.assert_close(free @ free.T, torch.eye(4).double())
    torch.testing.assert_close(free[0], vectors[0])
    torch.testing.assert_close(vectors @ free.T @ free, vectors)


def test_a_direction_that_lies_in_those_before_it_becomes_zero() -> None:
    first, second = some(2).vectors
    third = torch.nn.functional.normalize(-first - second, dim=0)
    free = orthogonal(torch.stack([first, second, third]).half().float())
    assert free[2].eq(0).all()
    assert free[1].norm() == pytest.approx(1, abs=1e-3)  # as its half-precision vector


def test_within_some_variables_the_others_stay_and_scores_before_are_left_alone() -> None:
    z, variables = noise(1, DIM), torch.arange(DIM) % 3 == 0
    directions = some(3)
    there = within(directions, variables)
    moved = steer(there, z, [2.0, -1.0, 0.5])
    whole = steer(directions, z, [2.0, -1.0, 0.5])
    torch.testing.assert_close(moved, torch.where(variables, whole, z))
    free = orthogonal(there.vectors)
    torch.testing.assert_close(free.norm(dim=1), there.vectors.norm(dim=1))
    change = side_effects(directions, z, steer(there, z, [0.0, 0.0, 3.0], orthogonalised=True))
    torch.testing.assert_close(change[:2], torch.zeros(2).double())


def test_a_move_by_nothing_is_the_latent_bit_for_bit() -> None:
    z = noise(3, DIM).float()
    directions = some(2)
    for keep in (False, True):
        assert torch.equal(steer(directions, z, [0.0, 0.0], keep_norm=keep), z)
    assert torch.equal(steer(no_directions(DIM), z, [], orthogonalised=True), z)


def test_a_move_can_keep_every_norm() -> None:
    z, directions = noise(3, DIM), some(2)
    moved = steer(directions, z, [3.0, -2.0], keep_norm=True)
    torch.testing.assert_close(moved.norm(dim=1), z.norm(dim=1))
    free = steer(directions, z, [3.0, -2.0])
    torch.testing.assert_close(cosines(torch.stack([moved[0], free[0]])), torch.ones(2, 2).double())


def test_a_walk_has_the_latent_in_its_middle() -> None:
    z, one = noise(1, DIM), some(2).pick(["direction 1"])
    strip = walk(one, z, 3.0, 5)
    assert torch.equal(strip[2], z[0])
    torch.testing.assert_close(strip[4:], steer(one, z, [3.0]))
    torch.testing.assert_close(strip[1:2], steer(one, z, [-1.5]))


def test_a_pad_goes_along_one_direction_to_the_right_and_another_up() -> None:
    flow, two = small_flow(), some(2, 192)
    z = noise(1, 192).float()
    points, labels = over_directions(z, torch.tensor([3]), [0.0, 0.5], [1.0, 0.0], two)
    assert labels.tolist() == [3] * 4
    assert torch.equal(points[2:3], z)
    assert torch.equal(points[1:2], steer(two, z, [REACH / 2, REACH], keep_norm=True))
    assert flow.decode(points, None).shape == (4, 3, 8, 8)
    free, _ = over_directions(z, None, [0.0], [1.0], two, orthogonalised=True, keep_norm=False)
    assert side_effects(two, z, free)[0] == pytest.approx(0, abs=1e-6)


def test_labels_come_with_their_accuracy_on_what_was_held_out() -> None:
    truth = noise(400, 3) > 0
    z = noise(400, DIM, seed=1)
    z = torch.cat([z[:, :3] + 3 * truth, z[:, 3:]], dim=1)
    truth[:, 2] = True
    train, test = (z[:300], truth[:300]), (z[300:], truth[300:])
    found = labelled(["a", "b", "all yes"], train, test, least=0.6)
    assert set(found.names) == {"a", "b"}
    for name, figure in zip(found.names, found.figures, strict=True):
        scored = scores(found.pick([name]), test[0])[:, 0]
        assert figure == pytest.approx(balanced_accuracy(scored, test[1][:, "ab".index(name)]))
    assert found.figures[0] >= found.figures[1] > 0.8
    assert not len(labelled(["a"], (z, truth[:, :1]), (z, ~truth[:, :1]), least=0.6))


def test_what_is_taught_is_the_difference_of_the_means() -> None:
    yes, no = noise(3, DIM).float() + 1, noise(2, DIM, seed=1).float()
    mine = taught(MINE, yes, no)
    expected = yes.double().mean(dim=0) - no.double().mean(dim=0)
    torch.testing.assert_close(mine.vectors[0].double(), expected / expected.norm())
    projected = torch.cat([yes, no]).double() @ mine.vectors[0].double()
    assert float(mine.spreads) == pytest.approx(float(projected.std(correction=0)))
    assert float(mine.figures) == leave_one_out(torch.cat([yes, no]), torch.arange(5) < 3)


def test_the_threshold_of_few_against_many_is_between_the_true_means() -> None:
    # In 2,000 dimensions the plain midpoint would lie at about 2000 / 10 / 2 / 15 = 7.
    half, z = torch.zeros(2000).double(), noise(1010, 2000)
    half[0] = 3.0
    answers = torch.arange(1010) < 10
    _, threshold = learn(z + torch.where(answers[:, None], half, -half), answers)
    assert abs(threshold) < 0.7


def test_leave_one_out_of_noise_is_chance() -> None:
    found = [leave_one_out(noise(6, 500, seed=seed), torch.arange(6) < 3) for seed in range(200)]
    assert sum(found) / 200 == pytest.approx(0.5, abs=0.06)


def test_names_find_their_directions_in_the_order_asked_for() -> None:
    three = some(3)
    assert three.pick(["direction 2", "direction 0"]).vectors.equal(three.vectors[[2, 0]])
    assert len(three.pick([])) == 0
    with pytest.raises(ValueError, match="no direction 'nose'"):
        three.pick(["nose"])
    with pytest.raises(ValueError, match="two directions"):
        joined(three, three)
    assert len(joined(no_directions(DIM), three)) == 3
