import importlib.util
import sys
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from mmaction.registry import DATASETS, TRANSFORMS
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope

from stnet_mm.datasets.transforms.readers import ReaderInit
from stnet_mm.datasets.transforms.video import StNetVideoInit
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.torchcodec_fault import find_torchcodec_fault

from ...videos import write_folder, write_sound, write_video
from ..reading import needs_torchcodec

DECODERS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            importlib.util.find_spec(module) is None,
            reason=f'{module} is not installed',
        ),
    )
    for name, module in (
        ('decord', 'decord'),
        ('pyav', 'av'),
        ('opencv', 'cv2'),
    )
]
DECODERS.append(pytest.param('torchcodec', marks=needs_torchcodec))


def load(path, inds, decoder='pyav', **scaling):
    init = TRANSFORMS.build(dict(type='StNetVideoInit', decoder=decoder))
    decode = TRANSFORMS.build(dict(type='StNetVideoDecode', **scaling))
    results = init(dict(filename=str(path)))
    results['frame_inds'] = np.array(inds)
    return decode(results)


@pytest.mark.parametrize('suffix', ['mp4', 'mkv'])
@pytest.mark.parametrize('decoder', DECODERS)
def test_frames(tmp_path, decoder, suffix):
    path = tmp_path / f'video.{suffix}'
    write_video(path)
    inds = [20, 3, 4, 3, 23]
    results = load(path, inds, decoder)
    assert results['total_frames'] == 24
    assert results['img_shape'] == (64, 64)
    assert results['decoder'] == decoder
    for image, i in zip(results['imgs'], inds):
        assert image.shape == (64, 64, 3)
        assert abs(float(image.mean()) - 5 * i) < 3


@pytest.mark.parametrize('decoder', DECODERS)
def test_frames_can_be_changed_in_place(tmp_path, decoder):
    """As MMAction2's Flip does."""
    write_video(tmp_path / 'video.mp4')
    (image,) = load(tmp_path / 'video.mp4', [7], decoder)['imgs']
    image[:, :32] //= 2
    flipped = image[:, ::-1].copy()
    cv2.flip(image, 1, image)
    assert np.array_equal(image, flipped)


def test_folder_of_frames(tmp_path):
    write_folder(tmp_path / 'clip')
    results = load(tmp_path / 'clip', [7, 0, 23])
    assert results['total_frames'] == 24
    assert [int(image.mean()) for image in results['imgs']] == [35, 0, 115]
    (tmp_path / 'clip' / 'img_00003.png').write_bytes(b'not an image')
    with pytest.raises(StNetInputError, match='img_00003.png'):
        load(tmp_path / 'clip', [3])


@pytest.mark.parametrize('start', [0, 1])
def test_folders_that_mmaction2_lists(tmp_path, start):
    """The part that the list names, as ``RawFrameDecode`` decodes it."""
    folder = tmp_path / 'clip'
    folder.mkdir()
    for i in range(24):
        image = np.full((48, 64, 3), 5 * i, np.uint8)
        cv2.imwrite(str(folder / f'shot_{start + i:03}.png'), image)
    init_default_scope('mmaction')
    list_file = tmp_path / 'list.txt'
    sample = dict(type='SampleFrames', clip_len=2, num_clips=3, test_mode=True)
    means = []
    for steps in (
        ['StNetVideoInit', 'StNetVideoDecode'],
        ['RawFrameDecode'],
    ):
        list_file.write_text('clip 4 16 0\n')
        steps = [dict(type=step) for step in steps]
        steps.insert(-1, sample)
        data = DATASETS.build(
            dict(
                type='RawframeDataset',
                ann_file=str(list_file),
                data_prefix=dict(img=str(tmp_path)),
                filename_tmpl='shot_{:03}.png',
                start_index=start,
                with_offset=True,
                test_mode=True,
                pipeline=steps,
            )
        )
        means.append([image.mean() for image in data[0]['imgs']])
    assert means[0] == means[1]
    assert min(means[0]) >= 20
    sample = data.get_data_info(0)
    sample['total_frames'] = 21
    with pytest.raises(StNetInputError, match='24 frames.*counts 25'):
        TRANSFORMS.build(dict(type='StNetVideoInit'))(sample)


