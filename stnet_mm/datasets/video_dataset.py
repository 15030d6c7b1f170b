"""MMAction2's video data set, with errors that name file and line."""

from __future__ import annotations

from mmaction.datasets import VideoDataset
from mmaction.registry import DATASETS
from mmengine.fileio import exists, list_from_file

from ..errors import StNetInputError


@DATASETS.register_module()
class StNetVideoDataset(VideoDataset):
    """A list of videos (or folders of frames) with their labels.

    Each line of the annotation file is a path and a label, as in MMAction2:
    ``some/video.mp4 3``. Give the class names as
    ``metainfo=dict(classes=FILE_OR_LIST)``; they travel with the checkpoint.

    Args:
        ann_file (str): The annotation file.
        **kwargs: Further arguments of MMAction2's ``VideoDataset``.

    Raises:
        StNetInputError: If the annotation file is missing or empty, or a
            line of it is not a path and a label.
    """

    def load_data_list(self) -> list[dict]:
        """Read the annotation file.

        Returns:
            list[dict]: ``filename`` and ``label`` of each video.
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
        for number, line in enumerate(lines, 1):
            self._check_line(line, f'{self.ann_file}, line {number}')
        return super().load_data_list()

    def _check_line(self, line: str, place: str) -> None:
        path, *labels = line.strip().split(self.delimiter)
        if not path or not (labels or self.test_mode):
            raise StNetInputError(
                f'{place}: {line!r} is not a path and a label'
            )
        if not self.multi_class and len(labels) > 1:
            raise StNetInputError(
                f'{place}: {line!r} is not a path and one label; if paths '
                'contain spaces, use another separator and name it as the '
                "data set's delimiter"
            )
        classes = self._metainfo.get('classes')
        for label in labels:
            if not label.isdigit():
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
