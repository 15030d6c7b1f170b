"""Frames from the cache are those of the decoder."""

import os

import cv2
import numpy as np
import pytest
from mmaction.registry import TRANSFORMS

from stnet_mm.errors import StNetInputError

from ...videos import write_folder, write_images, write_video
from .test_video import load


def load_cached(path, inds, cache, **kwargs):
    init = TRANSFORMS.build(
        dict(type='StNetCachedVideoInit', cache=str(cache), **kwargs)
    )
    decode = TRANSFORMS.build(dict(type='StNetCachedVideoDecode'))
    results = init(dict(filename=str(path)))
    results['frame_inds'] = np.array(inds)
    return decode(results)


@pytest.mark.parametrize('short_side', [None, 32])
def test_frames_are_those_of_the_decoder(tmp_path, short_side):
    path, cache = tmp_path / 'video.mp4', tmp_path / 'cache'
    noise = np.random.default_rng(0).integers(0, 255, (24, 48, 64, 3), 'uint8')
    write_images(path, noise)
    inds = [20, 3, 4, 3, 23]
    expected = load(path, inds, short_side=short_side)
    for _ in range(2):
        results = load_cached(path, inds, cache, short_side=short_side)
        assert np.array_equal(results['imgs'], expected['imgs'])
        for key in ('total_frames', 'img_shape', 'original_shape'):
            assert results[key] == expected[key]
    (kept,) = cache.iterdir()
    # The file, and no longer the video, is what is read.
    changed = np.load(kept) // 2
    np.save(kept, changed)
    results = load_cached(path, inds, cache, short_side=short_side)
    assert np.array_equal(results['imgs'], changed[inds])


def test_frames_may_be_changed_in_place(tmp_path):
    path, cache = tmp_path / 'video.mp4', tmp_path / 'cache'
    write_video(path)
    first = load_cached(path, [5, 5], cache)
    before = first['imgs'][1].copy()
    first['imgs'][0][:] = 0
    assert np.array_equal(first['imgs'][1], before)
    assert np.array_equal(load_cached(path, [5], cache)['imgs'][0], before)


def test_a_changed_video_is_decoded_anew(tmp_path):
    path, cache = tmp_path / 'video.mp4', tmp_path / 'cache'
    write_video(path)
    load_cached(path, [0], cache)
    write_video(path, frames=12)
    os.utime(path, (1, 1))
    assert load_cached(path, [0], cache)['total_frames'] == 12


def test_bad_files_are_named(tmp_path):
    cache = tmp_path / 'cache'
    with pytest.raises(StNetInputError, match='none.mp4: there is no such'):
        load_cached(tmp_path / 'none.mp4', [0], cache)
    broken = tmp_path / 'broken.mp4'
    broken.write_bytes(b'no video at all')
    with pytest.raises(StNetInputError, match='broken.mp4: it cannot be'):
        load_cached(broken, [0], cache)
    # Nothing half-written.
    assert not cache.exists() or not list(cache.iterdir())


def test_changed_frames_of_a_folder_are_read_anew(tmp_path):
    folder, cache = tmp_path / 'clip', tmp_path / 'cache'
    write_folder(folder)
    load_cached(folder, [0], cache)
    for path in folder.iterdir():
        image = cv2.imread(str(path))
        with open(path, 'r+b') as file:  # in place: the folder stays as it is
            file.write(cv2.imencode('.png', 255 - image)[1].tobytes())
        os.utime(path, (2**31, 2**31))
    (image,) = load_cached(folder, [0], cache)['imgs']
    assert image.mean() == 255


def test_no_frames_of_mmaction2s_lists(tmp_path):
    init = TRANSFORMS.build(
        dict(type='StNetCachedVideoInit', cache=str(tmp_path))
    )
    with pytest.raises(StNetInputError, match='clip: .*use StNetVideoInit'):
        init(dict(frame_dir='clip', total_frames=3))
