import json
import random
import re
import shutil
import signal
import subprocess
import time

import pytest

from ..serving import serve
from ..videos import write_folder, write_video
from .conftest import SHARED, fail_tool, run_tool
from .processes import (
    TIMEOUT,
    finish,
    run_quickly,
    start_tool,
    wait_for_line,
)
from .test_room import mount


def test_videos_and_folders(workshop, checkpoint):
    write_folder(workshop / 'clip')
    write_video(workshop / 'short.mp4', frames=2)  # fewer than N: they wrap
    video = 'data/videos/val_1_0.mp4'
    out = run_tool(
        'predict',
        *('config.py', checkpoint, video, 'clip', 'short.mp4'),
        *('--topk', 2, '--json', 'out.json', '--device', 'cpu'),
        cwd=workshop,
    )
    results = json.loads((workshop / 'out.json').read_text())
    assert [r['video'] for r in results] == [video, 'clip', 'short.mp4']
    for result in results:
        first, second = result['predictions']
        assert first['score'] >= second['score']
        assert first['name'] == f'kind{first["label"]}'
        assert f'{first["score"]:.2%}  {first["name"]}' in out
    # No more classes than there are.
    out = run_tool('predict', 'config.py', checkpoint, video, cwd=workshop)
    assert out.count('kind') == 3


def test_fast(workshop, checkpoint):
    scores = {}
    for name, options in (
        ('plain', []),
        ('fast', ['--fast', '--precision', 'fp32']),
    ):
        run_tool(
            'predict',
            *('config.py', checkpoint, 'data/videos/val_1_0.mp4'),
            *('--json', f'{name}.json', '--device', 'cpu', *options),
            cwd=workshop,
        )
        (result,) = json.loads((workshop / f'{name}.json').read_text())
        scores[name] = [p['score'] for p in result['predictions']]
    assert scores['fast'] == pytest.approx(scores['plain'], abs=1e-4)


def test_labels(workshop, checkpoint):
    (workshop / 'names.txt').write_text('run\njump\nsit\n')
    args = ('config.py', checkpoint, 'data/videos/val_1_0.mp4', '--labels')
    out = run_tool('predict', *args, 'names.txt', cwd=workshop)
    assert all(name in out for name in ('run', 'jump', 'sit'))
    (workshop / 'few.txt').write_text('run\n')
    error = fail_tool('predict', *args, 'few.txt', cwd=workshop)
    assert '1 class names for 3 classes' in error
    assert 'none.txt' in fail_tool('predict', *args, 'none.txt', cwd=workshop)


def test_a_page_of_predictions(workshop, checkpoint):
    videos = [f'data/videos/val_{label}_0.mp4' for label in range(3)]
    (workshop / 'broken.mp4').write_text('no video')
    status, _, err = run_quickly(
        'predict',
        *('config.py', checkpoint, *videos, 'broken.mp4', '--topk', 2),
        *('--html', 'page.html', '--truth', 'data/val.txt'),
        *('--json', 'page.json'),
        cwd=workshop,
    )
    assert status == 1, err  # one of them could not be read
    page = (workshop / 'page.html').read_text()
    results = json.loads((workshop / 'page.json').read_text())
    right = sum(
        result['predictions'][0]['label'] == label
        for label, result in enumerate(results[:3])
    )
    assert f'{right} of 3 correct' in page
    assert page.count('<article') == 3
    assert page.count('class="wrong"') == 3 - right


def test_a_page_without_a_picture(workshop, checkpoint):
    """A frame is damaged that the network does not take."""
    write_folder(workshop / 'spoiled')
    (workshop / 'spoiled' / 'img_00010.png').write_bytes(b'no image')
    run_tool(
        *('predict', 'config.py', checkpoint, 'spoiled'),
        *('--html', 'spoiled.html', '--json', 'spoiled.json'),
        cwd=workshop,
    )
    (result,) = json.loads((workshop / 'spoiled.json').read_text())
    assert result['predictions']
    page = (workshop / 'spoiled.html').read_text()
    assert page.count('<article') == 1
    assert 'No picture: ' in page


def test_a_page_of_a_url(workshop, checkpoint):
    name = 'data/videos/val_1_0.mp4'
    (workshop / 'text.mp4').write_text('no video')
    with serve(workshop) as address:
        urls = [f'{address}/{name}', f'{address}/text.mp4']
        status, _, err = run_quickly(
            'predict',
            *('config.py', checkpoint, name, *urls, f'{address}/gone.mp4'),
            *('--html', 'url.html', '--json', 'url.json'),
            cwd=workshop,
        )
    assert status == 1
    assert err.count('error:') == 2
    assert f'{urls[1]}: it cannot be opened as a video' in err
    assert 'gone.mp4 cannot be downloaded (HTTP Error 404' in err
    file, url, *_ = json.loads((workshop / 'url.json').read_text())
    assert url == dict(file, video=urls[0])
    page = (workshop / 'url.html').read_text()
    assert page.count('<video') == 2
    assert f'{address}/data/videos</p>' in page


