"""MMAction2's video data set, with errors that name file and line."""

from __future__ import annotations

import os.path as osp
import pickle
from collections.abc import Sequence

import numpy as np
from mmaction.registry import DATASETS

from ..errors import StNetInputError
from ..utils.class_names import read_class_names
from .tolerant_dataset import TolerantVideoDataset
from .transforms.sampling import StNetSampleFrames
from .video_list import VideoList


@DATASETS.register_module()
class StNetVideoDataset(TolerantVideoDataset):
    """A list of videos (or folders of frames) with their labels.

    Each line of the annotation file is a path and a label, as in MMAction2:
    ``some/video.mp4 3``. The label is what follows the last separator, which
    is a tab, space, comma or semicolon, so that paths may have spaces. It is
    a number, from 0, or the name of a class. Several labels
    (``multi_class=True``) follow the first separator instead; what has one
    inside is in double quotes. A list to test on may be without labels.

    With a header line the columns have titles: ``path``, ``label`` and, for
    clips inside of longer videos, ``start`` and ``end`` in seconds or
    ``start_frame`` and ``end_frame``, the last one included, which
    ``StNetSampleFrames`` keeps to. Other columns are not read.

    Args:
        ann_file (str): The annotation file, UTF-8.
        metainfo (dict, optional): ``classes``, the names of the classes or
            their file, one per line; they travel with the checkpoint.
            Defaults to None.
        multi_class (bool): Whether a video may have several labels. Defaults
            to False.
        num_classes (int, optional): Number of classes for several labels.
            Defaults to None: that of the names.
        delimiter (str, optional): What separates cells. Defaults to None: it
            is found out.
        **kwargs: ``on_bad_video`` and ``bad_share``, what to do about videos
            that cannot be read, and further arguments of MMAction2's
            ``VideoDataset``.

    Attributes:
        labeled (bool): Whether the list has labels.
        labels (frozenset[int]): The labels in it.

    Raises:
        StNetInputError: If a file is missing, or a line of it is not as it
            should be.
    """

    labeled = True
    labels: frozenset[int] = frozenset()

    def __init__(
        self,
        ann_file: str,
        metainfo: dict | None = None,
        multi_class: bool = False,
        num_classes: int | None = None,
        delimiter: str | None = None,
        **kwargs,
    ) -> None:
        metainfo = dict(metainfo or {})
        classes: str | Sequence[str] | None = metainfo.get('classes')
        if isinstance(classes, str):
            # MMEngine would take the name of a missing file for the names.
            metainfo['classes'] = classes = read_class_names(classes)
        if multi_class and num_classes is None:
            if classes is None:
                raise StNetInputError(
                    f'{ann_file}: with multi_class=True the data set needs '
                    'num_classes or, as metainfo, the names of the classes'
                )
            num_classes = len(classes)
        super().__init__(
            ann_file,
            metainfo=metainfo,
            multi_class=multi_class,
            num_classes=num_classes,
            delimiter=delimiter,
            **kwargs,
        )

    def load_data_list(self) -> list[dict]:
        """Read the annotation file.

        Returns:
            list[dict]: ``filename`` and ``label`` of each video, and which
            part of it is the clip; a label of -1 stands for none.
        """
        listed = VideoList(
            self.ann_file,
            self._metainfo.get('classes'),
            self.multi_class,
            self.test_mode,
            self.delimiter,
        )
        videos = listed.read()
        self.labeled, self.labels = listed.labeled, listed.labels
        prefix = self.data_prefix['video']
        if prefix:
            folder = osp.join(prefix, '')
            for video in videos:
                path = video['filename']
                # A path that may be absolute is looked at more closely.
                if ':' not in path and path[0] not in '/\\':
                    video['filename'] = folder + path
                elif '://' not in path:
                    video['filename'] = osp.join(prefix, path)
        self._check_parts(videos)
        return videos

    def _check_parts(self, videos: list[dict]) -> None:
        if any(len(video) > 2 for video in videos) and not any(
            isinstance(step, StNetSampleFrames)
            for step in self.pipeline.transforms
        ):
            raise StNetInputError(
                f'{self.ann_file} has starts and ends of clips, which only '
                'StNetSampleFrames keeps to: sample with it in the pipeline'
            )

    def _serialize_data(self) -> tuple[np.ndarray, np.ndarray]:
        """As MMEngine's, with a third of its memory for a long list."""
        buffer = bytearray()
        ends = np.empty(len(self.data_list), np.int64)
        for i, video in enumerate(self.data_list):
            buffer += pickle.dumps(video, protocol=4)
            ends[i] = len(buffer)
            self.data_list[i] = {}
        self.data_list.clear()
        return np.frombuffer(buffer, np.uint8), ends
