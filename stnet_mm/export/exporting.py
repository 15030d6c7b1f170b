"""Exporting a trained model to one file."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from stnet_runtime.contract import Contract

from ..errors import StNetInputError, check_choice
from ..models.stnet_recognizer import StNetRecognizer
from ..utils.atomic import write_atomically
from .exported_network import ExportedNetwork
from .formats import FORMATS, Run
from .int8 import Int8Check, check_int8, quantize
from .parity import Parity, compare, first_difference, refuse


class Exported(NamedTuple):
    """A file that was written.

    Attributes:
        path (Path): The file.
        size (int): Its size in bytes.
        contract (Contract): What it takes and gives.
        random (Parity): How it compares with the model, on noise.
        real (Parity, optional): The same, on videos; None if there are none.
        int8 (Int8Check, optional): How its 8-bit integers compare with
            float32; None of float32.
    """

    path: Path
    size: int
    contract: Contract
    random: Parity
    real: Parity | None
    int8: Int8Check | None


def export(
    model: StNetRecognizer,
    contract: Contract,
    out: Path,
    form: str = 'onnx',
    real_frames: Sequence[np.ndarray] = (),
    int8: Sequence[tuple[str, int]] = (),
) -> Exported:
    """Export a model, and check that the file does what the model does.

    Args:
        model (StNetRecognizer): The model, in evaluation mode.
        contract (Contract): What the network is to take and give.
        out (Path): The file to write, and with ``.json`` added its contract.
        form (str): A key of ``FORMATS``. Defaults to ``'onnx'``.
        real_frames (Sequence[np.ndarray]): Frames of videos, each
            [T*N, H, W, 3] uint8, to compare with. Defaults to none.
        int8 (Sequence[tuple[str, int]]): Paths and labels of videos to turn
            the network into one of 8-bit integers with. Defaults to none: it
            stays in float32.

    Returns:
        Exported: The file.

    Raises:
        StNetInputError: If the format is unknown or needs a package, or the
            file would not do what the model does; nothing is written.
    """
    check_choice('format', form, FORMATS)
    if int8 and form != 'onnx':
        raise StNetInputError(f'8-bit integers are for onnx, not {form}')
    network = ExportedNetwork(copy.deepcopy(model), contract)
    example = torch.from_numpy(_noise(contract, videos=2, segments=3))
    kind = FORMATS[form]
    data = kind.convert(network, example, contract)
    run = kind.load(data)
    if not _takes_other_segments(model, run, contract):
        contract = replace(contract, any_segments=False)
        example = torch.from_numpy(
            _noise(contract, videos=2, segments=contract.num_segments)
        )
        data = kind.convert(network, example, contract)
        run = kind.load(data)
    random = _noise(contract, videos=2, segments=contract.num_segments)
    found = [
        compare(model, contract, run, batches)
        for batches in ([random], [frames[None] for frames in real_frames])
        if batches
    ]
    for parity in found:
        if not parity.holds:
            where = first_difference(network, kind, example, random, contract)
            refuse(parity, form, where)
    integers = None
    if int8:
        contract = replace(contract, precision='int8')
        data = quantize(data, contract, int8)
        integers = check_int8(run, kind.load(data), contract, int8)
    write_atomically(out, data)
    text = contract.to_json() + '\n'
    write_atomically(out.with_name(f'{out.name}.json'), text.encode())
    real = found[1] if real_frames else None
    return Exported(out, len(data), contract, found[0], real, integers)


def _takes_other_segments(
    model: StNetRecognizer, run: Run, contract: Contract
) -> bool:
    """Whether the file takes any number of videos and segments."""
    segments = contract.num_segments + 1
    frames = _noise(contract, videos=1, segments=segments, more=7)
    try:
        return compare(model, contract, run, [frames]).holds
    except Exception:
        # Each format refuses in its own way what it has fixed.
        return False


def _noise(
    contract: Contract, videos: int, segments: int, more: int = 0
) -> np.ndarray:
    """Frames, [B, T*N, H, W, 3], a little larger than the crops."""
    width, height = contract.crop_size
    if contract.crops != 'three':  # which fill one side
        height += 6
    shape = (
        *(videos, segments * contract.num_frames),
        *(height, width + 10 + more, 3),
    )
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)
