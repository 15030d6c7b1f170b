"""What a pipeline gives to a network."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import StNetInputError
from ..models.crops import CROPPING, CROPS, crops_of_testing, transform_name


class Setting(NamedTuple):
    """The input of a recognizer for one video.

    Attributes:
        clip_len (int): N, successive frames of a segment or clip.
        num_clips (int): T, segments or clips.
        height (int): Height in pixels.
        width (int): Width in pixels.
        crops (int): Crops of every frame, times the samples of a video if
            the pipeline takes several.
    """

    clip_len: int
    num_clips: int
    height: int
    width: int
    crops: int = 1


def setting_of(pipeline: list[dict], test_cfg: dict | None = None) -> Setting:
    """Find the setting in a pipeline's config.

    Args:
        pipeline (list[dict]): Configs of MMAction2's transforms.
        test_cfg (dict, optional): The model's, which says how StNet crops
            frames in testing. Defaults to None, it does not.

    Returns:
        Setting: What the pipeline gives.

    Raises:
        StNetInputError: If it samples no clips, the size is not fixed, or
            crops are cropped again.
    """
    clips = size = None
    samples = 1
    for step in pipeline:
        kind = transform_name(step)
        if 'SampleFrames' in kind:
            clips = step['clip_len'], step.get('num_clips', 1)
            if not step.get('test_mode'):
                continue
            if kind == 'DenseSampleFrames':
                samples = step.get('num_sample_positions', 10)
            elif step.get('twice_sample'):
                samples = 2
        elif kind == 'StNetJoinClips' and clips is not None:
            clips = clips[0] * clips[1], 1
        elif kind == 'Resize':
            # With the ratio kept the size depends on the video.
            size = None if step.get('keep_ratio', True) else step['scale']
        elif kind == 'RandomCrop':
            size = step['size']
        elif kind in CROPPING:
            size = step['crop_size']
    test_cfg = test_cfg or {}
    if test_cfg.get('crops'):
        size = test_cfg['crop_size']
    cropped = crops_of_testing(pipeline, test_cfg)
    crops = 1 if cropped is None else CROPS[cropped[0]]
    if clips is None or size is None:
        raise StNetInputError(
            'the pipeline has no SampleFrames or does not end in a fixed '
            'size: give a config of a recognizer'
        )
    width, height = (size, size) if isinstance(size, int) else size
    return Setting(*clips, height, width, samples * crops)
