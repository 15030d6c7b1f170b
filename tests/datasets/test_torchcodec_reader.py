"""torchcodec's reader beside PyAV's, on videos as people have them."""

from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path

import numpy as np
import pytest
from mmaction.registry import TRANSFORMS
from torch.utils.data import DataLoader

from stnet_mm.errors import MissingCodecError, StNetInputError
from stnet_runtime.video_reader import VideoReader

from ..odd_videos import (
    copy_packets,
    write_damaged,
    write_delayed,
    write_hidden,
    write_not_coded,
    write_packed,
    write_rotated,
    write_same_times,
    write_two_videos_and_sound,
)
from ..streams import FRAMES, STREAMS, texture, write_stream
from ..videos import write_images, write_sound, write_video
from .reading import check_nothing_is_left, needs_torchcodec

pytestmark = needs_torchcodec
VIDEOS = Path(__file__).resolve().parents[3] / 'shared' / 'videos'
# Mean difference in 255 levels where FFmpeg's versions make coarse colors
# finer in ways of their own; the noisy picture shows it most.
TOLERANCE = {
    'ten_bits.mp4': 5,
    'interlaced.mp4': 10,
    'odd.webm': 2,
    'h264_10bit.mp4': 3,
}


def open_reader(path, **kwargs):
    from stnet_mm.datasets.torchcodec_reader import TorchCodecReader

    return TorchCodecReader(str(path), **kwargs)


def compare(path, limit=1000, sizes=(1, 2, 5, 9)):
    """Compare all frames and subsets of them; how many there are."""
    rng = np.random.default_rng(0)
    tolerance = TOLERANCE.get(path.name, 0)
    with VideoReader(str(path)) as expected, open_reader(path) as reader:
        assert len(reader) == len(expected)
        last = len(expected) - 1
        subsets = [range(min(limit, last + 1)), [last, 0, last]]
        subsets += [rng.integers(0, last + 1, n) for n in sizes]
        for indices in subsets:
            images = reader.get_frames(indices)
            for i, a, b in zip(indices, images, expected.get_frames(indices)):
                assert a.shape == b.shape
                assert a.dtype == np.uint8
                if not tolerance:
                    assert np.array_equal(a, b), i
                assert np.abs(a.astype(int) - b).mean() <= tolerance, i
        # A raw stream has no times; each assumes a rate of its own.
        if path.suffix != '.h264':
            times = np.array(expected.frame_times)
            assert np.allclose(reader.frame_times, times, atol=1e-6)
        return len(reader)


@pytest.mark.parametrize('name', STREAMS)
def test_streams(tmp_path, name):
    write_stream(tmp_path / name)
    assert compare(tmp_path / name) == FRAMES


def test_variable_frame_rate(tmp_path):
    times = np.cumsum(np.random.default_rng(0).integers(5, 200, FRAMES))
    path = tmp_path / 'video.mp4'
    write_images(path, texture(), times=times.tolist(), options={'g': '12'})
    assert compare(path) == FRAMES
    with open_reader(path) as reader:
        seconds = (times[-1] - times[0]) / 1000
        assert reader.fps == pytest.approx((FRAMES - 1) / seconds, rel=0.01)


@pytest.mark.parametrize('degrees', [0, 90, 180, 270])
def test_rotation(tmp_path, degrees):
    path = tmp_path / 'phone.mov'
    write_rotated(path, texture(frames=6), degrees)
    assert compare(path) == 6


def test_odd_sizes(tmp_path):
    path = tmp_path / 'odd.mp4'
    write_images(path, texture(height=65, width=97), pix_fmt='yuv444p')
    assert compare(path) == FRAMES
    path = tmp_path / 'odd.webm'
    write_images(path, texture(8, 65, 97), 'libvpx-vp9', {'cpu-used': '8'})
    assert compare(path) == 8


