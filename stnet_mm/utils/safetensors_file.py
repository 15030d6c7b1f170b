"""Checkpoints in ``.safetensors`` files."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from mmengine.dist import barrier, get_rank
from mmengine.runner import CheckpointLoader

from ..errors import StNetInputError

if TYPE_CHECKING:
    from types import ModuleType

# Under this name safetensors' metadata, which holds text only, carries ours.
META = 'stnet_meta'


# '~?' changes nothing but the order: MMEngine tries the patterns from the last
# in the alphabet on, and 'http' would win for URLs.
@CheckpointLoader.register_scheme(prefixes=r'~?.*\.safetensors$')
def load_from_safetensors(
    filename: str, map_location: str | torch.device | None
) -> dict:
    """Read a ``.safetensors`` file; MMEngine calls it.

    Args:
        filename (str): File or URL.
        map_location (str | torch.device, optional): Where to put tensors;
            None is the CPU.

    Returns:
        dict: ``state_dict`` and ``meta``, as in a checkpoint of MMEngine.

    Raises:
        FileNotFoundError: If there is no such file.
        OSError: If a URL cannot be reached.
        StNetInputError: If the file is damaged or safetensors is missing.
    """
    safetensors = _import()
    path = filename
    if filename.startswith(('http://', 'https://')):
        path = _download(filename)
    elif not os.path.isfile(filename):
        raise FileNotFoundError(f'{filename} can not be found.')
    try:
        with safetensors.safe_open(
            path, framework='pt', device=str(map_location or 'cpu')
        ) as file:
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            meta = json.loads((file.metadata() or {}).get(META, '{}'))
    except (safetensors.SafetensorError, ValueError) as error:
        raise StNetInputError(
            f'{filename} is not a safetensors file that can be read: {error}'
        ) from error
    return dict(state_dict=state, meta=meta)


def to_safetensors(checkpoint: dict) -> bytes:
    """A checkpoint in the format of ``.safetensors`` files.

    Args:
        checkpoint (dict): ``state_dict``, and ``meta`` of plain types.

    Returns:
        bytes: The content of the file.

    Raises:
        StNetInputError: If safetensors is missing.
    """
    _import()
    from safetensors.torch import save

    state = {k: v.contiguous() for k, v in checkpoint['state_dict'].items()}
    meta = {'format': 'pt', META: json.dumps(checkpoint['meta'])}
    return save(state, metadata=meta)


def save_tensors(tensors: dict[str, torch.Tensor]) -> bytes:
    """Tensors in the format of ``.safetensors`` files.

    Args:
        tensors (dict[str, Tensor]): Tensors by name.

    Returns:
        bytes: The content of the file.

    Raises:
        StNetInputError: If safetensors is missing.
    """
    _import()
    from safetensors.torch import save

    return save({name: x.contiguous() for name, x in tensors.items()})


def load_tensors(path: str | Path) -> dict[str, torch.Tensor]:
    """Read the tensors of a ``.safetensors`` file.

    Args:
        path (str | Path): The file.

    Returns:
        dict[str, Tensor]: Tensors by name, on the CPU.

    Raises:
        StNetInputError: If safetensors is missing.
    """
    _import()
    from safetensors.torch import load_file

    return load_file(str(path))


def _import() -> ModuleType:
    try:
        import safetensors
    except ImportError as error:
        raise StNetInputError(
            'a .safetensors file needs safetensors: pip install safetensors'
        ) from error
    return safetensors


def _download(url: str) -> str:
    """Download a URL once, to where torch.hub keeps checkpoints."""
    # Files of different networks are often all called model.safetensors.
    digest = hashlib.sha256(url.encode()).hexdigest()[:8]
    folder = Path(torch.hub.get_dir(), 'checkpoints')
    path = folder / f'{digest}-{url.rsplit("/", 1)[-1]}'
    # One process of each machine: they may have folders of their own.
    local_rank = os.environ.get('LOCAL_RANK', str(get_rank()))
    try:
        if local_rank == '0' and not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(url, str(path))
    finally:
        # Also after a failure, or the other processes would wait.
        barrier()
    return str(path)
