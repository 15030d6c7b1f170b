"""What a recognizer sees of a video: clips of whole frames, and crops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from mmaction.models.recognizers.base import BaseRecognizer
from mmaction.structures import ActionDataSample
from mmengine.dataset import Compose
from torch import Tensor

from ..apis.video_input import any_video_pipeline, make_sample
from ..errors import StNetInputError
from ..models.crops import (
    CROPPING,
    Crop,
    crops_of_testing,
    find_crops,
    transform_name,
)


@dataclass(frozen=True)
class Clip:
    """The frames that a network takes in one pass.

    Attributes:
        frames (Tensor): Whole frames at the size that the pipeline scales
            them to, RGB, [M, 3, H, W] uint8.
        numbers (tuple[int, ...]): Their numbers in the video.
        crops (tuple[Crop, ...]): The views that the test takes of them.
        three_d (bool): Whether the network takes [3, M, H, W].
    """

    frames: Tensor
    numbers: tuple[int, ...]
    crops: tuple[Crop, ...]
    three_d: bool

    def views(self) -> Iterator[tuple[Crop, dict]]:
        """The views of the clip.

        Yields:
            tuple[Crop, dict]: A crop, and a batch of what is in it.
        """
        for crop in self.crops:
            x = crop.cut(self.frames)
            if self.three_d:
                # [M, 3, h, w] -> [3, M, h, w] -> [1, 3, M, h, w]
                x = x.transpose(0, 1)[None]
            x = x.contiguous()
            yield crop, dict(inputs=[x], data_samples=[ActionDataSample()])


class ClipSampler:
    """Takes clips of a video as a test pipeline does, but whole frames.

    Args:
        model (BaseRecognizer): The recognizer.
        pipeline (Sequence[dict]): Config of its test pipeline. Everything in
            it applies but the crop.
        filename_tmpl (str, optional): As in ``make_sample``. Defaults to
            None.

    Raises:
        StNetInputError: If it does not end in RGB frames.
    """

    def __init__(
        self,
        model: BaseRecognizer,
        pipeline: Sequence[dict],
        filename_tmpl: str | None = None,
    ) -> None:
        pipeline = any_video_pipeline(pipeline)
        names = [transform_name(step) for step in pipeline]
        if 'FormatShape' not in names:
            raise StNetInputError(
                'the test pipeline has no FormatShape: only recognizers of '
                'RGB frames can be explained'
            )
        layout = pipeline[names.index('FormatShape')]['input_format']
        if layout not in ('NCHW', 'NCTHW'):
            raise StNetInputError(
                f'the test pipeline makes {layout}: only recognizers of RGB '
                'frames (NCHW, NCTHW) can be explained'
            )
        self._three_d = layout == 'NCTHW'
        before = pipeline[: names.index('FormatShape')]
        self._crop = crops_of_testing(before, model.test_cfg or {})
        self._sample = Compose(
            [step for step in before if transform_name(step) not in CROPPING]
        )
        self._filename_tmpl = filename_tmpl
        self._length = _clip_length(model)

    def __call__(self, video: str | Path) -> list[Clip]:
        """Take the clips of a video.

        Args:
            video (str | Path): A video file, a folder of frames, or a URL.

        Returns:
            list[Clip]: Its clips; more than one if the test has several views
            in time.

        Raises:
            StNetInputError: If the video cannot be read, or its frames do not
                divide into clips.
        """
        results = self._sample(make_sample(video, self._filename_tmpl))
        images = np.stack([np.asarray(image) for image in results['imgs']])
        # [M, H, W, 3] -> [M, 3, H, W]
        frames = torch.from_numpy(images).permute(0, 3, 1, 2)
        numbers = tuple(int(i) for i in results['frame_inds'])
        length = self._length or len(frames)
        if self._three_d:
            length = results['clip_len']
        if len(frames) % length:
            raise StNetInputError(
                f'{video}: {len(frames)} frames do not divide into clips of '
                f'{length}'
            )
        return [
            Clip(
                frames[start : start + length],
                numbers[start : start + length],
                self._crops(*frames.shape[-2:]),
                self._three_d,
            )
            for start in range(0, len(frames), length)
        ]

    def _crops(self, height: int, width: int) -> tuple[Crop, ...]:
        if self._crop is None:
            return (Crop(0, 0, width, height),)
        # Crops that fill the frame are alike.
        return tuple(dict.fromkeys(find_crops(*self._crop, height, width)))


def _clip_length(model: BaseRecognizer) -> int | None:
    """Frames of a clip; None if all that are sampled are one."""
    segments = (model.test_cfg or {}).get('num_segments')
    if segments:
        return segments * model.backbone.num_frames
    # TSM is made for a number of frames.
    return getattr(model.backbone, 'num_segments', None)
