import json
import os
import shutil
import signal

import pytest

from stnet_mm.datasets.annotations import Clip, check_clips, checks
from stnet_mm.errors import StNetInputError

from ...odd_videos import write_damaged
from ...videos import write_folder, write_sound, write_video


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    """Two classes: six good clips, and some that are not."""
    root = tmp_path_factory.mktemp('videos')
    for name in ('walk', 'run'):
        (root / name).mkdir()
    for i in range(3):
        write_video(root / 'walk' / f'{i}.mp4', frames=12 + i)
    write_video(root / 'run' / '映像 🎬.avi', frames=20, codec='mpeg4')
    write_folder(root / 'run' / 'frames', frames=5)
    write_video(root / 'run' / 'one.mp4', frames=1)
    write_sound(root / 'run' / 'sound.mp4')
    (root / 'walk' / 'empty.mp4').touch()
    write_damaged(root / 'walk' / '2.mp4', root / 'walk' / 'damaged.mp4', 3)
    write_folder(root / 'walk' / 'broken frames', frames=3)
    (root / 'walk' / 'broken frames' / 'img_00001.png').write_text('no image')
    return root


GOOD = {
    'walk/0.mp4': 12,
    'walk/1.mp4': 13,
    'walk/2.mp4': 14,
    'run/映像 🎬.avi': 20,
    'run/frames': 5,
    'run/one.mp4': 1,
}
BAD = {
    'run/sound.mp4': 'no video',
    'walk/empty.mp4': 'the file is empty',
    'walk/damaged.mp4': 'cannot decode',
    'walk/broken frames': 'img_00001.png: not a readable image',
    'walk/gone.mp4': 'No such file',
}


def clips_of(paths):
    return [Clip(path, path.split('/')[0]) for path in paths]


@pytest.mark.parametrize('workers', [1, 2])
def test_what_is_found_out(videos, workers):
    clips = clips_of([*BAD, *GOOD])
    check = check_clips(clips, videos, min_frames=6, workers=workers)
    assert check.frames == GOOD
    assert [*check.frames] == [*GOOD]
    assert len({*check.contents.values()}) == len(GOOD)
    assert [*check.unreadable] == [*BAD]
    for path, reason in check.unreadable.items():
        assert BAD[path] in reason
        assert '\n' not in reason
    assert check.short == ['run/frames', 'run/one.mp4']
    assert check.duplicates == []
    assert [clip.path for clip in check.keep(clips)] == [
        path for path, frames in GOOD.items() if frames > 5
    ]
    notes = {note.reason: note.paths for note in check.notes()}
    assert notes['unreadable, the file is empty'] == ['walk/empty.mp4']
    assert notes['fewer than 6 frames'] == check.short
    assert len(notes) == len(BAD) + 1


def test_a_class_that_loses_all_its_clips(videos):
    clips = clips_of(['walk/0.mp4', 'run/sound.mp4', 'run/one.mp4'])
    check = check_clips(clips, videos, min_frames=2, workers=1)
    with pytest.raises(
        StNetInputError, match="no clip of the class 'run'.*sound.mp4: .*video"
    ):
        check.keep(clips)


@pytest.fixture
def copies(videos, tmp_path):
    """Clips of equal content."""
    for name in ('a/1.mp4', 'a/2.mp4', 'b/1.mp4', 'b/2.mp4'):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(videos / 'walk' / '0.mp4', tmp_path / name)
    write_video(tmp_path / 'b' / '2.mp4', frames=15)
    for name in ('a/frames', 'a/same frames'):
        shutil.copytree(videos / 'run' / 'frames', tmp_path / name)
    return tmp_path


def test_duplicates_of_a_class(copies):
    clips = clips_of(
        ['a/1.mp4', 'a/2.mp4', 'a/frames', 'a/same frames', 'b/2.mp4']
    )
    check = check_clips(clips, copies, workers=1)
    assert check.duplicates == [
        ['a/1.mp4', 'a/2.mp4'],
        ['a/frames', 'a/same frames'],
    ]
    assert check.keep(clips) == clips
    (note,) = check.notes()
    assert note.paths == ['a/2.mp4', 'a/same frames']
    # One byte of a frame makes a difference.
    with open(copies / 'a' / 'frames' / 'img_00003.png', 'ab') as file:
        file.write(b'x')
    assert len(check_clips(clips, copies, workers=1).duplicates) == 1