def test_the_main_one_of_two_videos(tmp_path):
    path = tmp_path / 'broadcast.mp4'
    main = list(texture(frames=24))
    write_two_videos_and_sound(path, [image[:32, :32] for image in main], main)
    assert compare(path) == 24


@pytest.mark.parametrize('suffix', ['mp4', 'mkv', 'ts'])
def test_a_video_that_begins_amid_others(tmp_path, suffix):
    codec, options, _ = STREAMS['open_gop.mp4']
    whole = tmp_path / f'whole.{suffix}'
    write_images(whole, texture(), codec, options)
    for first in (12, 20):
        cut = tmp_path / f'cut{first}.{suffix}'
        copy_packets(whole, cut, itemgetter(slice(first, None)))
        assert 30 < compare(cut) < FRAMES - first


def test_frames_of_the_same_time(tmp_path):
    whole, odd = tmp_path / 'whole.mp4', tmp_path / 'odd.mp4'
    write_images(whole, texture(), options={'g': '12', 'bf': '2'})
    write_same_times(whole, odd)
    assert compare(odd) == FRAMES


def test_packets_that_show_no_frame(tmp_path):
    xvid, webm = tmp_path / 'xvid.avi', tmp_path / 'whole.webm'
    write_images(xvid, texture(), 'mpeg4', {'g': '24', 'bf': '1'})
    for suffix in ('avi', 'mkv'):
        write_delayed(xvid, tmp_path / f'delayed.{suffix}')
        assert compare(tmp_path / f'delayed.{suffix}') == FRAMES
    write_packed(xvid, tmp_path / 'packed.avi')
    assert compare(tmp_path / 'packed.avi') == FRAMES
    for suffix in ('avi', 'mp4'):
        write_not_coded(xvid, tmp_path / f'dropped.{suffix}', every=7)
        assert compare(tmp_path / f'dropped.{suffix}') == 51
    write_images(webm, texture(), 'libvpx', {'g': '24', 'cpu-used': '5'})
    write_hidden(webm, tmp_path / 'hidden.webm', every=7)
    assert compare(tmp_path / 'hidden.webm') == FRAMES - 8
    copy_packets(xvid, tmp_path / 'cut.avi', lambda packets: packets[30:])
    with pytest.raises(MissingCodecError, match='needs a key frame'):
        open_reader(tmp_path / 'cut.avi')


@pytest.mark.parametrize('suffix', ['avi', 'ts'])
def test_what_follows_the_last_frame(tmp_path, suffix):
    path = tmp_path / f'video.{suffix}'
    write_images(path, texture(), options={'g': '12', 'bf': '2'})
    with open_reader(path) as reader:
        expected = reader.get_frames(range(FRAMES - 1))
    with open(path, 'ab') as file:
        file.write(np.random.default_rng(0).bytes(5000))
    with open_reader(path) as reader:
        assert len(reader) in (FRAMES - 1, FRAMES)
        images = reader.get_frames(range(len(reader)))
    for i, image in enumerate(images[: FRAMES - 1]):
        assert np.array_equal(image, expected[i]), i


def test_damage_spares_what_comes_before(tmp_path):
    whole, damaged = tmp_path / 'whole.mp4', tmp_path / 'damaged.mp4'
    write_images(whole, texture(), options={'g': '12', 'bf': '0'})
    write_damaged(whole, damaged, first=40)
    with VideoReader(str(whole)) as expected, open_reader(damaged) as reader:
        assert len(reader) == FRAMES
        for a, b in zip(
            reader.get_frames(range(40)), expected.get_frames(range(40))
        ):
            assert np.array_equal(a, b)
        with pytest.raises(StNetInputError, match='59 of 60 cannot be decod'):
            reader.get_frames([FRAMES - 1])


def test_a_truncated_file(tmp_path):
    whole, cut = tmp_path / 'whole.mkv', tmp_path / 'cut.mkv'
    write_images(whole, texture(), options={'g': '12'})
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 2 // 3])
    assert 20 < compare(cut) < FRAMES