def test_a_bad_video_does_not_stop_the_others(workshop, checkpoint):
    (workshop / 'text.mp4').write_text('no video')
    status, out, err = run_quickly(
        'predict',
        # Options between positional arguments, too.
        *('config.py', checkpoint, '--topk', 1, 'text.mp4'),
        *('--json', 'bad.json', 'data/videos/val_1_0.mp4'),
        cwd=workshop,
    )
    assert status == 1
    assert err.count('error:') == 1
    assert 'text.mp4' in err
    assert 'val_1_0.mp4' in out
    bad, good = json.loads((workshop / 'bad.json').read_text())
    assert 'text.mp4' in bad['error']
    assert good['predictions']


def test_odd_videos(workshop, checkpoint, odd_videos):
    """Each is classified, or one line names it and says why not."""
    videos = {f'odd/{name}': good for name, good in odd_videos.items()}
    status, out, err = run_quickly(
        'predict', 'config.py', checkpoint, *videos, cwd=workshop
    )
    assert status == 1
    assert 'Traceback' not in err
    errors = [line for line in err.splitlines() if line.startswith('error:')]
    for video, good in videos.items():
        named = [line for line in errors if f'{video}:' in line]
        assert (video in out.splitlines(), len(named)) == (
            (True, 0) if good else (False, 1)
        ), video
    assert len(errors) == sum(not good for good in videos.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason='shared/videos is not here')
def test_samples(workshop, checkpoint):
    """The same of real videos, of encoders that we do not have."""
    videos = sorted((SHARED / 'videos').iterdir())
    status, out, err = run_quickly(
        'predict', 'config.py', checkpoint, *videos, cwd=workshop
    )
    assert 'Traceback' not in err
    failed = [line for line in err.splitlines() if line.startswith('error:')]
    for video in videos:
        named = [line for line in failed if f'{video}:' in line]
        assert (str(video) in out.splitlines()) != (len(named) == 1), video
    # The page that describes them is no video, and one is damaged.
    assert status == 1
    assert any('README.md' in line for line in failed)
    assert len(videos) - len(failed) >= 10


def test_resume(workshop, checkpoint):
    videos = [f'data/videos/val_{i % 3}_{i % 2}.mp4' for i in range(40)]
    videos[1:1] = ['none.mp4']
    args = ('config.py', checkpoint, *videos, '--json')
    status, _, err = run_quickly(
        'predict', *args, 'whole.json', '--html', 'w.html', cwd=workshop
    )
    assert status == 1, err

    process = start_tool('predict', *args, 'videos.json', cwd=workshop)
    wait_for_line(process, videos[3])
    process.send_signal(signal.SIGTERM)
    status, _, err = finish(process)
    assert status == 128 + signal.SIGTERM, err
    assert 'interrupted: --resume goes on' in err
    assert not (workshop / 'videos.json').exists()
    # Another model, or other videos, begin at the beginning.
    for other in (('--fast',), ('data/videos/val_0_0.mp4',)):
        status, _, err = run_quickly(
            *('predict', *args[:-1], *other, '--resume'),
            *('--json', 'videos.json'),
            cwd=workshop,
        )
        assert status == 1
        assert 'holds nothing of this run' in err
    status, _, err = run_quickly(
        'predict', *args, 'videos.json', '--resume', cwd=workshop
    )
    assert status == 1
    known = int(re.search(r'(\d+) results are known', err)[1])
    assert 3 <= known < 40
    assert 'none.mp4' in err  # tried again
    # Interrupted again, and started without the option: that is said.
    process = start_tool('predict', *args, 'videos.json', cwd=workshop)
    wait_for_line(process, videos[3])
    process.send_signal(signal.SIGTERM)
    assert finish(process)[0] == 128 + signal.SIGTERM
    _, _, err = run_quickly('predict', *args, 'videos.json', cwd=workshop)
    assert re.search(r'holds \d+ results of this run', err)
    whole, resumed = (
        json.loads((workshop / f'{n}.json').read_text())
        for n in ('whole', 'videos')
    )
    assert whole == resumed
    assert not (workshop / 'videos.json.progress').exists()


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope='module')
def archive(workshop, checkpoint):
    """A list of forty videos, one broken, and what is said of each."""
    folder = workshop / 'archive'
    folder.mkdir()
    sources = sorted((workshop / 'data' / 'videos').iterdir())
    for i in range(40):
        shutil.copy(sources[i % len(sources)], folder / f'{i:02}.mp4')
    (folder / '05.mp4').write_text('no video')
    videos = [f'archive/{i:02}.mp4' for i in range(40)]
    random.Random(0).shuffle(videos)
    labeled = [f'{video[8:]} {i % 3}\n' for i, video in enumerate(videos)]
    (folder / 'list.txt').write_text(''.join(labeled))
    status, _, err = run_quickly(
        'predict',
        *('config.py', checkpoint, *videos, '--json', 'single.json'),
        cwd=workshop,
    )
    assert status == 1, err
    return json.loads((workshop / 'single.json').read_text())


