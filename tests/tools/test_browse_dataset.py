import re

from ..videos import write_video
from .conftest import fail_tool, run_tool
from .processes import run_quickly


def test_a_page(workshop):
    out = run_tool('browse_dataset', 'config.py', cwd=workshop)
    assert out == 'work_dirs/browse/config_train.html\n'
    page = (workshop / out.strip()).read_text()
    assert '<title>config_train: 12 of 12 videos</title>' in page
    assert page.count('<article') == 12
    assert '2 x 3 of 32x32' in page
    out = run_tool(
        *('browse_dataset', 'config.py', '--split', 'val', '--number', 2),
        *('--out', 'val.html', '--seed', 1),
        *('--cfg-options', 'val_dataloader.dataset.pipeline.1.clip_len=4'),
        cwd=workshop,
    )
    assert out == 'val.html\n'
    page = (workshop / 'val.html').read_text()
    assert re.findall(r'<h2>. (kind.)</h2>', page)
    assert page.count('<article') == 2
    assert '2 x 4 of 32x32' in page


def test_a_bad_video_does_not_stop_the_others(workshop, tmp_path):
    write_video(tmp_path / 'a.mp4')
    (tmp_path / 'text.mp4').write_text('no video')
    (tmp_path / 'list.txt').write_text('text.mp4 0\na.mp4 1\n')
    dataset = 'train_dataloader.dataset'
    status, _, err = run_quickly(
        *('browse_dataset', 'config.py', '--out', tmp_path / 'page.html'),
        *('--cfg-options', f'{dataset}.ann_file={tmp_path}/list.txt'),
        f'{dataset}.data_prefix.video={tmp_path}',
        cwd=workshop,
    )
    assert status == 1
    (error,) = [line for line in err.splitlines() if 'error' in line]
    assert error.startswith(f'error: {tmp_path}/text.mp4: ')
    page = (tmp_path / 'page.html').read_text()
    assert page.count('<article') == 2
    assert page.count('<img') == 2
    assert f'{tmp_path}/text.mp4: ' in page


def test_wrong_input(workshop, tmp_path):
    empty = tmp_path / 'empty.txt'
    empty.write_text('')
    options = ('config.py', '--cfg-options')
    ann_file = f'train_dataloader.dataset.ann_file={empty}'
    for args, message in (
        (('none.py',), 'none.py'),
        ((*options, 'train_dataloader=None'), 'no train_dataloader'),
        ((*options, ann_file), f'{empty}: the annotation file is empty'),
        # What nobody can write to, not even root.
        (('config.py', '--out', '/proc/page.html'), '/proc/'),
    ):
        assert message in fail_tool('browse_dataset', *args, cwd=workshop)
    for option in (('--number', 0), ('--seed', -1)):
        status, _, err = run_quickly(
            'browse_dataset', 'config.py', *option, cwd=workshop
        )
        assert status == 2
        assert option[0] in err