def test_wrong_frames_and_files(tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path)
    with open_reader(path) as reader:
        for wrong in (-1, 24):
            with pytest.raises(StNetInputError, match='24 frames'):
                reader.get_frames([0, wrong])
    write_sound(tmp_path / 'sound.mp4')
    with pytest.raises(StNetInputError, match='^no video stream in it$'):
        open_reader(tmp_path / 'sound.mp4')
    (tmp_path / 'text.mp4').write_text('no video')
    with pytest.raises(StNetInputError, match='^Invalid data found when proc'):
        open_reader(tmp_path / 'text.mp4')
    with pytest.raises(FileNotFoundError):
        open_reader(tmp_path / 'gone.mp4')
    init = TRANSFORMS.build(dict(type='StNetTorchCodecInit'))
    sample = init(dict(filename=str(path)))
    assert sample['total_frames'] == 24
    assert sample['avg_fps'] == pytest.approx(12)


def test_what_is_in_a_file(tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path)
    init = dict(type='StNetTorchCodecInit', io_backend='local')
    sample = TRANSFORMS.build(init)(dict(filename=str(path)))
    sample['frame_inds'] = np.array([[3, 9], [20, 3]])
    decode = TRANSFORMS.build(dict(type='StNetTorchCodecDecode'))
    images = decode(sample)['imgs']
    for image, i in zip(images, [3, 9, 20, 3]):
        assert abs(float(image.mean()) - 5 * i) < 3


class Frames:
    """A data set: frame i of a video, as StNetVideoInit reads it."""

    def __init__(self, path):
        self.path = path
        self.init = TRANSFORMS.build(
            dict(type='StNetVideoInit', decoder='torchcodec')
        )
        self.decode = TRANSFORMS.build(dict(type='StNetVideoDecode'))

    def __len__(self):
        return 24

    def __getitem__(self, i):
        sample = self.init(dict(filename=self.path))
        assert sample['decoder'] == 'torchcodec'
        sample['frame_inds'] = np.array([i])
        return self.decode(sample)['imgs'][0]


def test_workers(tmp_path):
    path = tmp_path / 'video.mp4'
    write_video(path)
    data = Frames(str(path))
    data[0]  # the library is loaded before the workers start
    for i, image in enumerate(DataLoader(data, num_workers=2)):
        assert abs(float(image.float().mean()) - 5 * i) < 3
    assert i == 23


def test_threads(tmp_path):
    path = tmp_path / 'video.mp4'
    write_images(path, texture(), options={'g': '12'})
    with open_reader(path, num_threads=3) as reader:
        expected = reader.get_frames(range(FRAMES))

    def read(seed):
        indices = np.random.default_rng(seed).integers(0, FRAMES, 5)
        with open_reader(path) as reader:
            return zip(indices, reader.get_frames(indices))

    with ThreadPoolExecutor(4) as pool:
        for frames in pool.map(read, range(40)):
            for i, image in frames:
                assert np.array_equal(image, expected[i])


def test_opening_many_files_leaves_nothing_behind(tmp_path):
    # torchcodec seeks in the first, and is not trusted to in the second.
    paths = tmp_path / 'video.mp4', tmp_path / 'video.avi'
    for path in paths:
        write_video(path)
    check_nothing_is_left(open_reader, paths, 100)


@pytest.mark.skipif(not VIDEOS.is_dir(), reason='shared/videos is not here')
@pytest.mark.parametrize(
    'path',
    [p for p in sorted(VIDEOS.glob('*')) if p.suffix != '.md'],
    ids=lambda path: path.name,
)
def test_real_videos(path):
    if path.name == 'corrupted.mp4':
        with open_reader(path) as reader, pytest.raises(
            StNetInputError, match='the file is damaged'
        ):
            reader.get_frames(range(len(reader)))
        return
    compare(path, limit=20, sizes=(3,))
