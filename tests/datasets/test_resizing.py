"""Folders of videos, re-encoded to a small size."""

import errno
import json
import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from stnet_mm.datasets.resizing import resize_video, resize_videos
from stnet_mm.datasets.resizing.names import find_files, new_names
from stnet_mm.errors import StNetInputError
from stnet_mm.utils.mp4_writer import MP4Writer
from stnet_runtime.video_reader import VideoReader

from ..odd_videos import (
    tag_rotation,
    write_damaged,
    write_rotated,
    write_two_videos_and_sound,
)
from ..streams import FRAMES, STREAMS, texture, write_stream
from ..videos import write_images, write_sound, write_video

SIDE = 32
# Mean differences of pixels, out of 255, of videos with finer colors than
# those of yuv420p; of others it is below 4.
FINER = {'interlaced.mp4': 9, 'high_chroma.mp4': 15, 'ten_bits.mp4': 10}


def resize(folder, short_side=SIDE, crf=10):
    """Resize ``folder / in`` in this process, without a bar."""
    return resize_videos(
        folder / 'in',
        folder / 'out',
        short_side,
        crf,
        workers=1,
        progress=False,
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / 'in').mkdir()
    return tmp_path


def times_of(path):
    with VideoReader(str(path)) as reader:
        return [time for time, _ in reader.decode_timed()]


def frames_of(path, short_side=None):
    with VideoReader(str(path)) as reader:
        return np.array(reader.get_frames(range(len(reader)), short_side))


def difference(one, two):
    """Mean difference of the pixels of two videos of one size."""
    assert one.shape == two.shape
    return np.abs(one.astype(int) - two).mean()


@pytest.mark.parametrize('name', STREAMS)
def test_frames_and_times_stay(folder, name):
    """They are those that the reader has when it scales while decoding."""
    write_stream(folder / 'in' / name)
    assert resize(folder).encoded == 1
    before = folder / 'in' / name
    (after,) = folder.glob('out/*.m*')
    assert times_of(after) == times_of(before)
    assert len(times_of(after)) == FRAMES
    with VideoReader(str(before)) as old, VideoReader(str(after)) as new:
        assert new.fps == pytest.approx(old.fps, rel=1e-3)
        assert new.size == (SIDE, 46)  # of 68 x 98
    scaled = frames_of(before, SIDE)
    assert difference(frames_of(after), scaled) < FINER.get(name, 4)
    assert difference(frames_of(after)[::-1], scaled) > 20
    with av.open(str(after)) as container:
        (stream,) = container.streams
        assert stream.codec_context.name == 'h264'
        packets = [p for p in container.demux(stream) if p.size]
    keys = [i for i, packet in enumerate(packets) if packet.is_keyframe]
    assert max(np.diff([*keys, FRAMES])) <= 12


@pytest.mark.parametrize('name', ['a.mp4', 'a.mkv'])
def test_variable_frame_rate(folder, name):
    times = np.cumsum(np.random.default_rng(0).integers(5, 200, FRAMES))
    path = folder / 'in' / name
    write_images(path, texture(), times=times.tolist())
    resize(folder)
    expected = [Fraction(int(t - times[0]), 1000) for t in times]
    assert times_of(folder / 'out' / name) == expected


@pytest.mark.parametrize('degrees', [0, 90, 180, 270])
def test_phones_are_turned_once(folder, degrees):
    path = folder / 'in' / 'phone.mov'
    write_rotated(path, texture(frames=6), degrees)
    resize(folder)
    after = folder / 'out' / 'phone.mov'
    images = frames_of(after)
    assert images.shape == (6, SIDE, 46, 3)
    scaled = frames_of(path, SIDE)
    assert difference(images, scaled) < 4
    assert difference(images[:, ::-1, ::-1], scaled) > 20
    with av.open(str(after)) as container:
        assert {frame.rotation for frame in container.decode(video=0)} == {0}


@pytest.mark.parametrize('degrees', [0, 90])
def test_pixels_that_are_not_square(folder, degrees):
    path = folder / 'in' / 'phone.mov'
    write_images(path, texture(3), pixel_aspect=Fraction(4, 3))
    tag_rotation(path, degrees)
    resize(folder)
    with VideoReader(str(folder / 'out' / 'phone.mov')) as reader:
        expected = Fraction(3, 4) if degrees else Fraction(4, 3)
        assert reader.pixel_aspect == expected


@pytest.mark.parametrize(
    ('height', 'width', 'expected'),
    [(67, 99, (32, 48)), (99, 67, (48, 32)), (400, 1601, (32, 128))],
)
def test_sizes_are_even(folder, height, width, expected):
    # MJPEG takes odd ones.
    images = texture(3, height, width)
    write_images(folder / 'in' / 'a.mkv', images, 'mjpeg', pix_fmt='yuvj444p')
    resize(folder)
    with VideoReader(str(folder / 'out' / 'a.mkv')) as reader:
        assert reader.size == expected


