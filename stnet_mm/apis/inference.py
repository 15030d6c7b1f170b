"""Classifying video files."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from mmaction.apis import init_recognizer
from mmaction.models.recognizers.base import BaseRecognizer
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from stnet_runtime.open_set import is_unknown

from ..calibration import read_calibration
from ..engine import check_checkpoint
from ..engine.pipeline_check import check_pipelines
from ..errors import StNetInputError
from ..evaluation.multi_label_report import THRESHOLD
from ..models.scores import (
    average_views,
    energy_score,
    gives_probabilities,
    is_multi_label,
)
from ..utils.checkpoint import read_checkpoint
from ..utils.error_lines import one_line
from .published import read_config_of
from .video_input import SampleReader, VideoInput


class Prediction(NamedTuple):
    """What a recognizer says of a video.

    Attributes:
        scores (Tensor): Of the classes, [num_classes], on the CPU: see
            ``VideoClassifier``.
        unknown (bool): Whether it is taken for a video of no class; of a
            recognizer that has not been calibrated, False.
    """

    scores: torch.Tensor
    unknown: bool


class VideoClassifier:
    """A trained recognizer with its test pipeline and class names.

    Args:
        config (str | Path | Config): Config of any recognizer of MMAction2,
            or its file. A config file is a program: it is run. Or a published
            file that holds its config, which is data, and not run.
        checkpoint (str | Path, optional): Its checkpoint, file or URL.
            Defaults to None: ``config`` is a published file.
        device (str, optional): Device to run on. Defaults to None: the GPU
            if there is one, else the CPU.
        classes (Sequence[str], optional): Class names. Defaults to None:
            those in the checkpoint, else the numbers.

    Attributes:
        checkpoint (str): Its checkpoint, or the published file.
        read (SampleReader): Its test pipeline.
        named (bool): Whether there are names of the classes.
        calibration (Calibration, optional): What ``tools/calibrate.py`` left
            in the checkpoint.

    Raises:
        StNetInputError: If the checkpoint cannot be read or does not fit the
            config, or the number of names differs from that of classes.
    """

    def __init__(
        self,
        config: str | Path | Config,
        checkpoint: str | Path | None = None,
        device: str | None = None,
        classes: Sequence[str] | None = None,
    ) -> None:
        config, self.checkpoint = read_config_of(config, checkpoint)
        if device is None:
            device = 'cuda:0' if torch.cuda.is_available() else 'cpu'
        self.model, loaded = load_recognizer(config, self.checkpoint, device)
        self._turn = threading.RLock()
        check_pipelines(config, self.model, ['test'])
        self.read = SampleReader(config)
        meta = loaded.get('meta') or {}
        self.classes = self._class_names(classes, meta)
        self.calibration = read_calibration(
            meta, len(self.classes), self.checkpoint
        )

    def __getstate__(self) -> dict:
        # A lock cannot be copied.
        return {k: v for k, v in vars(self).items() if k != '_turn'}

    def __setstate__(self, state: dict) -> None:
        vars(self).update(state, _turn=threading.RLock())

    def _class_names(
        self, classes: Sequence[str] | None, meta: dict
    ) -> tuple[str, ...]:
        num_classes = self.model.cls_head.num_classes
        stored = (meta.get('dataset_meta') or {}).get('classes')
        if classes is None and isinstance(stored, (list, tuple)):
            classes = stored
        self.named = classes is not None
        if classes is None:
            classes = [f'class {i}' for i in range(num_classes)]
        if len(classes) != num_classes:
            raise StNetInputError(
                f'{len(classes)} class names for {num_classes} classes: give '
                'one name per class, in the order of the labels'
            )
        return tuple(classes)

    @property
    def probabilities(self) -> bool:
        """Whether the scores are probabilities; else they are logits."""
        with self._turn:
            return gives_probabilities(self.model.cls_head)

    @property
    def multi_label(self) -> bool:
        """Whether a video may have several labels."""
        return is_multi_label(self.model.cls_head)

    def __call__(self, video: VideoInput) -> torch.Tensor:
        """Classify one video.

        The network sees the frames that it would see in testing.

        Args:
            video (VideoInput): A video file, a folder of frames, a URL, an
                array of RGB frames ([L, H, W, 3] uint8), or a list of frames
                or PIL images.

        Returns:
            Tensor: Scores of the classes, [num_classes], on the CPU:
            probabilities, of each label by itself if there may be several,
            or logits if ``average_clips`` is ``'score'`` otherwise.

        Raises:
            StNetInputError: If the video cannot be read; names it.
        """
        return self.predict(video).scores

    def predict(self, video: VideoInput) -> Prediction:
        """Classify one video, which may be of no class.

        Args:
            video (VideoInput): As of a call.

        Returns:
            Prediction: What the recognizer says of it.

        Raises:
            StNetInputError: If the video cannot be read; names it.
        """
        return self.judge(self.logits(video))

    def judge(self, views: torch.Tensor) -> Prediction:
        """Say what the logits of a video mean.

        Args:
            views (Tensor): Logits of its views, [V, num_classes].

        Returns:
            Prediction: What the recognizer says of it.
        """
        with self._turn:
            scores = average_views(self.model.cls_head, views)
        return Prediction(scores, self.is_unknown(scores, views))

    def logits(self, video: VideoInput) -> torch.Tensor:
        """Compute the logits of the views of a video.

        Args:
            video (VideoInput): As of a call.

        Returns:
            Tensor: [V, num_classes], on the CPU.

        Raises:
            StNetInputError: If the video cannot be read; names it.
        """
        return self.logits_of([self.read(video)])[0]

    def logits_of(self, samples: Sequence[dict]) -> list[torch.Tensor]:
        """Compute the logits of the views of videos that were read.

        Args:
            samples (Sequence[dict]): What ``read`` made of each; they are
                one batch.

        Returns:
            list[Tensor]: Of each [V, num_classes], on the CPU.

        Raises:
            StNetInputError: If they do not fit the network, or each other.
        """
        head = self.model.cls_head
        # Other threads wait, as the head is another one meanwhile.
        with self._turn, torch.no_grad():
            average, head.average_clips = head.average_clips, None
            try:
                results = self.model.test_step(pseudo_collate(samples))
            finally:
                head.average_clips = average
        return [result.pred_score.cpu() for result in results]

    def is_unknown(self, scores: torch.Tensor, views: torch.Tensor) -> bool:
        """Whether a video is taken for one of no class.

        Args:
            scores (Tensor): Of the classes, [num_classes].
            views (Tensor): Logits of its views, [V, num_classes].

        Returns:
            bool: False if the recognizer has not been calibrated.
        """
        made = self.calibration
        return made is not None and is_unknown(
            scores.numpy(), float(energy_score(views)), made.thresholds
        )

    def labels_of(
        self, scores: torch.Tensor, threshold: float | None = None
    ) -> tuple[str, ...] | None:
        """The labels of a video that may have several.

        Args:
            scores (Tensor): Its probabilities, [num_classes].
            threshold (float, optional): The probability from which on it has
                a label. Defaults to None, 0.5.

        Returns:
            tuple[str, ...] | None: Their names; None if videos have one.
        """
        if not self.multi_label:
            return None
        least = THRESHOLD if threshold is None else threshold
        return tuple(
            name
            for name, score in zip(self.classes, scores.tolist())
            if score >= least
        )


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
        StNetInputError: If the checkpoint cannot be read or does not fit, or
            there is no such device.
    """
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise StNetInputError(
            f'the device {device} cannot be used: {one_line(error)}'
        ) from error
    # The model comes without weights, which are checked before loading.
    model = init_recognizer(cfg, checkpoint=None, device=device)
    loaded = read_checkpoint(checkpoint)
    check_checkpoint(model, loaded, checkpoint)
    model.load_state_dict(loaded['state_dict'])
    return model, loaded
