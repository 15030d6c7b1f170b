import json
import re
import signal

import pytest

from ..serving import serve
from ..videos import write_folder, write_video
from .conftest import SHARED, fail_tool, run_tool
from .processes import finish, run_quickly, start_tool, wait_for_line


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
        *('config.py', checkpoint, 'text.mp4', 'data/videos/val_1_0.mp4'),
        *('--json', 'bad.json'),
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
        assert '0 videos are known' in err
    status, _, err = run_quickly(
        'predict', *args, 'videos.json', '--resume', cwd=workshop
    )
    assert status == 1
    known = int(re.search(r'(\d+) videos are known', err)[1])
    assert 3 <= known < 40
    assert 'none.mp4' in err  # tried again
    # Interrupted again, and started without the option: that is said.
    process = start_tool('predict', *args, 'videos.json', cwd=workshop)
    wait_for_line(process, videos[3])
    process.send_signal(signal.SIGTERM)
    assert finish(process)[0] == 128 + signal.SIGTERM
    _, _, err = run_quickly('predict', *args, 'videos.json', cwd=workshop)
    assert re.search(r'holds \d+ videos of this command', err)
    whole, resumed = (
        json.loads((workshop / f'{n}.json').read_text())
        for n in ('whole', 'videos')
    )
    assert whole == resumed
    assert not (workshop / 'videos.json.progress').exists()
