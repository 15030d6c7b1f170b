"""Checking lists and folders of videos."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from stnet_mm.datasets.checking import (
    check,
    check_videos,
    finding,
    header_line,
)
from stnet_mm.datasets.transforms.sampling import StNetSampleFrames
from stnet_mm.datasets.video_dataset import StNetVideoDataset
from stnet_mm.errors import StNetInputError

from ...odd_videos import write_damaged
from ...videos import write_folder, write_sound, write_video


def kinds(findings) -> dict[str, str]:
    return {found.path: found.kind for found in findings}


@pytest.fixture
def folder(tmp_path) -> Path:
    """Videos with everything that may be wrong with one."""
    root = tmp_path / 'videos'
    root.mkdir()
    write_video(root / 'good.mp4', 24)
    write_video(root / 'named with spaces 1.mp4', 23)
    write_video(root / 'short.mp4', 3)
    (root / 'copy.mp4').write_bytes((root / 'good.mp4').read_bytes())
    (root / 'empty.mp4').write_bytes(b'')
    (root / 'text.mp4').write_text('no video')
    write_sound(root / 'sound.mp4')
    write_video(root / 'whole.mkv', 48)
    whole = (root / 'whole.mkv').read_bytes()
    (root / 'cut.mkv').write_bytes(whole[: len(whole) * 7 // 10])
    write_video(root / 'noise.mp4', 22)
    write_damaged(root / 'noise.mp4', root / 'damaged.mp4', 10)
    write_folder(root / 'frames')
    write_folder(root / 'bad_frames', 5)
    (root / 'bad_frames' / 'img_00004.png').write_bytes(b'no image')
    return root


def test_every_kind(folder):
    lines = [
        'good.mp4 0',
        'named with spaces 1.mp4 1',
        'short.mp4 1',
        'copy.mp4 0',
        'empty.mp4 1',
        'text.mp4 1',
        'sound.mp4 1',
        'cut.mkv 1',
        'damaged.mp4 1',
        'frames 1',
        'bad_frames 1',
        'gone.mp4 1',
        'whole.mkv 2',
        'noise.mp4 running',
        '../outside.mp4 1',
        '/elsewhere.mp4 1',
    ]
    write_video(folder.parent / 'outside.mp4', 20)
    names = folder / 'classes.txt'
    names.write_text('one\ntwo\n')
    listed = folder / 'list.txt'
    listed.write_text('\n'.join(lines) + '\n')
    findings = check_videos(
        listed, labels=names, min_frames=4, workers=2, progress=False
    )
    assert kinds(findings) == {
        'good.mp4': 'ok',
        'named with spaces 1.mp4': 'ok',
        'short.mp4': 'too short',
        'copy.mp4': 'duplicate content',
        'empty.mp4': 'empty',
        'text.mp4': 'no video',
        'sound.mp4': 'no video',
        'cut.mkv': 'truncated',
        'damaged.mp4': 'undecodable frame',
        'frames': 'ok',
        'bad_frames': 'undecodable frame',
        'gone.mp4': 'missing',
        'whole.mkv': 'label trouble',
        'noise.mp4': 'label trouble',
        '../outside.mp4': 'outside of the root',
        '/elsewhere.mp4': 'missing',
    }
    assert [found.line for found in findings] == lines
    said = {found.path: found.detail for found in findings}
    assert said['short.mp4'] == '3 of 4 frames'
    assert said['copy.mp4'] == 'as good.mp4'
    assert 'bytes are missing' in said['cut.mkv']
    assert said['whole.mkv'].endswith(
        'list.txt, line 13: label 2 is beyond the 2 classes'
    )


def test_labels(tmp_path):
    for i in range(3):
        write_video(tmp_path / f'{i}.mp4', 3 + i)
    listed = tmp_path / 'list.txt'
    for text, expected in (
        ('0.mp4\n1.mp4', ['ok', 'ok']),  # no labels at all
        ('0.mp4 0 2\n1.mp4 1', ['ok', 'ok']),  # several labels
        ('0.mp4 0\n1.mp4', ['ok', 'label trouble']),
        ('0.mp4 0\n0.mp4 1', ['ok', 'label trouble']),
        ('0.mp4 0\n0.mp4 0', ['ok', 'duplicate content']),
        ('0.mp4\t0\n1.mp4,1\n2.mp4;2', ['ok'] * 3),
        ('\ufeff0.mp4 0\r\n1.mp4 1\r\n', ['ok', 'ok']),
    ):
        listed.write_bytes(text.encode())
        findings = check_videos(listed, workers=1, progress=False)
        assert [found.kind for found in findings] == expected, text


@pytest.fixture
def names(tmp_path) -> Path:
    """Names of two classes, beside three videos."""
    for i in range(3):
        write_video(tmp_path / f'{i}.mp4', 3 + i)
    path = tmp_path / 'classes.txt'
    path.write_text('go left\nstop\n')
    return path


def test_lists_as_the_data_set_reads_them(tmp_path, names):
    listed = tmp_path / 'list.csv'
    for text, expected in (
        ('path,label\n0.mp4,go left\n1.mp4,stop', ['ok', 'ok']),
        ('0.mp4,go left\n1.mp4,1\n', ['ok', 'ok']),
        ('FPS;path;label\n5;0.mp4;1\n', ['ok']),
        # Parts of a video are no duplicates, and may have other labels.
        (
            'path,label,start,end\n0.mp4,0,0,1\n0.mp4,1,1,2\n0.mp4,1,1,2\n',
            ['ok', 'ok', 'duplicate content'],
        ),
        ('path,label\n"0.mp4",stop\n"gone, too.mp4",1', ['ok', 'missing']),
        ('"gone, too.mp4",stop\n0.mp4,stop', ['missing', 'ok']),
    ):
        listed.write_text(text)
        findings = check_videos(
            listed, labels=names, workers=1, progress=False
        )
        assert [found.kind for found in findings] == expected, text
        assert findings[-1].line == text.strip().split('\n')[-1]
        data = StNetVideoDataset(
            str(listed),
            metainfo=dict(classes=str(names)),
            pipeline=[dict(type=StNetSampleFrames, clip_len=1, num_clips=1)],
        )
        path = data.get_data_info(len(findings) - 1)['filename']
        assert path == findings[-1].path


def test_labels_of_no_class(tmp_path, names):
    listed = tmp_path / 'list.csv'
    listed.write_text('path,label\n0.mp4,go left\n1.mp4,up\n')
    for labels, message in (
        (names, "line 3: the label 'up' is of no class"),
        (None, "line 3: the label 'up' is no whole number"),
    ):
        findings = check_videos(
            listed, labels=labels, workers=1, progress=False
        )
        assert findings[1].kind == 'label trouble'
        assert message in findings[1].detail


def test_the_header_line(tmp_path):
    listed = tmp_path / 'list.csv'
    listed.write_text('\n path;label\n0.mp4;1\n')
    assert header_line(listed) == 'path;label'
    listed.write_text('0.mp4;1\n')
    assert header_line(listed) == ''
    assert header_line(tmp_path) == ''


def test_full_decoding_sees_every_frame(tmp_path):
    write_video(tmp_path / 'a.mp4', 48)
    # Of three frames decoded, none is damaged.
    data = bytearray((tmp_path / 'a.mp4').read_bytes())
    import av

    with av.open(str(tmp_path / 'a.mp4')) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    for packet in packets[30:34]:
        data[packet.pos : packet.pos + packet.size] = bytes(packet.size)
    (tmp_path / 'a.mp4').write_bytes(data)
    write_folder(tmp_path / 'frames')
    write_folder(tmp_path / 'bad_frames', 9)
    (tmp_path / 'bad_frames' / 'img_00003.png').write_bytes(b'no image')
    findings = check_videos(tmp_path, decode='full', progress=False)
    assert kinds(findings) == {
        'a.mp4': 'undecodable frame',
        'bad_frames': 'undecodable frame',
        'frames': 'ok',
    }


def test_folders(folder):
    findings = kinds(check_videos(folder, workers=2, progress=False))
    assert findings['good.mp4'] == 'duplicate content'  # after copy.mp4
    assert findings['copy.mp4'] == 'ok'
    assert findings['cut.mkv'] == 'truncated'
    assert findings['frames'] == 'ok'
    assert findings['short.mp4'] == 'ok'


def test_kinds_follow_from_no_names(tmp_path):
    folder = tmp_path / 'no frames'
    write_folder(folder, frames=3)
    for path in folder.iterdir():
        path.write_text('no image')
    (tmp_path / 'list.csv').write_text('path,label\nno frames,0\n')
    (found,) = check_videos(tmp_path / 'list.csv', workers=1, progress=False)
    assert found.kind == finding.UNDECODABLE


def examine_or_die(file: str, decode: str):
    if 'crash' in Path(file).name:
        os.kill(os.getpid(), signal.SIGKILL)
    if 'hang' in Path(file).name:
        time.sleep(600)
    return EXAMINE(file, decode)


EXAMINE = check.examine


def test_a_decoder_that_crashes_or_hangs(tmp_path, monkeypatch):
    for name in ('a', 'crash', 'hang', 'z'):
        write_video(tmp_path / f'{name}.mp4', len(name) + ord(name[0]) % 7)
    monkeypatch.setattr(check, 'examine', examine_or_die)
    cache = tmp_path / 'cache.jsonl'
    findings = check_videos(
        tmp_path, workers=1, limit=2.0, cache=cache, progress=False
    )
    assert kinds(findings) == {
        'a.mp4': 'ok',
        'crash.mp4': 'decoder crashes or hangs',
        'hang.mp4': 'decoder crashes or hangs',
        'z.mp4': 'ok',
    }
    # These two are tried again, the others are not.
    asked = []
    monkeypatch.setattr(
        check,
        'run_watched',
        lambda function, tasks, *args: (
            asked.extend([Path(file).name for _, file, _ in tasks])
            or [args[-1]((path, EXAMINE(f, d))) for path, f, d in tasks]
        ),
    )
    findings = check_videos(tmp_path, cache=cache, progress=False)
    assert asked == ['crash.mp4', 'hang.mp4']
    assert {*kinds(findings).values()} == {'ok'}


def fail_once(file: str, decode: str):
    """As a disk that is away for a moment."""
    flag = Path(file).parent / 'failed'
    if Path(file).name == 'b.mp4' and not flag.exists():
        flag.touch()
        return finding.Examination(finding.UNDECODABLE, 'Stale file handle')
    return EXAMINE(file, decode)


def test_only_good_videos_are_kept(tmp_path, monkeypatch):
    write_video(tmp_path / 'a.mp4', 4)
    write_video(tmp_path / 'b.mp4', 5)
    monkeypatch.setattr(check, 'examine', fail_once)
    options = dict(workers=1, cache=tmp_path / 'cache', progress=False)
    findings = kinds(check_videos(tmp_path, **options))
    assert findings == {'a.mp4': 'ok', 'b.mp4': 'undecodable frame'}
    assert (tmp_path / 'cache').read_text().count('\n') == 1
    # Earlier versions kept these, too.
    text = (tmp_path / 'cache').read_text()
    version = check.version_of(str(tmp_path / 'b.mp4'))
    line = [str(tmp_path / 'b.mp4'), *version, finding.NO_VIDEO, '', 0, '']
    (tmp_path / 'cache').write_text(f'{text}{json.dumps(line)}\n')
    findings = kinds(check_videos(tmp_path, **options))
    assert findings == {'a.mp4': 'ok', 'b.mp4': 'ok'}


def test_wrong_arguments(tmp_path):
    for change, message in (
        (dict(source=tmp_path / 'none'), 'no such list'),
        (dict(source=tmp_path), 'no videos'),
        (dict(source=tmp_path, decode='half'), 'decode'),
        (dict(source=tmp_path, workers=0), '0 processes'),
    ):
        with pytest.raises(StNetInputError, match=message):
            check_videos(**change, progress=False)
