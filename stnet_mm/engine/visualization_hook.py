"""Drawing predictions while testing: MMAction2's hook, made to work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from mmaction.engine.hooks import VisualizationHook
from mmaction.registry import HOOKS
from mmaction.structures import ActionDataSample
from mmengine.structures import LabelData
from torch import Tensor

from ..utils.fonts import readable

# Text is not legible on smaller frames.
SHORT_SIDE = 256


@HOOKS.register_module()
class StNetVisualizationHook(VisualizationHook):
    """Draw what a recognizer saw and said of every n-th video.

    MMAction2 1.2.0's hook fails: it hands its visualizer an argument that
    this does not know, takes the frames for another layout than recognizers
    get, and the visualizer looks for labels under names that data samples no
    longer have. Where the fault is present, this one is registered as
    ``VisualizationHook``, too (``stnet_mm.compat``).

    Args:
        enable (bool): Whether to draw. Defaults to False.
        interval (int): Draw every n-th video. Defaults to 5000.
        show (bool): Whether to show frames in a window. Defaults to False.
        out_dir (str, optional): Folder for the pictures, one folder a video.
            Defaults to None: the visualizer's backends take them.
        max_frames (int): How many frames of a video to draw at most, evenly
            spaced. Defaults to 32.
        **kwargs: Further arguments of ``ActionVisualizer.add_datasample``,
            such as ``wait_time``, ``out_type`` or ``fps``.
    """

    def __init__(
        self,
        enable: bool = False,
        interval: int = 5000,
        show: bool = False,
        out_dir: str | None = None,
        max_frames: int = 32,
        **kwargs,
    ) -> None:
        super().__init__(enable, interval, show, out_dir, **kwargs)
        self.max_frames = max_frames
        self._videos = 0
        self.draw_args = dict(**kwargs, show_frames=show)

    def _draw_samples(
        self,
        batch_idx: int,
        data_batch: dict,
        data_samples: Sequence[ActionDataSample],
        step: int = 0,
    ) -> None:
        """Draw the videos of a batch whose turn it is.

        Args:
            batch_idx (int): Number of the batch.
            data_batch (dict): The batch.
            data_samples (Sequence[ActionDataSample]): The predictions.
            step (int): Epoch, or 0 in testing. Defaults to 0.
        """
        if not self.enable:
            return
        self._make_names_readable()
        # Counted, because the last batch may be smaller than the others.
        first = self._videos if batch_idx else 0
        self._videos = first + len(data_samples)
        for i, (inputs, sample) in enumerate(
            zip(data_batch['inputs'], data_samples)
        ):
            number = first + i
            if number % self.interval:
                continue
            name = _name(number, sample)
            size = _target(*inputs.shape[-2:])
            args: dict = dict(target_resolution=size)
            args.update(self.draw_args)
            # Backends tell the steps of pictures apart, but not of videos.
            if (
                self.out_dir is not None
                or args.get('out_type', 'img') != 'img'
            ):
                name = f'{name}_{step}'
            if self.out_dir is not None:
                args['out_path'] = str(Path(self.out_dir, name))
            self._visualizer.add_datasample(
                name,
                video=self._frames(inputs),
                data_sample=_as_drawn(sample),
                step=step,
                **args,
            )

    def _make_names_readable(self) -> None:
        """Replace what the visualizer's font has not, lest boxes appear."""
        meta = self._visualizer.dataset_meta or {}
        names = meta.get('classes')
        if isinstance(names, (list, tuple)):
            names = [readable(str(name), ['monospace']) for name in names]
            self._visualizer.dataset_meta = {**meta, 'classes': names}

    def _frames(self, inputs: Tensor) -> np.ndarray:
        """Frames to draw, [F, H, W, 3], of what the data loader gave."""
        if inputs.ndim == 5:
            # [V, 3, L, H, W] -> [3, L, H, W] -> [L, 3, H, W]
            inputs = inputs[0].transpose(0, 1)
        count = min(len(inputs), self.max_frames)
        chosen = np.linspace(0, len(inputs) - 1, count).round().astype(int)
        # [F, 3, H, W] -> [F, H, W, 3]
        frames = inputs[chosen].permute(0, 2, 3, 1).cpu().numpy()
        return np.ascontiguousarray(frames.astype(np.uint8))


def _name(number: int, sample: ActionDataSample) -> str:
    """A name for a video: files of several folders may have the same one."""
    name = f'{number:05d}'
    for key in ('filename', 'frame_dir'):
        if key in sample:
            name += f'_{Path(sample.get(key)).stem}'
            break
    # Backends cut names of videos at a dot.
    return name.replace('.', '_')


def _target(height: int, width: int) -> tuple[int, int] | None:
    """Size to draw at, (width, height); None for that of the frames."""
    scale = SHORT_SIDE / min(height, width)
    if scale <= 1:
        return None
    return round(width * scale), round(height * scale)


def _as_drawn(sample: ActionDataSample) -> ActionDataSample:
    """A data sample with the names that MMAction2's visualizer looks for."""
    drawn = ActionDataSample()
    if 'gt_label' in sample and (sample.gt_label >= 0).all():
        drawn.set_gt_label(sample.gt_label)
        drawn.set_field(sample.gt_label, 'gt_labels')
    if 'pred_label' in sample:
        prediction = LabelData(item=sample.pred_label.cpu())
        if 'pred_score' in sample:
            prediction.score = sample.pred_score.cpu()
        drawn.set_field(prediction, 'pred_labels')
    return drawn
