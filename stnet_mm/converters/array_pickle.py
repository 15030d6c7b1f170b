"""Pickles of named arrays, read without running anything.

Paddle 1.7 and later write a dict of arrays as a pickle of protocol 2. This
reader knows the opcodes of such a dict only, and does itself what the four
functions named in it would do. Nothing in the file is ever called.
"""

from __future__ import annotations

import codecs
import math
import struct

import numpy as np

from .lod_tensor import Cursor

# What a dict of arrays names (module and function), and what it is here.
GLOBALS = {
    'numpy.core.multiarray _reconstruct': 'array',
    # As numpy 2 writes it.
    'numpy._core.multiarray _reconstruct': 'array',
    'numpy ndarray': 'class',
    'numpy dtype': 'dtype',
    '_codecs encode': 'encode',
}
# The largest StNet needs a third of this many opcodes, and fewer entries. The
# limits keep a hostile file from growing in memory.
MOST_OPCODES = 100_000
DEEPEST_STACK = 20_000
# Longer texts hold data, which is not decoded before it is used.
LONGEST_NAME = 1024
# Arrays have fewer dimensions.
MOST_DIMENSIONS = 8
CHUNK = 1 << 20
MARK = object()


class _Function:
    """One of the four functions."""

    def __init__(self, name: str) -> None:
        self.name = name


class _DType:
    """A data type before and after its state is set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.little_endian = False


class _Array:
    """An array before and after its state is set."""

    value: np.ndarray | None = None


def read_array_pickle(buffer: object) -> dict[str, np.ndarray]:
    """Read a pickled dict of float32 arrays.

    Args:
        buffer (bytes | memoryview | mmap): The pickle.

    Returns:
        dict[str, ndarray]: The arrays by name.

    Raises:
        ValueError: If it is anything else than that; some damage raises
            other exceptions. Nothing is run in any case.
    """
    return _Reader(buffer).run()


class _Reader:
    def __init__(self, buffer: object) -> None:
        self.cursor = Cursor(buffer)
        self.stack: list = []
        self.memo: dict[int, object] = {}
        # What decoding may yet put out: no more than there is to read.
        self.budget = self.cursor.left

    def run(self) -> dict[str, np.ndarray]:
        for _ in range(MOST_OPCODES):
            opcode = bytes(self.cursor.read(1))
            if opcode == b'.':
                return self._result()
            if opcode not in OPCODES:
                raise ValueError(f'it has the opcode {opcode!r}')
            OPCODES[opcode](self)
            if len(self.stack) > DEEPEST_STACK:
                break
        raise ValueError('it has too many opcodes')

    def _result(self) -> dict[str, np.ndarray]:
        (arrays,) = self.stack
        if not isinstance(arrays, dict) or self.cursor.left:
            raise ValueError('it holds something else than a dict')
        return {name: array.value for name, array in arrays.items()}

    def number(self, layout: str) -> int:
        """The next bytes as a number, in ``struct``'s notation."""
        return struct.unpack(
            layout, self.cursor.read(struct.calcsize(layout))
        )[0]

    def since_mark(self) -> list:
        """What is above the last mark; both leave the stack."""
        at = len(self.stack) - 1
        while self.stack[at] is not MARK:
            at -= 1
            if at < 0:
                raise ValueError('it lacks a mark')
        items = self.stack[at + 1 :]
        del self.stack[at:]
        return items

    def proto(self) -> None:
        if self.number('B') != 2:
            raise ValueError('its protocol is not 2')

    def text(self) -> None:
        data = self.cursor.read(self.number('<I'))
        short = len(data) <= LONGEST_NAME
        self.stack.append(str(data, 'utf-8') if short else data)

    def long(self) -> None:
        data = self.cursor.read(self.number('B'))
        self.stack.append(int.from_bytes(data, 'little', signed=True))

    def function(self) -> None:
        names = []
        for _ in range(2):
            name = b''
            while not name.endswith(b'\n'):
                name += self.cursor.read(1)
                if len(name) > LONGEST_NAME:
                    raise ValueError('it has a very long name')
            names.append(name[:-1].decode('utf-8', 'replace'))
        if ' '.join(names) not in GLOBALS:
            raise ValueError(f'it names {".".join(names)}, which is no array')
        self.stack.append(_Function(GLOBALS[' '.join(names)]))

    def tuple(self, size: int | None = None) -> None:
        if size is None:
            items = self.since_mark()
        else:
            items = [self.stack.pop() for _ in range(size)][::-1]
        self.stack.append(tuple(items))

    def set_items(self, items: list) -> None:
        target = self.stack[-1]
        if not isinstance(target, dict) or len(items) % 2:
            raise ValueError('it sets items of something else than a dict')
        for name, array in zip(items[::2], items[1::2]):
            if not isinstance(name, str):
                # Not shown: tuples of tuples can be endless in print.
                raise ValueError('it has a name that is no text')
            if name in target:
                raise ValueError(f'it has the name {name[:50]!r} twice')
            if not isinstance(array, _Array) or array.value is None:
                raise ValueError(f'{name[:50]!r} is no array')
            target[name] = array

    def call(self) -> None:
        args, function = self.stack.pop(), self.stack.pop()
        if not isinstance(function, _Function) or not isinstance(args, tuple):
            raise ValueError('it calls something unknown')
        if function.name == 'encode':
            text, encoding = args
            if encoding != 'latin1':
                raise ValueError('it encodes to something else than latin1')
            self.stack.append(self._encode(text))
        elif function.name == 'dtype':
            self.stack.append(_DType(args[0]))
        elif function.name == 'array':
            self.stack.append(_Array())
        else:
            raise ValueError('it makes an array of its own kind')

    def _encode(self, text: str | memoryview) -> bytearray:
        """Text to bytes, one character each, in pieces."""
        if isinstance(text, str):
            text = text.encode('utf-8')
        decoder = codecs.getincrementaldecoder('utf-8')()
        data = bytearray()
        for start in range(0, len(text), CHUNK):
            piece = text[start : start + CHUNK]
            last = start + CHUNK >= len(text)
            data += decoder.decode(piece, final=last).encode('latin1')
        self.budget -= len(data)
        if self.budget < 0:
            raise ValueError('it grows beyond its size')
        return data

    def build(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, _DType):
            target.little_endian = state[1] == '<'
        elif isinstance(target, _Array):
            target.value = _array(*state)
        else:
            raise ValueError('it sets the state of something unknown')