def test_the_same_content_in_two_classes(copies):
    clips = clips_of(['a/1.mp4', 'a/2.mp4', 'b/1.mp4', 'b/2.mp4'])
    with pytest.raises(
        StNetInputError,
        match=r'^a/1.mp4 \(a\) and b/1.mp4 \(b\) have the same content but '
        r'different classes \(such pairs: 1\)',
    ):
        check_clips(clips, copies, workers=1)


def test_the_same_content_in_two_splits(copies):
    clips = [
        Clip('a/1.mp4', 'a', 'train'),
        Clip('a/2.mp4', 'a', 'val'),
        Clip('a/frames', 'a', 'train'),
        Clip('a/same frames', 'a', 'test'),
    ]
    with pytest.raises(
        StNetInputError,
        match=r'^a/1.mp4 \(train\) and a/2.mp4 \(val\) .* splits .*pairs: 2\)',
    ):
        check_clips(clips, copies, workers=1)


class Names:
    """Names that other processes add to."""

    def __init__(self, file):
        self._file = file
        self.clear()

    def clear(self):
        self._file.write_text('')

    def append(self, name):
        with open(self._file, 'a') as file:
            file.write(f'{name}\n')

    def __eq__(self, names):
        return self._file.read_text().splitlines() == names


@pytest.fixture
def probed(monkeypatch, tmp_path_factory):
    """Names of the clips that are opened."""
    names = Names(tmp_path_factory.mktemp('probed') / 'names.txt')
    probe = checks.probe_clip

    def spy(path):
        names.append(os.path.basename(path))
        return probe(path)

    monkeypatch.setattr(checks, 'probe_clip', spy)
    return names


def test_an_interrupted_check_goes_on(copies, probed, monkeypatch):
    clips = clips_of(['a/1.mp4', 'a/2.mp4', 'a/frames', 'b/2.mp4'])
    cache = copies / 'new' / 'check.jsonl'
    add = checks.CheckCache.add

    def interrupt(self, path, *args):
        if path.endswith('frames'):
            raise KeyboardInterrupt
        add(self, path, *args)

    with monkeypatch.context() as patch:
        patch.setattr(checks.CheckCache, 'add', interrupt)
        with pytest.raises(KeyboardInterrupt):
            check_clips(clips, copies, cache=cache, workers=1)
    assert probed == ['1.mp4', '2.mp4', 'frames']
    # Killed while it wrote a line.
    with open(cache, 'a') as file:
        file.write('["a/frames", 10')
    probed.clear()
    check = check_clips(clips, copies, cache=cache, workers=1)
    assert probed == ['frames', '2.mp4']
    probed.clear()
    assert check_clips(clips, copies, cache=cache, workers=1) == check
    assert probed == []
    assert check == check_clips(clips, copies, workers=1)
    lines = cache.read_text().splitlines()
    assert lines[2] == '["a/frames", 10'
    assert [json.loads(line)[0] for line in (lines[:2] + lines[3:])] == [
        clip.path for clip in clips
    ]


def test_changed_and_unreadable_clips_are_checked_again(copies, probed):
    clips = clips_of(['a/1.mp4', 'a/frames', 'b/2.mp4', 'b/bad.mp4'])
    (copies / 'b' / 'bad.mp4').write_text('no video')
    cache = copies / 'check.jsonl'
    check_clips(clips, copies, cache=cache, workers=1)
    probed.clear()
    write_video(copies / 'b' / '2.mp4', frames=17)
    os.utime(copies / 'a' / 'frames' / 'img_00002.png', ns=(0, 2**62))
    check = check_clips(clips, copies, cache=cache, workers=1)
    assert probed == ['frames', '2.mp4', 'bad.mp4']
    assert check.frames['b/2.mp4'] == 17


def test_a_folder_that_cannot_be_written(copies, probed):
    (copies / 'file').touch()
    with pytest.raises(
        StNetInputError, match='file/check.jsonl cannot be written'
    ):
        check_clips(
            clips_of(['a/1.mp4']),
            copies,
            cache=copies / 'file' / 'check.jsonl',
        )
    assert probed == []


def test_a_clip_that_crashes_the_decoder(copies, monkeypatch):
    probe = checks.probe_clip

    def crash(path):
        if path.endswith('a/2.mp4'):
            os.kill(os.getpid(), signal.SIGKILL)
        return probe(path)

    monkeypatch.setattr(checks, 'probe_clip', crash)
    clips = clips_of(['a/1.mp4', 'a/2.mp4', 'b/2.mp4'])
    check = check_clips(clips, copies, workers=2)
    assert [*check.frames] == ['a/1.mp4', 'b/2.mp4']
    assert 'was killed (status -9)' in check.unreadable['a/2.mp4']
