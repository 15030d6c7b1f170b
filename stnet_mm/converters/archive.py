"""A ``.tar`` or ``.tar.gz`` of variables, read as a stream.

Python's ``tarfile.open`` would read extended headers of any length into
memory. This reader knows plain headers only, and checks the name and shape of
a variable before it reads the data.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO

import numpy as np

from .lod_tensor import read_lod_tensor

BLOCK = 512
CHUNK = 1 << 20
# Three times the deepest StNet with its optimizer variables.
MOST_BYTES = 2 << 30


def read_archive(
    file: BinaryIO,
    accept: Callable[[str], Callable | None],
) -> dict[str, np.ndarray]:
    """Read the variables in an archive.

    Args:
        file (BinaryIO): The archive, not compressed.
        accept (Callable): Called with the name of a file before it is read;
            returns the argument ``accept`` of ``read_lod_tensor``, or None
            to skip the file.

    Returns:
        dict[str, ndarray]: The variables by the base names of the files.

    Raises:
        ValueError: If it is not such an archive, or expands to more than
            ``MOST_BYTES``.
    """
    stream = _Stream(file)
    variables: dict[str, np.ndarray] = {}
    while True:
        block = stream.read(BLOCK)
        if not any(block):
            # The end. gzip checks its checksum when the rest is read.
            stream.drain()
            return variables
        info = tarfile.TarInfo.frombuf(block, 'utf-8', 'replace')
        if info.size < 0:
            raise ValueError('it has a file of negative size')
        end = stream.position + info.size
        name = PurePosixPath(info.name).name
        wanted = accept(name) if info.isreg() else None
        if wanted is not None:
            if name in variables:
                raise ValueError(f'it holds {name} twice')
            stream.limit = end
            try:
                variables[name] = read_lod_tensor(stream.read, wanted)
            except ValueError as error:
                raise ValueError(f'{name} in it: {error}') from error
            stream.limit = MOST_BYTES
            if stream.position != end:
                raise ValueError(f'{name} in it is longer than its shape says')
        # Files are padded to whole blocks.
        stream.skip(end - stream.position + -info.size % BLOCK)


class _Stream:
    """A file that is read up to a limit."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.position = 0
        self.limit = MOST_BYTES

    def read(self, size: int) -> bytearray:
        if self.position + size > self.limit:
            raise ValueError(f'{size} bytes are more than there may be')
        # Writable, as PyTorch wants it. It grows with the data that is there,
        # whatever size a header claims.
        data = bytearray()
        while len(data) < size:
            piece = self.file.read(min(size - len(data), CHUNK))
            if not piece:
                raise ValueError('it is cut short')
            data += piece
        self.position += size
        return data

    def skip(self, size: int) -> None:
        while size:
            size -= len(self.read(min(size, CHUNK)))

    def drain(self) -> None:
        while data := self.file.read(CHUNK):
            self.position += len(data)
            if self.position > self.limit:
                raise ValueError(f'it expands to more than {MOST_BYTES} bytes')
