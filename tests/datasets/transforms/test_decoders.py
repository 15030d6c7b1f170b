"""A decoder that is not built in, chosen by config."""

from __future__ import annotations

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.dataset import Compose
from mmengine.registry import init_default_scope

from stnet_mm.datasets import Decoder, register_decoder
from stnet_mm.datasets.transforms import DECODERS
from stnet_mm.errors import MissingCodecError, StNetInputError


class ArrayInit(BaseTransform):
    """Opens .npy files, which hold frames [L, H, W, 3]."""

    def __init__(self, io_backend='disk', num_threads=None):
        self.num_threads = num_threads

    def transform(self, results):
        if not results['filename'].endswith('.npy'):
            raise results.get('error', ValueError)('no array')
        results['video_reader'] = np.load(results['filename'])
        results['total_frames'] = len(results['video_reader'])
        return results


class ArrayDecode(BaseTransform):
    def __init__(self, short_side=None):
        self.short_side = short_side

    def transform(self, results):
        frames = results['video_reader'][results['frame_inds']]
        if self.short_side:
            frames = frames[:, : self.short_side, : self.short_side]
        results['imgs'] = list(frames)
        return results


ARRAYS = Decoder('arrays', ArrayInit, ArrayDecode)


@pytest.fixture
def video(tmp_path):
    frames = np.zeros((9, 48, 64, 3), np.uint8)
    frames[:] = 10 * np.arange(9)[:, None, None, None]
    np.save(tmp_path / 'video.npy', frames)
    return str(tmp_path / 'video.npy')


@pytest.fixture
def registered():
    before = dict(DECODERS)
    yield register_decoder
    DECODERS.clear()
    DECODERS.update(before)


def pipeline(short_side=None, **init):
    init_default_scope('mmaction')
    return Compose(
        [
            dict(type='StNetVideoInit', **init),
            dict(
                type='StNetSampleFrames',
                clip_len=1,
                num_clips=3,
                test_mode=True,
            ),
            dict(type='StNetVideoDecode', short_side=short_side),
        ]
    )


def sample(video, **values):
    return dict(filename=video, start_index=0, modality='RGB', **values)


def test_a_registered_decoder_by_config(registered, video):
    with pytest.raises(StNetInputError, match="unknown decoder 'arrays'"):
        pipeline(decoder='arrays')
    registered(ARRAYS)
    results = pipeline(decoder='arrays')(sample(video))
    assert results['decoder'] == 'arrays'
    assert [image.mean() for image in results['imgs']] == [10, 40, 70]
    assert results['img_shape'] == (48, 64)


def test_scaling_afterwards_or_while_decoding(registered, video):
    registered(ARRAYS)
    results = pipeline(24, decoder='arrays')(sample(video))
    assert results['img_shape'] == (24, 32)
    registered(ARRAYS._replace(name='cropping', scales=True))
    results = pipeline(24, decoder='cropping')(sample(video))
    assert results['img_shape'] == (24, 24)


def test_threads_go_to_those_that_take_them(registered):
    registered(ARRAYS)
    registered(ARRAYS._replace(name='threaded', threads=True))
    init = TRANSFORMS.build(dict(type='StNetVideoInit', num_threads=3))
    assert init.inits['arrays'].num_threads is None
    assert init.inits['threaded'].num_threads == 3
    # Registered decoders are tried last.
    assert [*init.inits][-2:] == ['arrays', 'threaded']


@pytest.mark.parametrize('error', [ValueError, ImportError, MissingCodecError])
def test_others_are_tried_unless_it_is_trusted(registered, tmp_path, error):
    path = tmp_path / 'video.mp4'
    path.write_text('no video')
    registered(ARRAYS)
    registered(ARRAYS._replace(name='trusted', trusted_to_diagnose=True))
    for name, decisive in (('arrays', False), ('trusted', True)):
        init = TRANSFORMS.build(dict(type='StNetVideoInit', decoder=name))
        with pytest.raises(StNetInputError, match=f'{name}: no array') as why:
            init(sample(str(path), error=error))
        alone = decisive and error is ValueError
        assert ('pyav' not in str(why.value)) == alone


def test_a_name_belongs_to_one_decoder(registered):
    registered(ARRAYS)
    register_decoder(ARRAYS)  # as a module does that is loaded again
    with pytest.raises(StNetInputError, match="a decoder 'pyav' already"):
        register_decoder(ARRAYS._replace(name='pyav'))
