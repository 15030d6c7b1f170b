"""The layouts in which the authors' weights were published."""

from __future__ import annotations

import gzip
import mmap
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import StNetInputError
from .archive import read_archive
from .array_pickle import read_array_pickle
from .lod_tensor import Cursor, read_lod_tensor
from .names import DEPTHS, is_of_optimizer, network_entries

# More than any StNet has; a file of another kind may seem to hold millions.
MOST_TENSORS = 10_000
MOST_CLASSES = 10_000
# RGB of 100 frames, which is more than any super-image has.
MOST_CHANNELS = 300


class Weights(NamedTuple):
    """What a checkpoint of the authors holds.

    Attributes:
        layout (str): Description of its layout, for messages.
        arrays (dict[str, ndarray]): float32 arrays under the authors' names.
    """

    layout: str
    arrays: dict[str, np.ndarray]


def read_weights(path: str, depth: int | None = None) -> Weights:
    """Read a checkpoint of the authors in any of its layouts.

    The layout is found from the first bytes: a directory of LoDTensors or a
    ``.tar``/``.tar.gz`` of one, nameless LoDTensors one after another in the
    order of their sorted names, or a pickled dict of arrays.

    Args:
        path (str): File or directory.
        depth (int, optional): Depth of the network, against which the number
            of nameless LoDTensors is checked. Defaults to None: any depth.

    Returns:
        Weights: The arrays; they may be views of the file.

    Raises:
        FileNotFoundError: If there is no such file.
        StNetInputError: If it is in none of the layouts, or damaged.
    """
    source = Path(path)
    if source.is_dir():
        return Weights('directory of LoDTensors', _read_directory(source))
    if source.exists() and not source.is_file():
        # Opening a pipe would wait for a writer.
        raise StNetInputError(f'{path} is neither a file nor a directory')
    with open(source, 'rb') as file:
        head = file.read(512)
        file.seek(0)
        layout, read = _recognize(path, head)
        try:
            return Weights(layout, read(file, depth))
        except StNetInputError:
            raise
        except Exception as error:
            # Damaged bytes may fail anywhere.
            raise StNetInputError(
                f'{path} cannot be read as {layout}: {error}'
            ) from error


def _recognize(path: str, head: bytes) -> tuple[str, Callable]:
    if head.startswith(b'\x80\x02'):
        return 'pickle of named arrays', _read_pickle
    if head.startswith(b'\0\0\0\0'):
        return 'nameless LoDTensors', _read_nameless
    if head.startswith(b'\x1f\x8b'):
        return 'compressed archive of LoDTensors', _read_compressed
    if head[257:262] == b'ustar':
        return 'archive of LoDTensors', _read_archive
    kind = 'an empty file'
    if head:
        kind = 'something else'
    if head.startswith(b'PK'):
        kind = 'a checkpoint of PyTorch, which needs no conversion'
    if head.lstrip()[:1] == b'<':
        kind = 'a web page'
    raise StNetInputError(
        f"{path} is {kind}, expected is one of the authors' layouts: a "
        'directory of LoDTensors, a .tar.gz of it, or a .pdparams file of '
        'Paddle 1.6 or 1.7'
    )


def _map(file) -> mmap.mmap:
    """Map the file; it is writable, as PyTorch wants it, by copy-on-write."""
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def _read_pickle(file, depth: int | None) -> dict[str, np.ndarray]:
    arrays = read_array_pickle(_map(file))
    return {n: a for n, a in arrays.items() if not is_of_optimizer(n)}


def _read_nameless(file, depth: int | None) -> dict[str, np.ndarray]:
    cursor = Cursor(_map(file))
    arrays: list[np.ndarray] = []
    while cursor.left and len(arrays) < MOST_TENSORS:
        try:
            arrays.append(read_lod_tensor(cursor.read))
        except Exception as error:
            raise ValueError(f'tensor {len(arrays) + 1}: {error}') from error
    counts = {}
    for known in DEPTHS if depth is None else (depth,):
        names = sorted(entry.theirs for entry in network_entries(known))
        counts[len(names)] = names
    if len(arrays) not in counts:
        raise ValueError(
            f'it holds {len(arrays)} tensors instead of '
            + ' or '.join(map(str, counts))
        )
    return dict(zip(counts[len(arrays)], arrays))


def _read_compressed(file, depth: int | None) -> dict[str, np.ndarray]:
    with gzip.open(file) as archive:
        return _read_archive(archive, depth)


def _read_archive(file, depth: int | None) -> dict[str, np.ndarray]:
    """Read only variables of StNet, which bounds the memory that it takes."""
    known: dict[str, set[tuple]] = {}
    for image_network in (True, False):
        for known_depth in DEPTHS:
            for entry in network_entries(known_depth, image_network):
                known.setdefault(entry.theirs, set()).add(entry.shape)

    def accept(name: str) -> Callable | None:
        if name.startswith('.') or is_of_optimizer(name):
            return None
        if name not in known:
            raise ValueError(f'it holds {name[:80]!r}, which StNet has not')
        return lambda shape: check_shape(name, shape, *known[name])

    return read_archive(file, accept)


def _read_directory(folder: Path) -> dict[str, np.ndarray]:
    arrays = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith('.') or is_of_optimizer(path.name):
            continue
        try:
            if not path.is_file():
                raise ValueError('it is no file')
            with open(path, 'rb') as file:
                cursor = Cursor(_map(file))
            # Copied, as every mapping in use would keep its file open.
            arrays[path.name] = read_lod_tensor(cursor.read).copy()
            if cursor.left:
                raise ValueError('it is longer than its shape says')
        except Exception as error:
            raise StNetInputError(
                f'{path} cannot be read as LoDTensor: {error}'
            ) from error
    return arrays


def check_shape(name: str, shape: tuple, *expected: tuple) -> None:
    """Check that a shape is one of those expected.

    Args:
        name (str): Name of the variable, for the message.
        shape (tuple): Its shape.
        *expected (tuple): Allowed shapes. None stands for any size, up to
            ``MOST_CHANNELS`` in a convolution and ``MOST_CLASSES`` elsewhere.

    Raises:
        ValueError: If it is another shape.
    """
    if not any(_fits(shape, one) for one in expected):
        wanted = ' or '.join(
            f'({", ".join("any" if n is None else str(n) for n in one)})'
            for one in expected
        )
        raise ValueError(f'{name} has shape {shape} instead of {wanted}')


def _fits(shape: tuple, expected: tuple) -> bool:
    most = MOST_CHANNELS if len(expected) == 4 else MOST_CLASSES
    return len(shape) == len(expected) and all(
        size == want or (want is None and size <= most)
        for size, want in zip(shape, expected)
    )
