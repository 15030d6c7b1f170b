"""Workers of a data loader that are killed, or hang, while they read."""

import gc
import os
import signal
import time

import pytest
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from stnet_mm.datasets import StNetVideoDataset
from stnet_mm.datasets.dead_workers import explain_dead_workers
from stnet_mm.errors import StNetInputError

from ..videos import write_video


@pytest.fixture
def data(tmp_path):
    """Four videos; what ``fatal`` names is fatal to its worker."""
    for i in range(4):
        write_video(tmp_path / f'{i}.mp4', 6, size=16)
    lines = [f'{i}.mp4 0\n' for i in range(4)]
    (tmp_path / 'list.txt').write_text(''.join(lines))

    def read(results):
        if results['filename'].endswith('2.mp4'):
            FATAL[0]()
        return dict(inputs=results['filename'])

    return StNetVideoDataset(
        ann_file=str(tmp_path / 'list.txt'),
        data_prefix=dict(video=str(tmp_path)),
        pipeline=[read],
        on_bad_video='skip',
    )


@pytest.fixture(autouse=True)
def end_the_other_worker():
    """A loader's error holds its iterator, and that its other worker."""
    yield
    gc.collect()


FATAL = [lambda: None]


def load(data, **kwargs):
    loader = DataLoader(
        data, num_workers=2, collate_fn=pseudo_collate, **kwargs
    )
    with explain_dead_workers():
        for _ in loader:
            pass


@pytest.mark.parametrize('number', [signal.SIGSEGV, signal.SIGKILL])
def test_a_killed_worker(data, tmp_path, number):
    FATAL[0] = lambda: os.kill(os.getpid(), number)
    with pytest.raises(StNetInputError) as caught:
        load(data)
    text = str(caught.value)
    assert f'It read {tmp_path}/2.mp4. ' in text
    assert 'check_videos.py LIST --decode full' in text
    assert '\n' not in text


def test_a_worker_that_hangs(data, tmp_path):
    FATAL[0] = lambda: time.sleep(600)
    with pytest.raises(StNetInputError, match=f'{tmp_path}/2.mp4'):
        load(data, timeout=3)


def test_other_errors_stay(data):
    FATAL[0] = lambda: None
    load(data)
    with pytest.raises(
        RuntimeError, match='^another$'
    ), explain_dead_workers():
        raise RuntimeError('another')