def test_the_main_video_without_sound(folder):
    main = list(texture(frames=24))
    small = [image[:32, :32] for image in main]
    path = folder / 'in' / 'broadcast.mp4'
    write_two_videos_and_sound(path, small, main)
    resize(folder)
    after = folder / 'out' / 'broadcast.mp4'
    assert difference(frames_of(after), frames_of(path, SIDE)) < 4
    with av.open(str(after)) as container:
        assert [stream.type for stream in container.streams] == ['video']


def test_small_ones_are_copied(folder):
    write_stream(folder / 'in' / 'xvid.avi')
    result = resize(folder, short_side=68)
    assert (result.encoded, result.copied, result.renamed) == (0, 1, [])
    data = [(folder / at / 'xvid.avi').read_bytes() for at in ('in', 'out')]
    assert data[0] == data[1]
    # A smaller number is better and larger.
    sizes = [
        len(resize_video(folder / 'in' / 'xvid.avi', SIDE, crf))
        for crf in (10, 40)
    ]
    assert sizes[0] > 2 * sizes[1]


def test_videos_that_have_changed_since(folder):
    before, after = (folder / place / 'a.mkv' for place in ('in', 'out'))
    write_images(before, texture(3))
    resize(folder)
    made = after.stat().st_mtime
    assert resize(folder).finished == 1
    write_images(before, texture(5))
    os.utime(before, (made + 1, made + 1))
    assert resize(folder).encoded == 1
    assert len(frames_of(after)) == 5
    before.unlink()
    before.symlink_to('gone')
    assert resize(folder).finished == 1


@pytest.mark.parametrize('short_side', [SIDE, 68], ids=['large', 'small'])
def test_what_cannot_be_read_does_not_stop_the_others(folder, short_side):
    source = folder / 'in'
    write_stream(source / 'one_key_frame.mp4')
    write_damaged(source / 'one_key_frame.mp4', source / 'damaged.mp4', 10)
    (source / 'empty.mp4').write_bytes(b'')
    (source / 'link.mp4').symlink_to(source / 'nothing.mp4')
    (source / 'text.avi').write_text('no video')
    write_sound(source / 'sound.mp4')
    result = resize(folder, short_side)
    assert result.encoded + result.copied == 1
    names = ['damaged.mp4', 'empty.mp4', 'link.mp4', 'sound.mp4', 'text.avi']
    for name, problem in zip(names, result.problems):
        assert problem.startswith(f'{source / name}: ')
        assert problem.count(name) == 1
        assert '\n' not in problem
    assert len(result.problems) == len(names)
    assert 'no video stream' in result.problems[3]
    assert {path.name for path in (folder / 'out').iterdir()} == {
        'one_key_frame.mp4',
        'resized.json',
    }


def test_names(folder):
    source = folder / 'in'
    (source / 'a' / 'b').mkdir(parents=True)
    write_video(source / 'a' / 'b' / 'one.MOV')
    write_video(source / 'a' / 'two.avi')
    (source / 'a' / 'notes.txt').write_text('no video')
    (source / '._one.mp4').write_text('as a Mac leaves it')
    (source / 'a' / 'again').symlink_to(source)
    (source / 'c').symlink_to(source / 'a' / 'b')
    result = resize(folder)
    assert result.renamed == [Path('a/two.avi')]
    assert result.others == [Path('a/notes.txt')]
    made = {*map(str, find_files(folder / 'out')[0])}
    assert made == {'a/b/one.MOV', 'a/two.mp4', 'c/one.MOV'}


def test_two_of_one_name(folder):
    for name in ('a.avi', 'a.mp4', 'b.avi', 'b.webm'):
        codec = 'libvpx-vp9' if name == 'b.webm' else 'libx264'
        write_video(folder / 'in' / name, 3, codec=codec)
    assert resize(folder, short_side=64).copied == 4
    other = folder / 'other'
    result = resize_videos(
        folder / 'in', other, SIDE, workers=1, progress=False
    )
    assert result.encoded == 1
    assert [Path(line.split(':')[0]).name for line in result.problems] == [
        'a.avi',
        'b.avi',
        'b.webm',
    ]
    # Nor are they taken for finished.
    again = resize_videos(
        folder / 'in', other, SIDE, workers=1, progress=False
    )
    assert (again.finished, again.problems) == (1, result.problems)
    assert new_names([Path('x/a.avi'), Path('a.mp4')]) == {
        Path('x/a.avi'): Path('x/a.mp4'),
        Path('a.mp4'): Path('a.mp4'),
    }


