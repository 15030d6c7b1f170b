"""Networks in 8-bit integers, by ONNX Runtime's static quantization."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stnet_runtime.contract import KEY, Contract

from ..utils.progress import track
from .formats import Run
from .onnx_format import INPUT

# All between two convolutions, so that nothing goes to float and back there.
OPERATORS = (
    *('Conv', 'Gemm', 'MatMul', 'Add', 'Relu', 'Clip'),
    *('Concat', 'MaxPool', 'AveragePool'),
)
# Of so many videos, spread over the list, ranges are taken.
MOST = 100


class Int8Check(NamedTuple):
    """How a network in 8-bit integers compares with itself in float32.

    Attributes:
        videos (int): How many were compared.
        difference (float): Mean of the largest differences of a score.
        same_top1 (int): How many have the same best class.
        right_before (int): How many float32 takes for what they are.
        right_after (int): The same in integers.
    """

    videos: int
    difference: float
    same_top1: int
    right_before: int
    right_after: int


def quantize(
    data: bytes, contract: Contract, videos: Sequence[tuple[str, int]]
) -> bytes:
    """Turn a network into one of 8-bit integers.

    Weights have a scale for each channel, and seven bits: processors that
    cannot multiply 8 bits by 8 would overflow. What activations range over is
    seen on videos.

    Args:
        data (bytes): An ONNX file.
        contract (Contract): Of the new file.
        videos (Sequence[tuple[str, int]]): Paths and labels; of at most 100
            of them, spread evenly, the ranges are taken.

    Returns:
        bytes: The new file.

    Raises:
        StNetInputError: If a video cannot be read; names it.
    """
    import onnx
    from onnxruntime.quantization import (
        CalibrationDataReader,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            every = videos[:: -(-len(videos) // MOST)]
            self._frames = _read(every, contract, 'finding ranges')

        def get_next(self) -> Any:
            frames, _ = next(self._frames, (None, 0))
            return None if frames is None else {INPUT: frames[None]}

    with tempfile.TemporaryDirectory() as folder, _quietly():
        paths = [Path(folder, name) for name in ('1.onnx', '2.onnx', '3.onnx')]
        paths[0].write_bytes(data)
        # Folds BatchNorm; videos and frames may be any number.
        quant_pre_process(str(paths[0]), paths[1], skip_symbolic_shape=True)
        quantize_static(
            *(str(paths[1]), str(paths[2]), Reader()),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=[*OPERATORS],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        model = onnx.load(str(paths[2]))
    onnx.helper.set_model_props(model, {KEY: contract.to_json()})
    return model.SerializeToString()


def check_int8(
    before: Run,
    after: Run,
    contract: Contract,
    videos: Sequence[tuple[str, int]],
) -> Int8Check:
    """Compare a network in integers with itself in float32.

    Args:
        before (Run): Runs it in float32.
        after (Run): Runs it in integers.
        contract (Contract): What both take.
        videos (Sequence[tuple[str, int]]): Paths and labels.

    Returns:
        Int8Check: How they compare.

    Raises:
        StNetInputError: If a video cannot be read; names it.
    """
    differences, best = [], []
    for frames, label in _read(videos, contract, 'comparing'):
        one, other = before(frames[None])[0][0], after(frames[None])[0][0]
        differences.append(float(np.abs(one - other).max()))
        best.append((int(one.argmax()), int(other.argmax()), label))
    return Int8Check(
        len(best),
        float(np.mean(differences)),
        sum(one == other for one, other, _ in best),
        sum(one == label for one, _, label in best),
        sum(other == label for _, other, label in best),
    )


def _read(
    videos: Sequence[tuple[str, int]], contract: Contract, task: str
) -> Iterator[tuple[np.ndarray, int]]:
    # Only now: it needs PyAV 17, and float32 is exported without.
    from stnet_runtime.reading import read_frames

    for path, label in track(videos, task):
        yield read_frames(path, contract), label


@contextmanager
def _quietly() -> Iterator[None]:
    """Without ONNX Runtime's advice, which is for its own tools."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
