"""Controls: what a trained network says of frames in another order."""

from __future__ import annotations

import copy

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.config import Config
from mmengine.runner import Runner

from stnet_mm.errors import check_choice

CONTROLS = ('one frame', 'shuffled', 'reversed')


@TRANSFORMS.register_module()
class ReorderFrames(BaseTransform):
    """Change the order of the sampled frames, before they are decoded.

    Required and changed key: ``frame_inds``.

    Args:
        control (str): ``'one frame'``, the middle one throughout;
            ``'shuffled'``, all of them at random, the same for a video each
            time; or ``'reversed'``, from the last to the first.

    Raises:
        StNetInputError: If there is no such control.
    """

    def __init__(self, control: str) -> None:
        check_choice('control', control, CONTROLS)
        self.control = control

    def transform(self, results: dict) -> dict:
        """Change the order.

        Args:
            results (dict): The sample.

        Returns:
            dict: The sample.
        """
        inds = results['frame_inds'].reshape(-1)
        if self.control == 'one frame':
            inds = np.full_like(inds, inds[len(inds) // 2])
        elif self.control == 'shuffled':
            inds = np.random.default_rng(0).permutation(inds)
        else:
            inds = inds[::-1].copy()
        results['frame_inds'] = inds
        return results


def predict_controlled(runner: Runner, cfg: Config, control: str) -> list[int]:
    """Predict the test clips with their frames in another order.

    Args:
        runner (Runner): Has trained the network.
        cfg (Config): Its config.
        control (str): One of ``CONTROLS``.

    Returns:
        list[int]: Predicted class of each clip.
    """
    loader = copy.deepcopy(cfg.test_dataloader)
    pipeline = loader.dataset.pipeline
    place = [step['type'] for step in pipeline].index('StNetSampleFrames')
    pipeline.insert(place + 1, dict(type='ReorderFrames', control=control))
    return predict(runner, loader)


@torch.no_grad()
def predict(runner: Runner, loader: dict) -> list[int]:
    """Predict the clips of a loader.

    Args:
        runner (Runner): Has trained the network.
        loader (dict): Config of the loader.

    Returns:
        list[int]: Predicted class of each clip.
    """
    runner.model.eval()
    return [
        int(sample.pred_score.argmax())
        for batch in runner.build_dataloader(loader)
        for sample in runner.model.test_step(batch)
    ]
