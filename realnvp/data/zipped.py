"""A zip file of pictures that may come from anyone, as an image set."""

import stat
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from realnvp.data.archive import DAMAGED
from realnvp.data.checks import check_unpacked_size
from realnvp.data.gather import Found, Gathering, gather
from realnvp.data.imageset import DataError, ImageSet
from realnvp.data.listing import Others, ending, is_path_left_behind, may_be_picture
from realnvp.images import MAX_BYTES, ImageError

MAX_MEMBERS = 20_000
MAX_UNPACKED = 512 * 2**20  # bytes of all pictures together, as files
MAX_SECONDS = 60  # of opening: a white picture of 25 megapixels takes hardly any bytes

TWICE = "Another file of the same name follows it in the zip file."
_ENCRYPTED = 0x1
_AES = 99
_METHODS = {9: "Deflate64", 93: "Zstandard", 95: "xz", 96: "JPEG", _AES: "AES"}
_READABLE = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
)
_ARCHIVES = {"zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "tar", "zst"}


def is_meant(path: Path) -> bool:
    """Whether a zip file is to be read as one of pictures, and not as an .npz of arrays."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [member.filename for member in _files(archive)]
    except DAMAGED:
        return True  # `read` says what is wrong
    return not any(ending(name) == "npy" for name in names) or any(map(_is_candidate, names))


def read(path: Path, how: Gathering, *, strict: bool = False) -> ImageSet:
    """The pictures in a zip file, as `gather` makes a set of them.

    Args:
        strict: with limits for what a visitor sends to a server.

    Raises:
        DataError: if it is no zip file, is damaged, holds too much, or too few pictures.
    """
    with opened(path, strict=strict) as found:
        return gather(found, limited(path, how) if strict else how)


@contextmanager
def opened(path: Path, *, strict: bool = False) -> Iterator[Found]:
    """The pictures in a zip file, to be read as long as the block lasts.

    Nothing is written to disk, and no name in the file is used but for labels and messages.

    Args:
        strict: with limits for what a visitor sends to a server.

    Raises:
        DataError: if it is no zip file, is damaged, holds too much, or no picture.
    """
    with _opened(path, path, "zip or .npz") as archive:
        members = _files(archive)
        if strict:
            _check_count(path, members)
        unpacked = sum(member.file_size for member in members)
        if not strict:
            check_unpacked_size(path, unpacked)
        elif unpacked > MAX_UNPACKED:
            raise DataError(path, f"unpacks to more than {MAX_UNPACKED >> 20} MB")
        others = Others()
        known: dict[str, zipfile.ZipInfo] = {}
        twice: list[tuple[str, str]] = []
        for member in members:
            name = member.filename.replace("\\", "/")  # as some programs of Windows write it
            if name in known:
                twice.append((name, TWICE))
            if _is_candidate(name):
                known[name] = member  # the last one, as programs that unpack have it
            else:
                others.add(name)
        if not known:
            raise DataError(path, _no_pictures(members))
        bad = [(name, why) for name, member in known.items() if (why := _why_not(member))]
        if len(bad) == len(known):
            raise DataError(path, _advice(bad))
        unreadable = dict(bad)

        def read_member(name: str) -> bytes:
            try:
                with archive.open(known[name]) as file:
                    return file.read(MAX_BYTES + 1)  # more is refused when it is opened
            except DAMAGED:
                raise ImageError("The zip file is damaged here.") from None

        names = sorted(name for name in known if name not in unreadable)
        notes = [f"{others}."] if str(others) else []
        yield Found(path, names, read_member, bad + twice, notes)


def folders_of(
    file: IO[bytes], name: str, most: int, max_bytes: int
) -> dict[str, dict[str, bytes]]:
    """The files of pictures in a zip file that a visitor sends, by the folder they lie in.

    Nothing is written to disk, and nothing is decoded.

    Args:
        name: of the file, for what is said.
        most: pictures of each folder, the first ones by their names.
        max_bytes: that these may unpack to, all together.

    Returns:
        By the folder's own name, without those above it, each picture's bytes by its own name.

    Raises:
        DataError: if it is no zip file, is damaged, locked, or holds too much, or no picture.
    """
    path = Path(name)
    with _opened(file, path, "zip") as archive:
        members = _files(archive)
        _check_count(path, members)
        known: dict[str, dict[str, zipfile.ZipInfo]] = {}
        for member in sorted(members, key=lambda member: member.filename):
            *folders, own = member.filename.replace("\\", "/").split("/")
            if _is_candidate(own) and folders:
                known.setdefault(folders[-1], {}).setdefault(own, member)
        if not known:
            raise DataError(path, f"holds no folder of pictures: {_no_pictures(members)}")
        chosen = {folder: dict(list(files.items())[:most]) for folder, files in known.items()}
        all_of = [member for files in chosen.values() for member in files.values()]
        if bad := [(m.filename, why) for m in all_of if (why := _why_not(m))]:
            raise DataError(path, _advice(bad))
        if sum(member.file_size for member in all_of) > max_bytes:
            raise DataError(path, f"unpacks to more than {max_bytes >> 20} MB")

        def unpacked(member: zipfile.ZipInfo) -> bytes:
            with archive.open(member) as opened:  # what it says of its size may be wrong
                data = opened.read(member.file_size + 1)
            if len(data) > member.file_size:
                raise zipfile.BadZipFile
            return data

        return {
            folder: {own: unpacked(member) for own, member in files.items()}
            for folder, files in chosen.items()
        }


def limited(path: Path, how: Gathering) -> Gathering:
    """The same with an end to the time it takes."""
    end = time.monotonic() + MAX_SECONDS

    def progress(share: float) -> None:
        how.progress(share)
        if time.monotonic() > end:
            raise DataError(path, f"takes more than {MAX_SECONDS} seconds to open")

    return replace(how, progress=progress)


@contextmanager
def _opened(file: Path | IO[bytes], path: Path, kind: str) -> Iterator[zipfile.ZipFile]:
    """Path and kind are what it is called where it is damaged."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except DataError:
        raise
    except DAMAGED:
        raise DataError(path, f"a damaged {kind} file, or one that is cut off") from None


def _check_count(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise DataError(path, f"holds {len(members)} files; expected at most {MAX_MEMBERS}")


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Without folders, links and what systems leave behind."""
    return [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and not stat.S_ISLNK(member.external_attr >> 16)
        and not is_path_left_behind(member.filename)
    ]


def _is_candidate(name: str) -> bool:
    return may_be_picture(name.replace("\\", "/").rpartition("/")[2])


def _why_not(member: zipfile.ZipInfo) -> str:
    """Why a file cannot be unpacked, or ""."""
    method = member.compress_type
    if member.flag_bits & _ENCRYPTED or method == _AES:
        return "It is locked with a password."
    if method not in _READABLE:
        name = _METHODS.get(method) or zipfile.compressor_names.get(method, f"method {method}")  # type: ignore[attr-defined]
        return f"It is compressed with {name}, which cannot be unpacked here."
    return ""


def _advice(bad: list[tuple[str, str]]) -> str:
    """When no file can be unpacked."""
    (why, _), *_ = Counter(why for _, why in bad).most_common(1)
    if "password" in why:
        return "its files are locked with a password; make a zip file without one"
    what = why.removeprefix("It is ").rstrip(".")
    return f"its files are {what}; make a zip file in the usual way (Deflate)"


def _no_pictures(members: list[zipfile.ZipInfo]) -> str:
    """What is in a zip file that holds no picture."""
    if not members:
        return "an empty zip file; expected pictures"
    endings = Counter(ending(member.filename) for member in members)
    if archives := sum(endings[kind] for kind in _ARCHIVES):
        return f"holds {archives} packed files and no picture; unpack them first"
    if endings["pkl"]:
        return "a PyTorch file, which is pickled and never loaded; expected pictures or an .npz"
    others = Others()
    for member in members:
        others.add(member.filename)
    return f"holds no picture: {others}"
