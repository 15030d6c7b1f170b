"""Files that are no checkpoints of PyTorch."""

from __future__ import annotations

import functools
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from .mutant import Mutant, of_bytes

PAGE = b'<!DOCTYPE html><html><title>404 Not found</title></html>'


def other_files(whole: Path) -> Iterator[Mutant]:
    """Make files of other kinds.

    Args:
        whole (Path): A checkpoint.

    Yields:
        Mutant: The file.
    """
    header = b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}'
    huge = b'{"a":{"dtype":"F32","shape":[1099511627776],' + (
        b'"data_offsets":[0,4398046511104]}}'
    )
    files = {
        'empty': b'',
        'text': b'hello\n' * 100,
        'a web page': PAGE,
        'JSON': b'{"state_dict": {}}',
        'zeros': bytes(10_000),
        'a picture': b'\x89PNG\r\n\x1a\n' + bytes(1000),
        'gzip': b'\x1f\x8b\x08\x00' + bytes(1000),
        'a zip of text': _zip({'read.me': b'hello'}),
        'an empty zip': _zip({}),
        'a zip bomb': _zip({'x/data.pkl': bytes(10**8)}, compress=True),
        'a pickle of depth 100,000': _zip(
            {
                'x/data.pkl': b'\x80\x02'
                + b']' * 10**5
                + b'a' * 99_999
                + b'.',
                'x/version': b'3\n',
            }
        ),
        'a pickle without end': _zip(
            {'x/data.pkl': b'\x80\x02' + b'}' * 1000, 'x/version': b'3\n'}
        ),
        'a tar': _tar(whole),
        'NumPy': _numpy(),
        'a TorchScript program': _script(),
    }
    for name, data in files.items():
        yield of_bytes('other files', name, data)
    headers = {
        'an absurd length': (2**60).to_bytes(8, 'little') + header,
        'a length of 0': bytes(8) + header,
        'no values': _with_length(header),
        'too few values': _with_length(header) + bytes(8),
        'values of 4 TB': _with_length(huge) + bytes(16),
        'other weights': _with_length(header) + bytes(16),
        'no JSON': _with_length(b'x' * 64) + bytes(16),
        'metadata of another type': _with_length(
            b'{"__metadata__":{"stnet_meta":"[1]"},' + header[1:]
        )
        + bytes(16),
        'a web page': PAGE,
        'empty': b'',
        'a checkpoint of PyTorch': whole.read_bytes(),
    }
    for name, data in headers.items():
        yield of_bytes('safetensors', name, data, '.safetensors')
    yield Mutant('other files', 'a folder', lambda path, *_: path.mkdir())
    for name, zipped in (('old format', False), ('new format', True)):
        yield Mutant(
            'saved anew', name, functools.partial(_save_anew, whole, zipped)
        )


def _save_anew(whole: Path, zipped: bool, path: Path, *unused: Path) -> None:
    content = torch.load(whole, weights_only=True)
    torch.save(content, path, _use_new_zipfile_serialization=zipped)


def _with_length(header: bytes) -> bytes:
    return len(header).to_bytes(8, 'little') + header


def _zip(files: dict[str, bytes], compress: bool = False) -> bytes:
    buffer = io.BytesIO()
    kind = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, 'w', kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _tar(path: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode='w') as archive:
        archive.add(path, 'storages')
    return buffer.getvalue()


def _numpy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(4))
    return buffer.getvalue()


def _script() -> bytes:
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(torch.nn.ReLU()), buffer)
    return buffer.getvalue()
