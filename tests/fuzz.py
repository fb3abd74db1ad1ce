"""Seeded damage for files and for JSON; $REALNVP_FUZZ makes the tests that use it longer."""

import copy
import os
import random
from collections.abc import Collection, Iterable, Sequence
from typing import Any

TIMES = float(os.environ.get("REALNVP_FUZZ", "1"))

NUMBERS = (0, 1, -1, 2, 7, 64, 4096, 1.5, -0.5, 1e-300, 1e308, 10**9, 10**30, -(10**400), 1e999)
TEXTS = ("", " ", "x", "8", "nan", "a\nb", "../x", "\0", "é✂", "\ud800", "\u202e", "x" * 5000)
OTHERS = (None, True, False, [], {}, [[]], [8, 8], [1, 2, 3], ["a"], {"from": "sample"}, [{}] * 9)


def rounds(count: int) -> range:
    """So many, or $REALNVP_FUZZ times as many."""
    return range(max(1, round(count * TIMES)))


def some(names: Iterable[str], few: Collection[str]) -> list[str]:
    """The few that stand for all of them; all where $REALNVP_FUZZ is more than 1."""
    return [name for name in names if name in few or TIMES > 1]


def damaged(dice: random.Random, data: bytes, others: Sequence[bytes], header: int = 0) -> bytes:
    """A file with bytes flipped, cut out or put in, cut off, or with a part of another file.

    Args:
        header: bytes at the start that are hit more often than the rest.
    """
    spoilt = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        reach = header if header and dice.random() < 0.7 else len(spoilt)
        at = dice.randrange(max(1, min(reach, len(spoilt))))
        match dice.randrange(8):
            case 0:
                del spoilt[at:]
            case 1:
                del spoilt[at : at + dice.randint(1, 40)]
            case 2:
                spoilt[at:at] = dice.randbytes(dice.randint(1, 8))
            case 3:
                other = dice.choice(others)
                spoilt[at:] = other[dice.randrange(len(other)) :]
            case 4:
                size = dice.choice([1, 2, 4, 8])
                length = dice.choice([0, 1, 2**15, 2**31 - 1, 2**31, 2**63, 2**64 - 1, len(data)])
                order = dice.choice(["little", "big"])
                spoilt[at : at + size] = (length % 256**size).to_bytes(size, order)
            case 5:
                spoilt[at : at + 1] = dice.choice(
                    [b"9", b'"', b"{", b"]", b"\\", b"-", b"\n", b"e"]
                )
            case _:
                spoilt[at : at + 1] = bytes([dice.randrange(256)])
    return bytes(spoilt)


def changed(dice: random.Random, value: Any, others: Sequence[Any] = ()) -> Any:
    """JSON with one to three entries replaced, renamed, removed, doubled or taken from another."""
    root = [copy.deepcopy(value)]
    for _ in range(dice.randint(1, 3)):
        holder, key = dice.choice(list(_places(root)))
        match dice.randrange(7):
            case 0 if holder is not root:
                del holder[key]
            case 1 if isinstance(holder, dict):
                holder[dice.choice([*holder, *TEXTS, "extra"])] = holder.pop(key)
            case 2 if isinstance(holder, list) and holder is not root:
                holder.extend([holder[key]] * dice.choice([1, 8, 100]))
            case 3 if others:
                holder[key] = copy.deepcopy(dice.choice(list(_places([dice.choice(others)])))[0])
            case 4:
                holder[key] = nested(dice.choice([3, 50]))
            case _:
                holder[key] = copy.deepcopy(dice.choice([*NUMBERS, *TEXTS, *OTHERS]))
    return root[0]


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def _places(holder: Any) -> Any:
    """Every entry, as what holds it and its key."""
    for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
        yield holder, key
        if isinstance(holder[key], dict | list):
            yield from _places(holder[key])


def is_one_line(text: str, *secrets: object) -> bool:
    """Whether this can stand on a page: short, one line, without any of the server's secrets."""
    plain = text.isprintable() and 0 < len(text) < 500
    return plain and not any(str(secret) in text for secret in (*secrets, "/work", "site-packages"))
