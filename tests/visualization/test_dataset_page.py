"""The page of a data set, beside what its pipeline delivers."""

import base64
import errno
import io
import os
import re

import numpy as np
import pytest
from mmengine.config import Config
from PIL import Image

from stnet_mm.datasets.browsing import build_dataset, deliver
from stnet_mm.visualization.dataset_page import (
    COLUMNS,
    GAP,
    VIDEO_PIXELS,
    draw,
    lay_out,
    list_numbers,
    write_dataset_page,
)

from ..browser import keep_screenshot, needs_browser, open_page
from ..streams import texture
from ..videos import write_images

LENGTHS = (60, 48, 36, 24, 72)
LABELS = (0, 1, 1, 1, 0)


@pytest.fixture(scope='module')
def cfg(tmp_path_factory):
    """A config of five moving textures and a broken file."""
    folder = tmp_path_factory.mktemp('data')
    for i, length in enumerate(LENGTHS):
        write_images(folder / f'{i}.mp4', texture(length))
    (folder / '5.mp4').write_text('no video')
    (folder / 'classes.txt').write_text('walk <slowly>\nrun\nsit\n')
    lines = [f'{i}.mp4 {label}\n' for i, label in enumerate((*LABELS, 1))]
    (folder / 'list.txt').write_text(''.join(lines))
    pipeline = [
        dict(type='StNetVideoInit'),
        dict(type='StNetSampleFrames', clip_len=3, num_clips=4),
        dict(type='StNetVideoDecode'),
        dict(type='RandomCrop', size=64),
        dict(type='Flip', flip_ratio=0.4),
        dict(type='FormatShape', input_format='NCHW'),
        dict(type='PackActionInputs'),
    ]
    dataset = dict(
        type='StNetVideoDataset',
        ann_file=str(folder / 'list.txt'),
        data_prefix=dict(video=str(folder)),
        metainfo=dict(classes=str(folder / 'classes.txt')),
        pipeline=pipeline,
    )
    return Config(
        dict(
            model=dict(test_cfg=dict(crops='three', crop_size=48)),
            train_dataloader=dict(dataset=dataset),
            test_dataloader=dict(dataset=dataset),
        )
    )


@pytest.fixture(scope='module')
def page(cfg, tmp_path_factory):
    path = tmp_path_factory.mktemp('page') / 'page.html'
    (problem,) = write_dataset_page(path, cfg, 'train', 'my data', seed=3)
    assert '5.mp4' in problem
    return path


def articles(path):
    return re.findall(r'<article.*?</article>', path.read_text(), re.S)


def test_pictures_are_the_frames_of_the_pipeline(cfg, page):
    dataset = build_dataset(cfg, 'train')
    *cards, broken = articles(page)
    assert len(cards) == 5
    mirrored = 0
    for i, card in enumerate(cards):
        expected = deliver(dataset, i, 3 + i)
        mirrored += expected.mirrored
        assert (', mirrored' in card) == expected.mirrored
        assert expected.file in card
        name = ('0 walk &lt;slowly&gt;', '1 run')[LABELS[i]]
        assert f'<h2>{name}</h2>' in card
        captions = re.findall(r'<figcaption>frames (.*?)</figcaption>', card)
        assert captions == [f'{n[0]} to {n[2]}' for n in expected.numbers]
        pictures = re.findall(r'src="data:image/jpeg;base64,(.*?)"', card)
        for picture, frames in zip(pictures, expected.frames):
            data = io.BytesIO(base64.b64decode(picture))
            shown = np.asarray(Image.open(data)).astype(int)
            assert shown.shape == (64, 3 * 64 + 2 * GAP, 3)
            for k, frame in enumerate(frames):
                left = k * (64 + GAP)
                part = shown[:, left : left + 64]
                error = np.abs(part - frame).mean()
                assert error < 12
                # Not another frame, nor a mirrored one.
                others = [*np.delete(frames, k, 0), frame[:, ::-1]]
                for other in others:
                    assert np.abs(part - other).mean() > 2 * error
        assert len(pictures) == 4
    assert 0 < mirrored < 5
    assert '5.mp4' in broken
    assert '<img' not in broken


