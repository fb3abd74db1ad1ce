"""A job's best model among the checkpoints, for every page."""

import re
import shutil

from explorer.jobs.jobs import Job, JobError
from realnvp.checkpoint import (
    CheckpointError,
    checkpoints_folder,
    list_checkpoints,
    read_card,
    save_card,
)
from realnvp.locks import holding
from realnvp.training.reports import BEST, BEST_LOCK

MAX_MODELS = 20  # that jobs became
PREFIX = "trained-"  # of their names
_NONE_YET = "There is no model yet: the first comes with the first report."
_PUBLISHER = "job"  # the entry of a card that names the job it came from
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def first_name(job: Job) -> str:
    """A name that no other job begins with."""
    return f"mine-{job.id[-4:]}"


def publish(job: Job, name: str) -> str:
    """Copy its best model so far to the checkpoints, under "trained-" and this name; gives that.

    The card says which job it came from: under its own name a job may publish again.

    Raises:
        JobError: if there is no model yet, the name will not do or is another job's, too many are
            kept, or the folder cannot be written.
    """
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
    return target.name


def _publisher(name: str) -> str | None:
    """The id of the job that a checkpoint came from; None if it came from none, or is damaged."""
    try:
        return read_card(name)[1].get(_PUBLISHER)
    except CheckpointError:
        return None
