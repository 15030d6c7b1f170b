"""torchcodec as a pair of MMAction2's transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mmaction.registry import TRANSFORMS

from ...utils.torchcodec_fault import find_torchcodec_fault
from .readers import ReaderDecode, ReaderInit

if TYPE_CHECKING:
    from ..torchcodec_reader import TorchCodecReader


@TRANSFORMS.register_module()
class StNetTorchCodecInit(ReaderInit):
    """Open a video with torchcodec's ``TorchCodecReader``."""

    def open_reader(self, source: str | bytes) -> TorchCodecReader:
        """Make the reader, as ``ReaderInit`` says."""
        fault = find_torchcodec_fault()
        if fault:
            raise ImportError(fault)
        # Only now, because torchcodec is not required.
        from ..torchcodec_reader import TorchCodecReader

        return TorchCodecReader(source, self.num_threads)


@TRANSFORMS.register_module()
class StNetTorchCodecDecode(ReaderDecode):
    """Decode the sampled frames with torchcodec, and close the video."""
