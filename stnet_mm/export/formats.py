"""The formats of exported networks: how each is written and run."""

from __future__ import annotations

import io
import warnings
from typing import Callable, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from stnet_runtime.contract import KEY, Contract

from ..errors import StNetInputError
from .onnx_format import run_onnx, to_onnx
from .program import to_program

Run = Callable[[np.ndarray], 'list[np.ndarray]']


class Format(NamedTuple):
    """A format.

    Attributes:
        suffix (str): Of its files.
        convert (Callable): Converts a network, given an example of its input
            and the contract; bytes of a file.
        load (Callable): Makes what runs these bytes, in this process: takes
            frames, and gives all outputs.
    """

    suffix: str
    convert: Callable[[nn.Module, Tensor, Contract], bytes]
    load: Callable[[bytes], Run]


def to_exported_program(
    network: nn.Module, frames: Tensor, contract: Contract
) -> bytes:
    """Convert a network to a file of ``torch.export``.

    Args:
        network (nn.Module): The network.
        frames (Tensor): An example of its input.
        contract (Contract): Goes into the file, as ``stnet_contract``.

    Returns:
        bytes: The file.
    """
    file = io.BytesIO()
    program = to_program(network, frames)
    torch.export.save(program, file, extra_files={KEY: contract.to_json()})
    return file.getvalue()


def run_exported_program(data: bytes) -> Run:
    """Make PyTorch run a file of ``torch.export``.

    Args:
        data (bytes): The file.

    Returns:
        Run: Runs it.
    """
    return _run_torch(torch.export.load(io.BytesIO(data)).module())


def to_torchscript(
    network: nn.Module, frames: Tensor, contract: Contract
) -> bytes:
    """Convert a network to TorchScript.

    Args:
        network (nn.Module): The network.
        frames (Tensor): An example of its input.
        contract (Contract): Goes into the file, as ``stnet_contract``.

    Returns:
        bytes: The file.
    """
    with warnings.catch_warnings():
        # Tracing warns of every number that might be constant; parity on
        # another shape shows whether one is.
        warnings.simplefilter('ignore')
        traced = torch.jit.trace(network, frames, check_trace=False)
    file = io.BytesIO()
    torch.jit.save(traced, file, _extra_files={KEY: contract.to_json()})
    return file.getvalue()


def run_torchscript(data: bytes) -> Run:
    """Make PyTorch run a TorchScript file.

    Args:
        data (bytes): The file.

    Returns:
        Run: Runs it.
    """
    return _run_torch(torch.jit.load(io.BytesIO(data)))


def _run_torch(module: nn.Module) -> Run:
    def run(frames: np.ndarray) -> list[np.ndarray]:
        with torch.no_grad():
            outputs = module(torch.from_numpy(frames))
        if isinstance(outputs, Tensor):
            outputs = (outputs,)
        return [output.numpy() for output in outputs]

    return run


FORMATS = {
    'onnx': Format('.onnx', to_onnx, run_onnx),
    'torchscript': Format('.pt', to_torchscript, run_torchscript),
    'exported-program': Format(
        '.pt2', to_exported_program, run_exported_program
    ),
}


def check_suffix(path: str, kind: str) -> None:
    """Check that a file is called after its format.

    Args:
        path (str): The file to write.
        kind (str): A key of ``FORMATS``.

    Raises:
        StNetInputError: If it is not.
    """
    suffix = FORMATS[kind].suffix
    if not path.endswith(suffix):
        kinds = ', '.join(f'{f.suffix} for {k}' for k, f in FORMATS.items())
        raise StNetInputError(
            f'{path}: a file of the format {kind} ends in {suffix}: give it '
            f'that name, or choose another --format ({kinds})'
        )
