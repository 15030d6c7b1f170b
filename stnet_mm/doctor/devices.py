"""Which processors there are, and what they compute in."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess

import torch

from ..engine.fast_inference import choose_precision
from ..utils.has_triton import has_triton


def describe_cpu() -> dict:
    """The CPU, as PyTorch sees it.

    Returns:
        dict: ``machine``, ``capability`` (the widest vector instructions,
        or None if unknown), ``cores``, ``threads`` and ``precision``.
    """
    # Not before PyTorch 2.
    capability = getattr(torch.backends, 'cpu', None)
    return dict(
        machine=platform.machine(),
        capability=capability and capability.get_cpu_capability(),
        cores=os.cpu_count(),
        threads=torch.get_num_threads(),
        precision=_name(choose_precision('cpu')),
    )


def describe_cuda() -> dict:
    """The GPUs, and what they are used with.

    Returns:
        dict: ``driver``, ``cuda``, ``cudnn`` (versions, or None), ``triton``
        (bool: whether PyTorch can compile for them) and ``gpus``, a dict for
        each: ``name``, ``memory_gib``, ``capability``, ``precision`` and
        ``fault`` (None if it computes, else why not).
    """
    available = torch.cuda.is_available()
    return dict(
        driver=_find_driver(),
        cuda=torch.version.cuda,
        cudnn=torch.backends.cudnn.version() if available else None,
        triton=has_triton(),
        gpus=[
            _describe_gpu(number)
            for number in range(torch.cuda.device_count() if available else 0)
        ],
    )


def _describe_gpu(number: int) -> dict:
    properties = torch.cuda.get_device_properties(number)
    with torch.cuda.device(number):
        precision = _name(choose_precision('cuda'))
    return dict(
        name=properties.name,
        memory_gib=round(properties.total_memory / 2**30, 1),
        capability=f'{properties.major}.{properties.minor}',
        precision=precision,
        fault=_fault_of(f'cuda:{number}'),
    )


def _fault_of(device: str) -> str | None:
    try:
        # A build of PyTorch may lack kernels for a GPU, or memory be full.
        ones = torch.ones(1, 1, 8, 8, device=device)
        total = float(torch.conv2d(ones, ones).sum())
    except RuntimeError as error:
        return (str(error).splitlines() or ['unknown'])[0]
    return None if total == 64 else f'a sum of 64 ones is {total}'


def _find_driver() -> str | None:
    """The version of NVIDIA's driver, whether or not PyTorch can use it."""
    program = shutil.which('nvidia-smi')
    if program is None:
        return None
    query = ('--query-gpu=driver_version', '--format=csv,noheader')
    try:
        result = subprocess.run(
            [program, *query], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = result.stdout.split()
    return lines[0] if result.returncode == 0 and lines else None


def _name(dtype: torch.dtype) -> str:
    return str(dtype).replace('torch.', '')