def _array(
    version: int, shape: tuple, dtype: _DType, fortran: bool, data: bytearray
) -> np.ndarray:
    """What numpy makes of the state of an array."""
    if version != 1 or dtype.name != 'f4' or not dtype.little_endian:
        raise ValueError('it has an array that is not of float32')
    if (
        not isinstance(shape, tuple)
        or len(shape) > MOST_DIMENSIONS
        or not all(isinstance(n, int) and 0 < n < 1 << 63 for n in shape)
    ):
        raise ValueError('it has an array without a proper shape')
    if not isinstance(data, bytearray) or len(data) != 4 * math.prod(shape):
        raise ValueError(f'it has {len(data)} bytes for the shape {shape}')
    order = 'F' if fortran else 'C'
    return np.frombuffer(data, '<f4').reshape(shape, order=order)


def _push(value: object):
    return lambda reader: reader.stack.append(value)


def _push_number(layout: str):
    return lambda reader: reader.stack.append(reader.number(layout))


def _put(layout: str):
    def put(reader: _Reader) -> None:
        reader.memo[reader.number(layout)] = reader.stack[-1]

    return put


def _get(layout: str):
    return lambda reader: reader.stack.append(
        reader.memo[reader.number(layout)]
    )


OPCODES = {
    b'\x80': _Reader.proto,
    b'}': lambda reader: reader.stack.append({}),
    b'(': _push(MARK),
    b'N': _push(None),
    b')': _push(()),
    b'\x88': _push(True),
    b'\x89': _push(False),
    b'K': _push_number('B'),
    b'M': _push_number('<H'),
    b'J': _push_number('<i'),
    b'\x8a': _Reader.long,
    b'X': _Reader.text,
    b'c': _Reader.function,
    b'q': _put('B'),
    b'r': _put('<I'),
    b'h': _get('B'),
    b'j': _get('<I'),
    b't': _Reader.tuple,
    b'\x85': lambda reader: reader.tuple(1),
    b'\x86': lambda reader: reader.tuple(2),
    b'\x87': lambda reader: reader.tuple(3),
    b's': lambda reader: reader.set_items(
        [reader.stack.pop() for _ in range(2)][::-1]
    ),
    b'u': lambda reader: reader.set_items(reader.since_mark()),
    b'R': _Reader.call,
    b'b': _Reader.build,
}
