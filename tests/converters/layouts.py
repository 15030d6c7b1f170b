"""Writers of the authors' layouts, from what is known of them."""

from __future__ import annotations

import io
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np


def varint(value: int) -> bytes:
    out = b''
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def description(shape: tuple, packed: bool = False) -> bytes:
    """A TensorDesc: field 1 the type (5 is float32), field 2 the sizes."""
    if packed:
        sizes = b''.join(map(varint, shape))
        return b'\x08\x05\x12' + varint(len(sizes)) + sizes
    return b'\x08\x05' + b''.join(b'\x10' + varint(n) for n in shape)


def lod_tensor(array: np.ndarray, packed: bool = False) -> bytes:
    desc = description(array.shape, packed)
    head = struct.pack('<IQIi', 0, 0, 0, len(desc))
    return head + desc + array.astype('<f4').tobytes()


def write_directory(path: Path, arrays: dict) -> Path:
    path.mkdir()
    for name, array in arrays.items():
        (path / name).write_bytes(lod_tensor(array))
    return path


def write_nameless(path: Path, arrays: dict) -> Path:
    path.write_bytes(b''.join(lod_tensor(arrays[n]) for n in sorted(arrays)))
    return path


def write_pickle(path: Path, arrays: dict) -> Path:
    path.write_bytes(pickle.dumps(arrays, protocol=2))
    return path


def write_archive(path: Path, arrays: dict, compressed: bool = True) -> Path:
    mode = 'w:gz' if compressed else 'w'
    with (
        tarfile.open(path, mode, compresslevel=1)
        if compressed
        else (tarfile.open(path, mode))
    ) as archive:
        folder = tarfile.TarInfo('stnet_kinetics')
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, array in arrays.items():
            data = lod_tensor(array)
            info = tarfile.TarInfo(f'stnet_kinetics/{name}')
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


WRITERS = {
    'directory': write_directory,
    'nameless': write_nameless,
    'pickle': write_pickle,
    'archive': write_archive,
}