def test_the_head_line(cfg, page, tmp_path):
    def figures(path):
        text = path.read_text()
        rows = re.findall(r'<dt>(.*?)</dt><dd>(.*?)</dd>', text)
        bars = re.findall(r'<b>([^<]*)</b> <b>(\d+)</b>', text)
        return dict(rows), {name: int(count) for name, count in bars}

    shown, bars = figures(page)
    assert shown == {
        'videos': '6',
        'classes': '3',
        'strips x frames': '4 x 3 of 64x64',
        'mirroring': '40.0%',
    }
    assert bars == {'0 walk &lt;slowly&gt;': 2, '1 run': 4, '2 sit': 0}

    plain = cfg.to_dict()
    dataset = plain['test_dataloader']['dataset']
    del dataset['pipeline'][3:5], dataset['metainfo']
    path = tmp_path / 'plain.html'
    write_dataset_page(path, Config(plain), 'test', 'plain', number=2)
    shown, bars = figures(path)
    assert shown == {
        'videos': '6',
        'classes': '2',
        'strips x frames': '4 x 3 of 98x68',
        'mirroring': 'off',
        'crops, taken by the model': 'three, 48',
    }
    assert bars == {'class 0': 2, 'class 1': 4}
    assert len(articles(path)) == 2


@needs_browser
@pytest.mark.parametrize('size', ['wide', 'narrow'])
def test_looks(page, size):
    with open_page(f'file://{page}', size, size == 'narrow') as shown:
        assert shown.locator('article').count() == 6
        widths = shown.evaluate(
            '[...document.images].map((image) => image.naturalWidth)'
        )
        assert widths == [3 * 64 + 2 * GAP] * 20
        assert '1 run' in shown.inner_text('details')
        keep_screenshot(shown, f'dataset_{size}')


def test_the_same_seed_gives_the_same_page(cfg, page, tmp_path):
    pages = [page.read_bytes()]
    for seed in (3, 4):
        path = tmp_path / f'{seed}.html'
        write_dataset_page(path, cfg, 'train', 'my data', seed=seed)
        pages.append(path.read_bytes())
    assert pages[0] == pages[1] != pages[2]
    assert {path.suffix for path in tmp_path.iterdir()} == {'.html'}


def test_large_frames_are_scaled_down(cfg, tmp_path):
    large = cfg.to_dict()
    steps = large['train_dataloader']['dataset']['pipeline']
    steps[1].update(num_clips=7, clip_len=5)
    steps[3] = dict(type='Resize', scale=(224, 224), keep_ratio=False)
    path = tmp_path / 'large.html'
    write_dataset_page(path, Config(large), 'train', 'large', number=6)
    for card in articles(path)[:5]:
        pictures = re.findall(r'base64,(.*?)"', card)
        sizes = [
            Image.open(io.BytesIO(base64.b64decode(picture))).size
            for picture in pictures
        ]
        pixels = sum(width * height for width, height in sizes)
        assert 0.9 < pixels / VIDEO_PIXELS < 1.1
        # Of 24 such videos there are less than 5 MB.
        assert 24 * len(card) < 5_000_000


def test_draw():
    assert draw(5, 24, 0) == [0, 1, 2, 3, 4]
    one, two = draw(1000, 24, 0), draw(1000, 24, 1)
    assert one == sorted({*one}) == draw(1000, 24, 0) != two
    assert len(one) == 24


def test_long_clips_have_several_rows():
    frames = np.arange(1, 17, dtype=np.uint8)
    frames = np.broadcast_to(frames[:, None, None, None], (16, 4, 6, 3))
    sheet = lay_out(frames)
    assert sheet.shape == (2 * 4 + GAP, COLUMNS * (6 + GAP) - GAP, 3)
    assert sheet[0, 0, 0] == 1
    assert sheet[3, 6 + GAP, 0] == 2
    assert sheet[4 + GAP, 0, 0] == COLUMNS + 1
    assert sheet[-1, -1, 0] == 16
    assert sheet[0, 6, 0] == 0


@pytest.mark.parametrize(
    ('numbers', 'expected'),
    [
        ([4], '4'),
        ([4, 5], '4, 5'),
        ([4, 5, 6], '4 to 6'),
        ([0, 4, 8, 12], '0 to 12, every 4'),
        ([7, 8, 0], '7, 8, 0'),
        ([3, 3, 3], '3, 3, 3'),
        ([6, 5, 4], '6, 5, 4'),
    ],
)
def test_numbers_of_frames(numbers, expected):
    assert list_numbers(np.array(numbers)) == expected


def test_a_full_disk(cfg, tmp_path, monkeypatch):
    def fsync(number):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, 'fsync', fsync)
    with pytest.raises(OSError, match=r'No space left .*a.html'):
        write_dataset_page(tmp_path / 'a.html', cfg, 'train', 'a', number=1)
    assert [*tmp_path.iterdir()] == []
