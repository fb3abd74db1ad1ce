"""The whole flow: its round trip, and how much float32 costs."""

from collections.abc import Iterator

from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest
from realnvp.doctor.finding import Finding
from realnvp.doctor.pictures import own_samples
from realnvp.evaluation import MAX_BITS_ERROR, MAX_LOGIT_ERROR, bits_error, round_trip
from realnvp.synthetic_pictures import extreme_pictures


def check_samples(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """Whether samples at temperature 1 can be drawn; `NonFiniteError` names the layer if not."""
    images = own_samples(tested.flow, 8, 1.0).images
    values = len(images.unique())
    note = "" if values > 1 else "every pixel has the same value"
    yield Finding("draws samples", values > 1, values, "more than 1", "values", note)


def check_round_trips(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """Encode and decode pictures of every kind; where it goes wrong, say with which."""
    trip = round_trip(tested.flow, tested.every.images, tested.every.labels)
    extreme = extreme_pictures(tested.flow.config)
    most = round_trip(tested.flow, extreme.images, extreme.labels).wrong_bytes
    same, close = trip.wrong_bytes == 0, trip.logits < MAX_LOGIT_ERROR
    names = [kind.name for kind in tested.kinds]
    if not (same and close):
        trips = [round_trip(tested.flow, kind.images, kind.labels) for kind in tested.kinds]
        sound = [not part.wrong_bytes and part.logits < MAX_LOGIT_ERROR for part in trips]
        names = [name for name, good in zip(names, sound, strict=True) if not good]
    where = ", ".join(names)
    yield Finding("logits after a round trip", close, trip.logits, MAX_LOGIT_ERROR, where=where)
    yield Finding("bytes after a round trip", same, trip.wrong_bytes, 0, "differ", where)
    yield Finding("bytes, black and white noise", not most, most, 0, "differ", extreme.name)


def check_precision(tested: CheckpointUnderTest) -> Iterator[Finding]:
    """bits/dim in float32 against float64."""
    kind = tested.mixed
    error = bits_error(tested.flow, tested.double, kind.images, kind.labels)
    check = "log p, float32 against float64"
    yield Finding(check, error < MAX_BITS_ERROR, error, MAX_BITS_ERROR, "bits/dim")