@pytest.mark.parametrize('decoder', DECODERS)
def test_bad_files_are_named(tmp_path, decoder):
    video = tmp_path / 'video.mp4'
    write_video(video)
    bad = {name: tmp_path / f'{name}.mp4' for name in ('gone', 'empty', 'cut')}
    bad['empty'].touch()
    bad['cut'].write_bytes(video.read_bytes()[:700])
    bad['text'] = tmp_path / 'text.mp4'
    bad['text'].write_text('no video')
    bad['sound'] = tmp_path / 'sound.mp4'
    write_sound(bad['sound'])
    bad['folder'] = tmp_path / 'folder'
    bad['folder'].mkdir()
    for name, path in bad.items():
        with pytest.raises(StNetInputError) as error:
            load(path, [0], decoder)
        assert str(path) in str(error.value), name
        assert '\n' not in str(error.value), name


def test_damage_in_the_middle(tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path, frames=200)
    data = bytearray(path.read_bytes())
    start = data.index(b'mdat') + 4
    data[start : start + 3000] = bytes(3000)
    path.write_bytes(data)
    with pytest.raises(StNetInputError, match='video.mp4'):
        load(path, [100])


def test_unknown_decoder():
    with pytest.raises(
        StNetInputError, match="'pyav', 'torchcodec', 'decord'"
    ):
        TRANSFORMS.build(dict(type='StNetVideoInit', decoder='vhs'))


@pytest.mark.parametrize('decoder', DECODERS)
def test_scaling_to_the_short_side(tmp_path, decoder):
    path = tmp_path / 'video.mp4'
    write_video(path, size=(96, 64))
    results = load(path, [4, 9], decoder, short_side=43)
    # MMAction2's Resize then has nothing to do.
    resized = dict(results)
    TRANSFORMS.build(dict(type='Resize', scale=(-1, 43)))(resized)
    assert results['img_shape'] == resized['img_shape'] == (43, 65)
    for image, i in zip(results['imgs'], [4, 9]):
        assert image.shape == (43, 65, 3)
        assert abs(float(image.mean()) - 5 * i) < 3


@pytest.mark.parametrize('decoder', DECODERS)
def test_the_authors_scaling_while_decoding(tmp_path, decoder):
    path = tmp_path / 'video.mp4'
    write_video(path, size=(96, 48))
    expected = load(path, [4, 9], decoder)
    scale = dict(type='StNetScale', short_side=36)
    expected = TRANSFORMS.build(scale)(expected)
    results = load(path, [4, 9], decoder, short_side=36, keep_ratio=False)
    assert results['img_shape'] == expected['img_shape'] == (36, 48)
    for image, same in zip(results['imgs'], expected['imgs']):
        assert np.array_equal(image, same)
    with pytest.raises(StNetInputError, match='needs short_side'):
        load(path, [4], decoder, keep_ratio=False)


def test_another_decoder_takes_over(tmp_path, caplog):
    paths = [tmp_path / f'{i}.mp4' for i in range(2)]
    for path in paths:
        write_video(path, codec='libsvtav1')
    init = TRANSFORMS.build(dict(type='StNetVideoInit', decoder='decord'))
    logger = MMLogger.get_current_instance()
    logger.addHandler(caplog.handler)
    try:
        for path in paths:  # decord 0.6.0 lacks AV1
            assert init(dict(filename=str(path)))['decoder'] == 'pyav'
    finally:
        logger.removeHandler(caplog.handler)
    (message,) = (m for m in caplog.messages if 'opened with pyav' in m)
    assert str(paths[0]) in message


def test_without_pyav(tmp_path, monkeypatch):
    write_video(tmp_path / 'video.mp4')
    monkeypatch.setitem(sys.modules, 'stnet_runtime.video_reader', None)
    usable = find_torchcodec_fault() is None
    next_one = 'torchcodec' if usable else 'decord'
    assert load(tmp_path / 'video.mp4', [3])['decoder'] == next_one


def test_a_url_that_the_wanted_decoder_cannot_open(monkeypatch):
    """decord takes no URLs, PyAV fails, and torchcodec opens it."""
    init = StNetVideoInit(decoder='decord')

    class Reader(ReaderInit):
        def __init__(self, error=None):
            self.error = error

        def transform(self, results):
            if self.error:
                raise self.error
            return dict(results, total_frames=3)

    lacks = ImportError('PyAV is not there')
    init.inits.update(pyav=Reader(lacks), torchcodec=Reader())
    warnings = []
    logger = SimpleNamespace(warning=warnings.append)
    monkeypatch.setattr(MMLogger, 'get_current_instance', lambda: logger)
    results = init(dict(filename='http://a.b/c.mp4'))
    assert results['decoder'] == 'torchcodec'
    (warning,) = warnings
    assert 'because pyav fails: PyAV is not there' in warning
