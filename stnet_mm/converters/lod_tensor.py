"""LoDTensor, Paddle 1.x's format of one variable."""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Callable
from typing import Union

import numpy as np

# Python 3.12 has a name for it.
Buffer = Union[bytes, bytearray, memoryview, mmap.mmap]
# Field 1 of a TensorDesc: the type of the data.
FLOAT32 = 5
# Bytes, enough for ten dimensions of any size.
LONGEST_DESC = 128


class Cursor:
    """Reads a buffer from front to back, without copying it.

    Args:
        buffer (bytes | memoryview | mmap): What to read.
    """

    def __init__(self, buffer: Buffer) -> None:
        self.view = memoryview(buffer)
        self.position = 0

    @property
    def left(self) -> int:
        """Bytes that have not been read."""
        return len(self.view) - self.position

    def read(self, size: int) -> memoryview:
        """The next bytes.

        Args:
            size (int): How many.

        Returns:
            memoryview: Exactly so many.

        Raises:
            ValueError: If there are fewer.
        """
        if not 0 <= size <= self.left:
            missing = size - self.left
            raise ValueError(f'it is cut short: {missing} bytes are missing')
        start, self.position = self.position, self.position + size
        return self.view[start : self.position]


def read_lod_tensor(
    read: Callable[[int], Buffer],
    accept: Callable[[tuple[int, ...]], None] | None = None,
) -> np.ndarray:
    """Read a variable.

    Args:
        read (Callable): Returns the next bytes, exactly as many as its
            argument says, or raises ValueError.
        accept (Callable, optional): Called with the shape before the data is
            read; raises ValueError to refuse it. Defaults to None.

    Returns:
        ndarray: float32; a view of what ``read`` returns.

    Raises:
        ValueError: If it is not a LoDTensor of float32.
    """
    version, levels = struct.unpack('<IQ', read(12))
    tensor_version, size = struct.unpack('<Ii', read(8))
    if version or levels or tensor_version:
        raise ValueError('it is no LoDTensor of version 0 without levels')
    if not 0 < size <= LONGEST_DESC:
        raise ValueError(f'its description has {size} bytes')
    shape = _shape(bytes(read(size)))
    if accept is not None:
        accept(shape)
    data = read(4 * math.prod(shape))
    return np.frombuffer(data, '<f4').reshape(shape)


def _shape(desc: bytes) -> tuple[int, ...]:
    """Read the shape from a TensorDesc, which must be of float32."""
    data_type = None
    shape: list[int] = []
    cursor = Cursor(desc)
    while cursor.left:
        field, wire = divmod(_varint(cursor), 8)
        if (field, wire) == (1, 0):
            data_type = _varint(cursor)
        elif (field, wire) == (2, 0):
            shape.append(_varint(cursor))
        elif (field, wire) == (2, 2):  # packed
            packed = Cursor(cursor.read(_varint(cursor)))
            while packed.left:
                shape.append(_varint(packed))
        else:
            raise ValueError(f'its description has an unknown field {field}')
    if data_type != FLOAT32:
        raise ValueError(f'its data type is {data_type}, not float32')
    if not shape or min(shape) < 1:
        raise ValueError(f'its shape is {shape}')
    return tuple(shape)


def _varint(cursor: Cursor) -> int:
    value = 0
    for shift in range(0, 63, 7):
        byte = cursor.read(1)[0]
        value |= (byte & 127) << shift
        if byte < 128:
            return value
    raise ValueError('its description has too long a number')
