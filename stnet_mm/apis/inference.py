"""Classifying video files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from mmaction.apis import inference_recognizer, init_recognizer
from mmaction.models.recognizers.base import BaseRecognizer
from mmengine.config import Config
from mmengine.dataset import Compose

from ..engine import check_checkpoint
from ..errors import StNetInputError
from ..utils.checkpoint import read_checkpoint


class VideoClassifier:
    """A trained recognizer with its test pipeline and class names.

    Args:
        config (str | Config): Config of any recognizer of MMAction2, or its
            file.
        checkpoint (str): Its checkpoint, file or URL.
        device (str, optional): Device to run on. Defaults to None: the GPU
            if there is one, else the CPU.
        classes (Sequence[str], optional): Class names. Defaults to None:
            those in the checkpoint, else the numbers.

    Raises:
        StNetInputError: If the checkpoint cannot be read or does not fit the
            config, or the number of names differs from that of classes.
    """

    def __init__(
        self,
        config: str | Config,
        checkpoint: str,
        device: str | None = None,
        classes: Sequence[str] | None = None,
    ) -> None:
        cfg = config if isinstance(config, Config) else Config.fromfile(config)
        if device is None:
            device = 'cuda:0' if torch.cuda.is_available() else 'cpu'
        self.model, loaded = load_recognizer(cfg, checkpoint, device)
        self.pipeline = Compose(cfg.test_dataloader.dataset.pipeline)
        self.classes = self._class_names(classes, loaded.get('meta') or {})

    def _class_names(
        self, classes: Sequence[str] | None, meta: dict
    ) -> tuple[str, ...]:
        num_classes = self.model.cls_head.num_classes
        stored = (meta.get('dataset_meta') or {}).get('classes')
        if classes is None and isinstance(stored, (list, tuple)):
            classes = stored
        if classes is None:
            classes = [f'class {i}' for i in range(num_classes)]
        if len(classes) != num_classes:
            raise StNetInputError(
                f'{len(classes)} class names for {num_classes} classes: give '
                'one name per class, in the order of the labels'
            )
        return tuple(classes)

    def __call__(self, video: str) -> torch.Tensor:
        """Classify one video.

        Args:
            video (str): A video file, or a folder of frames.

        Returns:
            Tensor: Scores of the classes, [num_classes], on the CPU.

        Raises:
            StNetInputError: If the video cannot be read; names it.
        """
        if not Path(video).exists():
            raise StNetInputError(f'{video}: there is no such file')
        result = inference_recognizer(self.model, str(video), self.pipeline)
        return result.pred_score.cpu()


def load_recognizer(
    cfg: Config, checkpoint: str, device: str
) -> tuple[BaseRecognizer, dict]:
    """Build a recognizer with the weights of a checkpoint.

    Args:
        cfg (Config): Config of any recognizer of MMAction2.
        checkpoint (str): Its checkpoint, file or URL.
        device (str): Device to run on.

    Returns:
        tuple[BaseRecognizer, dict]: The recognizer, in evaluation mode, and
        all that is in the checkpoint.

    Raises:
        StNetInputError: If the checkpoint cannot be read or does not fit.
    """
    # The model comes without weights, which are checked before loading.
    model = init_recognizer(cfg, checkpoint=None, device=device)
    loaded = read_checkpoint(checkpoint)
    check_checkpoint(model, loaded, checkpoint)
    model.load_state_dict(loaded.get('state_dict', loaded))
    return model, loaded
