"""Calibrating a recognizer with listed videos."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from ..calibration import Calibration, scale_classifier, store_calibration
from ..datasets.checking.entries import list_whole_videos
from ..datasets.transforms.sources import is_url, join_root
from ..datasets.video_list import TIMES, VideoList
from ..engine.interruption import Interruption, leave
from ..errors import StNetInputError
from ..utils.atomic import write_atomically
from ..utils.checkpoint import read_checkpoint, to_publish
from ..utils.error_lines import one_line
from ..utils.progress import track
from ..utils.publish import encode
from ..utils.result_store import ResultStore
from .inference import VideoClassifier


class Labeled(NamedTuple):
    """Logits of videos.

    Attributes:
        logits (Tensor, optional): Of their views, [n, V, classes]; None of
            no videos.
        labels (Tensor): Their classes, [n]; -1 of none.
    """

    logits: Tensor | None
    labels: Tensor


def listed_videos(
    source: str, root: str | None, classes: Sequence[str] | None = None
) -> list[tuple[str, int]]:
    """Read a list of whole videos.

    Args:
        source (str): An annotation file; without classes a folder as well.
        root (str, optional): The folder that its paths are relative to.
            Defaults to None: that of the list.
        classes (Sequence[str], optional): Names of the classes of the
            labels. Defaults to None: labels do not matter.

    Returns:
        list[tuple[str, int]]: Paths and labels, -1 without classes.

    Raises:
        StNetInputError: If it cannot be read, lists parts of videos, or
            there are no such videos.
    """
    folder = Path(source).is_dir()
    root = root or (source if folder else str(Path(source).parent))
    if classes is None:
        entries = list_whole_videos(source, root)
        videos = [(entry.path, -1) for entry in entries]
    else:
        rows = VideoList(source, classes).read()
        if any(key in row for row in rows for key in TIMES):
            raise StNetInputError(
                f'{source} lists parts of videos: cut them into files, as '
                'only whole videos are taken here'
            )
        videos = [(row['filename'], row['label']) for row in rows]
    if not videos:
        raise StNetInputError(f'{source}: there are no videos in it')
    videos = [(join_root(root, path), label) for path, label in videos]
    if not any(is_url(path) or os.path.exists(path) for path, _ in videos):
        raise StNetInputError(
            f'{source}: none of its videos is there, such as {videos[0][0]}: '
            'give the folder that they are in by --root, --outside-root or '
            '--int8-root'
        )
    return videos


class VideoLogits:
    """Computes the logits of videos, and keeps them.

    Args:
        classify (VideoClassifier): The recognizer.
        store (ResultStore): Where to keep them by number.

    Attributes:
        failed (int): Videos that could not be read.

    Raises:
        StNetInputError: If the recognizer gives no probabilities of one
            class a video.
    """

    def __init__(self, classify: VideoClassifier, store: ResultStore) -> None:
        if classify.multi_label or not classify.probabilities:
            raise StNetInputError(
                'only probabilities of one class a video can be calibrated: '
                "set model.cls_head.average_clips='prob', or choose labels "
                'of several by predict.py --threshold'
            )
        self.failed = 0
        self._classify, self._store = classify, store

    def __call__(
        self, videos: Sequence[tuple[str, int]], first: int = 0
    ) -> Labeled:
        """Compute the logits of videos.

        Args:
            videos (Sequence[tuple[str, int]]): Paths and labels.
            first (int): Number of the first one in the store. Defaults to 0.

        Returns:
            Labeled: Of all that can be read; the others are named on stderr.
        """
        logits, labels = [], []
        interruption = Interruption('video')
        with interruption.listening():
            for number, (video, label) in enumerate(
                track(videos, 'classifying videos'), first
            ):
                if interruption.signal:
                    print('interrupted: --resume goes on', file=sys.stderr)
                leave(interruption.signal)
                try:
                    if number not in self._store:
                        self._store.add(number, self._classify.logits(video))
                except StNetInputError as error:
                    self.failed += 1
                    print(f'error: {one_line(error)}', file=sys.stderr)
                    continue
                logits.append(self._store[number])
                labels.append(label)
        # [V, classes] of each -> [n, V, classes]
        stacked = torch.stack(logits) if logits else None
        return Labeled(stacked, torch.tensor(labels))


def write_calibrated(
    checkpoint: str,
    out: str,
    made: Calibration,
    classes: Sequence[str] | None = None,
) -> None:
    """Write the weights of a checkpoint, calibrated.

    Args:
        checkpoint (str): The checkpoint, file or URL.
        out (str): File to write, ``.pth`` or ``.safetensors``.
        made (Calibration): How.
        classes (Sequence[str], optional): Names of the classes. Defaults to
            None: those in the checkpoint.

    Raises:
        StNetInputError: If its head cannot be calibrated.
    """
    content = read_checkpoint(checkpoint)
    try:
        published = to_publish(content, classes)
        state = scale_classifier(published['state_dict'], made.temperature)
    except StNetInputError as error:
        raise StNetInputError(f'{checkpoint}: {error}') from error
    published['state_dict'] = state
    store_calibration(published['meta'], made)
    write_atomically(out, encode(published, Path(out).suffix))
