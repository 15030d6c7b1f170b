"""The frames of a clip that reach the network, whoever decodes them."""

import numpy as np
import pytest
from mmaction.registry import DATASETS
from mmengine.registry import init_default_scope

from stnet_mm.errors import StNetInputError

from ...videos import write_images
from ..reading import needs_torchcodec

LENGTH = 48  # frames, 12 a second
OTHERS = {'Decord': 'decord', 'PyAV': 'av', 'OpenCV': 'cv2'}
TORCHCODEC = pytest.param('torchcodec', marks=needs_torchcodec)
DECODERS = ['pyav', TORCHCODEC, 'decord', 'opencv', *OTHERS]


def video_frames():
    """Frame i has brightness 5 * i."""
    return (np.full((32, 32, 3), 5 * i, np.uint8) for i in range(LENGTH))


def decoding(name):
    """Transforms that open a video, and that decode it."""
    if name in OTHERS:
        return dict(type=f'{name}Init'), dict(type=f'{name}Decode')
    init = dict(type='StNetVideoInit', decoder=name)
    return init, dict(type='StNetVideoDecode')


def frames_seen(video, decoder, clips):
    """Numbers of the frames in the network's input, of each clip."""
    package = OTHERS.get(decoder, dict(pyav='av', opencv='cv2').get(decoder))
    pytest.importorskip(package or decoder)
    path = video.with_suffix('.csv')
    path.write_text(
        'path,label,start,end\n'
        + ''.join(f'{video},0,{start},{end}\n' for start, end in clips)
    )
    init_default_scope('mmaction')
    init, decode = decoding(decoder)
    data = DATASETS.build(
        dict(
            type='mmaction.StNetVideoDataset',
            ann_file=str(path),
            test_mode=True,
            pipeline=[
                init,
                dict(
                    type='StNetSampleFrames',
                    clip_len=2,
                    num_clips=3,
                    test_mode=True,
                ),
                decode,
                dict(type='FormatShape', input_format='NCHW'),
                dict(type='PackActionInputs'),
            ],
        )
    )
    # [T*N, 3, H, W] -> [T*N]
    return [
        (data[i]['inputs'].float().mean((1, 2, 3)) / 5).round().int().tolist()
        for i in range(len(clips))
    ]


@pytest.mark.parametrize('decoder', DECODERS)
def test_seconds(decoder, tmp_path):
    video = tmp_path / 'even.mp4'
    write_images(video, video_frames(), options={'crf': '1'})
    clips = [(1, 2), ('', 1), (2.5, ''), (3, 3.9)]
    # Segments of 4 frames from 12, 4 from 0, 6 from 30 and 3 from 36.
    assert frames_seen(video, decoder, clips) == [
        [13, 14, 17, 18, 21, 22],
        [1, 2, 5, 6, 9, 10],
        [32, 33, 38, 39, 44, 45],
        [36, 37, 39, 40, 42, 43],
    ]


@pytest.mark.parametrize('decoder', ['pyav', TORCHCODEC, 'decord', 'Decord'])
def test_seconds_of_uneven_frames(decoder, tmp_path):
    """The first half is shown in 1 second, the second one in 3."""
    video = tmp_path / 'uneven.mkv'
    half = LENGTH // 2
    fast = [round(i * 1000 / half) for i in range(half)]
    times = [*fast, *range(1000, 4000, 125)]
    write_images(video, video_frames(), options={'crf': '1'}, times=times)
    early, late = frames_seen(video, decoder, [(0, 1), (1, 4)])
    # Segments of 8 frames.
    expected = np.array([3, 4, 11, 12, 19, 20])
    assert early == expected.tolist()
    assert late == (expected + half).tolist()


@pytest.mark.parametrize('clip', [(4, 5), (2, 5.5)])
def test_seconds_beyond_the_end(clip, tmp_path):
    video = tmp_path / 'short.mp4'
    write_images(video, video_frames())
    with pytest.raises(StNetInputError, match=r'short\.mp4: .* 4\.00 seconds'):
        frames_seen(video, 'pyav', [clip])
