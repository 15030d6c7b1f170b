"""Pickles of named arrays, read without running anything.

Paddle 1.7 and later write a dict of arrays as a pickle of protocol 2. First
its opcodes are checked. Then ``pickle.Unpickler`` loads it, with classes of
this module in place of the functions that it names.
"""

from __future__ import annotations

import codecs
import io
import math
import pickle
import pickletools
from itertools import islice
from typing import IO, Any, cast

import numpy as np

from .lod_tensor import Buffer, Cursor

# All that a dict of arrays needs.
OPCODES = """
PROTO STOP EMPTY_DICT SETITEM SETITEMS MARK EMPTY_TUPLE TUPLE TUPLE1 TUPLE2
TUPLE3 NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 BINUNICODE GLOBAL
REDUCE BUILD BINPUT LONG_BINPUT BINGET LONG_BINGET
"""
# The largest StNet with its optimizer needs half as many.
MOST_OPCODES = 100_000
# Bytes of an opcode with its argument. Longer ones hold the data of arrays.
LONGEST_OPCODE = 1024
# Bytes of all others.
LONGEST_OUTLINE = 2 << 20
MOST_DIMENSIONS = 8
CHUNK = 1 << 20


def read_array_pickle(buffer: Buffer) -> dict[str, np.ndarray]:
    """Read a pickled dict of float32 arrays.

    Args:
        buffer (bytes | memoryview | mmap): The pickle.

    Returns:
        dict[str, ndarray]: The arrays by name.

    Raises:
        ValueError: If it is anything else than that; some damage raises
            other exceptions. Nothing is run in any case.
    """
    outline, parts = _separate(buffer)
    if _Unpickler(outline, parts).load() is not parts[0]:
        raise ValueError('it holds something else than a dict')
    return parts[0].arrays


class _Skipped(bytes):
    """No bytes, but with the length of those that were skipped."""

    size: int

    def __len__(self) -> int:
        return self.size


class _File:
    """A file for ``pickletools``, which must not copy or decode the data."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    def read(self, size: int) -> bytes:
        data = self.cursor.read(size)
        if size <= LONGEST_OPCODE:
            return bytes(data)
        skipped = _Skipped()
        skipped.size = size
        return skipped

    def readline(self) -> bytes:
        start = self.cursor.position
        line = self.cursor.view[start:][:LONGEST_OPCODE].tobytes()
        # Without an end it is empty, which pickletools refuses.
        return self.read(line.find(b'\n') + 1)


def _separate(buffer: Buffer) -> tuple[io.BytesIO, list]:
    """Check the opcodes, and move the dict and all data out of the pickle.

    In their place are persistent IDs, the indices of what is moved.
    """
    cursor, outline = Cursor(buffer), io.BytesIO()
    # pickletools uses no more of a file than this class has.
    file = cast(IO[bytes], _File(cursor))
    parts: list = [_Dict()]
    allowed, end = set(OPCODES.split()), 0
    for opcode, argument, _ in islice(pickletools.genops(file), MOST_OPCODES):
        if opcode.name not in allowed:
            raise ValueError(f'it has the opcode {opcode.name}')
        if opcode.name == 'GLOBAL' and argument not in GLOBALS:
            raise ValueError(f'it names {argument!r}, which is no array')
        # The unpickler's memo is as long as its largest index.
        if opcode.name == 'LONG_BINPUT' and (argument or 0) > MOST_OPCODES:
            raise ValueError('it has too large a memo')
        start, end = end, cursor.position
        code: Buffer = cursor.view[start:end].toreadonly()
        index = 0
        if len(code) > LONGEST_OPCODE:
            # Without the opcode itself and the length of the text.
            parts.append(code[5:])
            index = len(parts) - 1
        if index or opcode.name == 'EMPTY_DICT':
            pid = index.to_bytes(4, 'little')
            code = pickle.BININT + pid + pickle.BINPERSID
        outline.write(code)
        if outline.tell() > LONGEST_OUTLINE:
            break
    if opcode.name != 'STOP' or cursor.left:
        raise ValueError('it has too many opcodes or bytes')
    outline.seek(0)
    return outline, parts


class _Unpickler(pickle.Unpickler):
    def __init__(self, outline: io.BytesIO, parts: list) -> None:
        super().__init__(outline)
        self.parts = parts

    def find_class(self, module: str, name: str) -> type | None:
        return GLOBALS[f'{module} {name}']

    def persistent_load(self, pid: int) -> _Dict | memoryview:
        return self.parts[pid]


class _StandIn:
    """Keeps what a function is called with, and the state of its result."""

    def __init__(self, *args: Any) -> None:
        self.args = args

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _DType(_StandIn):
    """``args`` are name and flags, ``state`` is version, byte order, ..."""


class _Encoded(_StandIn):
    """``args`` are a text, one character for each byte, and an encoding."""

    def decode(self) -> bytearray:
        """The bytes, writable as PyTorch wants them."""
        text, encoding = self.args
        if encoding != 'latin1':
            raise ValueError('it encodes to something else than latin1')
        if isinstance(text, str):
            return bytearray(text, encoding)
        data = bytearray()
        # Closes the view: a text can be used only once, so that all arrays
        # together are no larger than the file.
        with text:
            pieces = (text[i : i + CHUNK] for i in range(0, len(text), CHUNK))
            for piece in codecs.iterdecode(pieces, 'utf-8'):
                data += piece.encode(encoding)
        return data


class _Array(_StandIn):
    value: np.ndarray | None = None

    def __setstate__(self, state: tuple) -> None:
        version, shape, dtype, fortran, data = state
        if (version, dtype.args[0], dtype.state[1]) != (1, 'f4', '<'):
            raise ValueError('it has an array that is not of float32')
        if len(shape) > MOST_DIMENSIONS or not all(
            isinstance(n, int) and 0 < n < 1 << 63 for n in shape
        ):
            raise ValueError('it has an array without a proper shape')
        data = data.decode()
        if len(data) != 4 * math.prod(shape):
            raise ValueError(f'it has {len(data)} bytes for the shape {shape}')
        self.value = np.frombuffer(data, '<f4').reshape(
            shape, order='F' if fortran else 'C'
        )


class _Dict(_StandIn):
    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}

    def __setitem__(self, name: object, array: object) -> None:
        if not isinstance(name, str):
            # Neither hashed nor shown: tuples of tuples can be endless.
            raise ValueError('it has a name that is no text')
        if name in self.arrays:
            raise ValueError(f'it has the name {name[:50]!r} twice')
        if not isinstance(array, _Array) or array.value is None:
            raise ValueError(f'{name[:50]!r} is no array')
        self.arrays[name] = array.value


# What a dict of arrays names, module and name.
GLOBALS = {
    'numpy.core.multiarray _reconstruct': _Array,
    'numpy._core.multiarray _reconstruct': _Array,  # of numpy 2
    'numpy ndarray': None,
    'numpy dtype': _DType,
    '_codecs encode': _Encoded,
}
