"""An exported network, run by ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from .contract import KEY, read_contract
from .errors import StNetInputError
from .open_set import Prediction, is_unknown
from .reading import read_frames


class ExportedModel:
    """A network that takes videos and says of what class they are.

    Args:
        path (str | Path): The ONNX file that ``tools/export.py`` wrote.
        threads (int, optional): Threads to compute with. Defaults to None,
            as many as ONNX Runtime chooses: one for each core.
        providers (Sequence[str], optional): Of ONNX Runtime, such as
            ``'CUDAExecutionProvider'``. Defaults to None, the CPU.

    Attributes:
        contract (Contract): What the network takes and gives.

    Raises:
        StNetInputError: If there is no such file, or it is no such network.
    """

    def __init__(
        self,
        path: str | Path,
        threads: int | None = None,
        providers: Sequence[str] | None = None,
    ) -> None:
        if not Path(path).is_file():
            raise StNetInputError(f'{path}: there is no such file')
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or 0
        try:
            self._session = onnxruntime.InferenceSession(
                str(path),
                options,
                providers=list(providers or ['CPUExecutionProvider']),
            )
        except Exception as error:
            raise StNetInputError(
                f'{path} is no ONNX file that can be run: {_reason(error)}'
            ) from error
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.contract = read_contract(metadata.get(KEY), str(path))
        self._input = self._session.get_inputs()[0].name

    def __call__(
        self, video: str | Path, num_segments: int | None = None
    ) -> Prediction:
        """Classify a video.

        Args:
            video (str | Path): A video file.
            num_segments (int, optional): T. Defaults to None, that of the
                contract.

        Returns:
            Prediction: What the network says of it.

        Raises:
            StNetInputError: If it cannot be read, or does not fit the
                network; names it.
        """
        frames = read_frames(video, self.contract, num_segments)
        try:
            (prediction,) = self.predict(frames[None])
        except StNetInputError as error:
            raise StNetInputError(f'{video}: {error}') from error
        return prediction

    def predict(self, frames: np.ndarray) -> list[Prediction]:
        """Classify videos whose frames have been read.

        Args:
            frames (np.ndarray): [B, T*N, H, W, 3] RGB uint8.

        Returns:
            list[Prediction]: What the network says of each.

        Raises:
            StNetInputError: If they are not what the contract says.
        """
        self.contract.check_frames(frames.shape, str(frames.dtype))
        outputs = self._session.run(None, {self._input: frames})
        thresholds = self.contract.thresholds
        return [
            Prediction(
                scores, float(energy), is_unknown(scores, energy, thresholds)
            )
            for scores, energy in zip(*outputs)
        ]


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
