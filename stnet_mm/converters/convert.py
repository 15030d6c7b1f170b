"""Conversion of the authors' weights to a checkpoint of MMEngine."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..errors import StNetInputError
from .layouts import check_shape, read_weights
from .names import Entry, find_depth, network_entries

# How many names an error lists.
LISTED = 5


class Conversion(NamedTuple):
    """A converted checkpoint.

    Attributes:
        checkpoint (dict): A checkpoint of MMEngine, of plain types.
        layout (str): Description of the layout it was read from.
        depth (int): Depth of the ResNet.
        num_frames (int): N; 1 for an image network.
        num_classes (int | None): None for an image network.
        checksum (str): SHA-256 of names, shapes and values, the same for
            every layout.
    """

    checkpoint: dict
    layout: str
    depth: int
    num_frames: int
    num_classes: int | None
    checksum: str


def convert_authors_weights(
    path: str, depth: int | None = None, num_segments: int = 25
) -> Conversion:
    """Convert a checkpoint of the authors, read without Paddle.

    Args:
        path (str): A StNet in any of the published layouts, or the directory
            of the ImageNet ResNet; see ``read_weights``.
        depth (int, optional): 50, 101 or 152. Defaults to None: found from
            the contents.
        num_segments (int): T, stored in the checkpoint's ``meta``; the
            weights do not depend on it. Defaults to 25, as in the authors'
            test.

    Returns:
        Conversion: The checkpoint. That of a StNet loads into a
        ``StNetRecognizer`` with ``strict=True``; that of an ImageNet ResNet
        is for the ``init_cfg`` of ``StNet``.

    Raises:
        FileNotFoundError: If there is no such file.
        StNetInputError: If the file is damaged, or entries are missing,
            unexpected or of another shape.
    """
    layout, arrays = read_weights(path, depth)
    depth = find_depth(set(arrays), path, depth)
    image_network = not any(n.startswith(('conv3d_', 'xc')) for n in arrays)
    entries = network_entries(depth, image_network)
    name = f'{"ResNet" if image_network else "StNet-ResNet"}{depth}'
    _check_names(path, name, set(arrays), {e.theirs for e in entries})
    for entry in entries:
        _check_entry(path, entry, arrays[entry.theirs])
    num_channels = arrays['conv1_weights'].shape[1]
    num_classes: int | None = len(arrays['fc_0.b_0'])
    if arrays['fc_0.w_0'].shape[1] != num_classes:
        raise StNetInputError(
            f'{path}: fc_0.w_0 is for {arrays["fc_0.w_0"].shape[1]} classes, '
            f'fc_0.b_0 for {num_classes}'
        )
    if num_channels % 3:
        raise StNetInputError(
            f'{path}: conv1_weights has {num_channels} channels, which are no '
            'frames of RGB'
        )

    checksum = _checksum(arrays)
    info = dict(
        source=f'{name} of the authors',
        depth=depth,
        num_frames=num_channels // 3,
        checksum=checksum,
    )
    if image_network:
        num_classes = None
        entries = [e for e in entries if e.ours.startswith('backbone.')]
    else:
        info.update(num_classes=num_classes, num_segments=num_segments)
    state = _state_dict(entries, arrays)
    return Conversion(
        checkpoint=dict(meta=dict(stnet=info), state_dict=state),
        layout=layout,
        depth=depth,
        num_frames=num_channels // 3,
        num_classes=num_classes,
        checksum=checksum,
    )


def _check_names(
    path: str, network: str, found: set[str], wanted: set[str]
) -> None:
    faults = [
        f'{verb} {len(names)} entries ('
        + ', '.join(ascii(n[:50])[1:-1] for n in sorted(names)[:LISTED])
        + (', ...)' if len(names) > LISTED else ')')
        for verb, names in (
            ('lacks', wanted - found),
            ('has left over', found - wanted),
        )
        if names
    ]
    if faults:
        raise StNetInputError(
            f'{path} is no {network}: it {" and ".join(faults)}'
        )


def _check_entry(path: str, entry: Entry, array: np.ndarray) -> None:
    try:
        check_shape(entry.theirs, array.shape, entry.shape)
    except ValueError as error:
        raise StNetInputError(f'{path}: {error}') from error


def _checksum(arrays: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f'{name} {array.shape}\n'.encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _state_dict(
    entries: list[Entry], arrays: dict[str, np.ndarray]
) -> dict[str, Tensor]:
    """Convert the arrays to the names and shapes of our model."""
    state = {}
    for entry in entries:
        tensor = torch.from_numpy(arrays[entry.theirs])
        if entry.theirs == 'fc_0.w_0':
            tensor = tensor.t().contiguous()
        elif entry.theirs.startswith(('conv3d_', 'xception_')):
            # [C, C, 3, 1, 1] -> [C, C, 3, 1]; [C, D, k, 1] -> [C, D, k]
            tensor = tensor.squeeze(-1) if tensor.ndim > 1 else tensor
        state[entry.ours] = tensor
        if entry.ours.endswith('running_var'):
            counter = entry.ours.replace('running_var', 'num_batches_tracked')
            state[counter] = torch.tensor(0)
    return state