def test_resume_and_refuse(folder):
    for name in ('a.mp4', 'b.avi', 'c.mp4'):
        write_video(folder / 'in' / name, 6)
    write_video(folder / 'in' / 'small.avi', 6, size=SIDE)
    assert resize(folder).encoded == 3
    paths = sorted(find_files(folder / 'out')[0])
    before = {p: (folder / 'out' / p).stat().st_mtime_ns for p in paths}
    gone = (folder / 'out' / 'c.mp4').read_bytes()
    (folder / 'out' / 'c.mp4').unlink()
    result = resize(folder)
    assert (result.encoded, result.copied, result.finished) == (1, 0, 3)
    assert result.renamed == [Path('b.avi')]
    assert (folder / 'out' / 'c.mp4').read_bytes() == gone
    for path in paths:
        same = (folder / 'out' / path).stat().st_mtime_ns == before[path]
        assert same == (path.name != 'c.mp4')

    with pytest.raises(StNetInputError, match='short_side 32, not 16'):
        resize(folder, short_side=16)
    with pytest.raises(StNetInputError, match='crf 10, not 11'):
        resize(folder, crf=11)
    (folder / 'out' / 'resized.json').unlink()
    with pytest.raises(StNetInputError, match='not empty'):
        resize(folder)


def test_what_was_made_is_verified(folder, monkeypatch):
    write_video(folder / 'in' / 'a.mp4', 12)
    write_frame = MP4Writer.write_frame
    for change, message in (
        (lambda time: None if time == Fraction(3, 12) else time, '11 .* 12'),
        (lambda time: time + 1 if time else time, 'off by 1.000 s'),
    ):

        def write(self, time, frame, change=change):
            if change(time) is not None:
                write_frame(self, change(time), frame)

        monkeypatch.setattr(MP4Writer, 'write_frame', write)
        with pytest.raises(StNetInputError, match=f'a.mp4: .*{message}'):
            resize_video(folder / 'in' / 'a.mp4', SIDE, 20)


@pytest.mark.parametrize('short_side', [SIDE, 64], ids=['encoded', 'copied'])
def test_a_full_disk(folder, monkeypatch, short_side):
    for name in ('a.mp4', 'b.mp4'):
        write_video(folder / 'in' / name, 6)
    (folder / 'in' / 'b.mp4').rename(folder / 'b.mp4')
    assert not resize(folder, short_side).problems
    (folder / 'b.mp4').rename(folder / 'in' / 'b.mp4')

    def fsync(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    message = 'b.mp4 cannot be written: No space left'
    with monkeypatch.context() as patch:
        patch.setattr(os, 'fsync', fsync)
        with pytest.raises(StNetInputError, match=message):
            resize(folder, short_side)
    assert {p.name for p in (folder / 'out').iterdir()} == {
        'a.mp4',
        'resized.json',
    }
    assert resize(folder, short_side).finished == 1


def test_the_longest_name(folder):
    name = '体操' * 41 + '.mp4'
    write_video(folder / 'in' / name, 6)
    assert resize(folder).encoded == 1
    assert (folder / 'out' / name).exists()


def test_one_that_cannot_be_written(folder, monkeypatch):
    for name in ('a.mp4', 'b.mp4'):
        write_video(folder / 'in' / name, 6)
    replace = os.replace

    def fail(old, new):
        if Path(new).name == 'a.mp4':
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG))
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, 'replace', fail)
        result = resize(folder)
    assert result.encoded == 1
    (problem,) = result.problems
    assert 'a.mp4 cannot be written: File name too long' in problem
    assert resize(folder).finished == 1


def test_a_name_that_becomes_too_long(folder):
    """The suffix of such a container gets longer."""
    write_video(folder / 'in' / 'a.ts', 6)
    os.rename(folder / 'in' / 'a.ts', folder / 'in' / ('x' * 252 + '.ts'))
    write_video(folder / 'in' / 'b.mp4', 6)
    for encoded in (1, 0):
        result = resize(folder)
        assert result.encoded == encoded
        assert 'File name too long' in result.problems[0]


def test_wrong_folders_and_settings(folder):
    source, file = folder / 'in', folder / 'file'
    file.write_text('')
    for one, two, message in (
        (folder / 'none', folder / 'out', 'none: there is no such folder'),
        (file, folder / 'out', 'file is a file'),
        (source, file, 'file is a file'),
        (source, source / 'out', 'one inside of the other'),
        (source, folder, 'one inside of the other'),
        (source, source, 'one inside of the other'),
        (source, folder / 'out', 'in: there are no videos'),
    ):
        with pytest.raises(StNetInputError, match=message):
            resize_videos(one, two)
    for wrong, message in (
        (dict(short_side=255), 'short side 255'),
        (dict(short_side=0), 'short side 0'),
        (dict(crf=52), 'factor 52'),
        (dict(crf=-1), 'factor -1'),
        (dict(workers=0), '0 processes'),
    ):
        with pytest.raises(StNetInputError, match=message):
            resize_videos(source, folder / 'out', **wrong)
    assert not (folder / 'out').exists()


def test_the_record_is_plain(folder):
    write_video(folder / 'in' / 'a.mp4', 3)
    resize(folder)
    record = json.loads((folder / 'out' / 'resized.json').read_text())
    assert record['settings'] == {
        'source': str((folder / 'in').resolve()),
        'short_side': SIDE,
        'crf': 10,
    }
