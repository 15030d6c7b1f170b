"""The formats of exported networks: how each is written and run."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from stnet_runtime.contract import KEY, Contract

from ..errors import StNetInputError

INPUT, OUTPUTS = 'frames', ('scores', 'energy')
# As new as ONNX Runtime 1.16 and OpenVINO 2023 read.
OPSET = 18
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


def to_program(network: nn.Module, frames: Tensor) -> Any:
    """Trace a network, for any number and size of videos and segments.

    Args:
        network (nn.Module): Takes frames, [B, T*N, H, W, 3].
        frames (Tensor): An example of two videos or more.

    Returns:
        torch.export.ExportedProgram: The program.

    Raises:
        StNetInputError: If PyTorch is too old.
    """
    if not hasattr(torch, 'export') or not hasattr(torch.export, 'Dim'):
        raise StNetInputError(
            f'PyTorch {torch.__version__} cannot export this: use 2.6 or '
            'newer, or --format torchscript'
        )
    inner: Any = getattr(network, 'network', network)
    width, height = inner.crop_size
    dim = torch.export.Dim
    shapes = {
        0: dim('B', min=1, max=1024),
        1: inner.num_frames * dim('T', min=1, max=1024),
        2: dim('H', min=height, max=16384),
        3: dim('W', min=width, max=16384),
    }
    with _any_size():
        return torch.export.export(
            network, (frames,), dynamic_shapes=dict(frames=shapes)
        )


def _any_size() -> AbstractContextManager:
    """Let one video be as good as two: PyTorch would tell them apart."""
    from torch.fx.experimental import _config

    if hasattr(_config, 'backed_size_oblivious'):
        return _config.patch(backed_size_oblivious=True)  # type: ignore
    return nullcontext()


def to_onnx(network: nn.Module, frames: Tensor, contract: Contract) -> bytes:
    """Convert a network to ONNX.

    Args:
        network (nn.Module): The network.
        frames (Tensor): An example of its input.
        contract (Contract): Goes into the metadata.

    Returns:
        bytes: The file.

    Raises:
        StNetInputError: If a package is missing.
    """
    try:
        import onnx
        import onnxruntime  # noqa: F401  (to compare with)
        import onnxscript  # noqa: F401  (PyTorch's exporter needs it)
    except ImportError as error:
        raise StNetInputError(
            f'exporting to ONNX needs {error.name}: pip install onnx '
            'onnxscript onnxruntime'
        ) from error
    program = to_program(network, frames)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        exported: Any = torch.onnx.export(
            program,
            dynamo=True,
            opset_version=OPSET,
            input_names=[INPUT],
            output_names=[*getattr(network, 'names', ()), *OUTPUTS],
            verbose=False,
        )
    model = exported.model_proto
    onnx.helper.set_model_props(model, {KEY: contract.to_json()})
    return model.SerializeToString()


def run_onnx(data: bytes) -> Run:
    """Make ONNX Runtime run a file.

    Args:
        data (bytes): The file.

    Returns:
        Run: Runs it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        data, options, providers=['CPUExecutionProvider']
    )
    name = session.get_inputs()[0].name
    return lambda frames: session.run(None, {name: frames})


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
