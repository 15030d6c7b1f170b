"""What a test pipeline starts from, wherever a video comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence, Union

import numpy as np
from mmengine.config import Config, ConfigDict
from mmengine.dataset import Compose
from PIL import Image

from ..datasets.transforms.given_frames import check_frames
from ..datasets.transforms.sources import is_url
from ..datasets.wrappers import find_dataset
from ..errors import StNetInputError
from ..models.crops import transform_name

# Our transforms that open everything that ``VideoInput`` may be.
_OPENING = ('StNetVideoInit', 'StNetCachedVideoInit')
# MMAction2's transforms for which ours can stand.
_DECODERS = {'DecordInit': 'decord', 'OpenCVInit': 'opencv'}
_DECODING = ('DecordDecode', 'OpenCVDecode', 'RawFrameDecode')

# A file, a folder of frames, a URL; frames [L, H, W, 3]; or a list of them.
VideoInput = Union[
    str, Path, np.ndarray, Sequence[np.ndarray], Sequence[Image.Image]
]


def make_sample(video: VideoInput, filename_tmpl: str | None = None) -> dict:
    """Make a pipeline's input of a video.

    Args:
        video (VideoInput): A video file, a folder of frames, a URL, an array
            of RGB frames ([L, H, W, 3] uint8), or a list of frames or PIL
            images.
        filename_tmpl (str, optional): The series of a folder to prefer, such
            as ``'img_{:05}.jpg'``. Defaults to None, no preference.

    Returns:
        dict: The input of a pipeline that ``takes_any_video``.

    Raises:
        StNetInputError: If there is no such file, or the frames are no RGB
            frames.
    """
    sample: dict = dict(label=-1, start_index=0, modality='RGB')
    if not isinstance(video, (str, Path)):
        return dict(sample, array=check_frames(video))
    if not (is_url(video) or Path(video).exists()):
        raise StNetInputError(f'{video}: there is no such file')
    if filename_tmpl is not None:
        sample['filename_tmpl'] = filename_tmpl
    return dict(sample, filename=str(video))


class SampleReader:
    """Reads videos as a config's test does.

    It is without the network, so that other processes can have it.

    Args:
        cfg (Config): Config of a recognizer.

    Attributes:
        pipeline (Compose): The test pipeline, which opens everything that
            ``VideoInput`` may be if it begins with one of our transforms or
            those of MMAction2 that ours can stand for.

    Raises:
        StNetInputError: If the test data set is not one of RGB frames.
    """

    def __init__(self, cfg: Config) -> None:
        dataset = find_test_dataset(cfg)
        steps = any_video_pipeline(dataset.pipeline)
        self.pipeline = Compose(steps)
        self._filename_tmpl = dataset.get('filename_tmpl')
        self._takes_any = takes_any_video(steps)

    def __call__(self, video: VideoInput) -> dict:
        """Read a video.

        Args:
            video (VideoInput): The video.

        Returns:
            dict: What the network takes of it.

        Raises:
            StNetInputError: If it cannot be read; names it.
        """
        return self.pipeline(self.make_sample(video))

    def make_sample(self, video: VideoInput) -> dict:
        """Make the pipeline's input of a video.

        Args:
            video (VideoInput): The video.

        Returns:
            dict: What ``pipeline`` takes.

        Raises:
            StNetInputError: If there is no such file, or the pipeline reads
                files only and this is none.
        """
        is_file = isinstance(video, (str, Path)) and Path(video).is_file()
        if not (is_file or self._takes_any):
            raise StNetInputError(
                f'{_describe(video)}: the test pipeline reads video files '
                'only; begin it with StNetVideoInit, and StNetVideoDecode'
            )
        return make_sample(video, self._filename_tmpl)


def _describe(video: VideoInput) -> str:
    if isinstance(video, (str, Path)):
        return str(video)
    return f'frames ({type(video).__name__})'


def find_test_dataset(cfg: Config) -> ConfigDict:
    """The data set that a config tests on; of several, the first.

    Args:
        cfg (Config): Config of a recognizer.

    Returns:
        ConfigDict: Its config, without wrappers such as ``ConcatDataset``.

    Raises:
        StNetInputError: If it is not one of RGB frames.
    """
    dataset = find_dataset(cfg.test_dataloader.dataset)
    if dataset.get('modality', 'RGB') != 'RGB':
        raise StNetInputError(
            f'the test data set is of modality {dataset["modality"]}: only '
            'recognizers of RGB frames can take a video'
        )
    return dataset


def any_video_pipeline(pipeline: Sequence[dict]) -> list[dict]:
    """Make a test pipeline open everything that ``VideoInput`` may be.

    Frames are decoded as before: where MMAction2's transforms for decord,
    OpenCV and raw frames stand, ours take over that do the same. Pipelines
    of others stay as they are.

    Args:
        pipeline (Sequence[dict]): Config of its steps.

    Returns:
        list[dict]: Config of the new steps.
    """
    if any(step.get('mode') == 'efficient' for step in pipeline):
        return list(pipeline)  # decord's way to take key frames instead
    steps: list[dict] = []
    for step in pipeline:
        name = transform_name(step)
        if name in _DECODERS:
            decoder = _DECODERS[name]
            step = dict(step, type='StNetVideoInit', decoder=decoder)
        elif name in _DECODING:
            step = dict(type='StNetVideoDecode')
        if name == 'RawFrameDecode':
            steps.insert(0, dict(type='StNetVideoInit'))
        steps.append(step)
    return steps


def takes_any_video(pipeline: Sequence[dict]) -> bool:
    """Whether a pipeline opens everything that ``VideoInput`` may be.

    Args:
        pipeline (Sequence[dict]): Config of its steps.

    Returns:
        bool: Whether one of our transforms opens the video.
    """
    return any(transform_name(step) in _OPENING for step in pipeline)
