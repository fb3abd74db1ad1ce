"""The arrays of an .npz file, checked before anything is allocated."""

import errno
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from realnvp.data.checks import check_unpacked_size
from realnvp.data.imageset import DataError
from realnvp.data.listing import is_path_left_behind
from realnvp.plain import first_few

BLOCK = 2**20
# A damaged zip file raises any of these, from wherever its bytes stop making sense;
# `NotImplementedError` is a `RuntimeError`.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
_PICKLED = "pickled Python objects, which are never loaded"


@dataclass(frozen=True)
class Header:
    """What an array inside the archive says of itself."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype

    def __str__(self) -> str:
        shape = "x".join(map(str, self.shape)) or "one value"
        return f"{shape} {_PICKLED if self.dtype.hasobject else self.dtype}"


class Archive:
    """Read arrays from an .npz file that may come from anyone.

    Nothing is ever unpickled: arrays of Python objects cannot be read. Shapes are compared with the
    bytes that the archive holds, and those with the size of the file, before memory is taken.

    Args:
        path: the file.

    Raises:
        DataError: if it is no .npz file, is damaged, or unpacks to far more than its size.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.headers: dict[str, Header] = {}
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                raise DataError(path, "not an .npz file")
        with self._open() as archive:
            members = [
                member for member in archive.infolist() if not is_path_left_behind(member.filename)
            ]
            check_unpacked_size(path, sum(member.file_size for member in members))
            for member in members:
                if member.flag_bits & 1:
                    raise DataError(path, "locked with a password; expected a file without one")
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise DataError(
                        path, "compressed in an unusual way; expected stored or deflate"
                    )
                if member.filename.endswith(".npy"):
                    with archive.open(member) as file:
                        name = member.filename.removesuffix(".npy")
                        if name in self.headers:
                            raise DataError(path, f"holds {name!r} twice; expected it once")
                        self.headers[name] = self._header(name, file, member.file_size)

    @property
    def names(self) -> str:
        """The arrays with their shapes and types, for messages."""
        names = [f"{name!r} ({header})" for name, header in self.headers.items()]
        return first_few(names, 8) or "nothing"

    def read(self, name: str) -> np.ndarray:
        """One array, in C order.

        Raises:
            DataError: if there is none of this name, or its bytes are damaged.
        """
        if name not in self.headers:
            raise DataError(self.path, f"no array {name!r}; it holds {self.names}")
        with self._open() as archive, archive.open(f"{name}.npy") as file:
            header = self._header(name, file, archive.getinfo(f"{name}.npy").file_size)
            if header.dtype.hasobject:
                raise DataError(self.path, f"array {name!r} is {_PICKLED}; expected plain numbers")
            flat = np.empty(int(np.prod(header.shape, dtype=object)), header.dtype)
            view = flat.view(np.uint8).data
            position = 0
            while position < len(view):
                block = file.read(min(BLOCK, len(view) - position))
                if not block:
                    raise DataError(self.path, f"array {name!r} is truncated")
                view[position : position + len(block)] = block
                position += len(block)
            file.read(1)  # the checksum is compared at the end
            if header.fortran_order:
                return np.ascontiguousarray(flat.reshape(header.shape[::-1]).T)
            return flat.reshape(header.shape)

    @contextmanager
    def _open(self) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                yield archive
        except DataError:
            raise
        except DAMAGED as error:
            if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
                raise  # EINVAL is a place before the file's start, in a damaged table
            raise DataError(self.path, "a damaged .npz file, or one that is cut off") from None

    def _header(self, name: str, file: IO[bytes], member_bytes: int) -> Header:
        try:
            version = np.lib.format.read_magic(file)
            parse = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            header = Header(*parse(file))
        except (zipfile.BadZipFile, zlib.error):
            raise
        except Exception:
            # numpy evaluates the header's text: garbage raises anything from KeyError to
            # SyntaxError and MemoryError.
            raise DataError(self.path, f"array {name!r} has a damaged header") from None
        if header.dtype.hasobject:
            return header  # `read` refuses it; nobody may want it
        if any(side < 0 for side in header.shape) or header.dtype.itemsize == 0:
            raise DataError(self.path, f"array {name!r} has a damaged header")
        # object: the product of Python integers, which cannot overflow
        declared = int(np.prod(header.shape, dtype=object)) * header.dtype.itemsize
        if declared != (held := member_bytes - file.tell()):
            problem = (
                f"array {name!r} is truncated or mislabelled: its header says {declared} bytes"
            )
            raise DataError(self.path, f"{problem}, the archive holds {held}")
        return header
