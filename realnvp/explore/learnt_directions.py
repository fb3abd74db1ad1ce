"""Directions that are learnt: from latents of yes and no, or from how latents vary."""

from collections.abc import Sequence

import torch
from torch import Tensor

from realnvp.explore.directions import FEWEST, LABEL, PRINCIPAL, TAUGHT, Directions, no_directions


def learn(z: Tensor, answers: Tensor) -> tuple[Tensor, float]:
    """From the mean of the no's to that of the yes's, and the threshold between them.

    The threshold is where v . z is as far from the one true mean as from the other:

        v . (yes + no) / 2  -  s2 (1 / n_yes - 1 / n_no) / (2 |yes - no|)

    s2 is the variance within the classes, summed over dimensions. The second term takes back what
    the noise of a mean of few adds to its length: in thousands of dimensions that shifts the point
    halfway by more than the classes are apart.

    Args:
        z: (N, D).
        answers: boolean (N,), with at least one of each.

    Returns:
        The direction, (D,), float64, of length 1, and the threshold.

    Raises:
        ValueError: if all answers are the same, or both means are.
    """
    if answers.all() or not answers.any():
        raise ValueError("a direction takes at least one yes and one no")
    z = z.double()
    yes, no = (z[which].mean(dim=0) for which in (answers, ~answers))
    length = (yes - no).norm()
    if length == 0:
        raise ValueError("yes and no have the same mean: there is no direction between them")
    counts = int(answers.sum()), int((~answers).sum())
    return (yes - no) / length, threshold_between((yes, no), z.square().sum(), counts)


def threshold_between(
    means: tuple[Tensor, Tensor], squares: Tensor, counts: tuple[int, int]
) -> float:
    """The threshold of `learn`.

    Args:
        means: of yes and of no, (D,), float64.
        squares: sum of the squares of all values, a number.
        counts: of yes and of no.
    """
    (yes, no), (many, few) = means, counts
    length = (yes - no).norm()
    shift = _shift(squares, means, (torch.tensor(float(many)), torch.tensor(float(few))))
    return float((yes - no) @ (yes + no) / 2 / length - shift / length)


def _shift(squares: Tensor, means: tuple[Tensor, Tensor], counts: tuple[Tensor, Tensor]) -> Tensor:
    """s2 (1 / n_yes - 1 / n_no) / 2.

    Args:
        squares: sum of the squares of all values, (...).
        means: of yes and of no, (..., D).
        counts: (...).
    """
    (yes, no), (many, few) = means, counts
    within = squares - many * yes.square().sum(dim=-1) - few * no.square().sum(dim=-1)
    return within / (many + few - 2).clamp_min(1) * (1 / many - 1 / few) / 2


def balanced_accuracy(scores: Tensor, answers: Tensor) -> float:
    """Mean of the shares that are right among yes and among no; 0.5 is chance.

    Args:
        scores: (N,), positive for yes.
        answers: boolean (N,), with at least one of each.
    """
    right = ((scores > 0) == answers).double()
    return float((right[answers].mean() + right[~answers].mean()) / 2)


def leave_one_out(z: Tensor, answers: Tensor) -> float:
    """Balanced accuracy where every latent is classified by a direction learnt from the others.

    Args:
        z: (N, D).
        answers: boolean (N,), with at least FEWEST of each.

    Raises:
        ValueError: if there are fewer.
    """
    if min(int(answers.sum()), int((~answers).sum())) < FEWEST:
        raise ValueError(f"leave-one-out takes at least {FEWEST} of yes and of no")
    z = z.double()
    means, counts = [], []  # of the others, one for each latent that is left out
    for which in (answers, ~answers):
        own = which.double()
        counts.append(own.sum() - own)
        means.append((own @ z - own[:, None] * z) / counts[-1][:, None])
    yes, no = means
    each = z.square().sum(dim=1)
    shift = _shift(each.sum() - each, (yes, no), (counts[0], counts[1]))
    scores = ((z - (yes + no) / 2) * (yes - no)).sum(dim=1) + shift
    return balanced_accuracy(scores, answers)


def principal(z: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """The k directions in which latents vary most, first the most.

    Args:
        z: (N, D); k at most the lesser of N - 1 and D.

    Returns:
        Directions, (k, D), float64, of length 1 and at right angles, each with its largest entry
        positive; the variance along each, (k,), over N; and its share of all variance, (k,).
    """
    centred = z.double() - z.double().mean(dim=0)
    count, dim = centred.shape
    # The smaller of the two products has the same eigenvalues.
    if dim <= count:
        values, vectors = torch.linalg.eigh(centred.T @ centred / count)
    else:
        values, left = torch.linalg.eigh(centred @ centred.T / count)
        vectors = centred.T @ left[:, -k:]
        vectors = vectors / vectors.norm(dim=0)
    rows, variances = vectors[:, -k:].T.flip(0), values[-k:].flip(0)
    largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
    return rows * largest.sign(), variances, variances / centred.square().sum() * count


def labelled(
    names: Sequence[str],
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    least: float = 0.0,
) -> Directions:
    """A direction for each label, learnt on one part and tested on the other; the best first.

    Args:
        train, test: latents (N, D) and boolean answers (N, K).
        least: balanced accuracy below which one is left out, as are labels without a yes or a no.
    """
    (z, answers), (held_out, truths) = train, test
    found = []
    for name, given, truth in zip(names, answers.T, truths.T, strict=True):
        if given.all() or not given.any() or truth.all() or not truth.any():
            continue
        vector, threshold = learn(z, given)
        accuracy = balanced_accuracy(held_out.double() @ vector - threshold, truth)
        if accuracy >= least:
            spread = float((z.double() @ vector).std(correction=0))
            found.append((accuracy, name, vector, threshold, spread))
    found.sort(key=lambda entry: -entry[0])
    return _directions(LABEL, [(n, v, t, s, a) for a, n, v, t, s in found], z.shape[1])


def principals(z: Tensor, k: int) -> Directions:
    """The k directions in which these latents, (N, D), vary most: "PCA 1", "PCA 2" and so on."""
    vectors, variances, shares = principal(z, k)
    means = vectors @ z.double().mean(dim=0)
    numbers = zip(means.tolist(), variances.sqrt().tolist(), shares.tolist(), strict=True)
    rows = [
        (f"PCA {index}", vector, mean, spread, share)
        for index, (vector, (mean, spread, share)) in enumerate(
            zip(vectors, numbers, strict=True), start=1
        )
    ]
    return _directions(PRINCIPAL, rows, z.shape[1])


def taught(name: str, yes: Tensor, no: Tensor) -> Directions:
    """One direction from a few latents, (n, D) each, at least FEWEST.

    Raises:
        ValueError: if they are too few, or both means the same.
    """
    z = torch.cat([yes, no])
    answers = torch.arange(len(z)) < len(yes)
    accuracy = leave_one_out(z, answers)
    vector, threshold = learn(z, answers)
    spread = float((z.double() @ vector).std(correction=0))
    return _directions(TAUGHT, [(name, vector, threshold, spread, accuracy)], z.shape[1])


def _directions(
    kind: str, rows: Sequence[tuple[str, Tensor, float, float, float]], dim: int
) -> Directions:
    """Of names, vectors, thresholds, spreads and figures."""
    if not rows:
        return no_directions(dim)
    names, vectors, *numbers = zip(*rows, strict=True)
    columns = (torch.tensor(column, dtype=torch.float32) for column in numbers)
    return Directions(names, (kind,) * len(rows), torch.stack(vectors).float(), *columns)
