"""What stands for a video, and what does not."""

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS
from mmengine.config import Config
from mmengine.dataset import Compose
from PIL import Image

from stnet_mm.apis.video_input import (
    any_video_pipeline,
    find_test_dataset,
    make_sample,
    takes_any_video,
)
from stnet_mm.errors import StNetInputError

from ..videos import write_folder, write_video

SAMPLE = dict(type='SampleFrames', clip_len=1, num_clips=4, test_mode=True)


@pytest.mark.parametrize(
    ('video', 'message'),
    [
        ('gone.mp4', 'gone.mp4: there is no such file'),
        (np.zeros((0, 8, 8, 3), np.uint8), 'no frames'),
        ([], 'no frames'),
        (np.zeros((4, 8, 8, 3)), 'frames of float64'),
        (np.zeros((4, 3, 8, 8), np.uint8), r'\[4, 3, 8, 8\]'),
        (np.zeros((4, 8, 8), np.uint8), r'\[4, 8, 8\]'),
        (np.zeros(4, np.uint8), r'\[4\]'),
        (['a.mp4', 'b.mp4'], 'a list with str in it.* one video at a time'),
        ([Image.new('RGB', (8, 8)), Image.new('RGB', (9, 8))], 'one size'),
        (7, 'int: give RGB frames'),
    ],
)
def test_what_is_no_video(video, message):
    with pytest.raises(StNetInputError, match=message) as error:
        make_sample(video)
    assert '\n' not in str(error.value)


def test_pictures_of_any_mode():
    image = Image.new('P', (8, 6), 3)
    (frame,) = make_sample([image])['array']
    assert frame.shape == (6, 8, 3)
    assert np.array_equal(frame, image.convert('RGB'))


@pytest.mark.parametrize(
    'steps',
    [
        [dict(type='DecordInit', num_threads=2), SAMPLE, 'DecordDecode'],
        [dict(type='OpenCVInit', io_backend='disk'), SAMPLE, 'OpenCVDecode'],
        [SAMPLE, dict(type='RawFrameDecode', decoding_backend='cv2')],
        [dict(type='StNetVideoInit'), SAMPLE, 'StNetVideoDecode'],
    ],
    ids=['decord', 'opencv', 'raw frames', 'ours'],
)
def test_pipelines_open_everything(tmp_path, steps):
    if steps[0]['type'] == 'DecordInit':
        pytest.importorskip('decord')
    steps = [dict(type=s) if isinstance(s, str) else s for s in steps]
    write_video(tmp_path / 'video.mp4')
    write_folder(tmp_path / 'frames')
    frames = np.zeros((24, 48, 64, 3), np.uint8)
    frames[:] = 5 * np.arange(24)[:, None, None, None]
    steps = any_video_pipeline(steps)
    assert takes_any_video(steps)
    pipeline = Compose([TRANSFORMS.build(step) for step in steps])
    for video in (tmp_path / 'video.mp4', tmp_path / 'frames', frames):
        results = pipeline(make_sample(video))
        wanted = 5 * results['frame_inds'].reshape(-1)
        means = [image.mean() for image in results['imgs']]
        assert means == pytest.approx(wanted, abs=3)


def test_decoding_that_is_not_ours_stays():
    for steps in (
        [dict(type='PyAVInit'), SAMPLE, dict(type='PyAVDecode')],
        [
            dict(type='DecordInit'),
            SAMPLE,
            dict(type='DecordDecode', mode='efficient'),
        ],
    ):
        assert any_video_pipeline(steps) == steps
        assert not takes_any_video(steps)


def config_of(**dataset):
    return Config(dict(test_dataloader=dict(dataset=dataset)))


def test_the_data_set_in_wrappers():
    inner = dict(type='StNetVideoDataset', pipeline=[])
    for outer in (
        inner,
        dict(type='RepeatDataset', times=2, dataset=inner),
        dict(type='ConcatDataset', datasets=[inner, dict(inner)]),
    ):
        assert find_test_dataset(config_of(**outer)) == inner
    with pytest.raises(StNetInputError, match='modality Flow'):
        find_test_dataset(config_of(**inner, modality='Flow'))
    with pytest.raises(StNetInputError, match='Strange has no pipeline'):
        find_test_dataset(config_of(type='Strange'))
