import signal
import time

from ..streams import texture
from ..videos import write_dataset, write_images, write_video
from .conftest import custom_config, fail_tool, run_tool
from .processes import finish, run_quickly, start_tool


def test_list(tmp_path):
    (tmp_path / 'videos').mkdir()
    for i in range(3):
        write_video(tmp_path / 'videos' / f'{i}.mp4', 10 + i)
    whole = (tmp_path / 'videos' / '1.mp4').read_bytes()
    (tmp_path / 'videos' / '1.mp4').write_bytes(whole[:400])
    listed = tmp_path / 'list.txt'
    listed.write_text('0.mp4 0\n1.mp4 1\n2.mp4 2\n')
    options = ('list.txt', '--root', 'videos', '--out', 'clean.txt', '-j', 2)
    for _ in range(2):  # the second time nothing is decoded
        status, out, err = run_quickly('check_videos', *options, cwd=tmp_path)
        assert status == 1
        assert 'Traceback' not in err
        first, *rest = out.splitlines()
        assert first.startswith('truncated: 1.mp4 (')
        assert rest == ['3 videos: 2 ok, 1 truncated', 'wrote clean.txt']
        assert (tmp_path / 'clean.txt').read_text() == '0.mp4 0\n2.mp4 2\n'
    options = ('clean.txt', '--root', 'videos', '--decode', 'full')
    out = run_tool('check_videos', *options, cwd=tmp_path)
    assert out == '2 videos: 2 ok\n'
    assert 'none: there is no such list or folder' in fail_tool(
        'check_videos', 'none', cwd=tmp_path
    )
    assert '2.mp4 is a video: give a list of videos' in fail_tool(
        'check_videos', 'videos/2.mp4', cwd=tmp_path
    )
    _, out, _ = run_quickly('check_videos', 'clean.txt', cwd=tmp_path)
    assert out.endswith(
        'no video is where the list says: is --root missing?\n'
    )


def test_a_list_with_a_header(tmp_path):
    for i in range(2):
        write_video(tmp_path / f'{i}.mp4', 10 + i)
    (tmp_path / 'names.txt').write_text('left\nright\n')
    text = 'path,label\n0.mp4,left\n1.mp4,right\n'
    (tmp_path / 'list.csv').write_text(text + 'gone.mp4,right\n')
    options = ('list.csv', '--labels', 'names.txt', '--out', 'clean.csv')
    status, out, _ = run_quickly('check_videos', *options, cwd=tmp_path)
    assert status == 1
    assert '3 videos: 2 ok, 1 missing' in out
    assert (tmp_path / 'clean.csv').read_text() == text


def test_interrupt_and_resume(tmp_path):
    folder = tmp_path / 'videos'
    folder.mkdir()
    write_video(folder / 'a.mp4', 3)
    big = folder / 'b.mp4'
    write_images(big, texture(40, 720, 1280), options={'preset': 'ultrafast'})
    for i in range(60):
        (folder / f'b{i}.mp4').write_bytes(big.read_bytes() + bytes(i + 1))
    options = ('videos', '--decode', 'full', '-j', '2')
    cache = tmp_path / 'work_dirs/check_videos/videos.full.jsonl'
    process = start_tool('check_videos', *options, cwd=tmp_path)
    try:
        while not cache.exists() or not cache.read_text():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        status, _, err = finish(process)
    finally:
        process.kill()
    assert status == 1
    assert 'interrupted' in err
    assert 'Traceback' not in err
    before = cache.read_text()
    assert 0 < len(before.splitlines()) < 62
    out = run_tool('check_videos', *options, cwd=tmp_path)
    assert out == '62 videos: 62 ok\n'
    assert cache.read_text().startswith(before)


def test_before_training(tmp_path):
    data = tmp_path / 'data'
    write_dataset(data)
    whole = (data / 'videos' / 'train_0_0.mp4').read_bytes()
    (data / 'videos' / 'broken.mp4').write_bytes(whole[:400])
    text = (data / 'train.txt').read_text()
    names = (data / 'classes.txt').read_text().split()
    text = text.replace(' 2\n', f' {names[2]}\n')
    (data / 'broken.txt').write_text(text + 'videos/broken.mp4 1\n')
    config = custom_config(
        tmp_path / 'check.py',
        num_classes=3,
        data_root='data',
        train_list='broken.txt',
        crop_size=32,
        num_segments=2,
        num_frames=3,
        batch_size=4,
        num_workers=0,
        max_iters=3,
        val_interval=3,
    )
    error = fail_tool('train', config.name, '--check', cwd=tmp_path)
    assert 'error: 1 of 13 videos of data/broken.txt cannot be used' in error
    assert 'truncated: videos/broken.mp4' in error
    policy = 'train_dataloader.dataset.on_bad_video=skip'
    out = run_tool(
        *('train', config.name, '--check', '--cfg-options', policy),
        cwd=tmp_path,
    )
    assert 'data/val.txt: all videos can be read' in out
    assert 'Iter(train) [3/3]' in out