def check_archive(path, expected):
    found = lines_of(path)
    assert [line['video'] for line in found] == [
        line['video'] for line in expected
    ]
    for line, other in zip(found, expected):
        assert line.keys() == other.keys()
        assert line.get('error') == other.get('error')
        for best, by_itself in zip(
            line.get('predictions', ()), other.get('predictions', ())
        ):
            assert best == dict(
                by_itself, score=pytest.approx(by_itself['score'], abs=1e-5)
            )


ARCHIVE = ('archive/list.txt', '--workers', 2, '--batch-size', 3, '--out')


def test_an_archive(workshop, checkpoint, archive):
    args = ('config.py', checkpoint, *ARCHIVE, 'all.jsonl')
    status, out, err = run_quickly('predict', *args, cwd=workshop)
    assert status == 1
    assert out == 'all.jsonl: 40 videos, of which 1 could not be read\n'
    (error,) = [x for x in err.splitlines() if x.startswith('error:')]
    assert 'archive/05.mp4: ' in error
    check_archive(workshop / 'all.jsonl', archive)
    # It is not written over; done, it can be resumed.
    whole = (workshop / 'all.jsonl').read_bytes()
    error = fail_tool('predict', *args, cwd=workshop)
    assert 'all.jsonl is there already: --resume goes on' in error
    status, out, _ = run_quickly('predict', *args, '--resume', cwd=workshop)
    assert (status, '40 videos' in out) == (1, True)
    assert (workshop / 'all.jsonl').read_bytes() == whole
    # Of a folder they are sorted.
    run_tool(
        'predict',
        *('config.py', checkpoint, 'data/videos', '--out', 'folder.jsonl'),
        cwd=workshop,
    )
    names = sorted(p.name for p in (workshop / 'data' / 'videos').iterdir())
    assert [line['video'] for line in lines_of(workshop / 'folder.jsonl')] == [
        f'data/videos/{name}' for name in names
    ]


@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_archive(workshop, checkpoint, archive, number):
    out = workshop / f'interrupted_{number}.jsonl'
    args = ('predict', 'config.py', checkpoint, *ARCHIVE, out.name)
    process = start_tool(*args, cwd=workshop)
    end = time.monotonic() + 200
    while not out.exists() or out.read_bytes().count(b'\n') < 4:
        assert time.monotonic() < end
        assert process.poll() is None, finish(process)
        time.sleep(0.005)
    process.send_signal(number)
    status, _, err = finish(process)
    text = out.read_bytes()
    assert 4 <= text.count(b'\n') < 40
    if number == signal.SIGTERM:
        assert status == 128 + number, err
        assert 'interrupted: --resume goes on' in err
        assert 'SIGTERM: ending after this batch' in err
        assert text.endswith(b'\n')
    # As if it had been in the middle of a line.
    out.write_bytes(text[:-5])
    error = fail_tool(*args, '--resume', '--topk', 2, cwd=workshop)
    assert f'{out.name} was made with other options' in error
    status, _, err = run_quickly(*args, '--resume', cwd=workshop)
    assert status == 1
    known = text[:-5].count(b'\n')
    assert f'{out.name}: {known} lines are there' in err
    check_archive(out, archive)


def test_a_disk_without_room_for_results(
    workshop, checkpoint, archive, tmp_path
):
    out = tmp_path / 'results.jsonl'
    args = ('predict', 'config.py', checkpoint, *ARCHIVE, out)
    mount(tmp_path, 'size=8k')
    try:
        status, _, err = run_quickly(*args, cwd=workshop)
        assert status == 1
        assert 'Traceback' not in err
        *_, error = [x for x in err.splitlines() if x.startswith('error:')]
        assert 'No space left' in error
        assert f'{out}' in error
        assert 'free some space' in error
        mount(tmp_path, 'remount,size=1m')
        run_quickly(*args, '--resume', cwd=workshop)
        check_archive(out, archive)
    finally:
        command = ['umount', '-l', str(tmp_path)]
        subprocess.run(command, check=True, timeout=TIMEOUT)


def test_options_of_archives(workshop, checkpoint):
    args = ('predict', 'config.py', checkpoint, 'data/val.txt')
    for options, words in (
        (('--out', 'o.jsonl', '--json', 'o.json'), 'not for --out'),
        (('--workers', 2), 'are for --out'),
    ):
        status, _, err = run_quickly(*args, *options, cwd=workshop)
        assert status == 2
        assert words in err
