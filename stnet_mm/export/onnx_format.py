"""ONNX: how a network becomes such a file, and what runs it here."""

from __future__ import annotations

import inspect
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from stnet_runtime.contract import KEY, Contract

from ..errors import StNetInputError
from ..utils.torch_version import torch_version
from .program import PROGRAM_SINCE, to_program

INPUT, OUTPUTS = 'frames', ('scores', 'energy')
# As new as ONNX Runtime 1.16 and OpenVINO 2023 read; tracing in PyTorch 1.13
# knows none above 17.
OPSET, TRACED_OPSET = 18, 17


def to_onnx(network: nn.Module, frames: Tensor, contract: Contract) -> bytes:
    """Convert a network to ONNX.

    PyTorch's exporter follows the program from 2.6 on; before, it traces the
    network.

    Args:
        network (nn.Module): The network.
        frames (Tensor): An example of its input.
        contract (Contract): Goes into the metadata.

    Returns:
        bytes: The file.

    Raises:
        StNetInputError: If a package is missing.
    """
    follow = torch_version() >= PROGRAM_SINCE
    try:
        import onnx
        import onnxruntime  # noqa: F401  (to compare with)

        if follow:
            import onnxscript  # noqa: F401  (PyTorch's exporter needs it)
    except ImportError as error:
        raise StNetInputError(
            f'exporting to ONNX needs {error.name}: pip install onnx '
            'onnxscript onnxruntime'
        ) from error
    outputs = [*getattr(network, 'names', ()), *OUTPUTS]
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        model = (by_program if follow else by_tracing)(
            network, frames, outputs
        )
    onnx.helper.set_model_props(model, {KEY: contract.to_json()})
    return model.SerializeToString()


def by_program(network: nn.Module, frames: Tensor, outputs: list[str]) -> Any:
    """Convert a network by following its program.

    Args:
        network (nn.Module): The network.
        frames (Tensor): An example of its input.
        outputs (list[str]): Names of its outputs.

    Returns:
        onnx.ModelProto: The model.
    """
    exported: Any = torch.onnx.export(
        to_program(network, frames),
        dynamo=True,
        opset_version=OPSET,
        input_names=[INPUT],
        output_names=outputs,
        verbose=False,
    )
    return exported.model_proto


def by_tracing(network: nn.Module, frames: Tensor, outputs: list[str]) -> Any:
    """Convert a network by recording what it does to an example.

    Args:
        network (nn.Module): The network.
        frames (Tensor): An example of its input.
        outputs (list[str]): Names of its outputs.

    Returns:
        onnx.ModelProto: The model.
    """
    import onnx

    # Newer ones trace only if told to.
    parameters = inspect.signature(torch.onnx.export).parameters
    older: Any = {'dynamo': False} if 'dynamo' in parameters else {}
    axes = {name: {0: 'B'} for name in OUTPUTS}
    axes[INPUT] = {0: 'B', 1: 'TN', 2: 'H', 3: 'W'}
    file: Any = io.BytesIO()
    torch.onnx.export(
        network,
        (frames,),
        file,
        opset_version=TRACED_OPSET,
        input_names=[INPUT],
        output_names=outputs,
        dynamic_axes=axes,
        **older,
    )
    return onnx.load_from_string(file.getvalue())


def run_onnx(data: bytes) -> Callable[[np.ndarray], list[np.ndarray]]:
    """Make ONNX Runtime run a file.

    Args:
        data (bytes): The file.

    Returns:
        Callable[[np.ndarray], list[np.ndarray]]: Runs it.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        data, options, providers=['CPUExecutionProvider']
    )
    name = session.get_inputs()[0].name

    def run(frames: np.ndarray) -> list[np.ndarray]:
        return session.run(None, {name: frames})

    return run
