"""What happens to frames between the loader and the recognizer."""

from __future__ import annotations

import torch
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.registry import MODELS
from torch import Tensor

from ..errors import StNetInputError


@MODELS.register_module()
class StNetDataPreprocessor(ActionDataPreprocessor):
    """Move frames to the device as bytes; the recognizer normalizes them.

    Bytes take a quarter of the memory and of the copying, and the recognizer
    normalizes no more of them at a time than it works on.

    Args:
        mean (Sequence[float]): Mean of each color (RGB), in 0..255.
        std (Sequence[float]): Standard deviation of each color.
        blending (dict, optional): MMAction2's batch augmentation in training,
            such as ``MixupBlending``. It wants normalized frames, which it
            gets. Defaults to None.
        **kwargs: Further arguments of MMAction2's ``ActionDataPreprocessor``.
    """

    def preprocess(
        self,
        inputs: list[Tensor],
        data_samples: list,
        training: bool = False,
    ) -> tuple[Tensor | list[Tensor], list]:
        """Prepare a batch that is on the device.

        Args:
            inputs (list[Tensor]): Frames of each video, [M, 3, H, W] uint8.
            data_samples (list[ActionDataSample]): Their labels.
            training (bool): Whether to blend. Defaults to False.

        Returns:
            tuple[Tensor | list[Tensor], list]: Frames, and the data samples.
            In training the frames are one tensor, [B, M, 3, H, W]; in testing
            they stay apart, because frames of several sizes may yield crops
            of one size.

        Raises:
            StNetInputError: If frames differ in number or size in training.
        """
        if training:
            check_alike(inputs)
            if self.blending is not None:
                return super().preprocess(inputs, data_samples, training)
        if self.to_rgb:
            inputs = [frames[:, [2, 1, 0]] for frames in inputs]
        return (torch.stack(inputs) if training else inputs), data_samples

    def normalize(self, images: Tensor) -> Tensor:
        """Normalize images.

        Args:
            images (Tensor): Frames or super-images, [..., 3N, H, W] uint8.

        Returns:
            Tensor: The same in float32, in the same memory layout.
        """
        if not self._enable_normalize:
            return images.float()
        frames = images.shape[-3] // 3
        # [3] -> [3N, 1, 1]
        mean, std = (
            x.repeat(frames)[:, None, None] for x in self.mean_and_std()
        )
        return (images - mean).div_(std)

    def mean_and_std(self) -> tuple[Tensor, Tensor]:
        """What colors are normalized with, on the model's device.

        Returns:
            tuple[Tensor, Tensor]: Three means and three standard deviations;
            0 and 1 if colors are not normalized.
        """
        if self._enable_normalize:
            return self.mean.flatten(), self.std.flatten()
        zeros = torch.zeros(3, device=self.device)
        return zeros, zeros + 1


def check_alike(videos: Tensor | list[Tensor]) -> None:
    """Check that the frames of videos can be one batch.

    Args:
        videos (Tensor | list[Tensor]): Frames of each video, [M, 3, H, W].

    Raises:
        StNetInputError: If they differ in number or size.
    """
    shapes = sorted({tuple(frames.shape) for frames in videos})
    if len(shapes) > 1:
        raise StNetInputError(
            'the videos of a batch differ in the number or size of their '
            f'frames: {", ".join(map(str, shapes))} (frames, channels, '
            'height, width). Crop them in the pipeline (CenterCrop), let '
            "test_cfg crop them (crops='ten', crop_size=...), or set "
            'batch_size=1'
        )
