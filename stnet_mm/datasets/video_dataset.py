"""MMAction2's video data set, with errors that name file and line."""

from __future__ import annotations

import os.path as osp

from mmaction.registry import DATASETS
from mmengine.fileio import exists, list_from_file

from ..errors import StNetInputError
from .tolerant_dataset import TolerantVideoDataset


@DATASETS.register_module()
class StNetVideoDataset(TolerantVideoDataset):
    """A list of videos (or folders of frames) with their labels.

    Each line of the annotation file is a path and a label, as in MMAction2:
    ``some/video.mp4 3``. The label is what follows the last delimiter, so
    that paths may have spaces. In test mode lines may have no label: one
    that does not end in a whole number is all path. Several labels
    (``multi_class=True``) follow the first delimiter instead.

    Give the class names as ``metainfo=dict(classes=FILE_OR_LIST)``; they
    travel with the checkpoint.

    Args:
        ann_file (str): The annotation file.
        **kwargs: ``on_bad_video`` and ``bad_share``, what to do about videos
            that cannot be read, and further arguments of MMAction2's
            ``VideoDataset``.

    Raises:
        StNetInputError: If the annotation file is missing or empty, or a
            line of it is not a path and a label.
    """

    def load_data_list(self) -> list[dict]:
        """Read the annotation file.

        Returns:
            list[dict]: ``filename`` and ``label`` of each video; -1 stands
            for no label.
        """
        if not exists(self.ann_file):
            raise StNetInputError(
                f'{self.ann_file}: there is no such annotation file'
            )
        lines = list_from_file(self.ann_file)
        if not any(line.strip() for line in lines):
            raise StNetInputError(
                f'{self.ann_file}: the annotation file is empty; each line '
                'holds the path of a video and its label'
            )
        videos = []
        for number, line in enumerate(lines, 1):
            path, labels = self._split_line(line.strip())
            self._check(path, labels, line, f'{self.ann_file}, line {number}')
            if self.data_prefix['video'] is not None:
                path = osp.join(self.data_prefix['video'], path)
            label = int(labels[0]) if labels else -1
            videos.append(dict(filename=path, label=label))
        return super().load_data_list() if self.multi_class else videos

    def _split_line(self, line: str) -> tuple[str, list[str]]:
        if self.multi_class:
            path, *labels = line.split(self.delimiter)
            return path, labels
        path, delimiter, label = line.rpartition(self.delimiter)
        if not delimiter or (self.test_mode and not label.strip().isdecimal()):
            return line, []
        return path.strip(), [label.strip()]

    def _check(
        self, path: str, labels: list[str], line: str, place: str
    ) -> None:
        if not path or not (labels or self.test_mode):
            raise StNetInputError(
                f'{place}: {line!r} is not a path and a label'
            )
        classes = self._metainfo.get('classes')
        for label in labels:
            if not label.isdecimal():
                raise StNetInputError(
                    f'{place}: {label!r} is not a label; labels are whole '
                    'numbers from 0'
                )
            if isinstance(classes, (list, tuple)) and int(label) >= len(
                classes
            ):
                raise StNetInputError(
                    f'{place}: label {label} is beyond the {len(classes)} '
                    'classes; labels count from 0'
                )

    def get_cat_ids(self, idx: int) -> list[int]:
        """The classes of a video; MMEngine's ``ClassBalancedDataset`` asks.

        Args:
            idx (int): Number of the video.

        Returns:
            list[int]: Its label, or labels.
        """
        label = self.get_data_info(idx)['label']
        return list(label) if self.multi_class else [label]
