"""Files of weights for others."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from ..errors import StNetInputError
from .atomic import write_atomically
from .checkpoint import read_checkpoint, to_publish
from .safetensors_file import to_safetensors


class Published(NamedTuple):
    """A file of weights for others.

    Attributes:
        path (Path): The file.
        size (int): Its size in bytes.
        sha256 (str): Its hash, in hexadecimal digits.
        classes (Sequence[str]): Class names that it holds.
    """

    path: Path
    size: int
    sha256: str
    classes: Sequence[str]


def publish(
    checkpoint: str,
    out: Path,
    classes: Sequence[str] | None = None,
    config: str | None = None,
) -> Published:
    """Strip a checkpoint to what inference needs, and name it by its hash.

    Args:
        checkpoint (str): Checkpoint file or URL.
        out (Path): File to write, ``.pth`` or ``.safetensors``: ``NAME.pth``
            becomes ``NAME-HASH.pth``.
        classes (Sequence[str], optional): Class names. Defaults to None:
            those in the checkpoint, if any.
        config (str, optional): Its config, as of ``pack_config``, so that
            the file can be predicted with alone. Defaults to None: that in
            the checkpoint, if any.

    Returns:
        Published: The file.

    Raises:
        StNetInputError: If there are no weights in the checkpoint, or another
            number of class names than of classes.
    """
    content = read_checkpoint(checkpoint)
    try:
        published = to_publish(content, classes, config)
    except StNetInputError as error:
        raise StNetInputError(f'{checkpoint}: {error}') from error
    data = encode(published, out.suffix)
    digest = hashlib.sha256(data).hexdigest()
    out = out.with_name(f'{out.stem}-{digest[:8]}{out.suffix}')
    write_atomically(out, data)
    names = published['meta'].get('dataset_meta', {}).get('classes', ())
    return Published(out, len(data), digest, names)


def encode(published: dict, suffix: str) -> bytes:
    """Turn what is published into the content of a file.

    Args:
        published (dict): As of ``to_publish``.
        suffix (str): Of the file, ``'.pth'`` or ``'.safetensors'``.

    Returns:
        bytes: The content.
    """
    if suffix == '.safetensors':
        return to_safetensors(published)
    buffer = io.BytesIO()
    torch.save(published, buffer)
    return buffer.getvalue()
