"""A job's best model among the checkpoints, for every page, with all that a bundled one has."""

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer.jobs.jobs import Job, JobError, check_allowed
from realnvp import NonFiniteError
from realnvp.checkpoint import (
    CheckpointError,
    checkpoints_folder,
    list_checkpoints,
    load_folder,
    read_card,
    save_card,
)
from realnvp.data import ImageSet, load_images
from realnvp.data.chosen import chosen
from realnvp.flow import RealNVP
from realnvp.inference import fold
from realnvp.locks import holding
from realnvp.measuring import measured
from realnvp.packaging import package_model, save_directions
from realnvp.places import COMMAND
from realnvp.plain import first_few
from realnvp.shipping import About
from realnvp.training.reports import BEST, BEST_LOCK

MAX_MODELS = 20  # that jobs became
PREFIX = "trained-"  # of their names
UPLOAD = "upload"  # the title of a set that a visitor sent
DRAWN_HERE = "shapes"
MEASURED = {"train": 1000, "test": 500}  # pictures at most: on one core they are to be seconds
DRAWS = 1  # of the noise
_NONE_YET = "There is no model yet: the first comes with the first report."
_PUBLISHER = "job"  # the entry of a card that names the job it came from
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")

Progress = Callable[[float], object]


def first_name(job: Job) -> str:
    """A name that no other job begins with."""
    return f"mine-{job.id[-4:]}"


def publish(job: Job, name: str, progress: Progress = lambda share: None) -> str:
    """Put its best model so far among the checkpoints, under "trained-" and this name; gives that.

    It comes whole or not at all: weights, a measured card with quantiles, a sheet of samples,
    examples and directions, as `ship` and `directions` make them, of as many pictures as `MEASURED`
    says. The card says which job it came from: under its own name a job may publish again.

    Args:
        progress: told the share that is done.

    Raises:
        JobError: if there is no model yet, the name will not do or is another job's, too many are
            kept, the folder cannot be written, or it is locked.
    """
    check_allowed()
    if not _NAME.fullmatch(name):
        raise JobError("A name is made of small letters, digits and hyphens, at most 31.")
    if not (job.folder / BEST).is_dir():
        raise JobError(_NONE_YET)
    target = checkpoints_folder() / f"{PREFIX}{name}"
    again = target.exists()
    if again:
        if _publisher(target.name) != job.id:
            raise JobError("Another model has this name; choose another one.")
    elif sum(known.startswith(PREFIX) for known in list_checkpoints()) >= MAX_MODELS:
        raise JobError(
            f"{MAX_MODELS} trained models are kept here; whoever runs this server can remove some."
        )
    part, old = (target.with_name(f".{target.name}.{job.id}.{end}") for end in ("part", "old"))
    try:
        shutil.rmtree(part, ignore_errors=True)
        with holding(job.folder / BEST_LOCK):
            if BEST not in list_checkpoints(job.folder):
                raise JobError(_NONE_YET)
            config, card = read_card(BEST, job.folder)
            shutil.copytree(job.folder / BEST, part, ignore=shutil.ignore_patterns(".*"))
        card = card | _packaged(job, part, target.name, card, progress)
        save_card(part, config, card | {_PUBLISHER: job.id})
        if again:
            shutil.rmtree(old, ignore_errors=True)
            target.rename(old)  # on Windows it fails, and all stays, while somebody reads a file
        try:
            part.rename(target)  # fails where another job has taken the name meanwhile
        except OSError:
            if again:
                old.rename(target)
            raise
        shutil.rmtree(old, ignore_errors=True)
    except CheckpointError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise JobError(f"Its model cannot be used: {error}.") from None
    except OSError:
        shutil.rmtree(part, ignore_errors=True)
        raise JobError("The folder of checkpoints cannot be written here.") from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return target.name


def _packaged(
    job: Job, folder: Path, name: str, card: dict[str, Any], progress: Progress
) -> dict[str, Any]:
    """What a bundled model has, written beside the weights in this folder; gives the card.

    Where the pictures are gone or too few, the card does not tell of a run, or the model leaves the
    numbers it can hold, nothing can be measured: it goes without.
    """
    training = card.get("training")
    if not isinstance(training, dict) or not {"step", "seconds", "train"} <= training.keys():
        return {}
    flow = load_folder(folder)
    try:
        data = _some(load_images(job.folder / "data.npz", size=flow.config.image_size))
        if data.channels == flow.config.channels:
            return _measured(job, flow, folder, name, data, training, progress)
    except (ValueError, NonFiniteError):  # a DataError is one
        pass
    return {}


def _measured(
    job: Job,
    flow: RealNVP,
    folder: Path,
    name: str,
    data: ImageSet,
    training: dict[str, Any],
    progress: Progress,
) -> dict[str, Any]:
    # What is between the parts takes about as long as the test part twice.
    total, done = len(data.train) + 5 * len(data.test), 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(min(1.0, done / total))

    folded, limit = fold(flow), MEASURED["test"]
    test, train = (measured(folded, data, part, DRAWS, limit, told) for part in ("test", "train"))
    made = package_model(
        flow,
        folder,
        data,
        _about(job, data),
        training,
        name=name,
        command=f"{COMMAND} {' '.join(job.settings.words('DATA', 'NAME', 'FOLDER'))}",
        hardware="one core of the server of this app",
        test=test,
        train=train,
        # Whoever sent pictures did not offer them to all: the model's own stand for them.
        examples="samples" if job.settings.title == UPLOAD else "test",
    )
    told(2 * len(data.test))
    with suppress(CheckpointError):  # of far more labels than a page could offer
        save_directions(folded, folder, data, progress=told)
    return made


def _some(data: ImageSet) -> ImageSet:
    """As many pictures of each part as `MEASURED` says, by a fixed seed."""
    parts: dict[str, object] = {}
    for part, limit in MEASURED.items():
        images, labels = getattr(data, part), getattr(data, f"{part}_labels")
        rows = chosen(len(images), limit).numpy()
        parts |= {part: images[rows], f"{part}_labels": None if labels is None else labels[rows]}
    return replace(data, **parts)  # type: ignore[arg-type]


def _about(job: Job, data: ImageSet) -> About:
    """What is known of a model that nobody has described."""
    settings = job.settings
    height, width = settings.model.image_size
    few = first_few(data.label_names, 10)
    terms = {
        DRAWN_HERE: "none: drawn by this program",
        UPLOAD: "those of who sent the pictures",
    }
    by = f" by {job.owner.name}" if job.owner.name else ""
    minutes = settings.train.minutes
    return About(
        title=f"{settings.title}, {height} × {width}",
        summary=f"Trained on the page Train{by}, for {minutes:g} minutes at most.",
        data=settings.title + (f": {few}" if few else ""),
        terms=terms.get(settings.title, "those of the set"),
        split=f"as the set has it; {settings.train.validation} pictures held out while it trained",
        limits=("It was trained for minutes, and is small: its samples are rough.",),
    )


def _publisher(name: str) -> str | None:
    """The id of the job that a checkpoint came from; None if it came from none, or is damaged."""
    try:
        return read_card(name)[1].get(_PUBLISHER)
    except CheckpointError:
        return None
