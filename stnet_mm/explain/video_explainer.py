"""Explaining a recognizer's answer on a video file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from torch import Tensor

from ..apis import VideoClassifier
from ..apis.video_input import find_test_dataset
from ..models.scores import (
    average_views,
    gives_probabilities,
    is_multi_label,
)
from ..utils.progress import progress_bar
from .class_maps import ClassMaps
from .clips import ClipSampler
from .layers import DEFAULT_LAYER, LayerInfo, list_layers
from .piecewise_linear import is_piecewise_linear
from .video_explanation import ClassExplanation, VideoExplanation
from .whole_frames import WholeFrames


class VideoExplainer:
    """Computes maps and contributions of videos.

    Each view runs by itself, as in testing. Its map goes back to where the
    view was cut out of the frame, and views are averaged where they overlap.

    Args:
        classify (VideoClassifier): The recognizer.
        layer (str): As in ``ClassMaps``.
        method (str): As in ``ClassMaps``.

    Raises:
        StNetInputError: As ``ClassMaps`` and ``ClipSampler``.
    """

    def __init__(
        self,
        classify: VideoClassifier,
        layer: str = DEFAULT_LAYER,
        method: str = 'gradcam',
    ) -> None:
        self.classify = classify
        model, cfg = classify.model, classify.model.cfg
        self._maps = ClassMaps(model, layer, method)
        data = find_test_dataset(cfg)
        self._clips = ClipSampler(
            model, data.pipeline, data.get('filename_tmpl')
        )

    def __call__(
        self,
        video: str | Path,
        classes: Sequence[int] | int = 1,
        first: int | None = None,
        progress: bool = False,
    ) -> VideoExplanation:
        """Explain a video.

        Args:
            video (str | Path): A video file, or a folder of frames.
            classes (Sequence[int] | int): The classes to explain, or how many
                of the most probable ones. Defaults to 1.
            first (int, optional): A class to be the first of so many, however
                probable. Defaults to None, the most probable one.
            progress (bool): Whether to show a progress bar. Defaults to
                False.

        Returns:
            VideoExplanation: What speaks for these classes.

        Raises:
            StNetInputError: If the video cannot be read; names it.
        """
        clips = self._clips(video)
        views = sum(len(clip.crops) for clip in clips)
        whole, logits = [], []
        task = f'{Path(video).name}: {self._maps.method}, views'
        with progress_bar(views, task, progress) as advance:
            chosen = self._choose(video, classes, first, views)
            for clip in clips:
                whole.append(WholeFrames(clip))
                for crop, batch in clip.views():
                    found = self._maps.of_classes(batch, chosen)
                    whole[-1].add(crop, found)
                    logits.append(found[0].logits)
                    advance()
        return self._join(str(video), whole, torch.cat(logits))

    def _choose(
        self,
        video: str | Path,
        classes: Sequence[int] | int,
        first: int | None,
        views: int,
    ) -> Tensor | int:
        """The classes to explain, [1, K]; or how many of the best."""
        if isinstance(classes, int):
            count = min(classes, len(self.classify.classes))
            if views == 1 and first is None:
                return count
            # Views may disagree: their mean says which are the best.
            best = self.classify(str(video)).argsort(descending=True).tolist()
            if first is not None:
                best = [first, *(label for label in best if label != first)]
            classes = best[:count]
        return torch.tensor([classes])

    def _join(
        self, video: str, whole: list[WholeFrames], logits: Tensor
    ) -> VideoExplanation:
        """Put the clips of a video, which are views in time, in order."""
        images = [image for clip in whole for image in clip.images]
        order = sorted(range(len(images)), key=lambda i: images[i].center)

        def joined(kind: str, label: int) -> np.ndarray | None:
            # All clips have them, or none.
            found = [clip.contributions(kind, label) for clip in whole]
            parts = [part for part in found if part is not None]
            if not parts:
                return None
            return np.concatenate(parts)[order] / len(parts)

        scores = self._average(logits)
        classes = []
        for label in whole[0].labels:
            maps = np.concatenate([clip.maps(label) for clip in whole])[order]
            classes.append(
                ClassExplanation(
                    label,
                    self.classify.classes[label],
                    float(scores[label]),
                    float(logits[:, label].mean()),
                    maps / (maps.max() or 1),
                    joined('gradient_input', label),
                    joined('head_contributions', label),
                )
            )
        head = self.classify.model.cls_head
        return VideoExplanation(
            video,
            tuple(images[i] for i in order),
            tuple(classes),
            np.any([clip.covered for clip in whole], axis=0),
            len(logits),
            self._maps.method,
            self._maps.layer,
            is_piecewise_linear(head),
            getattr(head, 'contribution_name', None),
            gives_probabilities(head),
            self.classify.is_unknown(scores, logits),
        )

    def _average(self, logits: Tensor) -> Tensor:
        """Scores of the classes, [num_classes], from [V, classes]."""
        head = self.classify.model.cls_head
        if head.average_clips is None or is_multi_label(head):
            return average_views(head, logits)
        (sample,) = head.predict_by_feat(logits, [ActionDataSample()])
        return sample.pred_score

    def layers(self, video: str | Path) -> list[LayerInfo]:
        """List the layers that maps of a video can be made of.

        Args:
            video (str | Path): A video file, or a folder of frames.

        Returns:
            list[LayerInfo]: The layers, with the shape of their output
            for one view.

        Raises:
            StNetInputError: If the video cannot be read; names it.
        """
        _, batch = next(self._clips(video)[0].views())
        see = ClassMaps(self.classify.model)
        return list_layers(self.classify.model, lambda: see(batch))
